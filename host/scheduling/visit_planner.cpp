// SPDX-License-Identifier: Apache-2.0
#include "scheduling/visit_planner.h"

#include <algorithm>
#include <map>
#include <limits>
#include <optional>
#include <tuple>

namespace relais::scheduling {
namespace {

constexpr std::size_t most_choices = 3;
constexpr std::int64_t longest_wait_ms = 15 * 60'000;  // between two slots of one visit
constexpr int most_steps = 50'000;                     // of one search for a day

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::ranges::find(all, one) != all.end();
}

// A block that may be placed, with where.
struct Placeable {
  Block block;
  std::vector<v1::Slot> slots;
};
using Sequence = std::vector<Placeable>;

Block block_of(const PlanNeed& need) {
  return {need.patient_id, need.schedule_ids, need.kinds,  need.type_id,    need.with_doctor,
          need.minutes,    need.window,       {need.id},   need.before_ids, need.priority};
}

bool joins(const Block& block, const PlanNeed& need) {
  return block.patient_id == need.patient_id && block.schedule_ids == need.schedule_ids && block.kinds == need.kinds &&
         block.window.overlaps(need.window) && block.minutes + need.minutes <= longest_slot_minutes;
}

void join(Block& block, const PlanNeed& need) {
  block.minutes += need.minutes;
  block.window = {std::max(block.window.start_ms, need.window.start_ms), std::min(block.window.end_ms, need.window.end_ms)};
  block.type_id.clear();
  block.need_ids.push_back(need.id);
  block.before_ids.insert(block.before_ids.end(), need.before_ids.begin(), need.before_ids.end());
  block.priority = std::min(block.priority, need.priority);
}

// One after another for each person who meets them; what is joined is of no type: it has another length.
std::vector<Block> joined_blocks(const std::vector<PlanNeed>& needs) {
  std::vector<Block> blocks;
  for (const auto& need : needs) {
    const auto same = std::ranges::find_if(blocks, [&](const Block& block) { return joins(block, need); });
    if (same == blocks.end()) {
      blocks.push_back(block_of(need));
    } else {
      join(*same, need);
    }
  }
  return blocks;
}

bool comes_before(const Block& first, const Block& then) {
  return std::ranges::any_of(first.need_ids, [&](const auto& id) { return contains(then.before_ids, id); });
}

// Patients as they were named; of each, the assistant before the doctor unless a need says otherwise.
void put_in_order(std::vector<Block>& blocks) {
  std::map<std::string, std::size_t> patients;
  for (const auto& block : blocks) patients.try_emplace(block.patient_id, patients.size());
  std::ranges::stable_sort(blocks, {}, [&](const Block& block) {
    return std::tuple(patients.at(block.patient_id), block.with_doctor, block.priority);
  });
  // Each block that another must follow goes in front of it. A circle stays as it is: so many passes and no more.
  for (std::size_t pass = 0; pass < blocks.size(); ++pass)
    for (std::size_t i = 0; i < blocks.size(); ++i)
      for (std::size_t j = i + 1; j < blocks.size(); ++j)
        if (comes_before(blocks[j], blocks[i]) && !comes_before(blocks[i], blocks[j]))
          std::rotate(blocks.begin() + static_cast<std::ptrdiff_t>(i), blocks.begin() + static_cast<std::ptrdiff_t>(j),
                      blocks.begin() + static_cast<std::ptrdiff_t>(j) + 1);
}

// Blocks that have free slots; joined needs that do not fit together are asked one by one.
Sequence placeable(const std::vector<PlanNeed>& needs, const FreeSlots& free, std::vector<std::string>& unmet) {
  auto blocks = joined_blocks(needs);
  std::vector<Block> alone;
  for (const auto& block : blocks) {
    if (block.need_ids.size() == 1 || !free(block).empty()) {
      alone.push_back(block);
      continue;
    }
    for (const auto& need : needs)
      if (contains(block.need_ids, need.id)) alone.push_back(block_of(need));
  }
  put_in_order(alone);
  Sequence all;
  for (auto& block : alone) {
    auto slots = free(block);
    if (slots.empty()) {
      unmet.insert(unmet.end(), block.need_ids.begin(), block.need_ids.end());
    } else {
      all.push_back({std::move(block), std::move(slots)});
    }
  }
  return all;
}

// Looks for slots of a sequence in a row, the first of them not before an instant.
class Row {
 public:
  Row(const Sequence& sequence, std::int64_t from_ms) : sequence_(sequence), from_ms_(from_ms) {}

  bool find() { return place(0); }
  const std::vector<v1::Slot>& slots() const { return placed_; }

 private:
  struct Bounds {
    std::int64_t earliest = 0, latest = 0;
  };

  Bounds bounds(std::size_t at) const {
    if (at == 0) return {from_ms_, std::numeric_limits<std::int64_t>::max()};
    const auto& patient = sequence_[at].block.patient_id;
    if (sequence_[at - 1].block.patient_id == patient)
      return {placed_.back().end_ms(), placed_.back().end_ms() + longest_wait_ms};
    // The next of the family may begin while the one before is with the next person.
    std::size_t first = at - 1;
    while (first > 0 && sequence_[first - 1].block.patient_id == sequence_[at - 1].block.patient_id) --first;
    return {placed_[first].end_ms(), placed_.back().end_ms() + longest_wait_ms};
  }

