// SPDX-License-Identifier: Apache-2.0
#include "calendar_fr/translate.h"

#include <algorithm>

namespace relais::vaccine::fr {
namespace {

bool holds(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool fits(const Component& component, const std::vector<std::string>& valences, const std::string& product) {
  const auto held = [&](const std::string& valence) { return holds(valences, valence); };
  return std::all_of(component.all_of.begin(), component.all_of.end(), held) &&
         (component.one_of.empty() || std::any_of(component.one_of.begin(), component.one_of.end(), held)) &&
         std::none_of(component.none_of.begin(), component.none_of.end(), held) &&
         (component.products.empty() || holds(component.products, product)) && !holds(component.not_products, product);
}

// One engine dose for each group that the valences reach.
void add_dose(const Calendar& calendar, const Record& record, const RecordedDose& dose, bool last_day, Patient& out) {
  auto valences = dose.valences;
  if (const auto known = calendar.products.find(dose.product); valences.empty() && known != calendar.products.end()) {
    valences = known->second;
  }
  std::string group;
  for (const auto& component : calendar.components) {
    if (component.group == group || !fits(component, valences, dose.product)) continue;
    group = component.group;
    Dose given;
    given.cvx = component.code;
    given.undated = !dose.first;
    if (given.undated && !component.undated) continue;
    given.date = given.undated ? record.birth : last_day ? *dose.last : *dose.first;
    given.date = std::clamp(given.date, record.birth, record.assessed);
    out.doses.push_back(std::move(given));
  }
}

bool holds_for(const DerivedObservation& rule, const Record& record, const Patient& patient) {
  const auto observed = [&](ObservationId id) {
    return std::any_of(patient.observations.begin(), patient.observations.end(),
                       [&](const ObservationFact& fact) { return fact.observation == id; });
  };
  if (rule.born_from && record.birth < *rule.born_from) return false;
  if (rule.born_before && record.birth >= *rule.born_before) return false;
  if (rule.with != no_id && !observed(rule.with)) return false;
  if (rule.from == no_id) return true;
  return std::any_of(patient.observations.begin(), patient.observations.end(), [&](const ObservationFact& fact) {
    if (fact.observation != rule.from) return false;
    return rule.before_day == 0 || (fact.date && record.assessed < *fact.date + rule.before_day);
  });
}

}  // namespace

tl::expected<Patient, std::string> translate(const Calendar& calendar, const Record& record, bool last_day) {
  Patient out;
  out.birth = record.birth;
  out.gender = record.gender;
  if (record.assessed < record.birth) return tl::unexpected(std::string("assessed before the birth date"));
  for (const auto& observation : record.observations) {
    const auto id = calendar.data.find_observation(observation.code);
    if (id == no_id) return tl::unexpected("unknown observation '" + observation.code + "'");
    out.observations.push_back({id, observation.date});
  }
  for (const auto& rule : calendar.derived) {
    if (holds_for(rule, record, out)) out.observations.push_back({rule.code, {}});
  }
  for (const auto& dose : record.doses) {
    if (dose.first.has_value() != dose.last.has_value()) return tl::unexpected(std::string("half a range of dates"));
    if (dose.first && (*dose.first > *dose.last || *dose.first > record.assessed || *dose.last < record.birth)) {
      return tl::unexpected(std::string("a dose after the assessment or before the birth"));
    }
    for (const auto& valence : dose.valences) {
      if (!holds(calendar.valences, valence)) return tl::unexpected("unknown valence '" + valence + "'");
    }
    add_dose(calendar, record, dose, last_day, out);
  }
  return out;
}

}  // namespace relais::vaccine::fr
