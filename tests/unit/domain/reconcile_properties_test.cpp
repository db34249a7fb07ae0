// SPDX-License-Identifier: Apache-2.0
// What must hold for every history of answers and acts, not only for the ones someone thought of.
#include <algorithm>
#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <set>

#include "worklist_samples.h"

using namespace relais::worklist;
using namespace relais::worklist::samples;

namespace {

Category any_category() { return static_cast<Category>(*rc::gen::inRange(0, 6)); }

Finding any_finding() {
  auto found = finding(any_category(), std::string(1, *rc::gen::element('a', 'b', 'c')),
                       {"row-" + std::to_string(*rc::gen::inRange(0, 3))});
  found.open = *rc::gen::arbitrary<bool>();
  found.rank = *rc::gen::inRange(0, 3);
  return found;
}

Reply any_reply(bool clinical) {
  std::vector<Finding> findings;
  const int count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i) findings.push_back(any_finding());
  auto answer = reply(0, std::move(findings), clinical);
  answer.basis.plugin_version = *rc::gen::weightedElement<std::string>({{4, "1.0.0"}, {1, "1.1.0"}});
  answer.basis.fiche_version = *rc::gen::weightedElement<int>({{4, 2}, {1, 3}});
  if (*rc::gen::weightedElement<int>({{4, 0}, {1, 1}}) == 1) answer.not_evaluated = "plugin.crashed";
  return answer;
}

// One human act on one item; refused acts leave things as they are.
void any_act(Held& held, relais::Instant now) {
  if (held.items.empty()) return;
  auto& item = held.items[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(held.items.size())))];
  relais::Result<Outcome> outcome = note(item, assistant(), "vu au téléphone", now);
  switch (*rc::gen::inRange(0, 8)) {
    case 0: outcome = claim(item, assistant(), now); break;
    case 1: outcome = release(item, assistant(), now); break;
    case 2: outcome = prepare(item, assistant(), {Right::Level::finaliser, false}, now); break;
    case 3: outcome = validate(item, doctor(), now); break;
    case 4: outcome = mark_seen(item, doctor(), now); break;
    case 6: outcome = close(item, assistant(), {Right::Level::finaliser, false}, now); break;
    case 5: outcome = return_to(item, doctor(), "perrin", "à rappeler", now); break;
    default: outcome = hand_over(item, assistant(), doctor(), "", now); break;
  }
  if (outcome) item = outcome->item;
}

// A history of answers and acts; ends with what is held.
Held any_history(bool clinical, const std::function<void(const Held&, const Held&, const Reply&)>& watch = {}) {
  Held held;
  const int steps = *rc::gen::inRange(1, 12);
  for (int step = 0; step < steps; ++step) {
    if (*rc::gen::arbitrary<bool>()) {
      any_act(held, at(step));
      continue;
    }
    const auto answer = any_reply(clinical);
    const auto before = held;
    held = answered(held, answer, at(step));
    if (watch) watch(before, held, answer);
  }
  return held;
}

}  // namespace

TEST_CASE("a late or replayed or foreign answer changes nothing whatever it says") {
  rc::prop("late answer dropped", [] {
    auto held = any_history(true);
    auto answer = any_reply(true);
    held.fence.issued += *rc::gen::inRange(0, 3);
    answer.slice_version = *rc::gen::inRange<std::int64_t>(-1, held.fence.issued + 4);
    RC_PRE(answer.slice_version != held.fence.issued || answer.slice_version == held.fence.applied);
    const auto result = reconcile(held, answer, at(99));
    RC_ASSERT(result.verdict != Verdict::applied);
    RC_ASSERT(result.changes.empty());
    RC_ASSERT(apply(held, result) == held);
  });
}

TEST_CASE("nothing that a doctor has not seen ever disappears") {
  rc::prop("nothing unseen disappears", [] {
    any_history(*rc::gen::arbitrary<bool>(), [](const Held& before, const Held& after, const Reply&) {
      for (const auto& item : before.items) {
        const auto now_held = std::find_if(after.items.begin(), after.items.end(),
                                           [&](const Item& other) { return other.id == item.id; });
        RC_ASSERT(now_held != after.items.end());
        if (!is_terminal(item.state) && is_clinical(item) && !item.seen) RC_ASSERT(!is_terminal(now_held->state));
      }
    });
  });
}

