// SPDX-License-Identifier: Apache-2.0
#include "situation.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace bio {
namespace {

// No pregnancy lasts longer: a record that was not closed.
constexpr int longest_pregnancy_weeks = 45;

int whole_years(std::chrono::sys_days from, std::chrono::sys_days to) {
  const std::chrono::year_month_day born(from);
  const std::chrono::year_month_day day(to);
  const int years = static_cast<int>(day.year()) - static_cast<int>(born.year());
  const bool birthday_passed = std::pair(day.month(), day.day()) >= std::pair(born.month(), born.day());
  return birthday_passed ? years : years - 1;
}

bool urine(const Measure& measure) { return folded(measure.observation.specimen()).find("urin") != std::string::npos; }

// Serum and plasma are comparable, and so is a specimen that is not told; urine is another analyte.
bool comparable(const Measure& a, const Measure& b) {
  if (a.observation.specimen().empty() || b.observation.specimen().empty()) return true;
  return urine(a) == urine(b);
}

bool same_analyte(const Measure& a, const Measure& b) {
  if (!comparable(a, b)) return false;
  if (a.analyte != nullptr || b.analyte != nullptr) return a.analyte == b.analyte;
  return a.observation.code() == b.observation.code() && a.observation.code_system() == b.observation.code_system() &&
         normal_unit(a.observation.unit()) == normal_unit(b.observation.unit());
}

bool valid_history(const Measure& measure) {
  const relais::ObservationStatus status = measure.observation.status();
  return measure.value && measure.observation.collected() && (measure.analyte == nullptr || measure.conversion) &&
         (status == relais::ObservationStatus::final || status == relais::ObservationStatus::corrected);
}

// Two numbers that are one measure, each rounded for display in its own unit.
bool twins(const Measure& a, const Measure& b) {
  const auto one = a.canonical();
  const auto other = b.canonical();
  return one && other && a.analyte != nullptr && a.analyte == b.analyte && one->exact() && other->exact() &&
         std::abs(one->low - other->low) <= 0.02 * std::abs(other->low);
}

// A setting such as "k.critique_haut" replaces the number of that column; which side is inclusive stays.
void tune(const relais::Slice& slice, const std::string& key, std::optional<Limit>& limit) {
  const auto setting = slice.setting(key);
  if (setting && limit && std::isfinite(setting->number())) limit->value = setting->number();
}

// Rows that hold on a day.
template <class Row>
bool holds(const Row& row, std::optional<relais::Date> from, relais::Date day) {
  return (!from || *from <= day) && (!row.until() || *row.until() >= day);
}

}  // namespace

Situation::Situation(const relais::Slice& slice, const relais::LabReport& report, const Data& data)
    : slice_(slice), report_(report), data_(data) {
  settled_ = report_.identity() == relais::Identity::unique && slice.patient().has_value();
  for (const relais::Observation observation : slice.observations()) {
    Measure measure = measure_of(observation, data.analytes);
    if (!observation.history()) {
      measures_.push_back(std::move(measure));
    } else if (settled_ && valid_history(measure)) {
      history_.push_back(std::move(measure));
    }
  }
  std::stable_sort(history_.begin(), history_.end(), [](const Measure& a, const Measure& b) {
    return *a.observation.collected() > *b.observation.collected();
  });
  read_age();
}

void Situation::read_age() {
  const auto born = settled_ ? slice_.patient()->birth_date() : std::nullopt;
  if (!born) return;
  const auto collected = report_.collected();
  const relais::Date day = collected ? std::chrono::floor<std::chrono::days>(*collected) : slice_.today();
  const int years = whole_years(*born, day);
  // A birth date after the collection says that one of the two is wrong.
  if (years < 0) return;
  age_ = years;
  age_band_ = years < 2 ? AgeBand::under_2 : years < 16 ? AgeBand::child : AgeBand::adult;
}

relais::Sex Situation::sex() const { return settled_ ? slice_.patient()->sex() : relais::Sex::unknown; }

std::optional<relais::ContextWord> Situation::context(std::string_view word) const {
  if (!settled_) return std::nullopt;
  for (const relais::ContextWord known : slice_.context_words()) {
    if (known.word() == word && holds(known, known.from(), slice_.today())) return known;
  }
  return std::nullopt;
}

bool Situation::context_complete() const {
  return !settled_ || slice_.completeness("context_word") == relais::Completeness::complete;
}

std::optional<Pregnancy> Situation::pregnancy() const {
  std::optional<Pregnancy> found;
  if (!settled_) return found;
  for (const relais::ContextWord known : slice_.context_words()) {
    if (known.word() != "grossesse" || !holds(known, known.from(), slice_.today())) continue;
    // The number is the term on the day of the entry; without a day, today's.
    const int since = known.from() ? static_cast<int>((slice_.today() - *known.from()).count() / 7) : 0;
    const bool told = std::isfinite(known.number()) && known.number() > 0 && known.number() < 100;
    const int weeks = (told ? static_cast<int>(known.number()) : 0) + since;
    if (weeks > longest_pregnancy_weeks) continue;
    if (told) return Pregnancy{weeks};
    found = Pregnancy{};
  }
  return found;
}

