// SPDX-License-Identifier: Apache-2.0
#include "practice/practice_facts.h"

#include <algorithm>
#include <set>

namespace relais::practice {
namespace {

// Of the days of a period that was entered in days; of its instants otherwise.
fiche::DayPeriod days_of(const Fact& fact) {
  const auto from = fact.from_date.value_or(fiche::CivilDate{});
  return {from, fact.until_date.value_or(from)};
}

}  // namespace

Result<void> PracticeFacts::refresh() {
  const MutexLock lock(mutex_);
  const auto last = last_;
  struct Read {
    std::int64_t last = 0;
    std::vector<Fact> fresh;
  };
  auto read = database_.read([&](soci::session& sql) -> Result<Read> {
    Read now;
    now.last = FactStore::last(sql);
    if (now.last == last) return now;
    FactFilter filter;
    filter.after_seq = last;
    now.fresh = FactStore::facts(sql, filter);
    return now;
  });
  if (!read) return tl::unexpected<Error>(read.error());
  for (auto& fact : read->fresh) {
    if (const auto held = by_id_.find(fact.id); held != by_id_.end()) {
      facts_[held->second] = std::move(fact);  // withdrawn since
      continue;
    }
    const auto index = facts_.size();
    by_id_.emplace(fact.id, index);
    by_kind_[fact.kind].push_back(index);
    if (!fact.patient_id.empty()) by_patient_[fact.patient_id].push_back(index);
    if (!fact.item_id.empty()) by_item_[fact.item_id].push_back(index);
    facts_.push_back(std::move(fact));
  }
  last_ = read->last;
  return {};
}

Instant PracticeFacts::known(Instant at) const { return std::min(at, database_.clock().now()); }

template <class F>
void PracticeFacts::each(FactKind kind, Instant at, F work) const {
  const auto found = by_kind_.find(kind);
  if (found == by_kind_.end()) return;
  const auto then = known(at);
  for (const auto index : found->second)
    if (facts_[index].stands(then)) work(facts_[index]);
}

std::optional<Fact> PracticeFacts::locum_at(const std::string& doctor, Instant at) const {
  std::optional<Fact> latest;
  each(FactKind::locum, at, [&](const Fact& fact) {
    if (fact.doctor_id == doctor && fact.covers(at)) latest = fact;
  });
  return latest;
}

std::optional<Fact> PracticeFacts::presence_at(const std::string& doctor, Instant at) const {
  const auto replacement = locum_at(doctor, at);
  std::optional<Fact> latest;
  each(FactKind::presence, at, [&](const Fact& fact) {
    if (fact.doctor_id != doctor || !fact.covers(at)) return;
    const bool by_locum = fact.recorded_role == worklist::Role::replacement_doctor;
    if (by_locum != replacement.has_value()) return;
    if (by_locum && fact.recorded_by != replacement->replacement_id) return;
    latest = fact;
  });
  return latest;
}

std::optional<bool> PracticeFacts::doctor_present(const std::string& doctor, Instant at) {
  const auto said = presence(doctor, at);
  if (!said) return std::nullopt;
  return said->value == fact_value::present;
}

std::optional<Fact> PracticeFacts::presence(const std::string& doctor, Instant at) {
  const MutexLock lock(mutex_);
  return presence_at(doctor, at);
}

std::optional<Fact> PracticeFacts::locum(const std::string& doctor, Instant at) {
  const MutexLock lock(mutex_);
  return locum_at(doctor, at);
}

std::vector<fiche::LocumPeriod> PracticeFacts::locums(Instant at) {
  const MutexLock lock(mutex_);
  std::vector<fiche::LocumPeriod> periods;
  each(FactKind::locum, at, [&](const Fact& fact) {
    fiche::LocumPeriod period{fact.doctor_id, {fiche::to_local(fact.from, zone_), false}, std::nullopt,
                              fact.replacement_id};
    if (fact.until) period.to = fiche::Moment{fiche::to_local(*fact.until, zone_), false};
    periods.push_back(std::move(period));
  });
  return periods;
}

std::vector<fiche::Suspension> PracticeFacts::suspensions(const std::string& assistant, Instant at) const {
  std::vector<Fact> standing;
  const auto take = [&](const Fact& fact) {
    if (fact.assistant_id == assistant) standing.push_back(fact);
  };
  each(FactKind::contract, at, take);
  each(FactKind::absence, at, take);
  std::vector<fiche::Suspension> all;
  for (const auto& doubt : doubts(assistant, standing)) {
    // The latest answer of each doctor.
    std::map<std::string, bool> kept;
    each(FactKind::answer, at, [&](const Fact& answer) {
      if (answer.reference == question_id(doubt.fact_id, answer.doctor_id, assistant))
        kept[answer.doctor_id] = answer.value == fact_value::keep;
    });
    fiche::Suspension suspension{doubt.from, {}};
    for (const auto& [doctor, keeps] : kept)
      if (keeps) suspension.kept_by.insert(doctor);
    all.push_back(std::move(suspension));
  }
  return all;
}

AssistantTerms PracticeFacts::terms(const std::string& assistant, Instant at) {
  const MutexLock lock(mutex_);
  AssistantTerms terms;
  const auto today = fiche::day_of(fiche::to_local(at, zone_));
  each(FactKind::title_revoked, at, [&](const Fact& fact) {
    const auto kind = fiche::word<fiche::AttestationKind>(fact.value);
    if (fact.assistant_id != assistant || !kind || !fact.from_date) return;
    // A suspension that is over has given the title back.
    if (fact.until_date && today > *fact.until_date) return;
    terms.withdrawn.push_back({*kind, *fact.from_date});
  });
  each(FactKind::attestation, at, [&](const Fact& fact) {
    const auto kind = fiche::word<fiche::AttestationKind>(fact.value);
    if (fact.assistant_id != assistant || !kind || !fact.from_date || fact.reference.empty()) return;
    terms.attested.push_back({*kind, *fact.from_date, fact.reference});
  });
  each(FactKind::contract, at, [&](const Fact& fact) {
    if (fact.assistant_id != assistant || !fact.from_date) return;
    const auto day = *fact.from_date;
    if (fact.value == fact_value::function_start)
      terms.function_start = terms.function_start ? std::max(*terms.function_start, day) : day;
    if (fact.value == fact_value::function_end)
      terms.function_end = terms.function_end ? std::min(*terms.function_end, day) : day;
  });
  each(FactKind::absence, at, [&](const Fact& fact) {
    if (fact.assistant_id == assistant) terms.away.push_back(days_of(fact));
  });
  each(FactKind::closure, at, [&](const Fact& fact) { terms.away.push_back(days_of(fact)); });
  terms.suspensions = suspensions(assistant, at);
  return terms;
}

std::map<std::string, fiche::CivilDate> PracticeFacts::departures(Instant at) {
  const MutexLock lock(mutex_);
  std::map<std::string, fiche::CivilDate> all;
  each(FactKind::contract, at, [&](const Fact& fact) {
    if (fact.value != fact_value::departure || !fact.from_date) return;
    const auto [held, added] = all.emplace(fact.doctor_id, *fact.from_date);
    if (!added) held->second = std::min(held->second, *fact.from_date);
  });
  return all;
}

fiche::HolidayRegion PracticeFacts::holidays(Instant at) {
  const MutexLock lock(mutex_);
  auto region = fiche::HolidayRegion::france;
  each(FactKind::holiday_region, at, [&](const Fact& fact) {
    region = fact.value == fact_value::alsace_moselle ? fiche::HolidayRegion::alsace_moselle
                                                      : fiche::HolidayRegion::france;
  });
  return region;
}

bool PracticeFacts::kinship(const std::string& assistant, const std::string& patient, Instant at) {
  const MutexLock lock(mutex_);
  const auto found = by_patient_.find(patient);
  if (found == by_patient_.end()) return false;
  const auto then = known(at);
  return std::any_of(found->second.begin(), found->second.end(), [this, &assistant, then](std::size_t index)
                                                                     RELAIS_REQUIRES(mutex_) {
    const auto& fact = facts_[index];
    return fact.kind == FactKind::kinship && fact.assistant_id == assistant && fact.value == fact_value::kin &&
           fact.stands(then);
  });
}

std::vector<fiche::Opposition> PracticeFacts::opposition(const std::string& patient, Instant at) {
  const MutexLock lock(mutex_);
  const auto found = by_patient_.find(patient);
  if (found == by_patient_.end()) return {};
  const auto then = known(at);
  std::set<fiche::Opposition> kinds;
  for (const auto index : found->second) {
    const auto& fact = facts_[index];
    if (fact.kind != FactKind::opposition || !fact.stands(then)) continue;
    if (const auto kind = fiche::word<fiche::Opposition>(fact.value)) kinds.insert(*kind);
  }
  return {kinds.begin(), kinds.end()};
}

std::optional<std::string> PracticeFacts::category(const std::string& item, Instant at) {
  const MutexLock lock(mutex_);
  const auto found = by_item_.find(item);
  if (found == by_item_.end()) return std::nullopt;
  const auto then = known(at);
  std::set<std::string> categories;
  for (const auto index : found->second) {
    const auto& fact = facts_[index];
    if (fact.kind == FactKind::category && fact.stands(then)) categories.insert(fact.value);
  }
  if (categories.empty()) return std::nullopt;
  if (categories.size() > 1) return std::string(fiche::text(fiche::Category::notes_personnelles));
  return *categories.begin();
}

std::vector<StandingDoubt> doubts(const std::string& assistant, const std::vector<Fact>& facts) {
  std::vector<StandingDoubt> all;
  std::vector<const Fact*> absences;
  for (const auto& fact : facts) {
    if (fact.assistant_id != assistant || !fact.from_date) continue;
    if (fact.kind == FactKind::contract && fact.value == fact_value::aid_suspended)
      all.push_back({fact.id, *fact.from_date, false});
    if (fact.kind == FactKind::absence) absences.push_back(&fact);
  }
  std::stable_sort(absences.begin(), absences.end(),
                   [](const Fact* a, const Fact* b) { return *a->from_date < *b->from_date; });
  for (std::size_t i = 0; i < absences.size();) {
    const auto* first = absences[i];
    auto until = date::local_days{days_of(*first).until};
    for (++i; i < absences.size() && date::local_days{*absences[i]->from_date} <= until + date::days{1}; ++i)
      until = std::max(until, date::local_days{days_of(*absences[i]).until});
    const auto from = fiche::plus_months(*first->from_date, long_absence_months);
    if (fiche::CivilDate{until} >= from) all.push_back({first->id, from, true});
  }
  return all;
}

std::string question_id(const std::string& fact, const std::string& doctor, const std::string& assistant) {
  return fact + "/" + doctor + "/" + assistant;
}

}  // namespace relais::practice
