// SPDX-License-Identifier: Apache-2.0
#include "api/ingest_service.h"

#include "api/ingest_upload.h"
#include "practice/encoding.h"
#include "practice/inbound.h"
#include "records/record_store.h"
#include "relais/v1/ingest.pb.h"
#include "support/service_practice.h"
#include "unit/records/formats/samples.h"

namespace relais::api {
namespace {

using test::call_by;
using test::outcome;

// One qualified patient, the official test identity, whose reports find her.
struct Tray : test::ServicePractice {
  practice::WorklistStore worklist{*database, *ledger};
  records::Ingest ingest{*ledger, worklist, {{true, true}, date::locate_zone("Europe/Paris")}};
  int arrived = 0;
  std::vector<std::string> read;

  Tray() {
    register_ingest_service(registry, *database, *ledger, worklist, ingest, [this] { ++arrived; });
    v1::Patient patient;
    patient.set_id("pat-1");
    patient.mutable_ins()->set_value("279035121518989");
    patient.mutable_ins()->set_oid("1.2.250.1.213.1.4.10");
    auto& traits = *patient.mutable_traits();
    traits.set_birth_family("PAT-TROIS");
    traits.set_birth_given_first("DOMINIQUE");
    traits.set_birth_given_all("DOMINIQUE MARIE-LOUISE");
    traits.set_birth_date("1979-03-28");
    traits.set_sex(v1::SEX_FEMALE);
    traits.set_birth_place_insee("51215");
    patient.set_identity_status(v1::IDENTITY_STATUS_QUALIFIEE);
    patient.set_treating_doctor_id("martin");
    REQUIRE(database->write([&](practice::Transaction& tx) -> Result<void> {
      records::put(tx, patient);
      return {};
    }));
  }

  Answer<v1::SubmitResponse> submit(const std::string& bytes, const std::string& request_id = {},
                                    std::size_t chunk = 1000) {
    clock.advance(std::chrono::seconds{1});
    auto call = call_by("lgc", v1::ROLE_EDITOR);
    call.method = "IngestService.Submit";
    v1::SubmitRequest part;
    part.set_request_id(request_id);
    part.set_source("mssante");
    part.set_file_name("PAT-TROIS.xml");
    part.set_chunk(bytes.substr(0, chunk));
    auto upload = method(call.method).upload(call, part);
    if (!upload) return tl::unexpected(upload.error());
    for (auto at = chunk; at < bytes.size(); at += chunk) {
      v1::SubmitRequest next;
      next.set_chunk(bytes.substr(at, chunk));
      if (auto taken = (*upload)->take(call, next); !taken) return tl::unexpected(taken.error());
    }
    auto answer = (*upload)->finish(call);
    if (!answer) return tl::unexpected(answer.error());
    return static_cast<const v1::SubmitResponse&>(**answer);
  }

  void process(const std::string& inbound_id) {
    REQUIRE(database->write([&](practice::Transaction& tx) { return ingest.process(tx, inbound_id); }));
  }
  std::string brought(const std::string& bytes) {
    const auto id = submit(bytes).value().inbound_id();
    process(id);
    const auto receipt =
        database->read([&](soci::session& sql) { return records::Ingest::receipt(sql, id); }).value();
    REQUIRE(receipt.report_ids.size() == 1);
    return receipt.report_ids[0];
  }

