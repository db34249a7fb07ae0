// SPDX-License-Identifier: Apache-2.0
// What people enter for decisions: only added to, read as of an instant, on each engine.
#include <catch2/catch.hpp>

#include "engine.h"
#include "practice/fact_store.h"
#include "practice/practice_facts.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

using namespace std::chrono_literals;

struct Practice {
  test::Scratch scratch;
  test::TestClock clock;
  std::unique_ptr<Database> database = Database::open(test::fresh_practice(), clock).value();
  std::unique_ptr<Ledger> ledger = Ledger::open(*database, scratch.path()).value();
  FactStore store{*ledger};
  const Attribution doctor{"marchand", worklist::Role::doctor, "c-1"};

  Fact presence(const std::string& value) const {
    Fact fact;
    fact.kind = FactKind::presence;
    fact.doctor_id = "marchand";
    fact.value = value;
    fact.from = clock.now();
    return fact;
  }
  Fact record(const Fact& fact) {
    return database->write([&](Transaction& tx) { return store.record(tx, fact, doctor); }).value();
  }
  Result<Fact> withdraw(const std::string& id) {
    return database->write([&](Transaction& tx) { return store.withdraw(tx, id, "erreur « é »", doctor); });
  }
  std::vector<Fact> facts(const FactFilter& filter = {}) {
    return database->read([&](soci::session& sql) -> Result<std::vector<Fact>> { return FactStore::facts(sql, filter); })
        .value();
  }
};

TEST_CASE("a fact comes back as it was entered with who and when") {
  Practice practice;
  Fact fact;
  fact.kind = FactKind::title_revoked;
  fact.doctor_id = "d";
  fact.assistant_id = "a";
  fact.replacement_id = "r";
  fact.patient_id = "p";
  fact.item_id = "i";
  fact.value = "cqp";
  fact.from = practice.clock.now() - 1h;
  fact.until = practice.clock.now() + 1h;
  fact.from_date = fiche::parse_date("2026-09-21");
  fact.until_date = fiche::parse_date("2026-09-22");
  fact.reference = "décision n° 12 'x'";
  fact.reason = "radiation \"ordre\"";
  const auto made = practice.record(fact);
  CHECK(made.id == "fact-1");
  const auto all = practice.facts();
  REQUIRE(all.size() == 1);
  const auto& held = all.front();
  CHECK(held.id == made.id);
  CHECK(held.kind == fact.kind);
  CHECK(held.doctor_id == "d");
  CHECK(held.assistant_id == "a");
  CHECK(held.replacement_id == "r");
  CHECK(held.patient_id == "p");
  CHECK(held.item_id == "i");
  CHECK(held.value == "cqp");
  CHECK(held.from == fact.from);
  CHECK(held.until == fact.until);
  CHECK(held.from_date == fact.from_date);
  CHECK(held.until_date == fact.until_date);
  CHECK(held.reference == fact.reference);
  CHECK(held.reason == fact.reason);
  CHECK(held.recorded == practice.clock.now());
  CHECK(held.recorded_by == "marchand");
  CHECK(held.recorded_role == worklist::Role::doctor);
  CHECK_FALSE(held.withdrawn);
}

TEST_CASE("a fact is withdrawn once and both it and its withdrawal stay") {
  Practice practice;
  const auto made = practice.record(practice.presence("present"));
  practice.clock.advance(1min);
  const auto before = practice.clock.now();
  practice.clock.advance(1min);
  REQUIRE(practice.withdraw(made.id));
  CHECK(practice.withdraw(made.id).error().code == Code::practice_withdrawn);
  CHECK(practice.withdraw("fact-99").error().code == Code::not_found);
  REQUIRE(practice.facts().size() == 1);
  const auto held = practice.facts().front();
  REQUIRE(held.withdrawn);
  CHECK(held.withdrawn->by == "marchand");
  CHECK(held.withdrawn->reason == "erreur « é »");
  CHECK(held.stands(before));
  CHECK_FALSE(held.stands(practice.clock.now()));
  FactFilter filter;
  filter.standing_only = true;
  CHECK(practice.facts(filter).empty());
  filter.known = before;
  REQUIRE(practice.facts(filter).size() == 1);
  CHECK_FALSE(practice.facts(filter).front().withdrawn);
  filter.known = made.recorded - 1ms;
  CHECK(practice.facts(filter).empty());
}

TEST_CASE("facts are found by kind and person and by what came after a number") {
  Practice practice;
  const auto first = practice.record(practice.presence("present"));
  auto kin = practice.presence("oui");
  kin.kind = FactKind::kinship;
  kin.patient_id = "p-1";
  const auto second = practice.record(kin);
  FactFilter filter;
  filter.kinds = {FactKind::kinship, FactKind::opposition};
  CHECK(practice.facts(filter).size() == 1);
  filter = {};
  filter.patient_id = "p-1";
  CHECK(practice.facts(filter).size() == 1);
  filter.patient_id = "p-1' OR '1'='1";
  CHECK(practice.facts(filter).empty());
  filter = {};
  filter.after_seq = second.seq;
  CHECK(practice.facts(filter).empty());
  REQUIRE(practice.withdraw(first.id));
  REQUIRE(practice.facts(filter).size() == 1);
  CHECK(practice.facts(filter).front().id == first.id);
}

TEST_CASE("a work that fails records neither fact nor ledger entry") {
  Practice practice;
  const auto failed = practice.database->write([&](Transaction& tx) -> Result<void> {
    if (auto made = practice.store.record(tx, practice.presence("present"), practice.doctor); !made)
      return tl::unexpected<Error>(made.error());
    return fail(Code::invalid_argument, "changed my mind");
  });
  CHECK_FALSE(failed);
  CHECK(practice.facts().empty());
  LedgerFilter filter;
  filter.action = "fact.presence";
  CHECK(practice.ledger->query(filter)->empty());
  practice.record(practice.presence("present"));
  CHECK(practice.ledger->query(filter)->size() == 1);
}

TEST_CASE("what decisions read follows what is recorded and withdrawn without being opened again") {
  Practice practice;
  PracticeFacts known(*practice.database, "Europe/Paris");
  REQUIRE(known.refresh());
  CHECK_FALSE(known.doctor_present("marchand", practice.clock.now()));
  const auto made = practice.record(practice.presence("present"));
  REQUIRE(known.refresh());
  CHECK(known.doctor_present("marchand", practice.clock.now()) == true);
  const auto then = practice.clock.now();
  practice.clock.advance(1min);
  REQUIRE(practice.withdraw(made.id));
  REQUIRE(known.refresh());
  CHECK_FALSE(known.doctor_present("marchand", practice.clock.now()));
  CHECK(known.doctor_present("marchand", then) == true);
}

}  // namespace
}  // namespace relais::practice
