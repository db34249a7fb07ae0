// SPDX-License-Identifier: Apache-2.0
#include "practice/draft_mandate.h"

#include <algorithm>

namespace relais::practice {

DraftMandate::DraftMandate(fiche::Fiche draft, const std::vector<fiche::KnownFiche>& others,
                           std::set<std::string> doctors, DecisionFacts& facts, Instant start, Instant end)
    : facts_(facts) {
  const auto first = fiche::day_of(fiche::to_local(start, draft.zone));
  const auto last = fiche::day_of(fiche::to_local(end, draft.zone));
  draft.valid_from = std::min(draft.valid_from, first);
  if (draft.valid_to) draft.valid_to = std::max(*draft.valid_to, last);
  draft.assistant.function_start = std::min(draft.assistant.function_start, first);
  draft.revocations.clear();
  draft_ = std::make_shared<const fiche::Fiche>(std::move(draft));

  const fiche::LocalTime before{date::local_days{first}};
  fiche::KnownFiche known{draft_, {}};
  known.signatures.trust = fiche::Trust::verified;
  known.signatures.signed_at = before;
  known.signatures.answer = fiche::Established::Answer{before, fiche::AnswerKind::accepte, {}};
  for (const auto& other : others)
    if (other.fiche->id != draft_->id) common_.fiches.push_back(other);
  common_.fiches.push_back(std::move(known));

  common_.actor = draft_->assistant.id;
  common_.practice = fiche::practice_of(common_.fiches, common_.actor);
  common_.practice.doctors.merge(doctors);
  common_.practice.doctors.insert(draft_->doctor_id);
  common_.context.authenticated = common_.context.account_known = common_.context.enabled = true;
  // What could not be read is what was known before: a preview gives no right.
  static_cast<void>(facts_.refresh());
}

fiche::Question DraftMandate::question(const MandateSubject& subject, Instant at) const {
  auto asked = common_;
  asked.task = subject.task;
  asked.at = at;
  know(asked, facts_, at);
  // As being in function for the whole span.
  asked.context.function_start.reset();
  asked.context.suspensions.clear();
  auto& patient = asked.patient;
  patient.id = subject.patient_id;
  // As MandateGate: the doctor of reference is the item's, whatever the task's « Réf ».
  patient.mt = patient.rdv = patient.presc = patient.dest = subject.doctor_id;
  if (!subject.item_id.empty()) patient.category = facts_.category(subject.item_id, at);
  if (!subject.patient_id.empty()) {
    patient.kinship = facts_.kinship(common_.actor, subject.patient_id, at);
    patient.is_actor = subject.patient_id == common_.actor;
    patient.opposition = facts_.opposition(subject.patient_id, at);
    patient.age = facts_.age(subject.patient_id, at);
  }
  asked.context.doctor_present = facts_.doctor_present(subject.doctor_id, at);
  asked.context.to_see = subject.to_see;
  return asked;
}

fiche::Decision DraftMandate::run(const MandateSubject& subject, Instant at) const {
  return fiche::decide_run(question(subject, at));
}

fiche::Decision DraftMandate::act(fiche::Action action, const MandateSubject& subject, Instant at) const {
  auto asked = question(subject, at);
  asked.action = action;
  return fiche::decide(asked);
}

}  // namespace relais::practice
