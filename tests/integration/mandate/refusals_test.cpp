// SPDX-License-Identifier: Apache-2.0
// R01 to R25 and W1, W2, each by what makes it: an act that the host refuses, or its own explanation where the task has
// no plugin yet.
#include <catch2/catch.hpp>

#include "practice.h"
#include "relais/v1/audit.grpc.pb.h"

using namespace relais;
using namespace relais::mandate;

namespace {

constexpr auto activer = v1::DELEGATED_ACTION_ACTIVER;

}  // namespace

TEST_CASE("R01 an unknown assistant and one not yet in function are refused") {
  Practice practice;
  Fiche fiche;
  fiche.function_start = "2026-12-01";
  practice.put_in_force(fiche);
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R01");
  practice.at("2026-12-01T10:00");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "ok");
  v1::ExplainDecisionRequest request;
  request.set_assistant_id("inconnue");
  request.set_action(realiser);
  request.mutable_subject()->set_task_id("bio-triage");
  request.mutable_subject()->set_doctor_id("marchand");
  const auto unknown = practice.call("marchand", &v1::DelegationService::Stub::ExplainDecision, request);
  REQUIRE(unknown.ok);
  CHECK(unknown.value.decision().rule() == "R01");
}

TEST_CASE("R02 an act that is never delegable cannot be switched on") {
  Practice practice;
  practice.put_in_force({});
  CHECK(practice.enable("perrin", "marchand", "x-prescrire") == "R02");
}

TEST_CASE("R03 a task that is not in the catalogue cannot be switched on") {
  Practice practice;
  practice.put_in_force({});
  CHECK(practice.enable("perrin", "marchand", "faire-le-cafe") == "R03");
}

TEST_CASE("R04 without a fiche of this doctor nothing is switched on") {
  Practice practice;
  practice.put_in_force({});
  CHECK(practice.enable("benali", "marchand", "bio-triage") == "R04");
  CHECK(practice.enable("perrin", "nguyen", "bio-triage") == "R04");
}

TEST_CASE("R05 a fiche gives no right before the assistant accepts it") {
  Practice practice;
  REQUIRE(practice.sign_draft({}) == "ok");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R05");
  REQUIRE(practice.answer({}, v1::FICHE_ANSWER_ACCEPT).said() == "ok");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "ok");
}

TEST_CASE("R06 before its first day and after its last day a fiche gives no right") {
  Practice practice;
  Fiche fiche;
  fiche.from = "2026-11-24";
  fiche.to = "2026-12-31";
  practice.put_in_force(fiche);
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R06");
  practice.at("2026-12-31T18:59");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "ok");
  practice.at("2027-01-01T00:01");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R06");
}

TEST_CASE("R07 a revoked fiche takes the item away at once") {
  Sorting practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.see("perrin", item) == "ok");
  v1::RevokeFicheRequest revoke;
  revoke.set_fiche_id(Fiche{}.name());
  revoke.set_reason("réorganisation");
  REQUIRE(practice.call("marchand", &v1::DelegationService::Stub::RevokeFiche, revoke).said() == "ok");
  CHECK(practice.see("perrin", item) == "R07");
  CHECK(practice.claim("perrin", item) == "R07");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R07");
}

TEST_CASE("R08 a task that the doctor did not give is refused") {
  Practice practice;
  practice.put_in_force(with_tasks("  - {id: accueil-patient, mode: autonome}\n  - {id: bio-triage, mode: \"non\"}\n"));
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R08");
  CHECK(practice.enable("perrin", "marchand", "numerisation") == "R08");
}

TEST_CASE("R09 what one doctor gives is worth nothing for another's results") {
  Sorting practice;
  Fiche other = with_tasks("  - {id: accueil-patient, mode: autonome}\n");
  other.doctor = "nguyen";
  practice.put_in_force(other);
  const auto item = practice.report({Practice::potassium(4.2)}, "nguyen");
  CHECK(practice.see("perrin", item) == "R09");
  CHECK(practice.claim("perrin", item) == "R09");
  CHECK(practice.enable("perrin", "nguyen", "bio-triage") == "R09");
}

TEST_CASE("R10 an act for a nurse needs the diploma") {
  Practice practice;
  Fiche fiche = with_tasks("  - {id: bio-appel-patient, mode: faire-puis-valider}\n");
  fiche.assistant = "benali";
  fiche.profile = "ide";
  practice.put_in_force(fiche);
  CHECK(practice.enable("benali", "marchand", "bio-appel-patient") == "R10");
  fiche.version = 2;
  fiche.from = "2026-11-23";
  fiche.attestations = "{type: dei, le: 2014-07-10, preuve: dei.pdf}";
  practice.put_in_force(fiche);
  CHECK(practice.enable("benali", "marchand", "bio-appel-patient") == "ok");
}

TEST_CASE("R11 past the training deadline only tasks open to all remain") {
  Practice practice;
  Fiche fiche =
      with_tasks("  - {id: carnet-sante, mode: faire-puis-valider}\n  - {id: accueil-patient, mode: autonome}\n");
  fiche.function_start = "2023-11-27";
  fiche.contract = "2023-11-02";
  practice.put_in_force(fiche);
  CHECK(practice.enable("perrin", "marchand", "carnet-sante") == "ok");
  practice.at("2026-11-27T10:00");
  CHECK(practice.enable("perrin", "marchand", "carnet-sante") == "R11");
  CHECK(practice.enable("perrin", "marchand", "accueil-patient") == "ok");
}