std::optional<relais::Target> Situation::target(std::string_view analyte) const {
  if (!settled_) return std::nullopt;
  for (const relais::Target each : slice_.targets()) {
    if (each.analyte() == analyte && (each.low() || each.high()) && holds(each, each.set_on(), slice_.today())) {
      return each;
    }
  }
  return std::nullopt;
}

std::optional<relais::KnownAnomaly> Situation::known_anomaly(std::string_view analyte,
                                                             relais::Direction direction) const {
  if (!settled_) return std::nullopt;
  for (const relais::KnownAnomaly each : slice_.known_anomalies()) {
    // Without an expiry it is not the declaration that rule X2 asks for.
    if (each.analyte() == analyte && each.direction() == direction && each.until() &&
        holds(each, each.set_on(), slice_.today())) {
      return each;
    }
  }
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Situation::before(const Measure& earlier, const Measure& of) const {
  const auto own = of.observation.collected();
  const auto now = own ? own : report_.collected();
  const auto then = earlier.observation.collected();
  return now && then ? std::optional(*now - *then) : std::nullopt;
}

std::vector<const Measure*> Situation::earlier(const Measure& of, std::chrono::hours window) const {
  std::vector<const Measure*> found;
  for (const Measure& one : history_) {
    const auto age = before(one, of);
    if (!age || age->count() <= 0 || *age > window || !same_analyte(one, of)) continue;
    const bool twice = std::any_of(found.begin(), found.end(), [&](const Measure* kept) {
      return kept->observation.collected() == one.observation.collected() && twins(*kept, one);
    });
    if (!twice) found.push_back(&one);
  }
  return found;
}

const Measure* Situation::previous(const Measure& of) const {
  const auto found = earlier(of, std::chrono::days(730));
  return found.empty() ? nullptr : found.front();
}

Thresholds Situation::thresholds(const Analyte& analyte) const {
  Thresholds thresholds = analyte.adult;
  std::string key = folded(analyte.id);
  tune(slice_, key + ".critique_bas", thresholds.critical_low);
  tune(slice_, key + ".critique_haut", thresholds.critical_high);
  tune(slice_, key + ".aujourdhui_bas", thresholds.today_low);
  tune(slice_, key + ".aujourdhui_haut", thresholds.today_high);
  if (age_band_ == AgeBand::child) {
    if (analyte.child_low) thresholds.critical_low = analyte.child_low;
    if (analyte.child_high) thresholds.critical_high = analyte.child_high;
  }
  return thresholds;
}

std::optional<CorrectedCalcium> Situation::corrected_calcium(const Measure& measure) const {
  // 29265-6 is corrected by the laboratory already.
  if (measure.analyte == nullptr || measure.analyte->id != "CA" || measure.observation.code() == "29265-6") return {};
  const auto total = measure.canonical();
  if (!total || !total->exact()) return std::nullopt;
  for (const Measure* const albumin : measures_of(*this, "ALB")) {
    const auto grams = albumin->canonical();
    if (!grams->exact() || !comparable(measure, *albumin)) continue;
    return CorrectedCalcium{total->low + 0.02 * (40 - grams->low), grams->low};
  }
  return std::nullopt;
}

std::optional<Interval> Situation::judged(const Measure& measure) const {
  if (const auto corrected = corrected_calcium(measure)) {
    return Interval{corrected->value, corrected->value, false, false};
  }
  return measure.canonical();
}

bool Situation::told_by_a_twin(const Measure& measure) const {
  return std::any_of(measures_.begin(), measures_.end(), [&](const Measure& other) {
    return &other != &measure && (other.has_range() || other.flag != Flag::absent) &&
           other.observation.collected() == measure.observation.collected() &&
           other.observation.specimen() == measure.observation.specimen() && twins(measure, other);
  });
}

bool not_rendered(const Situation& situation, const Measure& measure) {
  const relais::Observation& observation = measure.observation;
  if (observation.status() == relais::ObservationStatus::aborted) return true;
  // What is waited for or cancelled is told by its own rules.
  if (measure.value || observation.status() == relais::ObservationStatus::pending ||
      observation.status() == relais::ObservationStatus::cancelled) {
    return false;
  }
  // A number was asked and nothing at all was given.
  if (observation.value_type() == relais::ValueType::numeric && !observation.value() &&
      observation.value_text().empty() && measure.flag == Flag::absent) {
    return true;
  }
  return situation.words().not_rendered(observation.value_text()) ||
         situation.words().not_rendered(observation.comment());
}

bool rendered(const Situation& situation, const Measure& measure) {
  const relais::ObservationStatus status = measure.observation.status();
  return status != relais::ObservationStatus::pending && status != relais::ObservationStatus::cancelled &&
         !not_rendered(situation, measure);
}

bool incomplete(const Situation& situation) {
  const auto& measures = situation.measures();
  return situation.report().status() == relais::ReportStatus::partial ||
         (situation.report().status() != relais::ReportStatus::cancelled &&
          std::any_of(measures.begin(), measures.end(), [](const Measure& measure) {
            return measure.observation.status() == relais::ObservationStatus::pending;
          }));
}

std::vector<const Measure*> measures_of(const Situation& situation, std::string_view analyte) {
  std::vector<const Measure*> found;
  for (const Measure& measure : situation.measures()) {
    if (measure.analyte != nullptr && measure.analyte->id == analyte && measure.canonical() &&
        rendered(situation, measure)) {
      found.push_back(&measure);
    }
  }
  return found;
}

}  // namespace bio
