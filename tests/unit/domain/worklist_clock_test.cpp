// SPDX-License-Identifier: Apache-2.0
#include "domain/worklist_clock.h"

#include <catch2/catch.hpp>

#include "worklist_samples.h"

using namespace relais::worklist;
using namespace relais::worklist::samples;
using namespace std::chrono_literals;

namespace {

Calendar paris() { return {date::locate_zone("Europe/Paris"), [](date::year_month_day) { return false; }}; }

// Monday 23 November 2026, 09:20 in Paris.
Item clocked_item(Category category) { return answered({}, reply(1, {finding(category)}), at(0)).items.at(0); }

std::optional<PlannedStep> next(const Item& item, const Waits& waits = {}, relais::Instant now = at(0)) {
  return next_step(item, waits, paris(), {}, now);
}

}  // namespace

TEST_CASE("a critical item is raised again and again until a doctor has seen it") {
  auto item = clocked_item(Category::critique);
  CHECK(next(item) == PlannedStep{Step::escalate, at(15)});
  for (int turn = 1; turn <= 2; ++turn) {
    item = escalate(item, at(15 * turn)).item;
    CHECK(item.waiting.escalations == turn);
    CHECK(next(item, {}, at(15 * turn)) == PlannedStep{Step::escalate, at(15 * (turn + 1))});
  }
  item = escalate(item, at(59)).item;
  CHECK(next(item, {}, at(59)) == PlannedStep{Step::overdue, at(60)});
  item = overdue(item, at(60)).item;
  CHECK(item.waiting.overdue_since == at(60));
  CHECK(next(item, {}, at(60)) == PlannedStep{Step::escalate, at(75)});
  item = mark_seen(item, doctor(), at(70))->item;
  CHECK(item.waiting == Waiting{});
  CHECK_FALSE(next(item, {}, at(70)));
}

TEST_CASE("a critical finding that became normal unseen is still raised") {
  auto held = answered({}, reply(1, {finding(Category::critique)}), at(0));
  held = answered(held, reply(2, {finding(Category::normal)}), at(5));
  CHECK(next(held.items.at(0), {}, at(5)) == PlannedStep{Step::escalate, at(20)});
}

TEST_CASE("each category becomes overdue at its delay and is raised again after another one") {
  auto item = clocked_item(Category::a_voir);
  const auto limit = due(item, paris());
  CHECK(next(item) == PlannedStep{Step::overdue, limit});
  item = overdue(item, limit).item;
  CHECK(item.waiting.escalations == 1);
  CHECK(item.state == State::a_traiter);
  CHECK(next(item, {}, limit) == PlannedStep{Step::escalate, deadline(Category::a_voir, limit, paris())});
  CHECK(next(clocked_item(Category::normal))->at == at(7 * 24 * 60));
}

TEST_CASE("an overdue item goes up one category in the list and first in it") {
  const auto other = [](Category category, const char* kind) {
    return answered({}, reply(1, {finding(category, kind)}), at(0)).items.at(0);
  };
  const auto late = overdue(other(Category::a_voir, "late"), at(1)).item;
  const auto today = other(Category::aujourdhui, "today");
  const auto critical = other(Category::critique, "critical");
  const auto rows = ordered({today, late, critical}, {}, paris(), at(1));
  CHECK(rows[0].item->key.kind == "critical");
  CHECK(rows[1].item->key.kind == "late");
  CHECK(rows[2].item->key.kind == "today");
}

TEST_CASE("repli takes an item out of absent hands and says why") {
  auto item = claim(clocked_item(Category::a_voir), assistant(), at(1))->item;
  Waits waits;
  waits.fallback_at = at(30);
  CHECK(next(item, waits) == PlannedStep{Step::fallback, at(30)});
  item = route(item, "medecin", "", "Absent.", at(30)).item;
  CHECK(item.state == State::a_traiter);
  CHECK(item.claimed_by.empty());
  CHECK(item.waiting.routed_to == "medecin");
  CHECK(next(item, waits)->step == Step::overdue);
  // Whoever comes back may take it, and then it may go again.
  item = claim(item, assistant(), at(40))->item;
  CHECK(item.waiting.routed_to.empty());
  CHECK(next(item, waits)->step == Step::fallback);
}

