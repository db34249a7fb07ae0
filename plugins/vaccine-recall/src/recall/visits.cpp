// SPDX-License-Identifier: Apache-2.0
#include "recall/visits.h"

#include <algorithm>

namespace recall {
namespace {

constexpr std::size_t most_visits = 4;  // those after the fourth will be told when their turn comes

}  // namespace

std::vector<Visit> visits(const std::vector<Line>& lines, const Groups& groups, const Settings& settings, Day today) {
  std::vector<const Line*> left;
  for (const Line& line : lines) left.push_back(&line);
  std::vector<Visit> made;
  bool live_before = false;
  while (!left.empty() && made.size() < most_visits) {
    Visit visit;
    const Day latest = std::max(today, *left.front()->answer.recommended) + settings.grouping_days;
    bool live_here = false;
    std::vector<const Line*> later;
    for (const Line* line : left) {
      const Day wanted = *line->answer.recommended;
      const bool shared = std::ranges::any_of(
          visit.lines, [&](const Line* other) { return groups.one_injection[line->group][other->group]; });
      // Waiting for it would make something else late.
      const bool waits = wanted > latest || (visit.until && wanted > *visit.until);
      if (waits || (!shared && visit.injections >= settings.injections)) {
        later.push_back(line);
        continue;
      }
      visit.lines.push_back(line);
      if (!shared) ++visit.injections;
      visit.from = visit.lines.size() == 1 ? wanted : std::max(visit.from, wanted);
      live_here = live_here || groups.live[line->group];
      if (line->need == Need::overdue) {
        visit.overdue = true;
      } else if (line->answer.late_from) {
        visit.until = std::min(visit.until.value_or(*line->answer.late_from - 1), *line->answer.late_from - 1);
      }
    }
    visit.month_after = live_here && live_before;
    live_before = live_before || live_here;
    made.push_back(std::move(visit));
    left = std::move(later);
  }
  return made;
}

}  // namespace recall
