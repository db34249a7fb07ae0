// SPDX-License-Identifier: Apache-2.0
#include "app/mllp_reception.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "practice/inbound.h"
#include "records/formats/hl7v2_answer.h"
#include "records/formats/sentence.h"

namespace relais::app {

using practice::Transaction;

namespace {

// Where the message came from, as the submission says it.
constexpr auto source = "mllp";

std::string answered_before(soci::session& sql, const std::string& inbound_id) {
  std::string answer;
  sql << "SELECT answer FROM mllp_answer WHERE inbound_id = :inbound", soci::use(inbound_id), soci::into(answer);
  return sql.got_data() ? answer : std::string{};
}

}  // namespace

// One message on its way.
struct MllpReception::Kept {
  std::string bytes;
  std::string inbound_id;  // of the first submission of these bytes
  MllpListener::Answer answer;
};

void MllpReception::receive(std::string message, MllpListener::Answer answer) {
  auto kept = std::make_shared<Kept>();
  kept->bytes = std::move(message);
  kept->answer = std::move(answer);
  const auto keep = [this, kept](Transaction& tx) -> Result<void> {
    const auto stored = practice::submit(tx, source, kept->bytes);
    kept->inbound_id = stored.duplicate_of.empty() ? stored.id : stored.duplicate_of;
    practice::LedgerEntry entry;
    entry.actor = "system";
    entry.role = "system";
    entry.action = "ingest.received";
    entry.item_id = stored.id;
    const auto written = ledger_.append(tx, entry);
    return written ? Result<void>{} : tl::unexpected(written.error());
  };
  database_.write_async(keep, [this, kept](const Result<void>& stored) {
    if (!stored) {
      spdlog::error("mllp.not-kept code={}", stable_code(stored.error().code));
      kept->answer(std::nullopt);
      return;
    }
    // Durable from here on, whatever becomes of the reading.
    const auto read = [this, kept](Transaction& tx) { return this->answer(tx, *kept); };
    database_.write_async(read, [this, kept](const Result<std::string>& made) {
      arrived_();
      if (!made) spdlog::error("mllp.not-read code={}", stable_code(made.error().code));
      // The dispatcher reads it again. Nothing is answered: the gateway asks again, and these bytes are known.
      kept->answer(made ? std::optional(*made) : std::nullopt);
    });
  });
}

Result<std::string> MllpReception::answer(Transaction& tx, const Kept& kept) {
  const auto receipt = ingest_.process(tx, kept.inbound_id);
  if (!receipt) return tl::unexpected(receipt.error());
  const auto start = formats::start_of(kept.bytes);
  if (start.acknowledgement) return std::string{};
  if (auto before = answered_before(tx.sql(), kept.inbound_id); !before.empty()) return before;

  formats::Hl7Answer made;
  made.control_id = "ACK-" + kept.inbound_id;
  made.time = date::format("%Y%m%d%H%M%S%z", date::make_zoned(&zone_, date::floor<std::chrono::seconds>(tx.now())));
  const auto say = [&](formats::Hl7AnswerCode code, std::string reason_code, std::string_view stable) {
    made.code = code;
    made.reason_code = std::move(reason_code);
    made.reason = formats::sentence_of(stable);
  };
  const auto refused = records::Ingest::refusal(tx.sql(), kept.inbound_id);
  if (!start.hl7) {
    say(formats::Hl7AnswerCode::rejected, std::string(stable_code(Code::mllp_not_hl7)), stable_code(Code::mllp_not_hl7));
  } else if (receipt->message.state == practice::InboundState::unreadable) {
    say(formats::Hl7AnswerCode::error, receipt->message.error_code, receipt->message.error_code);
  } else if (refused.ans_error == 900) {
    say(formats::Hl7AnswerCode::error, "900", refused.code);
  } else if (refused.ans_error != 0) {
    say(formats::Hl7AnswerCode::accepted, std::to_string(refused.ans_error), refused.code);
  }
  auto text = formats::answer_to(kept.bytes, made);
  tx.sql() << "INSERT INTO mllp_answer (inbound_id, answer) VALUES (:inbound, :answer)", soci::use(kept.inbound_id),
      soci::use(text);
  return text;
}

}  // namespace relais::app
