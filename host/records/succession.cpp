// SPDX-License-Identifier: Apache-2.0
#include "records/succession.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

namespace relais::records {

namespace {

// What names a result in the laboratory's own words when it has no code.
std::string analyte(const v1::Observation& one) { return one.code().empty() ? one.label() : one.code(); }

struct Measure {
  std::string analyte, specimen, value, unit;
  bool taken_back = false;
  auto operator<=>(const Measure&) const = default;
};

std::vector<Measure> measures(const std::vector<v1::Observation>& observations) {
  std::vector<Measure> all;
  for (const auto& one : observations) {
    if (one.status() == v1::OBSERVATION_STATUS_PENDING) continue;
    const bool gone =
        one.status() == v1::OBSERVATION_STATUS_CANCELLED || one.status() == v1::OBSERVATION_STATUS_ABORTED;
    all.push_back({analyte(one), one.specimen(), one.value_text(), one.unit(), gone});
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::multiset<std::string> words(const std::vector<v1::Observation>& observations) {
  std::multiset<std::string> all;
  for (const auto& one : observations) {
    if (one.status() == v1::OBSERVATION_STATUS_PENDING) continue;
    all.insert(analyte(one) + '\x1F' + one.flag() + '\x1F' + one.comment());
  }
  return all;
}

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

}  // namespace

Telling compare(const std::vector<v1::Observation>& held, const std::vector<v1::Observation>& arriving) {
  const auto before = measures(held), now = measures(arriving);
  if (before == now) return Telling::same;
  if (std::includes(now.begin(), now.end(), before.begin(), before.end())) return Telling::more;
  if (std::includes(before.begin(), before.end(), now.begin(), now.end())) return Telling::fewer;
  return Telling::different;
}

bool same_words(const v1::LabReport& held, const std::vector<v1::Observation>& held_results,
                const v1::LabReport& arriving, const std::vector<v1::Observation>& arriving_results) {
  return held.comment() == arriving.comment() && held.narrative() == arriving.narrative() &&
         words(held_results) == words(arriving_results);
}

bool issued_before(const v1::LabReport& a, const v1::LabReport& b) {
  return a.has_issued_ms() && b.has_issued_ms() && a.issued_ms() < b.issued_ms();
}

std::vector<v1::Observation> left_out(const std::vector<v1::Observation>& held,
                                      const std::vector<v1::Observation>& arriving) {
  std::set<std::string> told;
  for (const auto& one : arriving) told.insert(analyte(one));
  std::vector<v1::Observation> left;
  for (const auto& one : held) {
    if (told.contains(analyte(one))) continue;
    auto again = one;
    again.clear_id();
    again.clear_report_id();
    left.push_back(std::move(again));
  }
  return left;
}

bool comparable(const v1::LabReport& a, const v1::LabReport& b) { return !a.uncoded_content() && !b.uncoded_content(); }

bool same_day(const v1::LabReport& a, const v1::LabReport& b) {
  // Two instants of one day as told by one laboratory: less than a day apart is enough, time zones left aside.
  if (a.has_collected_ms() && b.has_collected_ms()) return std::llabs(a.collected_ms() - b.collected_ms()) < day_ms;
  if (!a.has_collected_ms() && !b.has_collected_ms() && a.has_issued_ms() && b.has_issued_ms()) {
    return std::llabs(a.issued_ms() - b.issued_ms()) < day_ms;
  }
  return true;
}

}  // namespace relais::records
