// SPDX-License-Identifier: Apache-2.0
#include "practice/practice_facts.h"

#include "fiche_practice.h"

using namespace relais;
using namespace relais::practice;
using namespace std::chrono_literals;
using fiche::Action;
using fiche::Refusal;

namespace {

fiche::CivilDate day(const char* text) { return *fiche::parse_date(text); }

Fact of_days(FactKind kind, const std::string& assistant, const std::string& value, const char* from,
             const char* until) {
  Fact fact;
  fact.kind = kind;
  fact.assistant_id = assistant;
  fact.value = value;
  fact.from_date = day(from);
  if (until != nullptr) fact.until_date = day(until);
  fact.from = fiche::to_instant(fiche::LocalTime{date::local_days{*fact.from_date}}, "Europe/Paris");
  return fact;
}

// Facts entered in a practice whose gate reads them. Monday 23 November 2026, 16:45 in Paris.
struct Told : FichePractice {
  PracticeFacts known{*database, "Europe/Paris"};
  MandateGate knowing{fiches, accounts, *ledger, known, clock};
  FactStore store{*ledger};

  Fact tell(Fact fact, worklist::Role role = worklist::Role::doctor, const std::string& who = "marchand") {
    return database->write([&](Transaction& tx) { return store.record(tx, fact, {who, role, {}}); }).value();
  }
  Fact present(bool is, std::chrono::minutes from, std::chrono::minutes until,
               worklist::Role role = worklist::Role::doctor, const std::string& who = "marchand") {
    Fact fact;
    fact.kind = FactKind::presence;
    fact.doctor_id = "marchand";
    fact.value = is ? fact_value::present : fact_value::absent;
    fact.from = clock.now() + from;
    fact.until = clock.now() + until;
    return tell(fact, role, who);
  }
  std::optional<bool> at(std::chrono::minutes later) {
    REQUIRE(known.refresh());
    return known.doctor_present("marchand", clock.now() + later);
  }
  std::optional<Refusal> asked(std::optional<Instant> at = std::nullopt, const std::string& patient = "p-1") {
    auto subject = report();
    subject.patient_id = patient;
    const auto answer = knowing.decide("perrin", Action::realiser, subject, at);
    REQUIRE(answer);
    return answer->decision.refusal;
  }
  void delegate(const std::string& extra = "") {
    const auto stored = *fiches.put_draft(fiche_yaml(1, triage, "marchand", extra), doctor);
    REQUIRE(fiches.sign(stored.id, 1, stored.sha256, password, doctor));
    REQUIRE(fiches.answer(stored.id, 1, stored.sha256, fiche::AnswerKind::accepte, {}, password, assistant));
    REQUIRE(fiches.set_enabled("marchand", "bio-triage", true, assistant));
  }
};

}  // namespace

TEST_CASE("of two declarations the latest that covers the instant holds") {
  Told practice;
  practice.present(true, 0min, 480min);
  practice.present(false, 60min, 120min);
  CHECK(practice.at(0min) == true);
  CHECK(practice.at(59min) == true);
  CHECK(practice.at(60min) == false);
  CHECK(practice.at(119min) == false);
  CHECK(practice.at(120min) == true);
  CHECK_FALSE(practice.at(480min));
}

TEST_CASE("what a locum declared counts during the replacement and what the doctor declared outside it") {
  Told practice;
  Fact locum;
  locum.kind = FactKind::locum;
  locum.doctor_id = "marchand";
  locum.replacement_id = "martin";
  locum.from = practice.clock.now() + 10min;
  locum.until = practice.clock.now() + 20min;
  practice.tell(locum);
  practice.present(true, 0min, 60min);
  CHECK(practice.at(5min) == true);
  CHECK_FALSE(practice.at(10min));
  practice.present(true, 0min, 60min, worklist::Role::replacement_doctor, "martin");
  practice.present(false, 0min, 60min, worklist::Role::replacement_doctor, "somebody-else");
  CHECK(practice.at(10min) == true);
  CHECK(practice.at(20min) == true);
  CHECK(practice.known.presence("marchand", practice.clock.now() + 20min)->recorded_by == "marchand");
}

TEST_CASE("the validations of a replaced doctor go to the locum whom the period names") {
  Told practice;
  auto text = fiche_yaml(1, triage);
  const std::string suspends = "{regle: suspendre}";
  text.replace(text.find(suspends), suspends.size(), "{regle: maintenir}");
  const auto stored = *practice.fiches.put_draft(text, practice.doctor);
  REQUIRE(practice.fiches.sign(stored.id, 1, stored.sha256, FichePractice::password, practice.doctor));
  REQUIRE(practice.fiches.answer(stored.id, 1, stored.sha256, fiche::AnswerKind::accepte, {}, FichePractice::password,
                                 practice.assistant));
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-triage", true, practice.assistant));
  CHECK(practice.knowing.replaced_by("martin", "marchand", "Europe/Paris").empty());
  Fact locum;
  locum.kind = FactKind::locum;
  locum.doctor_id = "marchand";
  locum.replacement_id = "martin";
  locum.from = practice.clock.now();
  locum.until = practice.clock.now() + 10min;
  practice.tell(locum);
  const auto answer = practice.knowing.decide("perrin", Action::realiser, practice.report());
  REQUIRE(answer);
  CHECK(answer->decision.authorised);
  CHECK(answer->validated_by == "martin");
  CHECK(practice.knowing.replaced_by("martin", "nguyen", "Europe/Paris") == "marchand");
  // Another locum whose account names the doctor is not meant.
  CHECK(practice.knowing.replaced_by("durand", "marchand", "Europe/Paris").empty());
  practice.clock.advance(10min);
  CHECK(practice.knowing.replaced_by("martin", "marchand", "Europe/Paris").empty());
}

