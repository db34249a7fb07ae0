// SPDX-License-Identifier: Apache-2.0
#include "practice/fiche_store.h"

#include "fiche_practice.h"

using namespace relais;
using namespace relais::practice;
using fiche::AnswerKind;

TEST_CASE("a draft gives no right and its signature and answer make it a fiche in force") {
  FichePractice practice;
  const auto draft = practice.draft(1, triage);
  CHECK(draft.state == FicheState::draft);
  CHECK(practice.fiches.known()->empty());
  const auto signed_fiche = practice.fiches.sign(draft.id, 1, draft.sha256, FichePractice::password, practice.doctor);
  REQUIRE(signed_fiche);
  CHECK(signed_fiche->state == FicheState::signed_by_doctor);
  CHECK(practice.ask(fiche::Action::activer, practice.report()).decision.refusal == fiche::Refusal::R05);
  const auto accepted = practice.fiches.answer(draft.id, 1, draft.sha256, AnswerKind::accepte, {},
                                               FichePractice::password, practice.assistant);
  REQUIRE(accepted);
  CHECK(accepted->state == FicheState::accepted);
  CHECK(practice.ask(fiche::Action::activer, practice.report()).decision.authorised);
}

TEST_CASE("only the doctor of the fiche drafts and signs and only its assistant answers") {
  FichePractice practice;
  CHECK(practice.fiches.put_draft(fiche_yaml(1, triage), practice.other_doctor).error().code == Code::api_not_yours);
  const auto draft = practice.draft(1, triage);
  CHECK(practice.fiches.sign(draft.id, 1, draft.sha256, FichePractice::password, practice.other_doctor).error().code ==
        Code::api_not_yours);
  CHECK(practice.fiches.answer(draft.id, 1, draft.sha256, AnswerKind::accepte, {}, FichePractice::password,
                               practice.assistant)
            .error()
            .code == Code::fiche_not_signed);
  practice.sign(1, triage);
  CHECK(practice.fiches.answer(draft.id, 1, draft.sha256, AnswerKind::accepte, {}, FichePractice::password,
                               practice.doctor)
            .error()
            .code == Code::api_not_yours);
}

TEST_CASE("a wrong password or another text than the one shown signs nothing") {
  FichePractice practice;
  const auto draft = practice.draft(1, triage);
  CHECK(practice.fiches.sign(draft.id, 1, draft.sha256, "not the password", practice.doctor).error().code ==
        Code::api_password);
  CHECK(practice.fiches.sign(draft.id, 1, std::string(64, '0'), FichePractice::password, practice.doctor).error().code ==
        Code::fiche_changed);
  CHECK(practice.fiches.get(draft.id, 1)->state == FicheState::draft);
}

TEST_CASE("a fiche that may not be signed says the first rule and its place") {
  FichePractice practice;
  const auto draft = practice.draft(1, "  - {id: tache-inconnue, mode: autonome}\n");
  const auto refused = practice.fiches.sign(draft.id, 1, draft.sha256, FichePractice::password, practice.doctor);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::fiche_refused_at_signing);
  CHECK(refused.error().detail == "E1");
  CHECK(refused.error().place.find("taches[0]") == 0);
}

TEST_CASE("signatures written into the text of a draft are worth nothing") {
  FichePractice practice;
  const auto yaml = fiche_yaml(1, triage) +
                    "signatures:\n  medecin: {le: 2026-04-10T19:05, moyen: e-CPS}\n"
                    "  assistant: {le: 2026-04-13T08:35, moyen: e-CPE, statut: accepte, taches_refusees: []}\n";
  const auto stored = practice.fiches.put_draft(yaml, practice.doctor);
  REQUIRE(stored);
  CHECK(stored->state == FicheState::draft);
  CHECK(stored->yaml.find("e-CPS") == std::string::npos);
  CHECK(practice.ask(fiche::Action::activer, practice.report()).decision.refusal == fiche::Refusal::R04);
}

TEST_CASE("a version carries the hash of the one before and a signed one never changes") {
  FichePractice practice;
  const auto first = practice.accept(1, triage);
  CHECK(practice.fiches.put_draft(fiche_yaml(1, triage), practice.doctor).error().code == Code::fiche_version);
  const auto second = practice.draft(2, triage_and_reception);
  REQUIRE(second.content);
  CHECK(second.content->previous_sha256 == first.sha256);
  const auto changes = practice.fiches.difference(first.id, 2);
  REQUIRE(changes);
  CHECK(std::any_of(changes->begin(), changes->end(), [](const auto& change) {
    return change.kind == fiche::DifferenceKind::more && change.place.find("bio-reception") != std::string::npos;
  }));
}

