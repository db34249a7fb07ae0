// SPDX-License-Identifier: Apache-2.0
#include "api/ingest_service.h"

#include "api/idempotency.h"
#include "api/ingest_upload.h"
#include "api/page.h"
#include "api/words.h"
#include "practice/events.h"
#include "practice/inbound.h"
#include "records/sql_record_reader.h"
#include "relais/v1/ingest.pb.h"

namespace relais::api {
namespace {

using practice::Transaction;

// Catalogue task under which an assistant detaches a report.
constexpr const char* reception = "bio-reception";

worklist::Role role_of(v1::Role role) {
  switch (role) {
    case v1::ROLE_DOCTOR:
      return worklist::Role::doctor;
    case v1::ROLE_REPLACEMENT_DOCTOR:
      return worklist::Role::replacement_doctor;
    case v1::ROLE_SECRETARY:
      return worklist::Role::secretary;
    case v1::ROLE_EDITOR:
      return worklist::Role::editor;
    case v1::ROLE_ADMINISTRATOR:
      return worklist::Role::administrator;
    default:
      return worklist::Role::assistant;
  }
}

worklist::Actor actor_of(const Caller& caller) {
  worklist::Actor actor;
  actor.id = caller.id;
  actor.role = role_of(caller.role);
  if (!caller.replaces_doctor_id.empty()) actor.replaces.push_back(caller.replaces_doctor_id);
  return actor;
}

Answer<std::optional<practice::InboundState>> state_wanted(v1::InboundState state) {
  switch (state) {
    case v1::INBOUND_STATE_UNSPECIFIED:
      return std::nullopt;
    case v1::INBOUND_STATE_TO_ATTACH:
      return practice::InboundState::a_rattacher;
    case v1::INBOUND_STATE_UNREADABLE:
      return practice::InboundState::unreadable;
    case v1::INBOUND_STATE_READ:
      return practice::InboundState::read;
    default:
      return refuse(Code::invalid_argument, "what waits is to attach, unreadable or read with a notice", "state");
  }
}

v1::InboundState queue_state(practice::InboundState state) {
  if (state == practice::InboundState::unreadable) return v1::INBOUND_STATE_UNREADABLE;
  return state == practice::InboundState::read ? v1::INBOUND_STATE_READ : v1::INBOUND_STATE_TO_ATTACH;
}

v1::QueueEntry to_message(const records::QueueEntry& entry, records::RecordReader& reader, Instant as_of) {
  v1::QueueEntry message;
  message.set_inbound_id(entry.inbound_id);
  message.set_report_id(entry.report_id);
  message.set_state(queue_state(entry.state));
  for (const auto& trait : entry.differing_traits) message.add_differing_traits(trait);
  for (const auto& candidate : entry.candidates) message.add_candidate_patient_ids(candidate);
  message.set_received_ms(practice::to_ms(entry.received_at));
  message.set_reason_code(entry.reason_code);
  message.set_reason(sentence_of(entry.reason_code));
  if (entry.report_id.empty()) return message;
  // A document that only tells history is in no record while nobody has attached it: no label then.
  const auto report = reader.report(entry.report_id, as_of);
  if (!report || report->rows.empty()) return message;
  const auto& row = report->rows.front();
  message.set_identity_match(row.identity_match());
  message.set_laboratory(row.laboratory());
  auto& written = *message.mutable_written();
  written.set_family(row.written_traits().birth_family());
  written.set_given(row.written_traits().birth_given_first());
  written.set_birth_date(row.written_traits().birth_date());
  return message;
}

// What an assistant who detaches sees of the report: results are D3, restricted categories D5.
v1::LabReport cut(v1::LabReport report, v1::DataLevel shown) {
  const auto needed = report.restricted_category().empty() ? v1::DATA_LEVEL_D3 : v1::DATA_LEVEL_D5;
  if (shown >= needed) return report;
  v1::LabReport left;
  left.set_id(report.id());
  left.set_patient_id(report.patient_id());
  left.set_identity_match(report.identity_match());
  left.set_received_ms(report.received_ms());
  return left;
}

class Service {
 public:
  Service(practice::Database& database, practice::Ledger& ledger, practice::WorklistStore& worklist,
          records::Ingest& ingest, std::function<void()> arrived, bool elsewhere)
      : database_(database),
        ledger_(ledger),
        worklist_(worklist),
        ingest_(ingest),
        arrived_(std::move(arrived)),
        elsewhere_(elsewhere) {}

  Answer<std::shared_ptr<Upload>> submit(const v1::SubmitRequest& first) {
    if (auto here = kept_here(); !here) return tl::unexpected(here.error());
    auto upload = std::make_shared<IngestUpload>(database_, ledger_, arrived_);
    if (auto begun = upload->begin(first); !begun) return tl::unexpected(begun.error());
    return upload;
  }

  Answer<v1::ListQueueResponse> queue(Call& call, const v1::ListQueueRequest& request) {
    const auto page = read_page(call, request);
    if (!page) return tl::unexpected(page.error());
    const auto state = state_wanted(request.state());
    if (!state) return tl::unexpected(state.error());
    v1::ListQueueResponse response;
    std::optional<Failure> failure;
    const auto read = database_.read([&](soci::session& sql) -> Result<void> {
      auto all = records::Ingest::queue(sql, *state);
      if (!all) return tl::unexpected(all.error());
      auto shown = cut_page(*page, std::move(*all), *response.mutable_next_page_token());
      if (!shown) {
        failure = shown.error();
        return tl::unexpected(failure->error);
      }
      records::SqlRecordReader reader(sql);
      for (const auto& entry : *shown) *response.add_entries() = to_message(entry, reader, database_.clock().now());
      return {};
    });
    if (failure) return tl::unexpected(std::move(*failure));
    if (!read) return refuse(read.error());
    for (const auto& entry : response.entries()) {
      call.read(entry.report_id().empty() ? entry.inbound_id() : entry.report_id());
    }
    return response;
  }

