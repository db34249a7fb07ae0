// SPDX-License-Identifier: Apache-2.0
#include "domain/worklist_order.h"

#include <algorithm>
#include <tuple>

namespace relais::worklist {

namespace {

date::local_days local_day(Instant at, const Calendar& calendar) {
  return date::floor<date::days>(calendar.zone->to_local(at));
}

// The first instant after `day`; an hour that the clock change makes double counts as the earlier one.
Instant end_of(date::local_days day, const Calendar& calendar) {
  const date::local_time<std::chrono::milliseconds> midnight = day + date::days{1};
  return calendar.zone->to_sys(midnight, date::choose::earliest);
}

date::local_days after_working_days(date::local_days day, int count, const Calendar& calendar) {
  while (count > 0) {
    day += date::days{1};
    const date::weekday weekday{day};
    const bool weekend = weekday == date::Saturday || weekday == date::Sunday;
    if (!weekend && !calendar.is_holiday(date::year_month_day{day})) --count;
  }
  return day;
}

}  // namespace

Instant deadline(Category category, Instant from, const Calendar& calendar) {
  switch (category) {
    case Category::critique:
      return from + std::chrono::hours{1};
    case Category::aujourdhui:
    case Category::a_classer:
      return end_of(local_day(from, calendar), calendar);
    case Category::a_voir:
      return end_of(after_working_days(local_day(from, calendar), 3, calendar), calendar);
    case Category::normal:
    case Category::none:
      break;
  }
  return from + std::chrono::hours{24 * 7};
}

Instant due(const Item& item, const Calendar& calendar) {
  return deadline(item.finding.category, item.category_since, calendar);
}

Category order_category(const Item& item) {
  const auto category = item.finding.category;
  if (!item.waiting.overdue_since) return category;
  switch (category) {
    case Category::none:
    case Category::normal:
      return Category::a_voir;
    case Category::a_classer:
    case Category::a_voir:
      return Category::aujourdhui;
    case Category::aujourdhui:
    case Category::critique:
      break;
  }
  return category;
}

std::vector<Row> ordered(const std::vector<Item>& items, const std::vector<NotEvaluated>& not_evaluated,
                         const Calendar& calendar, Instant now) {
  std::vector<Row> rows;
  rows.reserve(items.size() + not_evaluated.size());
  for (const auto& one : not_evaluated) rows.push_back({one, std::nullopt, {}, false});
  for (const auto& item : items) {
    const auto limit = due(item, calendar);
    rows.push_back({std::nullopt, item, limit, !is_terminal(item.state) && limit <= now});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    if (a.item.has_value() != b.item.has_value()) return !a.item.has_value();
    if (!a.item) {
      return std::tie(a.not_evaluated->since, a.not_evaluated->scope) <
             std::tie(b.not_evaluated->since, b.not_evaluated->scope);
    }
    const auto& x = *a.item;
    const auto& y = *b.item;
    const auto raised = [](const Item& item) { return std::pair(order_category(item), item.waiting.overdue_since.has_value()); };
    const auto raised_x = raised(x), raised_y = raised(y);
    return std::tie(raised_y, y.finding.rank, a.due, x.created_at, x.id) <
           std::tie(raised_x, x.finding.rank, b.due, y.created_at, y.id);
  });
  return rows;
}

View view_for(const Item& item, const Reader& reader) {
  View view{item, false, item.finding.restricted && !reader.doctor};
  if (reader.doctor) return view;
  auto& finding = view.item.finding;
  const auto hide = [&](std::string& text) {
    if (!text.empty()) view.cut = true;
    text.clear();
  };
  if (view.reserved || finding.data_level > reader.data_level) hide(finding.title);
  if (view.reserved) hide(view.item.state_reason);
  for (auto& reason : finding.reasons) {
    if (!view.reserved && reason.data_level <= reader.data_level) continue;
    hide(reason.text);
    // A rule's name and its rows tell the content as surely as its text.
    hide(reason.rule);
    hide(reason.source);
    if (!reason.evidence.empty()) view.cut = true;
    reason.evidence.clear();
  }
  return view;
}

}  // namespace relais::worklist