TEST_CASE("repli to another assistant hands the item over") {
  const auto item = route(clocked_item(Category::a_voir), "autre-am", "dupont", "Absent.", at(30)).item;
  CHECK(item.state == State::remis);
  CHECK(item.assigned_to == "dupont");
  CHECK_FALSE(item.assigned_to_doctor);
}

TEST_CASE("what waits for the doctor or was seen does not go to repli") {
  Waits waits;
  waits.fallback_at = at(30);
  const auto claimed = claim(clocked_item(Category::a_voir), assistant(), at(1))->item;
  const auto prepared = prepare(claimed, assistant(), {Right::Level::realiser, false}, at(2))->item;
  CHECK(next(prepared, waits)->step == Step::overdue);
  CHECK_FALSE(next(mark_seen(claimed, doctor(), at(3))->item, waits));
  // Sent back by the doctor, it waits for the assistant again.
  const auto returned = return_to(prepared, doctor(), "perrin", "Rappeler le laboratoire.", at(4))->item;
  CHECK(next(returned, waits) == PlannedStep{Step::fallback, at(30)});
}

TEST_CASE("a validation that waits too long is reminded and then goes to repli") {
  Waits waits;
  waits.validation = 4h;
  waits.fallback_delay = 2h;
  auto item = claim(clocked_item(Category::normal), assistant(), at(1))->item;
  item = prepare(item, assistant(), {Right::Level::realiser, false}, at(10))->item;
  CHECK(next(item, waits, at(10)) == PlannedStep{Step::remind, at(10) + 4h});
  item = remind(item, at(250)).item;
  CHECK(item.state == State::a_valider);
  CHECK(item.waiting.escalations == 1);
  CHECK(next(item, waits, at(250)) == PlannedStep{Step::validation_fallback, at(250) + 2h});
  item = route(item, "medecin", "", "Délai dépassé.", at(370)).item;
  CHECK(item.state == State::a_valider);
  CHECK(next(item, waits, at(370))->step == Step::overdue);
  CHECK_FALSE(next(validate(item, doctor(), at(380))->item, waits));
}

TEST_CASE("a partial report is looked at again when its rest is late even once it is closed") {
  auto partial = finding(Category::normal);
  partial.open = true;
  const auto item = answered({}, reply(1, {partial}), at(0)).items.at(0);
  const auto late = at(7 * 24 * 60);
  CHECK(next(item) == PlannedStep{Step::look_again, late});
  const auto closed = validate(item, doctor(), at(5))->item;
  CHECK(next(closed) == PlannedStep{Step::look_again, late});
  CHECK_FALSE(next(look_again(closed, late).item));
}

TEST_CASE("a clock that went back neither stops nor hurries what counts from it") {
  auto item = escalate(clocked_item(Category::critique), at(600)).item;
  CHECK(settle_clock(item, at(0)));
  CHECK(item.waiting.escalated_at == at(0));
  CHECK(next(item) == PlannedStep{Step::escalate, at(15)});
  CHECK_FALSE(settle_clock(item, at(0)));
}

TEST_CASE("a finding that comes back worse starts its delays anew") {
  auto held = answered({}, reply(1, {finding(Category::a_voir)}), at(0));
  held.items.at(0) = overdue(held.items.at(0), at(6000)).item;
  held = answered(held, reply(2, {finding(Category::critique)}), at(6010));
  CHECK_FALSE(held.items.at(0).waiting.overdue_since);
  CHECK(next(held.items.at(0), {}, at(6010))->step == Step::escalate);
}
