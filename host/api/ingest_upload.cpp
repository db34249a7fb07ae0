// SPDX-License-Identifier: Apache-2.0
#include "api/ingest_upload.h"

#include "api/idempotency.h"
#include "api/ingest_service.h"
#include "api/record_rules.h"
#include "api/words.h"
#include "practice/encoding.h"
#include "practice/inbound.h"
#include "records/ingest.h"

namespace relais::api {
namespace {

v1::InboundState state_of(practice::InboundState state) {
  switch (state) {
    case practice::InboundState::received:
      return v1::INBOUND_STATE_STORED;
    case practice::InboundState::unreadable:
      return v1::INBOUND_STATE_UNREADABLE;
    case practice::InboundState::a_rattacher:
      return v1::INBOUND_STATE_TO_ATTACH;
    case practice::InboundState::read:
    case practice::InboundState::done:
      return v1::INBOUND_STATE_READ;
  }
  return v1::INBOUND_STATE_STORED;
}

}  // namespace

Result<v1::SubmitResponse> receipt_of(soci::session& sql, const std::string& inbound_id) {
  const auto submitted = practice::inbound_message(sql, inbound_id);
  if (!submitted) return tl::unexpected(submitted.error());
  const bool duplicate = !submitted->duplicate_of.empty();
  const auto first = records::Ingest::receipt(sql, duplicate ? submitted->duplicate_of : inbound_id);
  if (!first) return tl::unexpected(first.error());
  const auto& message = first->message;
  v1::SubmitResponse response;
  response.set_inbound_id(message.id);
  response.set_sha256(message.sha256);
  response.set_received_ms(practice::to_ms(message.received));
  response.set_duplicate(duplicate);
  response.set_trace_id(message.trace_id);
  response.set_state(state_of(message.state));
  for (const auto& id : first->report_ids) response.add_report_ids(id);
  if (message.state == practice::InboundState::unreadable) {
    response.set_reason_code(message.error_code);
    response.set_reason(sentence_of(message.error_code));
  }
  return response;
}

Answer<void> IngestUpload::begin(const v1::SubmitRequest& first) {
  request_id_ = first.request_id();
  // A file name may hold a patient's name: it is not kept.
  source_ = first.source().empty() ? "api" : first.source();
  if (auto good = check_id(source_, "source"); !good) return good;
  return add(first.chunk());
}

Answer<void> IngestUpload::take(Call&, const google::protobuf::Message& part) {
  return add(static_cast<const v1::SubmitRequest&>(part).chunk());
}

Answer<void> IngestUpload::add(const std::string& chunk) {
  if (chunk.size() > largest_chunk) return refuse(Code::invalid_argument, "at most 1 MiB a chunk", "chunk");
  if (bytes_.size() + chunk.size() > largest_message) return refuse(Code::ingest_too_large, "over 64 MiB");
  bytes_ += chunk;
  return {};
}

Answer<MessagePtr> IngestUpload::finish(Call& call) {
  if (bytes_.empty()) return refuse(Code::invalid_argument, "a message has bytes", "chunk");
  // What request_id is compared with: the message itself, by its digest.
  v1::SubmitRequest whole;
  whole.set_request_id(request_id_);
  whole.set_source(source_);
  whole.set_chunk(practice::sha256_hex(bytes_));
  auto answer = write_once<v1::SubmitResponse>(
      database_, call, whole, [&](practice::Transaction& tx) -> Answer<v1::SubmitResponse> {
        const auto message = practice::submit(tx, source_, bytes_);
        auto entry = entry_of(call, "ingest.received");
        entry.item_id = message.id;
        if (auto written = ledger_.append(tx, entry); !written) return refuse(written.error());
        auto receipt = receipt_of(tx.sql(), message.id);
        if (!receipt) return refuse(receipt.error());
        return std::move(*receipt);
      });
  if (!answer) return tl::unexpected(answer.error());
  if (!answer->duplicate()) arrived_();
  return std::make_unique<v1::SubmitResponse>(std::move(*answer));
}

}  // namespace relais::api
