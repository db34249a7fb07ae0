// SPDX-License-Identifier: Apache-2.0
#include "practice/mandate_gate.h"

#include "fiche_practice.h"

using namespace relais;
using namespace relais::practice;
using fiche::Action;
using fiche::Refusal;

TEST_CASE("the assistant sorts for the doctor who granted it in the hours of the fiche and once switched on") {
  FichePractice practice;
  practice.accept(1, triage);
  CHECK(practice.ask(Action::realiser, practice.report()).decision.refusal == Refusal::R22);
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-triage", true, practice.assistant));
  const auto answer = practice.ask(Action::realiser, practice.report());
  CHECK(answer.decision.authorised);
  CHECK(answer.shown == fiche::DataLevel::D3);
  CHECK(answer.decision.fiche_id == "fp-marchand-perrin");
  // 19:45 in Paris.
  practice.clock.advance(std::chrono::hours(3));
  const auto late = practice.ask(Action::realiser, practice.report());
  CHECK(late.decision.refusal == Refusal::R13);
  CHECK_FALSE(late.sentence.empty());
  CHECK_FALSE(late.unblocked_by.empty());
}

TEST_CASE("another doctor's item is refused and so is closing and an excluded patient") {
  FichePractice practice;
  practice.accept(1, triage);
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-triage", true, practice.assistant));
  CHECK(practice.ask(Action::realiser, practice.report("nguyen")).decision.refusal == Refusal::R04);
  CHECK(practice.ask(Action::finaliser, practice.report()).decision.refusal == Refusal::R21);
  auto excluded = practice.report();
  excluded.patient_id = "p-exclu";
  CHECK(practice.ask(Action::realiser, excluded).decision.refusal == Refusal::R14);
}

TEST_CASE("an account that is unknown or closed or no assistant's is refused") {
  FichePractice practice;
  practice.accept(1, triage);
  CHECK(practice.gate.decide("nobody", Action::activer, practice.report())->decision.refusal == Refusal::R01);
  CHECK(practice.gate.decide("nguyen", Action::activer, practice.report())->decision.refusal == Refusal::R01);
  REQUIRE(practice.accounts.disable("perrin", {"admin", worklist::Role::administrator, {}}));
  CHECK(practice.ask(Action::activer, practice.report()).decision.refusal == Refusal::R01);
}

TEST_CASE("a task may show more than the fiche does and another less") {
  FichePractice practice;
  practice.accept(1, triage_and_reception);
  auto reception = practice.report();
  reception.task = "bio-reception";
  CHECK(practice.ask(Action::activer, reception).shown == fiche::DataLevel::D4);
  CHECK(practice.ask(Action::activer, practice.report()).shown == fiche::DataLevel::D3);
}

TEST_CASE("a plugin runs for the prescriber once the assistant has switched the task on whatever the hour") {
  FichePractice practice;
  practice.accept(1, "  - {id: bio-triage, mode: faire-puis-valider, escalade: {immediate: [\"K >= 6.0 mmol/L\"]}}\n");
  fiche::PatientFacts patient;
  patient.id = "p-1";
  patient.mt = "nguyen";
  patient.presc = "marchand";
  CHECK_FALSE(practice.gate.decide_run("bio-triage", patient, "r-1")->allowed);
  CHECK_FALSE(practice.gate.decide_run("bio-triage", patient, "r-1")->refusal);
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-triage", true, practice.assistant));
  practice.clock.advance(std::chrono::hours(4));
  const auto run = practice.gate.decide_run("bio-triage", patient, "r-1");
  REQUIRE(run);
  CHECK(run->allowed);
  CHECK(run->doctor_id == "marchand");
  REQUIRE(run->holders.size() == 1);
  CHECK(run->holders[0].assistant_id == "perrin");
  CHECK(run->holders[0].immediate_rules == std::vector<std::string>{"K >= 6.0 mmol/L"});
}

TEST_CASE("no plugin runs for a doctor who delegated nothing and an outside prescriber gives way to the addressee") {
  FichePractice practice;
  practice.accept(1, triage);
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-triage", true, practice.assistant));
  fiche::PatientFacts patient;
  patient.presc = "nguyen";
  patient.dest = "marchand";
  CHECK(practice.gate.decide_run("bio-triage", patient, "")->doctor_id == "nguyen");
  CHECK_FALSE(practice.gate.decide_run("bio-triage", patient, "")->allowed);
  patient.presc = "hopital";
  CHECK(practice.gate.decide_run("bio-triage", patient, "")->doctor_id == "marchand");
  CHECK(practice.gate.decide_run("bio-triage", patient, "")->allowed);
  CHECK(*practice.gate.reference_doctor("bio-triage", patient) == "marchand");
  CHECK_FALSE(*practice.gate.reference_doctor("bio-triage", fiche::PatientFacts()));
}

TEST_CASE("a revoked fiche stops the run") {
  FichePractice practice;
  const auto held = practice.accept(1, triage);
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-triage", true, practice.assistant));
  fiche::PatientFacts patient;
  patient.presc = "marchand";
  REQUIRE(practice.gate.decide_run("bio-triage", patient, "")->allowed);
  REQUIRE(practice.fiches.revoke(held.id, "", "fin", practice.doctor));
  CHECK_FALSE(practice.gate.decide_run("bio-triage", patient, "")->allowed);
}
