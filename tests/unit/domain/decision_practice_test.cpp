// SPDX-License-Identifier: Apache-2.0
// Several versions, several doctors: what adds up and what never does. Whose fiche decides. Runs and acts.
#include <catch2/catch.hpp>

#include "domain/decision.h"
#include "fiche_samples.h"

using namespace relais::fiche;
using namespace relais::fiche::samples;

namespace {

std::string answer(const Decision& d) {
  return d.authorised ? "AUTORISE " + std::string(text(d.mode))
                      : std::string(reason(*d.refusal).code) + " " + std::string(text(d.mode));
}
std::string answer(const Question& q) { return answer(decide(q)); }

// Version 2 of a fiche, from 1 March 2026, signed by the doctor and not yet answered.
Fiche next_version(Fiche fiche) {
  fiche.version = 2;
  fiche.valid_from = day("2026-03-01");
  fiche.doctor_signature->at = *parse_moment("2026-02-20T19:00");
  fiche.answer.reset();
  return fiche;
}

void accept(Fiche& fiche, const char* when) {
  fiche.answer = AssistantAnswer{*parse_moment(when), "e-CPE", AnswerKind::accepte, {}};
}

}  // namespace

TEST_CASE("a new version that widens waits for acceptance and says so") {
  auto wider = next_version(martin_leroy());
  task(wider, "numerisation").mode = Mode::autonome;
  task(wider, "accueil-patient").mode = Mode::autonome;
  auto old = martin_leroy();
  task(old, "accueil-patient").mode = Mode::preparer;
  auto q = question({old, wider});
  q.task = "numerisation";
  CHECK(answer(q) == "R05 non");
  q.task = "accueil-patient";
  CHECK(answer(q) == "R05 preparer");
  q.action = Action::preparer;
  CHECK(answer(q) == "AUTORISE preparer");
  accept(wider, "2026-03-02T09:00");
  q = question({old, wider});
  q.task = "numerisation";
  CHECK(answer(q) == "AUTORISE autonome");
}

TEST_CASE("a new version that narrows takes effect at its start without acceptance") {
  auto narrower = next_version(martin_leroy());
  task(narrower, "bio-triage").mode = Mode::preparer;
  task(narrower, "constantes").mode = Mode::non;
  narrower.data_max = DataLevel::D2;
  auto q = question({martin_leroy(), narrower});
  CHECK(answer(q) == "R21 preparer");
  q.action = Action::preparer;
  CHECK(answer(q) == "R17 preparer");
  q.task = "constantes";
  CHECK(answer(q) == "R08 non");
  q.at = at("2026-02-24T10:00");  // before its start
  CHECK(answer(q) == "AUTORISE autonome");
}

TEST_CASE("a refused new version widens nothing and still narrows") {
  auto changed = next_version(martin_leroy());
  task(changed, "numerisation").mode = Mode::autonome;
  task(changed, "constantes").mode = Mode::preparer;
  accept(changed, "2026-03-01T09:00");
  changed.answer->kind = AnswerKind::refuse;
  auto q = question({martin_leroy(), changed});
  q.task = "numerisation";
  CHECK(answer(q) == "R05 non");
  q.task = "constantes";
  CHECK(answer(q) == "R21 preparer");
  q.task = "bio-triage";
  CHECK(answer(q) == "AUTORISE faire-puis-valider");
}

TEST_CASE("a version accepted later replaces one that was never accepted") {
  auto never_accepted = next_version(martin_leroy());
  task(never_accepted, "bio-triage").mode = Mode::preparer;
  auto accepted = next_version(martin_leroy());
  accepted.version = 3;
  accepted.valid_from = day("2026-03-05");
  accept(accepted, "2026-03-04T09:00");
  auto q = question({martin_leroy(), never_accepted, accepted});
  CHECK(answer(q) == "AUTORISE faire-puis-valider");
  q.at = at("2026-03-04T10:00");  // accepted and not started: the other still narrows
  CHECK(answer(q) == "R21 preparer");
}

TEST_CASE("what a doctor grants to another assistant is no grant to this one") {
  auto petit = petit_leroy();
  task(petit, "numerisation").mode = Mode::autonome;
  petit.assistant.id = "moreau";
  auto q = question({martin_leroy(), petit});
  q.task = "numerisation";
  CHECK(answer(q) == "R08 non");
  q.actor = "moreau";
  CHECK(answer(q) == "R04 non");
}

TEST_CASE("an unsigned draft changes nothing") {
  auto draft = next_version(martin_leroy());
  draft.doctor_signature.reset();
  draft.grants.clear();
  CHECK(answer(question({martin_leroy(), draft})) == "AUTORISE faire-puis-valider");
}

TEST_CASE("an older version never revives when the newer one ends") {
  auto newer = next_version(martin_leroy());
  accept(newer, "2026-02-25T09:00");
  newer.valid_to = day("2026-03-05");
  CHECK(answer(question({martin_leroy(), newer})) == "R06 non");
}