TEST_CASE("R12 a trainee without supervision prepares and does not do") {
  Practice practice;
  practice.put_in_force(with_tasks("  - {id: carnet-sante, mode: faire-puis-valider}\n"));
  REQUIRE(practice.enable("perrin", "marchand", "carnet-sante") == "ok");
  CHECK(practice.rule("perrin", realiser, "carnet-sante", "marchand") == "R12");
  CHECK(practice.rule("perrin", v1::DELEGATED_ACTION_PREPARER, "carnet-sante", "marchand") == "ok preparer");
}

TEST_CASE("R13 outside the hours and on a public holiday nobody acts") {
  Sorting practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  practice.at("2026-11-23T19:00");
  CHECK(practice.claim("perrin", item) == "R13");
  practice.at("2026-11-28T10:00");  // Saturday
  CHECK(practice.claim("perrin", item) == "R13");
  practice.at("2026-12-25T10:00");  // Friday
  CHECK(practice.claim("perrin", item) == "R13");
  practice.at("2026-12-28T10:00");
  CHECK(practice.claim("perrin", item) == "ok");
}

TEST_CASE("R14 a patient whom the fiche excludes stays with the doctor") {
  Fiche fiche;
  fiche.exclusions = "{lien_familial: true, ids: [p-001], age_min: null, age_max: null}";
  Sorting practice(fiche);
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.see("perrin", item) == "R14");
  CHECK(practice.see("perrin", practice.report({Practice::potassium(4.2)}, "marchand", 1)) == "ok");
}

TEST_CASE("R17 a task that needs more than the fiche opens shows nothing") {
  Fiche fiche;
  fiche.level = "D1";
  Sorting practice(fiche);
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.see("perrin", item) == "R17");
  CHECK(practice.see("marchand", item) == "ok");
}

TEST_CASE("R18 unknown presence of the doctor counts as absent") {
  Sorting practice(with_tasks("  - {id: bio-triage, mode: faire-puis-valider, presence_medecin: requise}\n"));
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.claim("perrin", item) == "R18");
}

TEST_CASE("R20 the second item of the day is refused under a quota of one") {
  Sorting practice(with_tasks("  - {id: bio-triage, mode: faire-puis-valider, quota_jour: 1}\n"));
  const auto first = practice.report({Practice::potassium(4.2)});
  const auto second = practice.report({Practice::potassium(4.3)}, "marchand", 1);
  CHECK(practice.claim("perrin", first) == "ok");
  CHECK(practice.prepare("perrin", first) == "ok");
  CHECK(practice.claim("perrin", second) == "R20");
  practice.at("2026-11-24T10:00");
  CHECK(practice.claim("perrin", second) == "ok");
}

TEST_CASE("R21 the assistant who does and has it validated does not close") {
  Sorting practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.close("perrin", item) == "R21");
  CHECK(practice.prepare("perrin", item) == "ok");
}

TEST_CASE("R22 a task that the assistant has not switched on shows nothing") {
  Practice practice;
  practice.install("bio-triage");
  practice.put_in_force({});
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.see("perrin", item) == "R22");
  REQUIRE(practice.enable("perrin", "marchand", "bio-triage") == "ok");
  CHECK(practice.see("perrin", item) == "ok");
}

TEST_CASE("R24 one decider's veto forbids a task of the practice") {
  Practice practice;
  practice.put_in_force(with_tasks("  - {id: stock-commande, mode: autonome}\n"));
  CHECK(practice.enable("perrin", "marchand", "stock-commande") == "ok");
  Fiche other = with_tasks("  - {id: stock-commande, mode: \"non\", veto: true}\n");
  other.doctor = "nguyen";
  practice.put_in_force(other);
  CHECK(practice.enable("perrin", "marchand", "stock-commande") == "R24");
}

TEST_CASE("R25 a task that the assistant declined is refused") {
  Practice practice;
  practice.put_in_force(with_tasks("  - {id: bio-triage, mode: faire-puis-valider}\n"
                                   "  - {id: numerisation, mode: autonome}\n"),
                        {"bio-triage"});
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R25");
  CHECK(practice.enable("perrin", "marchand", "numerisation") == "ok");
}

TEST_CASE("W1 past the training deadline a task open to all warns") {
  Practice practice;
  Fiche fiche = with_tasks("  - {id: accueil-patient, mode: autonome}\n");
  fiche.function_start = "2023-11-27";
  fiche.contract = "2023-11-02";
  practice.put_in_force(fiche);
  CHECK_FALSE(warns(practice.ask("perrin", activer, "accueil-patient", "marchand"), "W1"));
  practice.at("2026-11-27T10:00");
  const auto decision = practice.ask("perrin", activer, "accueil-patient", "marchand");
  CHECK(decision.allowed());
  CHECK(warns(decision, "W1"));
}

TEST_CASE("W2 a nurse without the course between two and three years warns") {
  Practice practice;
  Fiche fiche = with_tasks("  - {id: accueil-patient, mode: autonome}\n");
  fiche.assistant = "benali";
  fiche.profile = "ide";
  fiche.function_start = "2024-11-25";
  fiche.attestations = "{type: dei, le: 2014-07-10, preuve: dei.pdf}";
  practice.put_in_force(fiche);
  CHECK_FALSE(warns(practice.ask("benali", activer, "accueil-patient", "marchand"), "W2"));
  practice.at("2026-11-25T10:00");
  const auto decision = practice.ask("benali", activer, "accueil-patient", "marchand");
  CHECK(decision.allowed());
  CHECK(warns(decision, "W2"));
}
