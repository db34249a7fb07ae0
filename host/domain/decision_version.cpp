// SPDX-License-Identifier: Apache-2.0
#include "domain/decision_version.h"

#include <algorithm>

namespace relais::fiche {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// What a mode allows: reading and preparing, doing, closing.
Mode least_mode(Action action) {
  switch (action) {
    case Action::activer:
    case Action::voir:
    case Action::preparer:
      return Mode::preparer;
    case Action::realiser:
      return Mode::faire_puis_valider;
    case Action::finaliser:
      return Mode::autonome;
  }
  return Mode::autonome;
}

bool holds_diploma(const Asked& asked, const Assistant& assistant, CivilDate on) {
  const auto has = [&](AttestationKind kind) {
    return holds(assistant, kind, on, asked.question.context.withdrawn, asked.question.context.attested);
  };
  if (asked.task.task_class == TaskClass::IDE) return has(AttestationKind::dei);
  return has(AttestationKind::dei) || has(AttestationKind::deas) || has(AttestationKind::deap);
}

// Steps 6 and 7: what title, training, catalogue and locum leave of the granted mode.
struct Effective {
  Mode mode = Mode::non;
  bool presence_required = false;
  bool lowered_by_title = false;
  bool lowered_by_locum = false;
};

void lower_to(Effective& effective, Mode most, bool& lowered) {
  if (effective.mode > most) {
    effective.mode = most;
    lowered = true;
  }
}

void cap_by_title(const Asked& asked, const Fiche& fiche, TrainingState state, Effective& effective) {
  if (asked.task.task_class == TaskClass::Q) {
    if (state == TrainingState::en_formation && fiche.supervises_training) {
      effective.presence_required = true;
      lower_to(effective, Mode::faire_puis_valider, effective.lowered_by_title);
    } else if (state == TrainingState::en_formation || state == TrainingState::a_inscrire) {
      lower_to(effective, Mode::preparer, effective.lowered_by_title);
    }
  }
  lower_to(effective, asked.task.ceiling, effective.lowered_by_title);
}

std::optional<Refusal> check_patient(const Asked& asked, const Fiche& fiche, const Grant& grant) {
  const auto& patient = asked.question.patient;
  // The family tie can be waived by the doctor; one's own record cannot: it is no tie but the same person.
  if (!asked.run && (patient.is_actor || (patient.kinship && fiche.exclusions.kinship))) return Refusal::R19;
  const bool follow_up_or_more = asked.task.level >= DataLevel::D2 || patient.category.has_value();
  for (const auto opposition : patient.opposition) {
    if (opposition == Opposition::acces_am && follow_up_or_more) return Refusal::R15;
    if (opposition == Opposition::presence_am && asked.task.family == Family::C) return Refusal::R15;
  }
  const auto excluded = [&](const Exclusions& exclusions) {
    if (contains(exclusions.ids, patient.id)) return true;
    if ((exclusions.age_min || exclusions.age_max) && !patient.age) return true;
    return (exclusions.age_min && *patient.age < *exclusions.age_min) ||
           (exclusions.age_max && *patient.age > *exclusions.age_max);
  };
  if (excluded(fiche.exclusions) || (grant.exclusions && excluded(*grant.exclusions))) return Refusal::R14;
  return std::nullopt;
}

bool data_open(const Asked& asked, const Fiche& fiche, const Grant& grant) {
  if (asked.task.level > grant.data_max.value_or(fiche.data_max)) return false;
  if (!asked.question.patient.category) return true;
  const auto category = word<Category>(*asked.question.patient.category);
  // A word that nobody knows is closed; the doctor's personal notes are, whatever the fiche says.
  if (!category || *category == Category::notes_personnelles) return false;
  return std::find(fiche.open_categories.begin(), fiche.open_categories.end(), *category) !=
         fiche.open_categories.end();
}

bool inside(const std::vector<Slot>& slots, LocalTime at, HolidayRegion region) {
  const auto midnight = date::floor<date::days>(at);
  const auto minute = std::chrono::floor<std::chrono::minutes>(at - midnight).count();
  const auto weekday = static_cast<Day>(date::weekday{midnight}.iso_encoding() - 1);
  const bool holiday = !holiday_name(CivilDate{midnight}, region).empty();
  return std::any_of(slots.begin(), slots.end(), [&](const Slot& slot) {
    const auto lists = [&](Day day) { return std::find(slot.days.begin(), slot.days.end(), day) != slot.days.end(); };
    // `feries` lifts the closure of the weekdays listed with it; alone, it means every public holiday.
    const bool only_holidays = slot.days.size() == 1 && lists(Day::feries);
    const bool day_listed = only_holidays ? holiday : lists(weekday);
    if (!day_listed || (holiday && !lists(Day::feries))) return false;
    return std::any_of(slot.hours.begin(), slot.hours.end(),
                       [&](const Hours& hours) { return hours.start <= minute && minute < hours.end; });
  });
}

// Steps 10 to 15: what binds a person and not a run.
std::optional<std::pair<Refusal, int>> check_act(const Asked& asked, const Fiche& fiche, const Grant& grant,
                                                 bool presence_required, bool immediate) {
  const auto& context = asked.question.context;
  if (!data_open(asked, fiche, grant)) return {{Refusal::R17, 10}};
  const auto& slots = grant.slots.empty() ? fiche.time : grant.slots;
  const auto at = local_time(asked.question, fiche);
  if (!inside(slots, at, context.holidays)) return {{Refusal::R13, 11}};
  const auto today = day_of(at);
  if (std::any_of(context.away.begin(), context.away.end(), [&](const DayPeriod& p) { return p.covers(today); }))
    return {{Refusal::R13, 11}};
  if (!context.clock_trusted && asked.action != Action::voir) return {{Refusal::R13, 11}};
  if (presence_required && !context.doctor_present.value_or(false)) return {{Refusal::R18, 12}};
  if (asked.action == Action::finaliser && (immediate || context.to_see)) return {{Refusal::R16, 13}};
  if (grant.daily_quota && context.done_today >= *grant.daily_quota) return {{Refusal::R20, 14}};
  if (!context.enabled) return {{Refusal::R22, 15}};
  return std::nullopt;
}

}  // namespace

