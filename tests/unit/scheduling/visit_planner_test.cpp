// SPDX-License-Identifier: Apache-2.0
#include "scheduling/visit_planner.h"

#include <algorithm>

#include "support/agenda_samples.h"

using namespace relais;
using namespace relais::scheduling;
using test::paris;

namespace {

constexpr std::int64_t a_minute = 60'000;

PlanNeed need(const std::string& id, int minutes, const std::string& agenda, const std::string& patient = "p-1") {
  PlanNeed made;
  made.id = id;
  made.patient_id = patient;
  made.schedule_ids = {agenda};
  made.kinds = {v1::SLOT_KIND_ROUTINE};
  made.with_doctor = agenda == "doctor";
  made.minutes = minutes;
  made.window = {paris("2026-11-23T00:00"), paris("2026-12-01T00:00")};
  return made;
}

// Both work from 09:00 to 11:00 on some days, five minutes a step.
FreeSlots free_on(std::vector<std::string> days, std::vector<Span> taken = {}) {
  return [days = std::move(days), taken = std::move(taken)](const Block& block) {
    std::vector<v1::Slot> slots;
    for (const auto& day : days)
      for (auto at = paris(day + "T09:00"); at + block.minutes * a_minute <= paris(day + "T11:00"); at += 5 * a_minute) {
        const Span span{at, at + block.minutes * a_minute};
        if (!block.window.holds(span)) continue;
        if (std::ranges::any_of(taken, [&](const Span& one) { return one.overlaps(span); })) continue;
        auto& slot = slots.emplace_back();
        slot.set_schedule_id(block.schedule_ids.front());
        slot.set_person_id(block.schedule_ids.front());
        slot.set_start_ms(span.start_ms);
        slot.set_end_ms(span.end_ms);
      }
    return slots;
  };
}

std::vector<std::string> ids(const google::protobuf::RepeatedPtrField<std::string>& all) {
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("an assistant's needs join in front of the doctor's and above the cap two days are offered first") {
  // B5: 30 minutes of the doctor, 15 and 10 of the assistant, cap 45.
  const auto plan = plan_visits({need("ald", 30, "doctor"), need("vaccine", 15, "assistant"), need("ta", 10, "assistant")},
                                45, free_on({"2026-11-23", "2026-11-24", "2026-11-26"}), "Europe/Paris");
  CHECK(plan.unmet_need_ids.empty());
  REQUIRE(plan.choices.size() >= 2);
  const auto& two_days = plan.choices.front();
  CHECK_FALSE(two_days.over_cap());
  CHECK(two_days.total_minutes() == 25);
  CHECK(ids(two_days.need_ids()) == std::vector<std::string>{"vaccine", "ta"});
  REQUIRE(two_days.then_size() == 1);
  CHECK(two_days.then(0).total_minutes() == 30);
  CHECK(two_days.then(0).slots(0).start_ms() == paris("2026-11-24T09:00"));
  // Last, all of it in one visit, to be asked: 25 with the assistant, then 30 with the doctor, in a row.
  const auto& one_visit = plan.choices.back();
  CHECK(one_visit.over_cap());
  CHECK(one_visit.total_minutes() == 55);
  REQUIRE(one_visit.slots_size() == 2);
  CHECK(one_visit.slots(0).schedule_id() == "assistant");
  CHECK(one_visit.slots(1).schedule_id() == "doctor");
  CHECK(one_visit.slots(0).end_ms() == one_visit.slots(1).start_ms());
  CHECK(one_visit.then_size() == 0);
}

TEST_CASE("under the cap three days are offered and each is one visit") {
  const auto plan = plan_visits({need("ald", 30, "doctor"), need("ta", 10, "assistant")}, 45,
                                free_on({"2026-11-23", "2026-11-24", "2026-11-26", "2026-11-27"}), "Europe/Paris");
  REQUIRE(plan.choices.size() == 3);
  for (const auto& choice : plan.choices) {
    CHECK(choice.total_minutes() == 40);
    CHECK(choice.slots_size() == 2);
    CHECK(choice.then_size() == 0);
  }
  CHECK(plan.choices[2].slots(0).start_ms() == paris("2026-11-26T09:00"));
}

TEST_CASE("needs that must come the same day stay together even above the cap") {
  auto first = need("prise-de-sang", 20, "assistant");
  auto then = need("consultation", 40, "doctor");
  then.before_ids = {"prise-de-sang"};
  const auto plan = plan_visits({then, first}, 45, free_on({"2026-11-23", "2026-11-24"}), "Europe/Paris");
  REQUIRE_FALSE(plan.choices.empty());
  for (const auto& choice : plan.choices) {
    CHECK(choice.over_cap());
    CHECK(ids(choice.need_ids()) == std::vector<std::string>{"prise-de-sang", "consultation"});
    CHECK(choice.then_size() == 0);
  }
}

TEST_CASE("a need may ask for the doctor before the assistant") {
  auto after = need("pansement", 10, "assistant");
  after.before_ids = {"examen"};
  const auto plan = plan_visits({after, need("examen", 15, "doctor")}, 60, free_on({"2026-11-23"}), "Europe/Paris");
  REQUIRE(plan.choices.size() == 1);
  CHECK(ids(plan.choices[0].need_ids()) == std::vector<std::string>{"examen", "pansement"});
}

TEST_CASE("what finds no slot is unmet and the rest is planned") {
  auto late = need("rappel", 15, "doctor");
  late.window = {paris("2027-01-04T00:00"), paris("2027-01-05T00:00")};
  const auto plan = plan_visits({late, need("ta", 10, "assistant")}, 45, free_on({"2026-11-23"}), "Europe/Paris");
  CHECK(plan.unmet_need_ids == std::vector<std::string>{"rappel"});
  REQUIRE(plan.choices.size() == 1);
  CHECK(ids(plan.choices[0].need_ids()) == std::vector<std::string>{"ta"});
  const auto nothing = plan_visits({late}, 45, free_on({"2026-11-23"}), "Europe/Paris");
  CHECK(nothing.choices.empty());
  CHECK(nothing.unmet_need_ids == std::vector<std::string>{"rappel"});
}

TEST_CASE("joined needs that no slot holds together are met one by one") {
  // Ten minutes here and there, never twenty in a row.
  std::vector<Span> taken;
  for (auto at = paris("2026-11-23T09:10"); at < paris("2026-11-23T11:00"); at += 20 * a_minute)
    taken.push_back({at, at + 10 * a_minute});
  const auto plan = plan_visits({need("a", 10, "assistant"), need("b", 10, "assistant")}, 45,
                                free_on({"2026-11-23"}, taken), "Europe/Paris");
  REQUIRE(plan.choices.size() == 1);
  CHECK(plan.choices[0].slots_size() == 2);
  CHECK(plan.choices[0].slots(1).start_ms() - plan.choices[0].slots(0).end_ms() == 10 * a_minute);
}

TEST_CASE("a family comes the same day one after another and nobody is in two places") {
  const auto plan = plan_visits({need("v-1", 10, "assistant", "child-1"), need("d-1", 15, "doctor", "child-1"),
                                 need("v-2", 10, "assistant", "child-2"), need("d-2", 15, "doctor", "child-2")},
                                45, free_on({"2026-11-23", "2026-11-24"}), "Europe/Paris");
  REQUIRE(plan.choices.size() == 2);
  const auto& visit = plan.choices.front();
  REQUIRE(visit.slots_size() == 4);
  REQUIRE(visit.parts_size() == 4);
  CHECK(visit.parts(0).patient_id() == "child-1");
  CHECK(visit.parts(2).patient_id() == "child-2");
  for (int i = 0; i < 4; ++i) {
    CHECK(visit.slots(i).start_ms() < paris("2026-11-24T00:00"));
    for (int j = 0; j < i; ++j) {
      const bool same = visit.slots(i).person_id() == visit.slots(j).person_id() ||
                        visit.parts(i).patient_id() == visit.parts(j).patient_id();
      if (same) CHECK_FALSE(span_of(visit.slots(i)).overlaps(span_of(visit.slots(j))));
    }
  }
}
