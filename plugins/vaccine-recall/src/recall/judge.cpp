// SPDX-License-Identifier: Apache-2.0
#include "recall/judge.h"

#include <algorithm>
#include <limits>

namespace recall {
namespace {

using fr::Status;
using relais::vaccine::add;
using relais::vaccine::Duration;

bool holds(const std::vector<std::string>& list, const std::string& word) {
  return std::ranges::find(list, word) != list.end();
}

// Whether a dose of these valences, of any product, is one of this group.
bool reaches(const fr::Calendar& calendar, const std::string& group, const std::vector<std::string>& valences) {
  return std::ranges::any_of(calendar.components, [&](const fr::Component& each) {
    const auto held = [&](const std::string& valence) { return holds(valences, valence); };
    return each.group == group && std::ranges::all_of(each.all_of, held) &&
           (each.one_of.empty() || std::ranges::any_of(each.one_of, held)) && std::ranges::none_of(each.none_of, held);
  });
}

// Campaigns that a doctor may leave out.
bool wanted(const fr::Group& group, const Settings& settings) {
  if (group.id == "grippe") return settings.influenza;
  if (group.id == "covid-19") return settings.covid;
  if (group.id == "vrs-adulte" || group.id == "vrs-grossesse") return settings.rsv;
  return true;
}

// Nothing to propose today: what is asked for later than the horizon, or outside the doctor's own dates of a campaign.
std::optional<Need> need_of(const fr::Group& group, const fr::Answer& answer, Day today, const Settings& settings) {
  const bool open = answer.status == Status::a_faire || answer.status == Status::en_retard;
  if (!open && !(answer.status == Status::a_jour && answer.recommended)) return std::nullopt;
  Day wanted_from = answer.recommended.value_or(today);
  if (group.kind == fr::Kind::season) {
    wanted_from += settings.season_after_opening_days;
    if (answer.late_from && today >= *answer.late_from - settings.season_before_end_days) return std::nullopt;
  }
  if (wanted_from > today + settings.horizon_days) return std::nullopt;
  if (wanted_from > today) return Need::soon;
  return answer.status == Status::en_retard ? Need::overdue : Need::due;
}

std::string labelled(const fr::Answer& answer) { return answer.label; }

// An infant's hepatitis B is the hexavalent's: one dose, one line.
void join_covered(std::vector<Line>& lines, const Groups& groups) {
  std::vector<Line> kept;
  for (Line& line : lines) {
    const auto same = std::ranges::find_if(kept, [&](const Line& other) {
      return other.need == line.need && other.answer.recommended == line.answer.recommended &&
             groups.one_injection[other.group][line.group];
    });
    if (same == kept.end()) {
      kept.push_back(std::move(line));
    } else {
      same->covers.push_back(line.answer.label);
    }
  }
  lines = std::move(kept);
}

}  // namespace

Groups Groups::of(const fr::Calendar& calendar) {
  Groups made;
  const auto count = calendar.groups.size();
  made.one_injection.assign(count, std::vector<bool>(count, false));
  made.live.assign(count, false);
  made.last_season_end.assign(count, MaybeDay());
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < count; ++b) {
      made.one_injection[a][b] = std::ranges::any_of(calendar.products, [&](const auto& product) {
        return reaches(calendar, calendar.groups[a].id, product.second) &&
               reaches(calendar, calendar.groups[b].id, product.second);
      });
    }
    for (const auto& component : calendar.components) {
      if (component.group == calendar.groups[a].id && !calendar.data.cvx[component.code].conflicts.empty()) {
        made.live[a] = true;
      }
    }
    if (calendar.groups[a].kind != fr::Kind::season) continue;
    for (const auto& series : calendar.data.antigens[calendar.groups[a].antigen].series) {
      for (const auto& dose : series.doses)
        made.last_season_end[a] = std::max(made.last_season_end[a], dose.season_end);
    }
  }
  return made;
}

tl::expected<Judgement, std::string> judge(const History& history, const fr::Calendar& calendar, const Groups& groups,
                                           const Settings& settings) {
  const auto sure = fr::answer(calendar, history.sure);
  if (!sure) return tl::unexpected(sure.error());
  tl::expected<std::vector<fr::Answer>, std::string> possible;
  if (history.open) {
    possible = fr::answer(calendar, history.possible);
    if (!possible) return tl::unexpected(possible.error());
  }
  const Day today = history.sure.assessed;
  const auto lately = [&](const NotDone& each) {
    return add(each.on, Duration{0, settings.refusal_months, 0}) > today;
  };

  Judgement made;
  made.old = today > calendar.old_after;
  for (std::size_t i = 0; i < sure->size(); ++i) {
    const auto& answer = (*sure)[i];
    if (i >= calendar.groups.size()) {
      made.no_rule.push_back(labelled(answer));
      continue;
    }
    const auto& group = calendar.groups[i];
    if (!wanted(group, settings)) continue;
    if (groups.last_season_end[i] && today > *groups.last_season_end[i]) made.no_season.push_back(labelled(answer));
    if (answer.status == Status::contre_indique) made.forbidden.push_back(answer);
    if (answer.status == Status::depend) made.questions.push_back(answer);
    if (answer.status == Status::inconnu) made.unknown.push_back(labelled(answer));
    const auto need = need_of(group, answer, today, settings);
    if (!need) continue;
    Line line{i, *need, answer};
    if (history.open) {
      const auto& other = (*possible)[i];
      const auto then = need_of(group, other, today, settings);
      // Due whatever the doubtful rows were: it is proposed. Otherwise nobody is called before a person has looked.
      if (!then || (*need != Need::soon && *then == Need::soon)) {
        made.undecided.push_back(labelled(answer));
        continue;
      }
      if (other.dose != answer.dose) line.answer.dose.reset();
      line.need = std::max(*need, *then);
    }
    if (!line.answer.recommended) line.answer.recommended = today;
    if (group.kind == fr::Kind::season) *line.answer.recommended += settings.season_after_opening_days;
    const bool refused = std::ranges::any_of(history.not_done, [&](const NotDone& each) {
      return lately(each) && reaches(calendar, group.id, each.valences);
    });
    if (refused) {
      made.refused.push_back(labelled(answer));
      continue;
    }
    made.lines.push_back(std::move(line));
  }
  std::ranges::stable_sort(made.lines, [](const Line& a, const Line& b) {
    if (a.need != b.need) return a.need < b.need;
    const auto by = [](const Line& line) {
      return line.need == Need::soon ? *line.answer.recommended
                                     : line.answer.late_from.value_or(std::numeric_limits<Day>::max());
    };
    return by(a) < by(b);
  });
  join_covered(made.lines, groups);
  return made;
}

}  // namespace recall