Outcome refused(Refusal code, int step, Mode mode) {
  Outcome outcome;
  outcome.mode = mode;
  outcome.refusal = code;
  outcome.step = step;
  return outcome;
}

LocalTime local_time(const Question& question, const Fiche& fiche) {
  if (const auto* local = std::get_if<LocalTime>(&question.at)) return *local;
  return to_local(std::get<Instant>(question.at), fiche.zone);
}

Outcome evaluate_version(const Asked& asked, const KnownFiche& known) {
  const Fiche& fiche = *known.fiche;
  const auto& context = asked.question.context;
  const auto at = local_time(asked.question, fiche);
  const auto today = day_of(at);
  Outcome result;
  result.fiche = &fiche;
  const auto refuse = [&](Refusal code, int step, Mode mode) {
    result.refusal = code;
    result.step = step;
    result.mode = mode;
    return result;
  };

  const auto* grant = find_grant(fiche, asked.task.id);
  if (grant == nullptr || grant->mode == Mode::non) return refuse(Refusal::R08, 5, Mode::non);
  if (known.signatures.answer && contains(known.signatures.answer->declined, grant->id))
    return refuse(Refusal::R25, 5, Mode::non);

  const auto training = training_at(fiche.assistant, today, context.withdrawn, context.attested);
  const auto task_class = asked.task.task_class;
  if ((task_class == TaskClass::S || task_class == TaskClass::IDE) && !holds_diploma(asked, fiche.assistant, today))
    return refuse(Refusal::R10, 6, Mode::non);
  if (training.state == TrainingState::echu) {
    if (task_class != TaskClass::T) return refuse(Refusal::R11, 6, Mode::non);
    result.warnings.insert(Warning::W1);
  }
  if (training.aid_at_risk) result.warnings.insert(Warning::W2);

  Effective effective{grant->mode, grant->presence_required};
  cap_by_title(asked, fiche, training.state, effective);
  if (is_replaced(context.locums, fiche.doctor_id, at)) {
    if (fiche.locum == LocumRule::suspendre)
      lower_to(effective, Mode::preparer, effective.lowered_by_locum);
    else
      result.by_locum = true;
  }
  const auto mode = effective.mode;
  if (least_mode(asked.action) > mode) {
    if (effective.lowered_by_title) return refuse(Refusal::R12, 8, mode);
    return refuse(effective.lowered_by_locum ? Refusal::R23 : Refusal::R21, 8, mode);
  }
  result.mode = mode;
  result.step = 16;

  if (asked.action != Action::activer || asked.run)
    if (const auto code = check_patient(asked, fiche, *grant)) return refuse(*code, 9, mode);
  if (asked.action != Action::activer) {
    const auto& rules = grant->escalation;
    const bool judged = rules && rules->judged_by_doctor && !rules->immediate.empty();
    const bool immediate = !context.alerts.empty() || judged;
    if (const auto failed = check_act(asked, fiche, *grant, effective.presence_required, immediate))
      return refuse(failed->first, failed->second, mode);
    if (immediate) result.obligations.insert(Obligation::escalade_immediate);
    if (mode == Mode::faire_puis_valider) result.obligations.insert(Obligation::validation_medecin);
    if (is_clinical(asked.task) || context.to_see) result.obligations.insert(Obligation::vu_requis);
  }
  result.obligations.insert(Obligation::trace);
  result.authorised = true;
  return result;
}

}  // namespace relais::fiche