  Answer<v1::GetInboundMessageResponse> raw(Call& call, const v1::GetInboundMessageRequest& request) {
    v1::GetInboundMessageResponse response;
    const auto read = database_.read([&](soci::session& sql) -> Result<void> {
      const auto message = practice::inbound_message(sql, request.inbound_id());
      if (!message) return fail(message.error().code, message.error().detail, "inbound_id");
      auto bytes = practice::inbound_bytes(sql, request.inbound_id());
      if (!bytes) return tl::unexpected(bytes.error());
      response.set_content(std::move(*bytes));
      response.set_sha256(message->sha256);
      response.set_received_ms(practice::to_ms(message->received));
      response.set_source(message->source);
      return {};
    });
    if (!read) return refuse(read.error());
    call.read(request.inbound_id());
    return response;
  }

  Answer<v1::AttachResponse> attach(Call& call, const v1::AttachRequest& request) {
    if (auto here = kept_here(); !here) return tl::unexpected(here.error());
    auto answer = write_once<v1::AttachResponse>(
        database_, call, request, [&](Transaction& tx) -> Answer<v1::AttachResponse> {
          auto report =
              ingest_.attach(tx, request.report_id(), request.patient_id(), actor_of(call.caller), call.call_id);
          if (!report) return refuse(report.error());
          v1::AttachResponse response;
          *response.mutable_report() = std::move(*report);
          return response;
        });
    if (answer) settled(call, request.patient_id());
    return answer;
  }

  Answer<v1::Subject> detached(const v1::DetachRequest& request) {
    if (auto here = kept_here(); !here) return tl::unexpected(here.error());
    const auto found = database_.read([&](soci::session& sql) -> Result<worklist::Subject> {
      return records::Ingest::subject_of(sql, request.report_id());
    });
    if (!found) return refuse(found.error().code, found.error().detail, "report_id");
    v1::Subject subject;
    subject.set_item_id(found->item_id);
    subject.set_patient_id(found->patient_id);
    subject.set_doctor_id(found->doctor_id);
    subject.set_task_id(reception);
    return subject;
  }

  Answer<v1::DetachResponse> detach(Call& call, const v1::DetachRequest& request) {
    auto answer = write_once<v1::DetachResponse>(
        database_, call, request, [&](Transaction& tx) -> Answer<v1::DetachResponse> {
          auto report = ingest_.detach(tx, request.report_id(), actor_of(call.caller), request.reason(), call.call_id);
          if (!report) return refuse(report.error());
          v1::DetachResponse response;
          *response.mutable_report() = cut(std::move(*report), call.mandate.shown);
          return response;
        });
    if (answer) settled(call, call.subject.patient_id().empty() ? request.report_id() : call.subject.patient_id());
    return answer;
  }

  Answer<v1::GetProgressResponse> progress() {
    v1::GetProgressResponse response;
    const auto read = database_.read([&](soci::session& sql) -> Result<void> {
      long long received = 0;
      long long unread = 0;
      const std::string stored(practice::name(practice::InboundState::received));
      sql << "SELECT COUNT(*) FROM inbound", soci::into(received);
      sql << "SELECT COUNT(*) FROM inbound WHERE state = :state", soci::use(stored), soci::into(unread);
      response.set_received(received);
      response.set_unread(unread);
      response.set_unsorted(practice::events_waiting(sql));
      return {};
    });
    if (!read) return refuse(read.error());
    return response;
  }

 private:
  Answer<void> kept_here() const {
    if (elsewhere_) return refuse(Code::record_reader_not_here, "the practice's software receives reports");
    return {};
  }

  void settled(Call& call, const std::string& read) {
    call.read(read);
    worklist_.changed();
    arrived_();
  }

  practice::Database& database_;
  practice::Ledger& ledger_;
  practice::WorklistStore& worklist_;
  records::Ingest& ingest_;
  const std::function<void()> arrived_;
  const bool elsewhere_;
};

}  // namespace

void register_ingest_service(Registry& registry, practice::Database& database, practice::Ledger& ledger,
                             practice::WorklistStore& worklist, records::Ingest& ingest,
                             std::function<void()> arrived, bool elsewhere) {
  const auto service = std::make_shared<Service>(database, ledger, worklist, ingest, std::move(arrived), elsewhere);
  registry.upload<v1::SubmitRequest, v1::SubmitResponse>(
      "IngestService.Submit", [service](Call&, const auto& first) { return service->submit(first); });
  registry.unary<v1::ListQueueRequest, v1::ListQueueResponse>(
      "IngestService.ListQueue", [service](Call& call, const auto& request) { return service->queue(call, request); });
  registry.unary<v1::GetProgressRequest, v1::GetProgressResponse>(
      "IngestService.GetProgress", [service](Call&, const auto&) { return service->progress(); });
  registry.unary<v1::GetInboundMessageRequest, v1::GetInboundMessageResponse>(
      "IngestService.GetInboundMessage",
      [service](Call& call, const auto& request) { return service->raw(call, request); });
  registry.unary<v1::AttachRequest, v1::AttachResponse>(
      "IngestService.Attach", [service](Call& call, const auto& request) { return service->attach(call, request); });
  registry.unary<v1::DetachRequest, v1::DetachResponse>(
      "IngestService.Detach", [service](Call& call, const auto& request) { return service->detach(call, request); },
      [service](const Caller&, const auto& request) { return service->detached(request); });
}

}  // namespace relais::api
