// SPDX-License-Identifier: Apache-2.0
#include "command/cdsi_report.h"

#include <map>

namespace relais::vaccine {

CdsiTotals report_cdsi_cases(const std::vector<CdsiCase>& cases, const SupportingData& data, std::ostream& out) {
  CdsiTotals totals;
  std::map<std::string, std::pair<int, int>> by_group;  // passed, all
  std::map<std::string, int> by_field;
  for (const auto& each : cases) {
    const auto comparison = run_case(each, data);
    totals.doses_compared += comparison.doses_compared;
    totals.reasons_compared += comparison.reasons_compared;
    totals.reasons_right += comparison.reasons_right;
    auto& [passed, all] = by_group[each.group];
    ++all;
    for (const auto& notice : each.notices) out << "notice " << each.id << ": " << notice << '\n';
    if (comparison.passed) {
      ++passed;
      ++totals.passed;
      totals.stale_passed += each.marked_stale;
      continue;
    }
    ++totals.failed;
    totals.stale_failed += each.marked_stale;
    out << "FAILED " << each.id << ' ' << each.group << (each.marked_stale ? " (marked N)" : "") << ": " << each.name
        << '\n';
    if (!comparison.forecast.empty()) out << "  forecast: " << comparison.forecast << '\n';
    for (const auto& difference : comparison.differences) {
      out << "  " << difference.field << ": expected '" << difference.expected << "', got '" << difference.got << "'\n";
      ++by_field[difference.field.starts_with("dose ") ? "dose status" : difference.field];
    }
  }
  for (const auto& [group, counts] : by_group) {
    out << group << ": " << counts.first << " of " << counts.second << " ("
        << 100 * counts.first / counts.second << " %)\n";
  }
  for (const auto& [field, count] : by_field) out << "differences in " << field << ": " << count << '\n';
  out << "doses compared: " << totals.doses_compared << "; reasons right: " << totals.reasons_right << " of "
      << totals.reasons_compared << '\n';
  if (const int stale = totals.stale_passed + totals.stale_failed) {
    out << "rows marked N: " << totals.stale_passed << " of " << stale << " passed; other rows: "
        << totals.passed - totals.stale_passed << " of " << totals.passed + totals.failed - stale << " passed\n";
  }
  return totals;
}

}  // namespace relais::vaccine
