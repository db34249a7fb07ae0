// SPDX-License-Identifier: Apache-2.0
// One situation or more for each code of the decision, in the order of its steps.
#include <catch2/catch.hpp>

#include "domain/decision.h"
#include "fiche_samples.h"

using namespace relais::fiche;
using namespace relais::fiche::samples;

namespace {

void check_refused(const Question& q, Refusal code, Mode mode) {
  const auto decision = decide(q);
  REQUIRE_FALSE(decision.authorised);
  CHECK(reason(*decision.refusal).code == reason(code).code);
  CHECK(text(decision.mode) == text(mode));
  CHECK(decision.obligations.empty());
}

Decision check_authorised(const Question& q, Mode mode) {
  const auto decision = decide(q);
  INFO((decision.refusal ? std::string(reason(*decision.refusal).code) : std::string("authorised")));
  CHECK(decision.authorised);
  CHECK(text(decision.mode) == text(mode));
  CHECK_FALSE(decision.refusal);
  return decision;
}

constexpr auto FPV = Mode::faire_puis_valider;

}  // namespace

TEST_CASE("a granted task inside every limit is authorised with its obligations") {
  const auto decision = check_authorised(question({martin_leroy()}), FPV);
  CHECK(decision.obligations ==
        std::set<Obligation>{Obligation::trace, Obligation::validation_medecin, Obligation::vu_requis});
  CHECK(decision.doctors == std::vector<std::string>{"martin"});
  CHECK(decision.fiche_id == "fp-martin-leroy");
}

TEST_CASE("R01 an account unknown or not personally authenticated") {
  auto q = question({martin_leroy()});
  q.context.authenticated = false;
  check_refused(q, Refusal::R01, Mode::non);
  q = question({martin_leroy()});
  q.context.account_known = false;
  check_refused(q, Refusal::R01, Mode::non);
}

TEST_CASE("R01 before the first day of the function and after the last") {
  auto fiche = martin_leroy();
  fiche.assistant.function_end = day("2026-03-09");
  check_refused(question({fiche}), Refusal::R01, Mode::non);
  fiche.assistant.function_end = day("2026-03-10");
  check_authorised(question({fiche}), FPV);
  fiche.assistant.function_start = day("2026-03-11");
  check_refused(question({fiche}), Refusal::R01, Mode::non);
}

TEST_CASE("R01 comes before a never delegable act and before a revocation") {
  auto fiche = martin_leroy();
  fiche.assistant.function_end = day("2026-02-01");
  fiche.revocations = {{*parse_moment("2026-02-01"), "martin", "fiche", {}}};
  check_refused(question({fiche}), Refusal::R01, Mode::non);
  auto q = question({fiche});
  q.task = "x-prescrire";
  check_refused(q, Refusal::R01, Mode::non);
}

TEST_CASE("R02 a never delegable act and a jamais variant of a granted task") {
  auto fiche = martin_leroy();
  fiche.grants.push_back(grant("x-prescrire", Mode::autonome));
  auto q = question({fiche});
  q.task = "x-prescrire";
  check_refused(q, Refusal::R02, Mode::non);
  for (const auto* variant : {"interpréter", "bio-triage/annoncer", "x-annoncer-resultat", "un mot inconnu"}) {
    q = question({martin_leroy()});
    q.variant = variant;
    check_refused(q, Refusal::R02, Mode::non);
  }
}

TEST_CASE("R03 a task that is not in the catalogue even when a fiche lists it") {
  auto fiche = martin_leroy();
  fiche.grants.push_back(grant("faire-le-cafe", Mode::autonome));
  auto q = question({fiche});
  q.task = "faire-le-cafe";
  check_refused(q, Refusal::R03, Mode::non);
}

TEST_CASE("R04 the doctor of reference has no fiche with this assistant") {
  auto q = question({martin_leroy()});
  q.patient.presc = "petit";
  check_refused(q, Refusal::R04, Mode::non);
  q.task = "accueil-patient";
  q.patient.rdv.reset();
  check_refused(q, Refusal::R04, Mode::non);
}

TEST_CASE("R05 a fiche not signed or not accepted or refused or only declared") {
  auto fiche = martin_leroy();
  fiche.doctor_signature.reset();
  check_refused(question({fiche}), Refusal::R05, Mode::non);
  fiche = martin_leroy();
  fiche.answer.reset();
  check_refused(question({fiche}), Refusal::R05, Mode::non);
  fiche = martin_leroy();
  fiche.answer->kind = AnswerKind::refuse;
  check_refused(question({fiche}), Refusal::R05, Mode::non);
  auto q = question({martin_leroy()});
  q.accept_declared = false;
  check_refused(q, Refusal::R05, Mode::non);
}

