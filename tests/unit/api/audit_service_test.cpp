// SPDX-License-Identifier: Apache-2.0
#include "api/audit_service.h"

#include <set>

#include "practice/ledger_chain.h"
#include "practice/ledger_head.h"
#include "relais/v1/audit.pb.h"
#include "support/service_practice.h"

namespace relais::api {
namespace {

using test::call_by;
using test::outcome;

struct Audited : test::ServicePractice {
  Audited() { register_audit_service(registry, *database, *ledger); }

  void write(const std::string& actor, const std::string& action, const std::string& patient,
             const std::string& call_id = "c-1") {
    clock.advance(std::chrono::seconds{1});
    practice::LedgerEntry entry;
    entry.actor = actor;
    entry.role = actor == "lea" ? "assistant" : "doctor";
    entry.action = action;
    entry.patient_id = patient;
    entry.call_id = call_id;
    REQUIRE(ledger->record(entry));
  }

  Answer<v1::QueryLedgerResponse> query(const v1::QueryLedgerRequest& request, Call call) {
    auto answer = ServicePractice::call<v1::QueryLedgerResponse>("AuditService.QueryLedger", call, request);
    read = call.subjects_read;
    return answer;
  }

  std::vector<v1::ExportLedgerResponse> exported(std::int64_t from = 0) {
    v1::ExportLedgerRequest request;
    request.set_from_sequence(from);
    auto call = call_by("martin", v1::ROLE_DOCTOR);
    auto stream = method("AuditService.ExportLedger").stream(call, request);
    REQUIRE(stream);
    (*stream)->start([] {});
    std::vector<v1::ExportLedgerResponse> parts;
    for (;;) {
      auto pulled = (*stream)->pull(call);
      REQUIRE(pulled);
      if (!pulled->message) {
        CHECK(pulled->end);
        return parts;
      }
      parts.push_back(static_cast<const v1::ExportLedgerResponse&>(*pulled->message));
    }
  }

  // As somebody with the database and without the host: the ledger takes no part in these writes.
  void tamper(const std::string& statement) {
    const auto beside = practice::Database::open("sqlite:" + (scratch.path() / "p.db").string(), clock).value();
    REQUIRE(beside->write([&](practice::Transaction& tx) -> Result<void> {
      tx.sql() << statement;
      return {};
    }));
  }

