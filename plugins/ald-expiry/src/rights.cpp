// SPDX-License-Identifier: Apache-2.0
#include "rights.h"

#include <algorithm>
#include <cmath>

namespace ald {
namespace {

using relais::RightPeriod;

// The national database writes a missing end so (SNDS, « Bénéficiaires du dispositif ALD »).
constexpr Date no_end = Date(std::chrono::year(1600) / std::chrono::January / 1);

RightPeriod period_of(const Right& right) {
  if (right.period != RightPeriod::unknown) return right.period;
  return right.previous_until ? RightPeriod::renewal : RightPeriod::unknown;
}

std::optional<int> years_of(const Right& right, const Length& length) {
  std::optional<int> years;
  switch (period_of(right)) {
    case RightPeriod::first: years = length.first_years; break;
    case RightPeriod::renewal: years = length.renewal_years; break;
    default:
      // Nobody said which period it is: only a length that is the same for both is sure.
      if (length.first_years == length.renewal_years) years = length.first_years;
  }
  return years && *years > 0 ? years : std::nullopt;
}

bool same_within_a_day(Date a, Date b) {
  const auto apart = a < b ? b - a : a - b;
  return apart <= std::chrono::days(1);
}

// [snippet:whole-setting]
int whole_setting(const relais::Slice& slice, std::string_view key, int otherwise) {
  const auto set = slice.setting(key);
  return set ? static_cast<int>(std::floor(set->number())) : otherwise;
}
// [/snippet:whole-setting]

bool later(const Right& a, const Right& b) { return a.from.value_or(Date::min()) > b.from.value_or(Date::min()); }

}  // namespace

Right read(const relais::LongTermCondition& row) {
  Right right;
  right.id = row.id();
  right.number = row.number();
  right.from = row.from();
  right.until = row.until();
  if (right.until && *right.until <= no_end) right.until.reset();
  right.until_source = row.until_source();
  right.period = row.period();
  right.step = row.renewal_step();
  right.step_on = row.renewal_step_on();
  right.previous_until = row.previous_until();
  right.protocol_on = row.protocol_on();
  right.to_confirm = row.to_confirm();
  return right;
}

std::vector<Right> standing(const relais::Slice& slice) {
  std::vector<Right> kept;
  for (const relais::LongTermCondition row : slice.long_term_conditions()) {
    const Right right = read(row);
    const auto same = std::ranges::find_if(
        kept, [&](const Right& other) { return !right.number.empty() && other.number == right.number; });
    if (same == kept.end()) {
      kept.push_back(right);
    } else if (later(right, *same)) {
      *same = right;
    }
  }
  return kept;
}

std::vector<std::string> repeated(const relais::Slice& slice) {
  std::vector<Right> all;
  std::vector<std::string> twice;
  for (const relais::LongTermCondition row : slice.long_term_conditions()) {
    all.push_back(read(row));
    const Right& last = all.back();
    const auto same = std::count_if(all.begin(), all.end(), [&](const Right& other) {
      return !last.number.empty() && other.number == last.number && other.from == last.from;
    });
    if (same == 2) twice.push_back(last.number);
  }
  return twice;
}

Settings read_settings(const relais::Slice& slice) {
  const Settings otherwise;
  return {whole_setting(slice, "surveillance.mois", otherwise.watch_months),
          whole_setting(slice, "critique.jours", otherwise.critical_days)};
}

End end_of(const Right& right, const Durations& durations) {
  End end;
  std::optional<Date> estimate;
  if (right.from) {
    end.length = durations.in_force(right.number, *right.from);
    if (end.length != nullptr) end.years = years_of(right, *end.length);
    if (end.years) estimate = last_day(*right.from, *end.years);
  }
  if (right.until) {
    end.day = right.until;
    end.source = right.until_source == "notified"    ? EndSource::notified
                 : right.until_source == "estimated" ? EndSource::estimated
                                                     : EndSource::unknown;
    if (estimate && !same_within_a_day(*estimate, *right.until)) end.discrepancy = estimate;
  } else if (estimate) {
    end.day = estimate;
    end.source = EndSource::estimated;
  }
  return end;
}

Stage stage_on(const std::optional<Date>& end, Date day, const Settings& settings) {
  if (!end) return Stage::unknown;
  if (day > *end) return Stage::expired;
  if (day >= *end - std::chrono::days(settings.critical_days)) return Stage::critical;
  if (day >= minus_months(*end, 2)) return Stage::due;
  if (day >= minus_months(*end, 3)) return Stage::prepare;
  if (day >= minus_months(*end, settings.watch_months)) return Stage::watch;
  return Stage::none;
}

bool never_renewed(const Right& right, const Durations& durations) {
  if (!right.from) return false;
  const Length* const length = durations.in_force(right.number, *right.from);
  return length != nullptr && length->renewal_years == 0;
}

}  // namespace ald