TEST_CASE("R05 a fiche accepted later than the instant") {
  auto fiche = martin_leroy();
  fiche.answer->at = *parse_moment("2026-03-10T10:30");
  check_refused(question({fiche}), Refusal::R05, Mode::non);
  auto q = question({fiche});
  q.at = at("2026-03-10T10:30");
  check_authorised(q, FPV);
}

TEST_CASE("R06 before the first day and after the last day of validity") {
  auto fiche = martin_leroy();
  fiche.valid_to = day("2026-03-09");
  check_refused(question({fiche}), Refusal::R06, Mode::non);
  fiche.valid_to = day("2026-03-10");
  check_authorised(question({fiche}), FPV);
  fiche.valid_from = day("2026-03-11");
  fiche.valid_to = day("2026-12-31");
  check_refused(question({fiche}), Refusal::R06, Mode::non);
}

TEST_CASE("R06 a doctor who has left the practice") {
  auto q = question({martin_leroy()});
  q.practice.departures["martin"] = day("2026-03-09");
  check_refused(q, Refusal::R06, Mode::non);
  q.practice.departures["martin"] = day("2026-03-10");
  check_authorised(q, FPV);
}

TEST_CASE("R07 a fiche revoked at the instant but not one revoked for later") {
  auto fiche = martin_leroy();
  fiche.revocations = {{*parse_moment("2026-03-10T10:00"), "martin", "fiche", "départ"}};
  check_refused(question({fiche}), Refusal::R07, Mode::non);
  fiche.revocations.front().at = *parse_moment("2026-03-10T10:01");
  check_authorised(question({fiche}), FPV);
  fiche.revocations.front().at = *parse_moment("2026-03-10");
  check_refused(question({fiche}), Refusal::R07, Mode::non);
}

TEST_CASE("R07 one task revoked leaves the others") {
  auto fiche = martin_leroy();
  fiche.revocations = {{*parse_moment("2026-03-01"), "martin", "bio-triage", {}}};
  auto q = question({fiche});
  check_refused(q, Refusal::R07, Mode::non);
  q.task = "constantes";
  check_authorised(q, Mode::autonome);
}

TEST_CASE("R08 a task not listed or listed with mode non") {
  auto fiche = martin_leroy();
  task(fiche, "bio-triage").mode = Mode::non;
  check_refused(question({fiche}), Refusal::R08, Mode::non);
  auto q = question({martin_leroy()});
  q.task = "numerisation";
  check_refused(q, Refusal::R08, Mode::non);
}

TEST_CASE("R09 another doctor grants what the doctor of reference does not") {
  auto q = question({martin_leroy(), petit_leroy()});
  q.patient.presc = "petit";
  check_refused(q, Refusal::R09, Mode::non);
}

TEST_CASE("R09 needs a grant of the other doctor that is worth something at that instant") {
  auto revoked = martin_leroy();
  revoked.revocations = {{*parse_moment("2026-02-01"), "martin", "fiche", {}}};
  auto declined = martin_leroy();
  declined.answer->kind = AnswerKind::reserve;
  declined.answer->declined = {"bio-triage"};
  for (const auto& other : {revoked, declined}) {
    auto q = question({other, petit_leroy()});
    q.patient.presc = "petit";
    check_refused(q, Refusal::R08, Mode::non);
  }
}

TEST_CASE("R10 a nurse task without the diploma held at the date") {
  auto fiche = martin_leroy();
  fiche.grants.push_back(grant("pansement", FPV));
  auto q = question({fiche});
  q.task = "pansement";
  check_refused(q, Refusal::R10, Mode::non);
  fiche.assistant.attestations.push_back({AttestationKind::deas, day("2020-06-30"), "deas.pdf"});
  fiche.grants.push_back(grant("dextro", FPV));
  q = question({fiche});
  q.task = "pansement";
  check_refused(q, Refusal::R10, Mode::non);
  q.task = "dextro";
  check_authorised(q, FPV);
  fiche.assistant.attestations.push_back({AttestationKind::dei, day("2026-03-11"), "dei.pdf"});
  q = question({fiche});
  q.task = "pansement";
  check_refused(q, Refusal::R10, Mode::non);
  q.at = at("2026-03-11T10:00");
  check_authorised(q, FPV);
}