TEST_CASE("the assistant declines tasks or refuses and answers once") {
  FichePractice practice;
  const auto held = practice.sign(1, triage_and_reception);
  const auto answer = [&](AnswerKind kind, const std::vector<std::string>& declined) {
    return practice.fiches.answer(held.id, 1, held.sha256, kind, declined, FichePractice::password, practice.assistant);
  };
  CHECK(answer(AnswerKind::reserve, {}).error().place == "declined_tasks");
  CHECK(answer(AnswerKind::accepte, {"bio-triage"}).error().place == "declined_tasks");
  CHECK(answer(AnswerKind::reserve, {"constantes"}).error().place == "declined_tasks");
  const auto reserved = answer(AnswerKind::reserve, {"bio-triage"});
  REQUIRE(reserved);
  CHECK(reserved->state == FicheState::reserved);
  CHECK(practice.ask(fiche::Action::activer, practice.report()).decision.refusal == fiche::Refusal::R25);
  CHECK(answer(AnswerKind::accepte, {}).error().code == Code::fiche_already_answered);
}

TEST_CASE("revoking a task or the whole fiche ends it at once and switches off what was on") {
  FichePractice practice;
  const auto held = practice.accept(1, triage_and_reception);
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-triage", true, practice.assistant));
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-reception", true, practice.assistant));
  CHECK(practice.fiches.revoke(held.id, "", "essai", practice.other_doctor).error().code == Code::api_not_yours);
  const auto task = practice.fiches.revoke(held.id, "bio-triage", "je trie moi-même", practice.doctor);
  REQUIRE(task);
  CHECK(task->stopped_tasks == std::vector<std::string>{"bio-triage"});
  CHECK(practice.ask(fiche::Action::activer, practice.report()).decision.refusal == fiche::Refusal::R07);
  const auto whole = practice.fiches.revoke(held.id, "", "fin de contrat", practice.doctor);
  REQUIRE(whole);
  CHECK(whole->stopped_tasks == std::vector<std::string>{"bio-reception"});
  CHECK(whole->fiche.state == FicheState::revoked);
  const auto again = practice.fiches.revoke(held.id, "", "encore", practice.doctor);
  REQUIRE(again);
  CHECK(again->stopped_tasks.empty());
}

TEST_CASE("a stored fiche that somebody edited is not in force and says so") {
  FichePractice practice;
  const auto held = practice.accept(1, triage);
  REQUIRE(practice.ask(fiche::Action::activer, practice.report()).decision.authorised);
  SECTION("its text") { practice.tamper("UPDATE fiche SET yaml = replace(yaml, 'faire-puis-valider', 'autonome')"); }
  SECTION("its text so that it can no longer be read") { practice.tamper("UPDATE fiche SET yaml = 'x'"); }
  SECTION("the doctor's signature") { practice.tamper("DELETE FROM fiche_signature WHERE role = 'medecin'"); }
  SECTION("the assistant's answer") { practice.tamper("UPDATE fiche_signature SET answer = 'reserve' WHERE role = 'assistant'"); }
  SECTION("the key of the doctor") { practice.tamper("DELETE FROM signing_key WHERE account_id = 'marchand'"); }
  SECTION("whose it is") { practice.tamper("UPDATE fiche SET doctor_id = 'nguyen'"); }
  const auto tampered = practice.fiches.get(held.id, 1);
  REQUIRE(tampered);
  CHECK(tampered->state == FicheState::tampered);
  CHECK_FALSE(tampered->problems.empty());
  CHECK_FALSE(practice.ask(fiche::Action::activer, practice.report()).decision.authorised);
}

TEST_CASE("a fiche stays valid when its doctor makes a new signing key") {
  FichePractice practice;
  const auto held = practice.accept(1, triage);
  REQUIRE(practice.accounts.set_signing_key(FichePractice::password, practice.doctor));
  CHECK(practice.fiches.get(held.id, 1)->state == FicheState::accepted);
}

TEST_CASE("each step of a fiche is in the ledger") {
  FichePractice practice;
  const auto held = practice.accept(1, triage);
  REQUIRE(practice.fiches.set_enabled("marchand", "bio-triage", true, practice.assistant));
  REQUIRE(practice.fiches.revoke(held.id, "", "fin", practice.doctor));
  for (const auto* action : {"fiche.draft", "fiche.sign", "fiche.answer", "task.enable", "fiche.revoke"}) {
    LedgerFilter filter;
    filter.action = action;
    INFO(action);
    CHECK(practice.ledger->query(filter)->size() == 1);
  }
}