TEST_CASE("an item is withdrawn only under the basis that last affirmed it") {
  rc::prop("another basis withdraws nothing", [] {
    any_history(*rc::gen::arbitrary<bool>(), [](const Held& before, const Held& after, const Reply& answer) {
      for (std::size_t i = 0; i < before.items.size(); ++i) {
        const auto& item = before.items[i];
        const auto now_held = std::find_if(after.items.begin(), after.items.end(),
                                           [&](const Item& other) { return other.id == item.id; });
        if (now_held->state == State::retire && item.state != State::retire) RC_ASSERT(item.basis == answer.basis);
      }
    });
  });
}

TEST_CASE("replays never make a second item of one key") {
  rc::prop("no duplicates under replay", [] {
    Held held;
    const int steps = *rc::gen::inRange(1, 8);
    for (int step = 0; step < steps; ++step) {
      auto answer = any_reply(true);
      held = answered(held, answer, at(step));
      answer.slice_version = held.fence.issued;
      const int again = *rc::gen::inRange(0, 3);
      for (int i = 0; i < again; ++i) held = apply(held, reconcile(held, answer, at(step)));
      // A crash between sending and storing sends the same event again, with a new slice.
      if (*rc::gen::arbitrary<bool>()) held = answered(held, answer, at(step));
    }
    std::set<FindingKey> keys;
    for (const auto& item : held.items) RC_ASSERT(keys.insert(item.key).second);
  });
}

TEST_CASE("the same answer to a new slice changes nothing that people see") {
  rc::prop("idempotence", [] {
    auto held = any_history(*rc::gen::arbitrary<bool>());
    const auto answer = any_reply(true);
    held = answered(held, answer, at(50));
    auto again = answer;
    again.slice_version = ++held.fence.issued;
    const auto result = reconcile(held, again, at(60));
    RC_ASSERT(result.verdict == Verdict::applied);
    for (const auto& change : result.changes) RC_ASSERT(!change.action);
  });
}

TEST_CASE("of answers that arrive in any order only the last slice counts") {
  rc::prop("order of arrival", [] {
    const auto start = any_history(true);
    const int count = *rc::gen::inRange(1, 5);
    std::vector<Reply> answers;
    for (int i = 0; i < count; ++i) {
      answers.push_back(any_reply(true));
      answers.back().slice_version = start.fence.issued + 1 + i;
    }
    Held reference = start;
    reference.fence.issued += count;
    Held shuffled = reference;
    reference = apply(reference, reconcile(reference, answers.back(), at(70)));
    std::vector<int> order(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) order[static_cast<std::size_t>(i)] = i;
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
    }
    for (const int index : order) {
      shuffled = apply(shuffled, reconcile(shuffled, answers[static_cast<std::size_t>(index)], at(70)));
    }
    RC_ASSERT(shuffled == reference);
  });
}

TEST_CASE("the order of the findings inside an answer does not matter") {
  rc::prop("order of findings", [] {
    const auto start = any_history(true);
    auto answer = any_reply(true);
    // Two findings of one kind are joined; which wording leads between equals is the only thing order may decide.
    std::set<std::string> kinds;
    std::erase_if(answer.findings, [&](const Finding& found) { return !kinds.insert(found.kind).second; });
    auto reversed = answer;
    std::reverse(reversed.findings.begin(), reversed.findings.end());
    RC_ASSERT(answered(start, answer, at(80)) == answered(start, reversed, at(80)));
  });
}

TEST_CASE("a higher category than a doctor saw is always on the list again") {
  rc::prop("higher reopens", [] {
    any_history(*rc::gen::arbitrary<bool>(), [](const Held& before, const Held& after, const Reply&) {
      for (const auto& item : after.items) {
        const auto old = std::find_if(before.items.begin(), before.items.end(),
                                      [&](const Item& other) { return other.id == item.id; });
        if (old == before.items.end() || item.finding.category <= old->finding.category) continue;
        if (old->seen && item.finding.category <= old->seen->category) continue;
        RC_ASSERT(!is_terminal(item.state));
        if (old->seen) RC_ASSERT(item.reopened && !item.seen);
      }
    });
  });
}

TEST_CASE("no history of acts lets an assistant close a clinical item") {
  rc::prop("only a doctor closes", [] {
    const auto held = any_history(true);
    for (const auto& item : held.items) RC_ASSERT(item.state != State::clos);
  });
}
