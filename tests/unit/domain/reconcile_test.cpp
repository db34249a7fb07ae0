// SPDX-License-Identifier: Apache-2.0
#include "domain/reconcile.h"

#include <catch2/catch.hpp>
#include <limits>

#include "worklist_samples.h"

using namespace relais::worklist;
using namespace relais::worklist::samples;

namespace {
Held with_item(Category category, bool clinical = true) { return answered({}, reply(1, {finding(category)}, clinical), at(0)); }
Held act(Held held, const relais::Result<Outcome>& outcome) {
  REQUIRE(outcome);
  held.items.at(0) = outcome->item;
  return held;
}
}  // namespace

TEST_CASE("a finding becomes one item under a stable id") {
  const auto held = with_item(Category::a_voir);
  REQUIRE(held.items.size() == 1);
  CHECK(held.items[0].id == item_id({scope(), "result"}));
  CHECK(held.items[0].state == State::a_traiter);
  CHECK(held.items[0].id != item_id({scope("report-2"), "result"}));
}

TEST_CASE("an answer to an older slice is dropped and says so") {
  Held held = with_item(Category::a_voir);
  held.fence.issued = 3;
  const auto result = reconcile(held, reply(2, {}), at(1));
  CHECK(result.verdict == Verdict::late);
  CHECK(apply(held, result) == held);
}

TEST_CASE("an answer to a slice that was never sent is dropped") {
  const Held held = with_item(Category::a_voir);
  const auto result = reconcile(held, reply(7, {}), at(1));
  CHECK(result.verdict == Verdict::foreign);
  CHECK(apply(held, result) == held);
}

TEST_CASE("a clinical finding that no longer holds and that no doctor saw is to be confirmed") {
  const auto held = answered(with_item(Category::normal, true), reply(2, {}), at(5));
  CHECK(held.items.at(0).state == State::a_confirmer);
}

TEST_CASE("a finding of category a voir counts as clinical even on a clerical task") {
  const auto held = answered(with_item(Category::a_voir, false), reply(2, {}, false), at(5));
  CHECK(held.items.at(0).state == State::a_confirmer);
}

TEST_CASE("a finding that was a voir and fell to normal unseen still cannot be withdrawn") {
  auto held = answered(with_item(Category::a_voir, false), reply(2, {finding(Category::normal)}, false), at(5));
  CHECK(held.items.at(0).finding.category == Category::normal);
  held = answered(held, reply(3, {}, false), at(6));
  CHECK(held.items.at(0).state == State::a_confirmer);
}

TEST_CASE("a clinical finding that a doctor saw and that no longer holds is withdrawn") {
  auto held = with_item(Category::a_voir);
  held = act(held, mark_seen(held.items.at(0), doctor(), at(2)));
  held = answered(held, reply(2, {}), at(5));
  CHECK(held.items.at(0).state == State::retire);
}

TEST_CASE("a clerical finding that no longer holds is withdrawn unseen") {
  const auto held = answered(with_item(Category::normal, false), reply(2, {}, false), at(5));
  CHECK(held.items.at(0).state == State::retire);
}

TEST_CASE("a finding missing under another plugin version or mandate or slice declaration is never withdrawn") {
  for (int change = 0; change < 4; ++change) {
    auto held = with_item(Category::normal, false);
    auto answer = reply(2, {}, false);
    if (change == 0) answer.basis.plugin_version = "1.1.0";
    if (change == 1) answer.basis.slice_declaration = "slice-b";
    if (change == 2) answer.basis.fiche_version = 3;
    if (change == 3) answer.basis.fiche_id = "fp-autre";
    held = answered(held, answer, at(5));
    CHECK(held.items.at(0).state == State::a_confirmer);
  }
}

TEST_CASE("a finding that holds again leaves the state to be confirmed") {
  auto held = answered(with_item(Category::a_voir), reply(2, {}), at(5));
  held = answered(held, reply(3, {finding(Category::a_voir)}), at(6));
  CHECK(held.items.at(0).state == State::a_traiter);
}

TEST_CASE("a higher category reopens an item that a doctor closed") {
  auto held = with_item(Category::a_voir);
  held = act(held, validate(held.items.at(0), doctor(), at(2)));
  held = answered(held, reply(2, {finding(Category::critique)}), at(5));
  CHECK(held.items.at(0).state == State::a_traiter);
  CHECK(held.items.at(0).reopened);
  CHECK_FALSE(held.items.at(0).seen);
}

TEST_CASE("the same finding again leaves an item that a doctor closed alone") {
  auto held = with_item(Category::a_voir);
  held = act(held, validate(held.items.at(0), doctor(), at(2)));
  const auto closed = held.items.at(0);
  held = answered(held, reply(2, {finding(Category::a_voir)}), at(5));
  CHECK(held.items.at(0).state == State::valide);
  CHECK(held.items.at(0).revision == closed.revision);
}

TEST_CASE("a new reason of category a voir on other rows reopens what a doctor closed") {
  auto held = with_item(Category::a_voir);
  held = act(held, validate(held.items.at(0), doctor(), at(2)));
  held = answered(held, reply(2, {finding(Category::a_voir, "result", {"row-9"})}), at(5));
  CHECK(held.items.at(0).reopened);
}

TEST_CASE("a withdrawn finding that comes back is on the list again") {
  auto held = answered(with_item(Category::normal, false), reply(2, {}, false), at(5));
  held = answered(held, reply(3, {finding(Category::normal)}, false), at(6));
  CHECK(held.items.at(0).state == State::a_traiter);
  CHECK(held.items.at(0).reopened);
}

TEST_CASE("a subject not evaluated keeps all its items and the first instant of its silence") {
  auto held = with_item(Category::normal, false);
  const auto items = held.items;
  auto silent = reply(2, {}, false);
  silent.not_evaluated = "plugin.timeout";
  held = answered(held, silent, at(10));
  held = answered(held, silent, at(20));
  CHECK(held.items == items);
  REQUIRE(held.not_evaluated);
  CHECK(held.not_evaluated->since == at(10));
  CHECK(held.not_evaluated->last_at == at(20));
  CHECK(held.not_evaluated->code == "plugin.timeout");
  held = answered(held, reply(4, {finding(Category::normal)}, false), at(30));
  CHECK_FALSE(held.not_evaluated);
}

TEST_CASE("two findings of one kind are one item with the more severe leading") {
  auto mild = finding(Category::normal, "result", {"row-1"});
  auto severe = finding(Category::critique, "result", {"row-2"});
  mild.restricted = true;
  const auto held = answered({}, reply(1, {mild, severe}), at(0));
  REQUIRE(held.items.size() == 1);
  CHECK(held.items[0].finding.category == Category::critique);
  CHECK(held.items[0].finding.restricted);
  CHECK(held.items[0].finding.reasons.size() == 2);
}

TEST_CASE("a rank that is not a number counts as none") {
  auto odd = finding(Category::normal);
  odd.rank = std::numeric_limits<double>::quiet_NaN();
  CHECK(answered({}, reply(1, {odd}), at(0)).items.at(0).finding.rank == 0);
}

TEST_CASE("every change of an item has the line that says why") {
  Held held = with_item(Category::a_voir);
  held.fence.issued = 2;
  const auto result = reconcile(held, reply(2, {finding(Category::critique)}), at(3));
  REQUIRE(result.changes.size() == 1);
  REQUIRE(result.changes[0].action);
  CHECK(result.changes[0].action->act == "item.raised");
  CHECK(result.changes[0].action->category_before == Category::a_voir);
  CHECK(result.changes[0].action->category_after == Category::critique);
}