TEST_CASE("revoking a fiche ends every version of its id and nothing of another id") {
  auto newer = next_version(martin_leroy());
  accept(newer, "2026-02-25T09:00");
  auto old = martin_leroy();
  old.revocations = {{*parse_moment("2026-02-26T08:00"), "martin", "fiche", {}}};
  CHECK(answer(question({old, newer})) == "R07 non");
  auto fresh = newer;
  fresh.id = "fp-martin-leroy-2";
  CHECK(answer(question({old, newer, fresh})) == "AUTORISE faire-puis-valider");
}

TEST_CASE("a task revoked then granted again by a later signature") {
  auto old = martin_leroy();
  old.revocations = {{*parse_moment("2026-02-10T08:00"), "martin", "bio-triage", {}}};
  auto newer = next_version(martin_leroy());
  accept(newer, "2026-02-25T09:00");
  CHECK(answer(question({old, newer})) == "AUTORISE faire-puis-valider");
  newer.doctor_signature->at = *parse_moment("2026-02-01T08:00");
  CHECK(answer(question({old, newer})) == "R07 non");
}

TEST_CASE("CAB takes the highest mode of the deciders and only of deciders") {
  auto martin = martin_leroy(), petit = petit_leroy();
  task(martin, "stock-commande").mode = Mode::preparer;
  task(petit, "stock-commande").mode = Mode::autonome;
  auto q = question({martin, petit});
  q.task = "stock-commande";
  q.action = Action::finaliser;
  CHECK(answer(q) == "AUTORISE autonome");
  CHECK(decide(q).doctors == std::vector<std::string>{"martin", "petit"});
  q.practice.deciders = {"martin"};
  CHECK(answer(q) == "R21 preparer");
  task(martin, "stock-commande").mode = Mode::non;
  q = question({martin, petit});
  q.task = "stock-commande";
  q.practice.deciders = {"martin"};
  CHECK(answer(q) == "R09 non");
  q.practice.deciders = {"durand"};
  CHECK(answer(q) == "R04 non");
}

TEST_CASE("CAB is decided by what each fiche allows alone") {
  auto martin = martin_leroy(), petit = petit_leroy();
  martin.time = {{{Day::lundi}, {{8 * 60, 18 * 60}}}};
  task(petit, "stock-commande").mode = Mode::preparer;
  auto q = question({martin, petit});  // a Tuesday
  q.task = "stock-commande";
  q.action = Action::preparer;
  CHECK(answer(q) == "AUTORISE preparer");
  q.action = Action::realiser;
  CHECK(answer(q) == "R13 autonome");
}

TEST_CASE("R24 the veto of one decider binds the practice") {
  auto petit = petit_leroy();
  task(petit, "stock-commande").veto = true;
  auto q = question({martin_leroy(), petit});
  q.task = "stock-commande";
  CHECK(answer(q) == "R24 non");
  auto contradictory = petit;
  task(contradictory, "stock-commande").mode = Mode::preparer;  // a veto goes with mode non only
  auto other = question({martin_leroy(), contradictory});
  other.task = "stock-commande";
  CHECK(answer(other) == "AUTORISE autonome");
  q.practice.deciders = {"martin"};
  CHECK(answer(q) == "AUTORISE autonome");
  q = question({martin_leroy(), petit});
  q.task = "stock-commande";
  q.practice.departures["petit"] = day("2026-03-01");
  CHECK(answer(q) == "AUTORISE autonome");
}

TEST_CASE("a veto written for another assistant binds the practice too") {
  auto petit = petit_leroy();
  petit.assistant.id = "moreau";
  task(petit, "stock-commande").veto = true;
  auto q = question({martin_leroy(), petit});
  q.task = "stock-commande";
  CHECK(answer(q) == "R24 non");
}

TEST_CASE("a veto outlives revocation and end of its fiche until its signer lifts it") {
  auto petit = petit_leroy();
  task(petit, "stock-commande").veto = true;
  auto revoked = petit, over = petit;
  revoked.revocations = {{*parse_moment("2026-02-01"), "petit", "fiche", {}}};
  over.valid_to = day("2026-02-01");
  for (const auto& held : {revoked, over}) {
    auto q = question({martin_leroy(), held});
    q.task = "stock-commande";
    CHECK(answer(q) == "R24 non");
    auto silent = next_version(petit_leroy());
    silent.id = "fp-petit-leroy-2";
    accept(silent, "2026-02-25T09:00");
    q = question({martin_leroy(), held, silent});
    q.task = "stock-commande";
    CHECK(answer(q) == "R24 non");
    auto lifted = silent;
    task(lifted, "stock-commande").mode = Mode::preparer;
    q = question({martin_leroy(), held, lifted});
    q.task = "stock-commande";
    CHECK(answer(q) == "AUTORISE autonome");
  }
}

TEST_CASE("a veto lifted by a version not yet accepted holds until acceptance") {
  auto petit = petit_leroy();
  task(petit, "stock-commande").veto = true;
  auto lifted = next_version(petit_leroy());
  auto q = question({martin_leroy(), petit, lifted});
  q.task = "stock-commande";
  CHECK(answer(q) == "R05 non");
  accept(lifted, "2026-03-02T09:00");
  q = question({martin_leroy(), petit, lifted});
  q.task = "stock-commande";
  CHECK(answer(q) == "AUTORISE autonome");
}

