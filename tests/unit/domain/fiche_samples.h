// SPDX-License-Identifier: Apache-2.0
// Fictitious fiches and a question to which nothing is opposed, for a test to change one thing.
#pragma once

#include <string>
#include <vector>

#include "domain/decision.h"

namespace relais::fiche::samples {

inline CivilDate day(const char* text) { return *parse_date(text); }
inline LocalTime at(const char* text) { return parse_moment(text)->at; }

inline Grant grant(std::string id, Mode mode) {
  Grant one;
  one.id = std::move(id);
  one.mode = mode;
  return one;
}

// Dr Martin and the assistant Leroy, a secretary with the CQP; weekdays, 8 to 18; all data; valid in 2026.
inline Fiche martin_leroy() {
  Fiche f;
  f.id = "fp-martin-leroy";
  f.practice_name = "Cabinet des Tilleuls";
  f.town = "Ville fictive";
  f.employer = EmployerKind::scm;
  f.deciders = {"martin", "petit"};
  f.doctor_id = "martin";
  f.doctor_name = "Dr Anne Martin";
  f.assistant.id = "leroy";
  f.assistant.name = "Paul Leroy";
  f.assistant.function_start = day("2024-09-02");
  f.assistant.attestations = {{AttestationKind::cqp, day("2025-06-30"), "cqp.pdf"}};
  f.valid_from = day("2026-01-01");
  f.valid_to = day("2026-12-31");
  f.time = {{{Day::lundi, Day::mardi, Day::mercredi, Day::jeudi, Day::vendredi}, {{8 * 60, 18 * 60}}}};
  f.data_max = DataLevel::D4;
  f.fallback = Fallback{FallbackTo::medecin, 24.0};
  f.grants = {grant("bio-triage", Mode::faire_puis_valider), grant("constantes", Mode::autonome),
              grant("accueil-patient", Mode::autonome), grant("message-tri", Mode::faire_puis_valider),
              grant("stock-commande", Mode::autonome)};
  f.commitments = {"secret professionnel"};
  f.doctor_signature = DoctorSignature{*parse_moment("2025-12-15T19:00"), "e-CPS"};
  f.answer = AssistantAnswer{*parse_moment("2025-12-16T08:30"), "e-CPE", AnswerKind::accepte, {}};
  return f;
}

// Dr Petit of the same practice, same assistant, nothing granted.
inline Fiche petit_leroy() {
  auto f = martin_leroy();
  f.id = "fp-petit-leroy";
  f.doctor_id = "petit";
  f.doctor_name = "Dr Luc Petit";
  f.grants.clear();
  return f;
}

inline Grant& task(Fiche& fiche, const std::string& id) {
  for (auto& one : fiche.grants)
    if (one.id == id) return one;
  return fiche.grants.emplace_back(grant(id, Mode::non));
}

// Leroy does `bio-triage` for a patient of Dr Martin on Tuesday 10 March 2026 at ten.
inline Question question(const std::vector<Fiche>& fiches) {
  Question q;
  for (const auto& fiche : fiches) q.fiches.push_back(as_declared(fiche));
  q.accept_declared = true;
  q.actor = "leroy";
  q.practice = practice_of(q.fiches, q.actor);
  q.action = Action::realiser;
  q.task = "bio-triage";
  q.patient.id = "p-1";
  q.patient.age = 54;
  q.patient.mt = q.patient.rdv = q.patient.presc = q.patient.dest = "martin";
  q.at = at("2026-03-10T10:00");
  q.context.authenticated = true;
  q.context.account_known = true;
  q.context.enabled = true;
  q.context.doctor_present = true;
  return q;
}

}  // namespace relais::fiche::samples