  std::vector<std::string> read;
};

TEST_CASE("the ledger is read latest first and page after page") {
  Audited practice;
  for (int i = 0; i < 5; ++i) practice.write("martin", "worklist.note", "pat-" + std::to_string(i));
  v1::QueryLedgerRequest request;
  request.mutable_page()->set_size(2);
  std::vector<std::int64_t> seen;
  for (int page = 0; page < 3; ++page) {
    const auto answer = practice.query(request, call_by("martin", v1::ROLE_DOCTOR));
    REQUIRE(answer);
    for (const auto& entry : answer->entries()) seen.push_back(entry.sequence());
    request.mutable_page()->set_token(answer->next_page_token());
    CHECK(answer->next_page_token().empty() == (page == 2));
    // An entry written in between moves nothing.
    practice.write("lea", "worklist.note", "pat-9");
  }
  CHECK(seen == std::vector<std::int64_t>{5, 4, 3, 2, 1});
}

TEST_CASE("each filter of the ledger narrows it and together they all hold") {
  Audited practice;
  practice.write("martin", "worklist.note", "pat-1", "c-100");
  practice.write("lea", "worklist.note", "pat-1", "c-10");
  practice.write("lea", "worklist.claim", "pat-2", "C-10");
  const auto martin = call_by("martin", v1::ROLE_DOCTOR);
  const auto sequences = [&](auto set) {
    v1::QueryLedgerRequest request;
    set(request);
    std::set<std::int64_t> found;
    const auto answer = practice.query(request, martin).value();
    for (const auto& entry : answer.entries()) found.insert(entry.sequence());
    return found;
  };
  using Found = std::set<std::int64_t>;
  CHECK(sequences([](auto&) {}) == Found{1, 2, 3});
  CHECK(sequences([](auto& r) { r.set_patient_id("pat-1"); }) == Found{1, 2});
  CHECK(sequences([](auto& r) { r.set_actor_id("lea"); }) == Found{2, 3});
  CHECK(sequences([](auto& r) { r.set_event("worklist.note"); }) == Found{1, 2});
  CHECK(sequences([](auto& r) { r.set_call_id("c-10"); }) == Found{2});
  CHECK(sequences([](auto& r) { r.set_call_id("c-1%"); }).empty());
  CHECK(sequences([](auto& r) { r.set_task_id("bio-triage"); }).empty());
  CHECK(sequences([](auto& r) {
          r.set_actor_id("lea");
          r.set_patient_id("pat-1");
        }) == Found{2});
  const auto second = practice::to_ms(practice.clock.now()) - 1000;
  CHECK(sequences([&](auto& r) { r.set_start_ms(second); }) == Found{2, 3});
  CHECK(sequences([&](auto& r) { r.set_end_ms(second); }) == Found{1});
}

TEST_CASE("an assistant reads the own entries only") {
  Audited practice;
  practice.write("martin", "worklist.note", "pat-1");
  practice.write("lea", "worklist.note", "pat-2");
  const auto lea = call_by("lea", v1::ROLE_ASSISTANT);
  const auto own = practice.query({}, lea);
  REQUIRE(own);
  REQUIRE(own->entries_size() == 1);
  CHECK(own->entries(0).actor_id() == "lea");
  CHECK(own->entries(0).actor_role() == v1::ROLE_ASSISTANT);
  v1::QueryLedgerRequest of_martin;
  of_martin.set_actor_id("martin");
  CHECK(outcome(practice.query(of_martin, lea)) == "api.role actor_id");
}

TEST_CASE("patients named by the entries of an answer are told to the ledger") {
  Audited practice;
  practice.write("martin", "worklist.note", "pat-1");
  practice.write("martin", "worklist.note", "pat-1");
  practice.write("martin", "account.opened", "");
  practice.write("martin", "worklist.note", "pat-2");
  REQUIRE(practice.query({}, call_by("martin", v1::ROLE_DOCTOR)));
  CHECK(practice.read == std::vector<std::string>{"pat-1", "pat-2"});
}

TEST_CASE("a ledger that was changed outside Relais is told with its first wrong entry") {
  Audited practice;
  for (int i = 0; i < 4; ++i) practice.write("martin", "worklist.note", "pat-1");
  const auto verify = [&] {
    auto call = call_by("martin", v1::ROLE_DOCTOR);
    return practice.call<v1::VerifyLedgerResponse>("AuditService.VerifyLedger", call, v1::VerifyLedgerRequest()).value();
  };
  CHECK(verify().intact());
  CHECK(verify().entries() == 4);
  CHECK(verify().code().empty());
  SECTION("edited") {
    practice.tamper("UPDATE ledger SET body = REPLACE(body, 'pat-1', 'pat-2') WHERE seq = 2");
    const auto verdict = verify();
    CHECK_FALSE(verdict.intact());
    CHECK(verdict.first_wrong() == 2);
    CHECK(verdict.code() == "ledger.edited");
    CHECK_FALSE(verdict.sentence().empty());
  }
  SECTION("removed") {
    practice.tamper("DELETE FROM ledger WHERE seq = 3");
    CHECK(verify().code() == "ledger.removed");
    CHECK(verify().first_wrong() == 3);
  }
  SECTION("cut at the end") {
    practice.tamper("DELETE FROM ledger WHERE seq = 4");
    CHECK_FALSE(verify().intact());
    CHECK(verify().code() == "ledger.removed");
  }
}

TEST_CASE("an export lets a third party recompute the chain up to the signed head") {
  Audited practice;
  const int count = 600;  // more than one page of the export
  for (int i = 0; i < count; ++i) practice.write("martin", "worklist.note", "pat-" + std::to_string(i % 3));
  const auto parts = practice.exported();
  REQUIRE(parts.size() == count + 1U);
  std::string previous = practice::genesis_hash();
  for (int i = 0; i < count; ++i) {
    const auto& entry = parts[static_cast<std::size_t>(i)].entry();
    REQUIRE(entry.sequence() == i + 1);
    REQUIRE(entry.previous_sha256() == previous);
    REQUIRE(practice::chain_hash(previous, entry.canonical()) == entry.sha256());
    previous = entry.sha256();
  }
  const auto& head = parts.back().head();
  CHECK(head.sequence() == count);
  CHECK(head.sha256() == previous);
  CHECK(practice::verify_head({head.sequence(), head.sha256()}, head.signature(), head.public_key()));
  CHECK(practice.exported(599).size() == 3);
}

TEST_CASE("an export of a damaged ledger shows every row and signs nothing new") {
  Audited practice;
  for (int i = 0; i < 3; ++i) practice.write("martin", "worklist.note", "pat-1");
  practice.tamper("UPDATE ledger SET body = 'nothing' WHERE seq = 2");
  const auto parts = practice.exported();
  REQUIRE(parts.size() == 4);
  CHECK(parts[1].entry().canonical() == "nothing");
  CHECK(parts.back().head().sha256() == parts[2].entry().sha256());
}

}  // namespace
}  // namespace relais::api