  template <class Response, class Request>
  Answer<Response> ask(const std::string& name, const Request& request, Call as) {
    auto answer = call<Response>("IngestService." + name, as, request);
    read = as.subjects_read;
    return answer;
  }
  Answer<v1::ListQueueResponse> queue(v1::InboundState state = v1::INBOUND_STATE_UNSPECIFIED) {
    v1::ListQueueRequest request;
    request.set_state(state);
    return ask<v1::ListQueueResponse>("ListQueue", request, call_by("s", v1::ROLE_SECRETARY));
  }
  v1::GetProgressResponse progress() {
    return ask<v1::GetProgressResponse>("GetProgress", v1::GetProgressRequest(), call_by("lgc", v1::ROLE_EDITOR)).value();
  }
  Answer<v1::AttachResponse> attach(const std::string& report, const std::string& patient) {
    v1::AttachRequest request;
    request.set_report_id(report);
    request.set_patient_id(patient);
    return ask<v1::AttachResponse>("Attach", request, call_by("martin", v1::ROLE_DOCTOR));
  }
};

std::string discordant() {
  samples::Report report;
  report.birth_time = "19790329";
  return report.xml();
}

TEST_CASE("a submitted message is stored as it came before it is acknowledged") {
  Tray tray;
  const std::string bytes = samples::Report().xml();
  const auto receipt = tray.submit(bytes);
  REQUIRE(outcome(receipt) == "ok");
  CHECK(receipt->state() == v1::INBOUND_STATE_STORED);
  CHECK(receipt->sha256() == practice::sha256_hex(bytes));
  CHECK_FALSE(receipt->duplicate());
  CHECK(tray.arrived == 1);
  const auto stored = tray.database->read([&](soci::session& sql) {
    return practice::inbound_bytes(sql, receipt->inbound_id());
  });
  CHECK(stored.value() == bytes);
  practice::LedgerFilter filter;
  filter.action = "ingest.received";
  const auto entries = tray.ledger->query(filter).value();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entry.item_id == receipt->inbound_id());
  CHECK(entries[0].entry.actor == "lgc");
  // The file name may hold a name: it is kept nowhere.
  v1::GetInboundMessageRequest request;
  request.set_inbound_id(receipt->inbound_id());
  const auto raw =
      tray.ask<v1::GetInboundMessageResponse>("GetInboundMessage", request, call_by("martin", v1::ROLE_DOCTOR));
  CHECK(raw->content() == bytes);
  CHECK(raw->source() == "mssante");
  CHECK(tray.read == std::vector<std::string>{receipt->inbound_id()});
}

TEST_CASE("the same bytes again give the first receipt marked duplicate and wake nobody") {
  Tray tray;
  const auto first = tray.submit("illisible");
  tray.process(first->inbound_id());
  const auto again = tray.submit("illisible");
  CHECK(again->duplicate());
  CHECK(again->inbound_id() == first->inbound_id());
  CHECK(again->received_ms() == first->received_ms());
  CHECK(again->state() == v1::INBOUND_STATE_UNREADABLE);
  CHECK(again->reason_code() == "ingest.unknown-format");
  CHECK_FALSE(again->reason().empty());
  CHECK(tray.arrived == 1);
  CHECK(tray.progress().received() == 2);
}

TEST_CASE("a submission repeated with its request id gives the same receipt") {
  Tray tray;
  const auto first = tray.submit("un", "r-1");
  const auto again = tray.submit("un", "r-1");
  CHECK(again->SerializeAsString() == first->SerializeAsString());
  CHECK(tray.progress().received() == 1);
  CHECK(outcome(tray.submit("deux", "r-1")) == "api.request-id-reused request_id");
}

TEST_CASE("a message is bounded as a whole and by chunk") {
  Tray tray;
  const std::string largest(largest_message, 'x');
  CHECK(outcome(tray.submit(largest + "x", {}, largest_chunk)) == "ingest.too-large");
  CHECK(outcome(tray.submit(std::string(largest_chunk + 1, 'x'), {}, largest_chunk + 1)) ==
        "relais.invalid-argument chunk");
  CHECK(outcome(tray.submit("")) == "relais.invalid-argument chunk");
  CHECK(tray.progress().received() == 0);
  CHECK(outcome(tray.submit(largest, {}, largest_chunk)) == "ok");
}

TEST_CASE("the queue says why each message waits and for which patients it may be") {
  Tray tray;
  tray.process(tray.submit("illisible")->inbound_id());
  const auto report = tray.brought(discordant());
  const auto queue = tray.queue();
  REQUIRE(queue->entries_size() == 2);
  CHECK(queue->entries(0).state() == v1::INBOUND_STATE_UNREADABLE);
  CHECK(queue->entries(0).reason() == french(Code::ingest_unknown_format));
  const auto& waiting = queue->entries(1);
  CHECK(waiting.report_id() == report);
  CHECK(waiting.identity_match() == v1::IDENTITY_MATCH_DISCORDANT);
  CHECK(waiting.differing_traits(0) == "date de naissance");
  CHECK(waiting.candidate_patient_ids(0) == "pat-1");
  CHECK(waiting.written().family() == "PAT-TROIS");
  CHECK(waiting.written().birth_date() == "1979-03-29");
  CHECK_FALSE(waiting.reason().empty());
  CHECK(tray.read.size() == 2);
  CHECK(tray.queue(v1::INBOUND_STATE_UNREADABLE)->entries_size() == 1);
  CHECK(outcome(tray.queue(v1::INBOUND_STATE_STORED)) == "relais.invalid-argument state");
}

TEST_CASE("a doctor attaches a report and detaches it again") {
  Tray tray;
  const auto report = tray.brought(discordant());
  CHECK(outcome(tray.attach(report, "pat-9")) == "relais.not-found patient_id");
  const auto attached = tray.attach(report, "pat-1");
  REQUIRE(outcome(attached) == "ok");
  CHECK(attached->report().patient_id() == "pat-1");
  CHECK(tray.read == std::vector<std::string>{"pat-1"});
  CHECK(tray.queue()->entries_size() == 0);
  CHECK(outcome(tray.attach(report, "pat-1")).starts_with("ingest.already-attached"));

  v1::DetachRequest request;
  request.set_report_id(report);
  request.set_reason("Erreur de dossier");
  const auto subject = tray.method("IngestService.Detach").subject(call_by("lea", v1::ROLE_ASSISTANT).caller, request);
  REQUIRE(subject);
  CHECK(subject->task_id() == "bio-reception");
  CHECK(subject->patient_id() == "pat-1");
  auto lea = call_by("lea", v1::ROLE_ASSISTANT, v1::DATA_LEVEL_D1);
  lea.subject = *subject;
  const auto detached = tray.ask<v1::DetachResponse>("Detach", request, lea);
  REQUIRE(outcome(detached) == "ok");
  CHECK(detached->report().patient_id().empty());
  CHECK(detached->report().laboratory().empty());
  CHECK_FALSE(detached->report().has_written_traits());
  CHECK(tray.read == std::vector<std::string>{"pat-1"});
  CHECK(tray.queue()->entries_size() == 1);
}

TEST_CASE("progress counts what came and what is not read and what is not sorted") {
  Tray tray;
  const auto id = tray.submit(samples::Report().xml())->inbound_id();
  CHECK(tray.progress().received() == 1);
  CHECK(tray.progress().unread() == 1);
  CHECK(tray.progress().unsorted() == 0);
  tray.process(id);
  CHECK(tray.progress().unread() == 0);
  CHECK(tray.progress().unsorted() == 1);
}

}  // namespace
}  // namespace relais::api
