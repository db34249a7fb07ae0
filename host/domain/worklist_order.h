// SPDX-License-Identifier: Apache-2.0
// How a list is ordered and what of an item a reader is shown. Order and display never change what is held: triage
// reorders, never hides. Sources: biologie.md, B1 and B2; architecture, sections 1 and 2.
#pragma once

#include <date/tz.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/findings.h"
#include "domain/worklist.h"

namespace relais::worklist {

// The practice's own days. Unknown holidays only make a delay shorter.
struct Calendar {
  const date::time_zone* zone = nullptr;  // of the practice; never null
  std::function<bool(date::year_month_day)> is_holiday = [](date::year_month_day) { return false; };
};

// The delay of a category that was reached at `from`: see due().
Instant deadline(Category category, Instant from, const Calendar& calendar);

// When it must have been seen: critique 1 h, aujourd'hui and à classer the end of the day, à voir the end of the third
// working day (Monday to Friday, holidays excepted), the rest 7 days; counted from when it reached its category.
Instant due(const Item& item, const Calendar& calendar);

// The category that it stands under in the list: its own, or the next one up once it is overdue (biologie.md, B1.7:
// nothing waits longer than its delay without being raised again). Never above critique.
Category order_category(const Item& item);

// One row: an item, or a subject that could not be evaluated.
struct Row {
  std::optional<NotEvaluated> not_evaluated;
  std::optional<Item> item;
  Instant due{};  // items only
  bool late = false;
};

// Not evaluated first (longest first), then category as order_category gives it, overdue ones first in it, then rank, then delay, then age, then id: a total order, so the
// same rows always come out the same way.
std::vector<Row> ordered(const std::vector<Item>& items, const std::vector<NotEvaluated>& not_evaluated,
                         const Calendar& calendar, Instant now);

struct Reader {
  bool doctor = false;  // a doctor who answers for the item reads all of it
  int data_level = 0;   // limit of the fiche for this task
};

// The item as this reader may see it. Category, state, rules' presence and delay stay; texts above the reader's level
// are emptied, and every text of a restricted item. `cut` says that something was.
struct View {
  Item item;
  bool cut = false;
  bool reserved = false;  // restricted: only a doctor opens it
};
View view_for(const Item& item, const Reader& reader);

}  // namespace relais::worklist