TEST_CASE("a decision about the past is taken with what was known then") {
  Told practice;
  practice.delegate();
  const auto before = practice.clock.now();
  practice.clock.advance(1min);
  Fact kin;
  kin.kind = FactKind::kinship;
  kin.assistant_id = "perrin";
  kin.patient_id = "p-1";
  kin.value = fact_value::kin;
  const auto fact = practice.tell(kin);
  CHECK(practice.asked() == Refusal::R19);
  CHECK_FALSE(practice.asked(before));
  CHECK_FALSE(practice.asked(std::nullopt, "p-2"));
  const auto during = practice.clock.now();
  practice.clock.advance(1min);
  REQUIRE(practice.database->write(
      [&](Transaction& tx) { return practice.store.withdraw(tx, fact.id, "divorce", practice.doctor); }));
  CHECK_FALSE(practice.asked());
  CHECK(practice.asked(during) == Refusal::R19);
}

TEST_CASE("two categories of one item are one that no fiche opens") {
  Told practice;
  Fact fact;
  fact.kind = FactKind::category;
  fact.item_id = "r-1";
  fact.value = "addictions";
  practice.tell(fact);
  REQUIRE(practice.known.refresh());
  CHECK(practice.known.category("r-1", practice.clock.now()) == "addictions");
  fact.value = "vih-ist";
  practice.tell(fact);
  REQUIRE(practice.known.refresh());
  CHECK(practice.known.category("r-1", practice.clock.now()) == "notes-personnelles");
}

TEST_CASE("an absence of more than three months asks whether the grants stand and shorter ones that follow add up") {
  const auto absent = [](const char* id, const char* from, const char* until) {
    auto fact = of_days(FactKind::absence, "perrin", "", from, until);
    fact.id = id;
    return fact;
  };
  CHECK(doubts("perrin", {absent("f-1", "2026-08-01", "2026-10-31")}).empty());
  const auto long_one = doubts("perrin", {absent("f-1", "2026-08-01", "2026-11-01")});
  REQUIRE(long_one.size() == 1);
  CHECK(long_one[0].from == day("2026-11-01"));
  CHECK(long_one[0].absence);
  const std::vector<Fact> in_a_row{absent("f-2", "2026-09-01", "2026-09-30"), absent("f-1", "2026-08-01", "2026-08-31"),
                                   absent("f-3", "2026-10-01", "2026-11-15")};
  REQUIRE(doubts("perrin", in_a_row).size() == 1);
  CHECK(doubts("perrin", in_a_row)[0].fact_id == "f-1");
  CHECK(doubts("lefort", in_a_row).empty());
  CHECK(doubts("perrin", {in_a_row[0], absent("f-4", "2026-10-02", "2026-11-15")}).empty());
}

TEST_CASE("after a long absence nothing is allowed before the doctor has said that the grants stand") {
  Told practice;
  practice.delegate();
  CHECK_FALSE(practice.asked());
  const auto absence = practice.tell(of_days(FactKind::absence, "perrin", "", "2026-07-01", "2026-11-20"));
  CHECK(practice.asked() == Refusal::R01);
  Fact answer;
  answer.kind = FactKind::answer;
  answer.doctor_id = "marchand";
  answer.assistant_id = "perrin";
  answer.reference = question_id(absence.id, "marchand", "perrin");
  answer.value = fact_value::keep;
  practice.clock.advance(1min);
  const auto given = practice.tell(answer);
  CHECK_FALSE(practice.asked());
  answer.value = fact_value::end;
  practice.tell(answer);
  CHECK(practice.asked() == Refusal::R01);
}

TEST_CASE("a title suspended for some days is given back after them") {
  Told practice;
  practice.tell(of_days(FactKind::title_revoked, "perrin", "dei", "2026-11-01", "2026-11-23"));
  REQUIRE(practice.known.refresh());
  REQUIRE(practice.known.terms("perrin", practice.clock.now()).withdrawn.size() == 1);
  CHECK(practice.known.terms("perrin", practice.clock.now() + 24h).withdrawn.empty());
  CHECK(practice.known.terms("lefort", practice.clock.now()).withdrawn.empty());
}

TEST_CASE("what cannot be read decides nothing") {
  Told practice;
  practice.delegate();
  practice.tamper("DROP TABLE practice_fact_withdrawal");
  practice.present(true, 0min, 10min);
  CHECK_FALSE(practice.knowing.decide("perrin", Action::realiser, practice.report()));
  CHECK(practice.knowing.replaced_by("martin", "marchand", "Europe/Paris").empty());
}
