// SPDX-License-Identifier: Apache-2.0
#include "records/declaration.h"

#include <algorithm>

#include "records/context_map.h"

namespace relais::records {
namespace {

// The deepest that a manifest may ask for (a hundred years): the whole record, undated rows with it.
constexpr int whole_life_days = 36525;

using Days = std::chrono::days;

std::optional<date::sys_days> day_of_text(std::string_view text) {
  const auto day = fiche::parse_date(text);
  if (!day) return std::nullopt;
  return date::sys_days(*day);
}

}  // namespace

Declaration::Declaration(const plugins::Manifest& manifest, std::string_view kind, CodeRule rule, Today today)
    : rule_(rule), today_(today) {
  for (const auto& entry : manifest.slice) {
    if (entry.kind != kind) continue;
    entries_.push_back(&entry);
    if (!entry.days) continue;
    const auto from = today_.as_of - Days(*entry.days);
    if (!oldest_ || from < *oldest_) oldest_ = from;
  }
}

bool Declaration::matches(const plugins::SliceKind& entry, std::string_view code) const {
  if (entry.codes.empty()) return true;
  if (code.empty()) return false;
  if (rule_ == CodeRule::exact) return std::ranges::find(entry.codes, code) != entry.codes.end();
  const auto bare = bare_code(code);
  return std::ranges::any_of(entry.codes, [&](const auto& declared) { return bare.starts_with(bare_code(declared)); });
}

template <class F>
bool Declaration::any(std::string_view code, F depth_holds) const {
  return std::ranges::any_of(entries_,
                             [&](const auto* entry) { return matches(*entry, code) && depth_holds(entry->days); });
}

bool Declaration::names(std::string_view code) const {
  return any(code, [](auto) { return true; });
}

bool Declaration::any_code() const {
  return std::ranges::any_of(entries_, [](const auto* entry) { return entry->codes.empty(); });
}

bool Declaration::admits_current(std::string_view code) const { return names(code); }

bool Declaration::admits_past(std::string_view code, std::optional<Instant> at) const {
  return any(code, [&](std::optional<int> days) {
    if (!days) return false;
    return at ? *at >= today_.as_of - Days(*days) : *days >= whole_life_days;
  });
}

bool Declaration::admits_day(std::string_view code, std::string_view day) const {
  const auto at = day_of_text(day);
  return any(code, [&](std::optional<int> days) {
    if (!days) return false;
    return at ? *at >= date::sys_days(today_.day) - Days(*days) : *days >= whole_life_days;
  });
}

bool Declaration::admits_period(std::string_view code, std::string_view from, std::string_view until) const {
  const date::sys_days today(today_.day);
  const auto first = day_of_text(from);
  const auto last = day_of_text(until);
  if (first && *first > today) return false;
  return any(code, [&](std::optional<int> days) { return !last || *last >= today - Days(days.value_or(0)); });
}

}  // namespace relais::records