TEST_CASE("R10 a nurse struck off keeps nothing of the title") {
  auto fiche = martin_leroy();
  fiche.assistant.attestations.push_back({AttestationKind::dei, day("2015-07-01"), "dei.pdf"});
  fiche.grants.push_back(grant("pansement", FPV));
  auto q = question({fiche});
  q.task = "pansement";
  check_authorised(q, FPV);
  q.context.withdrawn = {{AttestationKind::dei, day("2026-03-10")}};
  check_refused(q, Refusal::R10, Mode::non);
}

TEST_CASE("R11 and W1 once the training deadline has passed") {
  auto fiche = martin_leroy();
  fiche.assistant.attestations.clear();
  fiche.assistant.function_start = day("2023-03-10");
  auto q = question({fiche});
  q.task = "constantes";
  check_refused(q, Refusal::R11, Mode::non);
  q.task = "bio-triage";
  CHECK(check_authorised(q, FPV).warnings == std::set<Warning>{Warning::W1});
  q.at = at("2026-03-09T10:00");
  CHECK(check_authorised(q, FPV).warnings.empty());
}

TEST_CASE("W2 a carer without adaptation training between two and three years") {
  auto fiche = martin_leroy();
  fiche.assistant.profile = Profile::ide;
  fiche.assistant.attestations = {{AttestationKind::dei, day("2015-07-01"), "dei.pdf"}};
  fiche.assistant.function_start = day("2024-03-10");
  CHECK(check_authorised(question({fiche}), FPV).warnings == std::set<Warning>{Warning::W2});
  fiche.assistant.function_start = day("2024-03-11");
  CHECK(check_authorised(question({fiche}), FPV).warnings.empty());
  fiche.assistant.attestations.push_back({AttestationKind::fae, day("2026-03-10"), "fae.pdf"});
  fiche.assistant.function_start = day("2020-03-10");
  CHECK(check_authorised(question({fiche}), FPV).warnings.empty());
}

TEST_CASE("R12 training lowers a care task for who learns and presence is required when supervised") {
  auto fiche = martin_leroy();
  fiche.assistant.attestations.clear();
  auto q = question({fiche});
  q.task = "constantes";
  check_refused(q, Refusal::R12, Mode::preparer);  // not enrolled
  fiche.assistant.training = Training{TrainingPath::cqp, day("2026-03-10"), {}, {}};
  q = question({fiche});
  q.task = "constantes";
  check_refused(q, Refusal::R12, Mode::preparer);  // enrolled, not supervised
  q.action = Action::preparer;
  q.context.doctor_present = false;
  check_authorised(q, Mode::preparer);
  fiche.supervises_training = true;
  q = question({fiche});
  q.task = "constantes";
  check_authorised(q, FPV);
  q.action = Action::finaliser;
  check_refused(q, Refusal::R12, FPV);
  q.action = Action::realiser;
  q.context.doctor_present.reset();
  check_refused(q, Refusal::R18, FPV);
}

TEST_CASE("R12 the ceiling of the catalogue wins over a wider grant") {
  auto fiche = martin_leroy();
  task(fiche, "bio-triage").mode = Mode::autonome;
  auto q = question({fiche});
  q.action = Action::finaliser;
  check_refused(q, Refusal::R12, FPV);
}

TEST_CASE("R13 hours are included at the start and excluded at the end") {
  auto q = question({martin_leroy()});
  q.at = at("2026-03-10T08:00");
  check_authorised(q, FPV);
  q.at = at("2026-03-10T07:59:59");
  check_refused(q, Refusal::R13, FPV);
  q.at = at("2026-03-10T17:59:59");
  check_authorised(q, FPV);
  q.at = at("2026-03-10T18:00");
  check_refused(q, Refusal::R13, FPV);
  q.at = at("2026-03-14T10:00");  // Saturday
  check_refused(q, Refusal::R13, FPV);
}

TEST_CASE("R13 the hours of a task replace the general ones") {
  auto fiche = martin_leroy();
  task(fiche, "bio-triage").slots = {{{Day::mardi}, {{16 * 60, 17 * 60}}}};
  auto q = question({fiche});
  check_refused(q, Refusal::R13, FPV);
  q.at = at("2026-03-10T16:30");
  check_authorised(q, FPV);
}

