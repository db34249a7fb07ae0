// SPDX-License-Identifier: Apache-2.0
// Needs joined into visits: by patient, assistant before doctor, under a cap, two or three choices. Pure functions; domain
// note "Scheduling", section 5 and cases B4 and B5.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/civil_time.h"
#include "scheduling/slots.h"

namespace relais::scheduling {

// A need once its length, its agendas and its dates are known.
struct PlanNeed {
  std::string id;
  std::string patient_id;
  std::vector<std::string> schedule_ids;  // sorted; any of them will do
  std::vector<v1::SlotKind> kinds;        // sorted; never a kind that a recall may not take
  std::string type_id;
  bool with_doctor = false;
  int minutes = 0;
  Span window;
  std::vector<std::string> before_ids;
  int priority = 0;
};

// Needs of one patient that one person meets one after another, in one slot.
struct Block {
  std::string patient_id;
  std::vector<std::string> schedule_ids;
  std::vector<v1::SlotKind> kinds;
  std::string type_id;  // of a need alone
  bool with_doctor = false;
  int minutes = 0;
  Span window;
  std::vector<std::string> need_ids;
  std::vector<std::string> before_ids;
  int priority = 0;
};

// Free slots of the block's length on its agendas, inside its window, by start.
using FreeSlots = std::function<std::vector<v1::Slot>(const Block&)>;

struct Plan {
  std::vector<v1::Visit> choices;  // best first, at most three
  std::vector<std::string> unmet_need_ids;
};

// `cap_minutes` counts for each patient and day. `zone` tells one day from another. The patients of `needs` come the same
// day, one after another.
Plan plan_visits(const std::vector<PlanNeed>& needs, int cap_minutes, const FreeSlots& free, const std::string& zone);

}  // namespace relais::scheduling