  bool place(std::size_t at) {
    if (at == sequence_.size()) return true;
    const auto [earliest, latest] = bounds(at);
    for (const auto& slot : sequence_[at].slots) {
      if (slot.start_ms() < earliest) continue;
      if (slot.start_ms() > latest || ++steps_ > most_steps) return false;
      const bool clashes = std::ranges::any_of(placed_, [&](const v1::Slot& other) {
        return other.person_id() == slot.person_id() && span_of(other).overlaps(span_of(slot));
      });
      if (clashes) continue;
      placed_.push_back(slot);
      if (place(at + 1)) return true;
      placed_.pop_back();
    }
    return false;
  }

  const Sequence& sequence_;
  const std::int64_t from_ms_;
  std::vector<v1::Slot> placed_;
  int steps_ = 0;
};

v1::Visit visit_of(const Sequence& sequence, const std::vector<v1::Slot>& slots) {
  v1::Visit visit;
  int total = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto& block = sequence[i].block;
    *visit.add_slots() = slots[i];
    auto& part = *visit.add_parts();
    part.set_patient_id(block.patient_id);
    for (const auto& id : block.need_ids) {
      visit.add_need_ids(id);
      part.add_need_ids(id);
    }
    total += block.minutes;
  }
  visit.set_total_minutes(total);
  return visit;
}

// The first visit not before `from_ms`.
std::optional<v1::Visit> visit_from(const Sequence& sequence, std::int64_t from_ms) {
  Row row(sequence, from_ms);
  if (!row.find()) return std::nullopt;
  return visit_of(sequence, row.slots());
}

std::int64_t day_after(const v1::Visit& visit, const std::string& zone) {
  const auto start = Instant{std::chrono::milliseconds{visit.slots(0).start_ms()}};
  const auto next = date::local_days{fiche::day_of(fiche::to_local(start, zone))} + date::days{1};
  return fiche::to_instant(fiche::LocalTime{next}, zone).time_since_epoch().count();
}

// Longest of one patient.
int longest(const Sequence& sequence) {
  std::map<std::string, int> minutes;
  for (const auto& one : sequence) minutes[one.block.patient_id] += one.block.minutes;
  int most = 0;
  for (const auto& [patient, sum] : minutes) most = std::max(most, sum);
  return most;
}

// Parts that fit under the cap, in order; what must come the same day stays together, even over the cap.
std::vector<Sequence> under_cap(const Sequence& sequence, int cap) {
  std::vector<Sequence> days;
  for (const auto& one : sequence) {
    const bool bound = !days.empty() && std::ranges::any_of(days.back(), [&](const Placeable& earlier) {
      return comes_before(earlier.block, one.block);
    });
    if (!days.empty()) {
      auto more = days.back();
      more.push_back(one);
      if (bound || longest(more) <= cap) {
        days.back() = std::move(more);
        continue;
      }
    }
    days.push_back({one});
  }
  return days;
}

// One choice of several days, each after the one before; the parts that find none are told.
std::optional<v1::Visit> choice_of(const std::vector<Sequence>& days, std::int64_t from_ms, int cap,
                                   const std::string& zone) {
  std::optional<v1::Visit> first;
  for (const auto& day : days) {
    auto visit = visit_from(day, from_ms);
    if (!visit) return std::nullopt;
    visit->set_over_cap(longest(day) > cap);
    from_ms = day_after(*visit, zone);
    if (first) {
      *first->add_then() = std::move(*visit);
    } else {
      first = std::move(visit);
    }
  }
  return first;
}

void add_choices(Plan& plan, const std::vector<Sequence>& days, std::size_t most, int cap, const std::string& zone) {
  std::int64_t from_ms = std::numeric_limits<std::int64_t>::min();
  while (plan.choices.size() < most) {
    auto choice = choice_of(days, from_ms, cap, zone);
    if (!choice) return;
    from_ms = day_after(*choice, zone);
    plan.choices.push_back(std::move(*choice));
  }
}

}  // namespace

Plan plan_visits(const std::vector<PlanNeed>& needs, int cap_minutes, const FreeSlots& free, const std::string& zone) {
  Plan plan;
  const auto sequence = placeable(needs, free, plan.unmet_need_ids);
  if (sequence.empty()) return plan;
  const bool over = longest(sequence) > cap_minutes;
  if (!over) add_choices(plan, {sequence}, most_choices, cap_minutes, zone);
  const bool family = sequence.front().block.patient_id != sequence.back().block.patient_id;
  if (over || (plan.choices.empty() && !family)) {
    // On several days; then, when only the cap speaks against it, all of it in one visit, to be asked.
    auto days = under_cap(sequence, cap_minutes);
    if (!over) {
      days.clear();
      for (const auto& one : sequence) days.push_back({one});
    }
    add_choices(plan, days, most_choices - 1, cap_minutes, zone);
    if (over && days.size() > 1) add_choices(plan, {sequence}, plan.choices.size() + 1, cap_minutes, zone);
  }
  if (plan.choices.empty())
    for (const auto& one : sequence)
      plan.unmet_need_ids.insert(plan.unmet_need_ids.end(), one.block.need_ids.begin(), one.block.need_ids.end());
  return plan;
}

}  // namespace relais::scheduling