TEST_CASE("R13 public holidays are closed unless the days contain feries") {
  auto q = question({martin_leroy()});
  for (const auto* holiday : {"2026-04-06T10:00", "2026-05-14T10:00", "2026-05-25T10:00", "2026-07-14T10:00"}) {
    q.at = at(holiday);
    check_refused(q, Refusal::R13, FPV);
  }
  auto fiche = martin_leroy();
  fiche.time.front().days.push_back(Day::feries);
  q = question({fiche});
  q.at = at("2026-07-14T10:00");
  check_authorised(q, FPV);
  q.at = at("2026-08-15T10:00");  // a Saturday, not listed
  check_refused(q, Refusal::R13, FPV);
  fiche.time = {{{Day::feries}, {{9 * 60, 12 * 60}}}};
  q = question({fiche});
  q.at = at("2026-08-15T10:00");
  check_authorised(q, FPV);
  q.at = at("2026-03-10T10:00");
  check_refused(q, Refusal::R13, FPV);
}

TEST_CASE("R13 a clock that is not trusted leaves reading only") {
  auto q = question({martin_leroy()});
  q.context.clock_trusted = false;
  check_refused(q, Refusal::R13, FPV);
  q.action = Action::voir;
  check_authorised(q, FPV);
}

TEST_CASE("R14 a patient excluded by name or age in the fiche or in the task") {
  auto fiche = martin_leroy();
  fiche.exclusions.ids = {"p-1"};
  check_refused(question({fiche}), Refusal::R14, FPV);
  fiche = martin_leroy();
  fiche.exclusions.age_min = 54;
  check_authorised(question({fiche}), FPV);
  fiche.exclusions.age_min = 55;
  check_refused(question({fiche}), Refusal::R14, FPV);
  fiche = martin_leroy();
  Exclusions young;
  young.age_max = 53;
  task(fiche, "bio-triage").exclusions = young;
  check_refused(question({fiche}), Refusal::R14, FPV);
  young.age_max = 54;
  task(fiche, "bio-triage").exclusions = young;
  check_authorised(question({fiche}), FPV);
  auto q = question({fiche});
  q.patient.age.reset();
  check_refused(q, Refusal::R14, FPV);
}

TEST_CASE("R15 opposition to access from follow up data on and to presence in the consultation") {
  auto q = question({martin_leroy()});
  q.patient.opposition = {Opposition::acces_am};
  check_refused(q, Refusal::R15, FPV);
  q.task = "accueil-patient";
  check_authorised(q, Mode::autonome);
  q.patient.category = "psychiatrie";
  check_refused(q, Refusal::R15, Mode::autonome);
  auto levels = martin_leroy();
  levels.grants = {grant("donnees-administratives", Mode::autonome), grant("ald-renewal-alert", Mode::autonome)};
  q = question({levels});
  q.patient.opposition = {Opposition::acces_am};
  q.task = "donnees-administratives";  // D1
  check_authorised(q, Mode::autonome);
  q.task = "ald-renewal-alert";  // D2
  check_refused(q, Refusal::R15, Mode::autonome);
  q = question({martin_leroy()});
  q.patient.opposition = {Opposition::presence_am};
  check_authorised(q, FPV);
  q.task = "constantes";
  check_refused(q, Refusal::R15, Mode::autonome);
}

TEST_CASE("R16 an immediate rule forbids closing and pushes the item otherwise") {
  auto fiche = martin_leroy();
  auto q = question({fiche});
  q.task = "accueil-patient";
  q.context.alerts = {"douleur thoracique"};
  CHECK(check_authorised(q, Mode::autonome).obligations.count(Obligation::escalade_immediate) == 1);
  q.action = Action::finaliser;
  check_refused(q, Refusal::R16, Mode::autonome);
  q.context.alerts.clear();
  check_authorised(q, Mode::autonome);
  q.context.to_see = true;  // a clinical item whatever the task
  check_refused(q, Refusal::R16, Mode::autonome);
  Escalation judged;
  judged.immediate = {"règle que seul le médecin comprend"};
  judged.judged_by_doctor = true;
  task(fiche, "accueil-patient").escalation = judged;
  q = question({fiche});
  q.task = "accueil-patient";
  q.action = Action::finaliser;
  check_refused(q, Refusal::R16, Mode::autonome);
}

TEST_CASE("R17 data above the level or a restricted category that is not opened") {
  auto fiche = martin_leroy();
  fiche.data_max = DataLevel::D2;
  check_refused(question({fiche}), Refusal::R17, FPV);
  task(fiche, "bio-triage").data_max = DataLevel::D3;
  check_authorised(question({fiche}), FPV);
  task(fiche, "bio-triage").data_max = DataLevel::D1;
  fiche.data_max = DataLevel::D4;
  check_refused(question({fiche}), Refusal::R17, FPV);
  fiche = martin_leroy();
  fiche.open_categories = {Category::addictions, Category::notes_personnelles};
  auto q = question({fiche});
  q.patient.category = "addictions";
  check_authorised(q, FPV);
  for (const auto* closed : {"psychiatrie", "notes-personnelles", "mot-inconnu"}) {
    q.patient.category = closed;
    check_refused(q, Refusal::R17, FPV);
  }
}