TEST_CASE("a veto set by a version not yet accepted holds from its start") {
  auto vetoing = next_version(petit_leroy());
  task(vetoing, "stock-commande").veto = true;
  auto q = question({martin_leroy(), petit_leroy(), vetoing});
  q.task = "stock-commande";
  CHECK(answer(q) == "R24 non");
}

TEST_CASE("a message to the practice needs every decider and takes the lowest mode") {
  auto petit = petit_leroy();
  auto q = question({martin_leroy(), petit});
  q.task = "message-tri";
  q.patient.dest.reset();
  CHECK(answer(q) == "R09 non");
  task(petit, "message-tri").mode = Mode::preparer;
  q = question({martin_leroy(), petit});
  q.task = "message-tri";
  q.patient.to_practice = true;
  CHECK(answer(q) == "R21 preparer");
  q.action = Action::preparer;
  CHECK(answer(q) == "AUTORISE preparer");
  q = question({martin_leroy()});
  q.task = "message-tri";
  q.patient.to_practice = true;
  CHECK(answer(q) == "R04 non");
  q.patient.to_practice = false;
  CHECK(answer(q) == "AUTORISE faire-puis-valider");
}

TEST_CASE("a result follows prescriber then addressee then treating doctor then appointment") {
  auto q = question({martin_leroy(), petit_leroy()});
  const auto doctor = [&] { return decide(q).doctors; };
  using Names = std::vector<std::string>;
  q.patient.mt = "petit";
  CHECK(doctor() == Names{"martin"});
  q.patient.presc = "chirurgien-de-l-hopital";
  q.patient.dest = "petit";
  q.patient.mt = "martin";
  CHECK(doctor() == Names{"petit"});
  q.patient.dest.reset();
  CHECK(doctor() == Names{"martin"});
  q.patient.presc.reset();
  CHECK(doctor() == Names{"martin"});
  q.patient.mt.reset();
  q.patient.rdv = "petit";
  CHECK(doctor() == Names{"petit"});
  q.patient.rdv.reset();
  CHECK(answer(q) == "R04 non");
}

TEST_CASE("a patient without treating doctor follows the appointment") {
  auto fiche = martin_leroy();
  task(fiche, "ald-renewal-alert").mode = Mode::autonome;
  auto q = question({fiche, petit_leroy()});
  q.task = "ald-renewal-alert";
  q.patient.mt.reset();
  CHECK(answer(q) == "AUTORISE autonome");
  q.patient.mt = "petit";
  CHECK(answer(q) == "R09 non");
}

TEST_CASE("a run ignores what binds people and keeps patient and opposition") {
  auto q = question({martin_leroy()});
  q.at = at("2026-03-15T19:00");  // a Sunday evening
  q.context.doctor_present = false;
  q.context.enabled = false;
  q.context.done_today = 1000;
  q.patient.kinship = true;
  q.patient.is_actor = true;
  q.patient.category = "psychiatrie";
  q.context.locums = {{"martin", *parse_moment("2026-03-01"), {}}};
  const auto decision = decide_run(q);
  CHECK(answer(decision) == "AUTORISE preparer");
  CHECK(decision.obligations == std::set<Obligation>{Obligation::trace});
  q.patient.opposition = {Opposition::acces_am};
  CHECK(answer(decide_run(q)) == "R15 preparer");
  auto fiche = martin_leroy();
  fiche.exclusions.age_max = 50;
  CHECK(answer(decide_run(question({fiche}))) == "R14 faire-puis-valider");
  task(fiche, "bio-triage").mode = Mode::non;
  CHECK(answer(decide_run(question({fiche}))) == "R08 non");
}

TEST_CASE("an instant is read on the practice clock across the changes of hour") {
  auto fiche = martin_leroy();
  fiche.time = {{{Day::dimanche, Day::lundi}, {{8 * 60, 9 * 60}}}};
  auto q = question({fiche});
  const auto utc = [](const char* text) {
    return relais::Instant{parse_moment(text)->at.time_since_epoch()};
  };
  q.at = utc("2026-03-23T07:30");  // winter: 8:30 in Paris
  CHECK(answer(q) == "AUTORISE faire-puis-valider");
  q.at = utc("2026-03-29T07:30");  // the day the clock goes forward: 9:30
  CHECK(answer(q) == "R13 faire-puis-valider");
  q.at = utc("2026-03-29T06:30");
  CHECK(answer(q) == "AUTORISE faire-puis-valider");
  q.at = utc("2026-10-25T06:30");  // the day it goes back: 7:30
  CHECK(answer(q) == "R13 faire-puis-valider");
  q.at = utc("2026-10-25T07:30");
  CHECK(answer(q) == "AUTORISE faire-puis-valider");
  fiche.zone = "Indian/Reunion";
  q = question({fiche});
  q.at = utc("2026-03-23T04:30");
  CHECK(answer(q) == "AUTORISE faire-puis-valider");
}
