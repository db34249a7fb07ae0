// SPDX-License-Identifier: Apache-2.0
#include "domain/decision.h"

#include <algorithm>
#include <tuple>

#include "domain/decision_line.h"

namespace relais::fiche {
namespace {

using Lines = std::vector<const Line*>;

// Several fiches may each allow: the one that authorises with the highest mode. None does: the one nearest to it, by
// granted mode, then by the step that failed. Each is taken alone, so nothing of one fiche widens another.
Outcome best(const std::vector<Outcome>& outcomes) {
  const auto rank = [](const Outcome& o) {
    return std::tuple(o.authorised, o.only_acceptance_missing, o.mode, o.step);
  };
  return *std::max_element(outcomes.begin(), outcomes.end(),
                           [&](const Outcome& a, const Outcome& b) { return rank(a) < rank(b); });
}

// All must allow: the lowest mode, the earliest failure.
Outcome worst(const std::vector<Outcome>& outcomes) {
  Outcome result = outcomes.front();
  for (const auto& outcome : outcomes) {
    if (!outcome.authorised && (result.authorised || outcome.step < result.step)) {
      result.refusal = outcome.refusal;
      result.step = outcome.step;
      result.fiche = outcome.fiche;
    }
    result.authorised = result.authorised && outcome.authorised;
    result.mode = std::min(result.mode, outcome.mode);
    result.by_locum = result.by_locum || outcome.by_locum;
    result.warnings.insert(outcome.warnings.begin(), outcome.warnings.end());
    result.obligations.insert(outcome.obligations.begin(), outcome.obligations.end());
  }
  if (result.mode != Mode::faire_puis_valider) result.obligations.erase(Obligation::validation_medecin);
  return result;
}

bool is_message_task(const CatalogueTask& task) {
  return task.id == "message-tri" || task.id == "message-reponse-type" || task.id == "appel-prise-message";
}

// A message without a named addressee concerns any of the deciders (section 9).
bool concerns_practice(const Question& question, const CatalogueTask& task) {
  if (task.reference != Reference::DEST) return false;
  return question.patient.to_practice || (is_message_task(task) && !question.patient.dest);
}

std::optional<std::string> doctor_of_reference(const Question& question, Reference reference) {
  const auto& patient = question.patient;
  const auto treating = patient.mt ? patient.mt : patient.rdv;
  const auto internal = [&](const std::optional<std::string>& doctor) {
    return doctor && question.practice.doctors.count(*doctor) > 0;
  };
  switch (reference) {
    case Reference::MT:
      return treating;
    case Reference::PRESC:
      if (internal(patient.presc)) return patient.presc;
      return internal(patient.dest) ? patient.dest : treating;
    case Reference::RDV:
      return patient.rdv;
    case Reference::DEST:
      return patient.dest;
    case Reference::CAB:
      break;
  }
  return std::nullopt;
}

// The deciders who have not left, each once.
std::vector<std::string> present_deciders(const Question& question, const std::vector<Line>& all) {
  const auto own = std::find_if(all.begin(), all.end(), [&](const Line& l) { return l.assistant == question.actor; });
  const Fiche paris;
  const auto today = day_of(local_time(question, own == all.end() ? paris : *own->versions.back()->fiche));
  std::set<std::string> deciders(question.practice.deciders.begin(), question.practice.deciders.end());
  for (const auto& [doctor, last_day] : question.practice.departures)
    if (today > last_day) deciders.erase(doctor);
  return {deciders.begin(), deciders.end()};
}

Lines lines_between(const std::vector<Line>& all, const std::string& doctor, const std::string& actor) {
  Lines found;
  for (const auto& line : all)
    if (line.doctor == doctor && line.assistant == actor) found.push_back(&line);
  return found;
}

Outcome evaluate_doctor(const Asked& asked, const std::vector<Line>& all, const std::string& doctor) {
  std::vector<Outcome> outcomes;
  for (const auto* line : lines_between(all, doctor, asked.question.actor))
    outcomes.push_back(evaluate_line(asked, *line));
  return outcomes.empty() ? refused(Refusal::R04, 3) : best(outcomes);
}

bool vetoed(const Asked& asked, const std::vector<Line>& all, const std::vector<std::string>& deciders,
            bool as_accepted) {
  const std::string task{asked.task.id};
  return std::any_of(all.begin(), all.end(), [&](const Line& held) {
    if (std::find(deciders.begin(), deciders.end(), held.doctor) == deciders.end()) return false;
    if (!holds_veto(asked.question, held, task, as_accepted)) return false;
    return std::none_of(all.begin(), all.end(), [&](const Line& later) {
      return &later != &held && lifts_veto(asked.question, later, held, task);
    });
  });
}

Outcome evaluate_practice_task(const Asked& asked, const std::vector<Line>& all,
                               const std::vector<std::string>& deciders) {
  std::vector<Outcome> outcomes;
  for (const auto& doctor : deciders)
    if (!lines_between(all, doctor, asked.question.actor).empty())
      outcomes.push_back(evaluate_doctor(asked, all, doctor));
  if (outcomes.empty()) return refused(Refusal::R04, 3);
  auto outcome = best(outcomes);
  constexpr int in_force_step = 4;
  const bool none_in_force = std::all_of(outcomes.begin(), outcomes.end(), [](const Outcome& o) {
    return !o.authorised && !o.only_acceptance_missing && o.step <= in_force_step;
  });
  if (none_in_force || !vetoed(asked, all, deciders, false)) return outcome;
  const bool acceptance_lifts = !vetoed(asked, all, deciders, true);
  if (acceptance_lifts && (outcome.authorised || outcome.only_acceptance_missing)) return refused(Refusal::R05, 4);
  return refused(Refusal::R24, 5);
}

// Step 2: what no fiche can grant. Any declared variant is refused: an unknown one is not the task that was granted.
std::optional<Refusal> never(const Question& question, const CatalogueTask* task) {
  if (find_never(question.task) != nullptr) return Refusal::R02;
  if (task == nullptr) return Refusal::R03;
  if (question.variant) return Refusal::R02;
  return std::nullopt;
}

Decision to_decision(const Outcome& outcome, std::vector<std::string> doctors) {
  Decision decision;
  decision.authorised = outcome.authorised;
  decision.mode = outcome.mode;
  if (!outcome.authorised) decision.refusal = outcome.refusal;
  decision.warnings = outcome.warnings;
  if (outcome.authorised) decision.obligations = outcome.obligations;
  decision.doctors = std::move(doctors);
  if (outcome.fiche != nullptr) {
    decision.fiche_id = outcome.fiche->id;
    decision.fiche_version = outcome.fiche->version;
  }
  decision.validated_by_locum = outcome.authorised && outcome.by_locum;
  return decision;
}

Decision answer(const Question& question, Action action, bool run) {
  if (!question.context.authenticated || !question.context.account_known)
    return to_decision(refused(Refusal::R01, 1), {});
  const auto all = lines_of(question);
  const auto* task = find_task(question.task);
  const bool together = task != nullptr && (task->reference == Reference::CAB || concerns_practice(question, *task));
  std::vector<std::string> doctors;
  if (together) {
    doctors = present_deciders(question, all);
  } else if (task != nullptr) {
    if (auto doctor = doctor_of_reference(question, task->reference)) doctors.push_back(std::move(*doctor));
  }

  if (const auto code = never(question, task)) {
    // Step 1 comes first: over everywhere the fiches of reference say so (all of the actor's without a reference).
    bool any = false, all_outside = true;
    for (const auto& line : all) {
      const bool relevant = task == nullptr || std::find(doctors.begin(), doctors.end(), line.doctor) != doctors.end();
      if (line.assistant != question.actor || !relevant) continue;
      any = true;
      all_outside = all_outside && outside_function(question, line);
    }
    return any && all_outside ? to_decision(refused(Refusal::R01, 1), doctors)
                              : to_decision(refused(*code, 2), doctors);
  }

  const Asked asked{question, *task, action, run};
  Outcome outcome;
  if (task->reference == Reference::CAB) {
    outcome = evaluate_practice_task(asked, all, doctors);
  } else if (doctors.empty()) {
    outcome = refused(Refusal::R04, 3);
  } else {
    std::vector<Outcome> each;
    for (const auto& doctor : doctors) each.push_back(evaluate_doctor(asked, all, doctor));
    outcome = worst(each);
  }
  if (outcome.refusal == Refusal::R08 && std::any_of(all.begin(), all.end(), [&](const Line& line) {
        return line.assistant == question.actor && grants_task(question, line, question.task);
      }))
    outcome.refusal = Refusal::R09;
  return to_decision(outcome, std::move(doctors));
}

}  // namespace

bool covers(const LocumPeriod& period, LocalTime at) {
  if (at < period.from.at) return false;
  if (!period.to) return true;
  return period.to->date_only ? at < period.to->at + date::days{1} : at < period.to->at;
}

bool is_replaced(const std::vector<LocumPeriod>& periods, const std::string& doctor, LocalTime at) {
  return std::any_of(periods.begin(), periods.end(), [&](const LocumPeriod& period) {
    return period.doctor == doctor && covers(period, at);
  });
}

KnownFiche as_declared(Fiche fiche) {
  Established declared;
  if (fiche.doctor_signature) declared.signed_at = fiche.doctor_signature->at.at;
  if (fiche.answer) declared.answer = {fiche.answer->at.at, fiche.answer->kind, fiche.answer->declined};
  return {std::make_shared<const Fiche>(std::move(fiche)), std::move(declared)};
}

Practice practice_of(const std::vector<KnownFiche>& fiches, const std::string& actor) {
  Practice practice;
  std::map<std::string, const Fiche*> latest;
  for (const auto& known : fiches) {
    practice.doctors.insert(known.fiche->doctor_id);
    practice.doctors.insert(known.fiche->deciders.begin(), known.fiche->deciders.end());
    if (known.fiche->assistant.id != actor || !known.signatures.signed_at) continue;
    auto& newest = latest[known.fiche->id];
    if (newest == nullptr || newest->version < known.fiche->version) newest = known.fiche.get();
  }
  std::set<std::string> deciders;
  for (const auto& [id, fiche] : latest) deciders.insert(fiche->deciders.begin(), fiche->deciders.end());
  practice.deciders.assign(deciders.begin(), deciders.end());
  return practice;
}

std::string_view text(Obligation obligation) {
  switch (obligation) {
    case Obligation::trace:
      return "trace";
    case Obligation::validation_medecin:
      return "validation-medecin";
    case Obligation::vu_requis:
      return "vu-requis";
    case Obligation::escalade_immediate:
      return "escalade-immediate";
  }
  return "";
}

Decision decide(const Question& question) { return answer(question, question.action, false); }
Decision decide_run(const Question& question) { return answer(question, Action::activer, true); }

}  // namespace relais::fiche