TEST_CASE("R18 presence required while the doctor is absent or not known to be there") {
  auto fiche = martin_leroy();
  task(fiche, "bio-triage").presence_required = true;
  auto q = question({fiche});
  check_authorised(q, FPV);
  q.context.doctor_present = false;
  check_refused(q, Refusal::R18, FPV);
  q.context.doctor_present.reset();
  check_refused(q, Refusal::R18, FPV);
}

TEST_CASE("R19 a relative or the assistant as patient") {
  auto q = question({martin_leroy()});
  q.patient.kinship = true;
  check_refused(q, Refusal::R19, FPV);
  auto fiche = martin_leroy();
  fiche.exclusions.kinship = false;
  q = question({fiche});
  q.patient.kinship = true;
  check_authorised(q, FPV);
  q.patient.is_actor = true;
  check_refused(q, Refusal::R19, FPV);
}

TEST_CASE("R20 the quota of the day is reached") {
  auto fiche = martin_leroy();
  task(fiche, "bio-triage").daily_quota = 10;
  auto q = question({fiche});
  q.context.done_today = 9;
  check_authorised(q, FPV);
  q.context.done_today = 10;
  check_refused(q, Refusal::R20, FPV);
}

TEST_CASE("R21 each action needs its mode") {
  const std::pair<Mode, Action> limits[] = {{Mode::preparer, Action::realiser}, {FPV, Action::finaliser}};
  for (const auto& [mode, above] : limits) {
    auto fiche = martin_leroy();
    task(fiche, "accueil-patient").mode = mode;
    auto q = question({fiche});
    q.task = "accueil-patient";
    for (const auto action : {Action::activer, Action::voir, Action::preparer}) {
      q.action = action;
      check_authorised(q, mode);
    }
    q.action = above;
    check_refused(q, Refusal::R21, mode);
  }
}

TEST_CASE("R22 the assistant has not switched the task on but may do so at any hour") {
  auto q = question({martin_leroy()});
  q.context.enabled = false;
  check_refused(q, Refusal::R22, FPV);
  q.action = Action::activer;
  q.at = at("2026-03-15T23:00");
  q.patient.kinship = true;
  q.context.doctor_present = false;
  check_authorised(q, FPV);
}

TEST_CASE("R23 a locum leaves preparation only unless the doctor maintains") {
  auto q = question({martin_leroy()});
  q.context.locums = {{"martin", *parse_moment("2026-03-09"), *parse_moment("2026-03-10")}};
  check_refused(q, Refusal::R23, Mode::preparer);
  q.action = Action::preparer;
  check_authorised(q, Mode::preparer);
  q.action = Action::realiser;
  q.context.locums.front().doctor = "petit";
  check_authorised(q, FPV);
  q.context.locums.front() = {"martin", *parse_moment("2026-03-01"), *parse_moment("2026-03-10T10:00")};
  check_authorised(q, FPV);  // the end of a period with an hour is excluded
  auto fiche = martin_leroy();
  fiche.locum = LocumRule::maintenir;
  q = question({fiche});
  q.context.locums = {{"martin", *parse_moment("2026-03-09"), {}}};
  CHECK(check_authorised(q, FPV).validated_by_locum);
}

TEST_CASE("R12 is said before R23 when both lower the mode") {
  auto fiche = martin_leroy();
  fiche.assistant.attestations.clear();
  fiche.assistant.training = Training{TrainingPath::cqp, day("2025-01-10"), {}, {}};
  fiche.supervises_training = true;
  auto q = question({fiche});
  q.task = "constantes";
  q.context.locums = {{"martin", *parse_moment("2026-03-09"), {}}};
  check_refused(q, Refusal::R12, Mode::preparer);
}

TEST_CASE("R25 a task that the assistant declined") {
  auto fiche = martin_leroy();
  fiche.answer->kind = AnswerKind::reserve;
  fiche.answer->declined = {"bio-triage"};
  auto q = question({fiche});
  check_refused(q, Refusal::R25, Mode::non);
  q.task = "constantes";
  check_authorised(q, Mode::autonome);
}
