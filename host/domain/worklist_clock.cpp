// SPDX-License-Identifier: Apache-2.0
#include "domain/worklist_clock.h"

#include <algorithm>
#include <utility>

namespace relais::worklist {
namespace {

bool waits_for_doctor(const Item& item) { return item.state == State::prepare || item.state == State::a_valider; }

// An assistant's to take or in an assistant's hands, and the doctor has not said to leave it there.
bool waits_for_assistant(const Item& item) {
  if (item.state == State::renvoye) return true;
  const bool open = item.state == State::a_traiter || item.state == State::reclame || item.state == State::a_confirmer ||
                    (item.state == State::remis && !item.assigned_to_doctor);
  return open && !item.seen;
}

// The highest that stands here unseen: what was worse before a doctor looked still counts.
Category unseen_category(const Item& item) { return std::max(item.finding.category, item.unseen_peak); }

// One more line in the item's life, by nobody: time did it.
Outcome done(const Item& before, Item after, std::string act, Instant now, std::string target = {}) {
  after.revision = before.revision + 1;
  after.changed_at = now;
  Action action{std::move(act),           {}, now, after.revision, before.state, after.state,
                before.finding.category, after.finding.category, std::move(target), {}};
  auto fact = ledger_fact(after, action, Role::system);
  return {std::move(after), std::move(action), std::move(fact)};
}

void raise(Item& item, Instant now) {
  ++item.waiting.escalations;
  item.waiting.escalated_at = now;
}

}  // namespace

std::string_view name(Step step) {
  switch (step) {
    case Step::fallback:
      return "item.fallback";
    case Step::overdue:
      return "item.overdue";
    case Step::escalate:
      return "item.escalate";
    case Step::remind:
      return "item.remind";
    case Step::validation_fallback:
      return "item.validation-fallback";
    case Step::look_again:
      break;
  }
  return "item.look-again";
}

std::optional<PlannedStep> next_step(const Item& item, const Waits& waits, const Calendar& calendar,
                                     const ClockRules& rules, Instant now) {
  std::optional<PlannedStep> next;
  // The order of the calls is that of steps due at the same instant.
  const auto plan = [&](Step step, Instant at) {
    if (!next || at < next->at) next = PlannedStep{step, at};
  };
  const auto past = [now](Instant at) { return std::min(at, now); };
  const auto& waiting = item.waiting;
  if (item.finding.open && !waiting.looked_again && item.state != State::retire)
    plan(Step::look_again, past(item.created_at) + rules.partial);
  if (is_terminal(item.state)) return next;

  if (waits.fallback_at && waiting.routed_to.empty() && waits_for_assistant(item))
    plan(Step::fallback, *waits.fallback_at);
  if (!item.seen) {
    const auto category = unseen_category(item);
    if (!waiting.overdue_since) plan(Step::overdue, deadline(category, past(item.category_since), calendar));
    if (category == Category::critique) {
      plan(Step::escalate, past(waiting.escalated_at.value_or(item.category_since)) + rules.critical_repeat);
    } else if (waiting.overdue_since) {
      plan(Step::escalate, deadline(category, past(waiting.escalated_at.value_or(*waiting.overdue_since)), calendar));
    }
  }
  if (waits_for_doctor(item) && waits.validation && waiting.prepared_at) {
    if (!waiting.reminded_at) {
      plan(Step::remind, past(*waiting.prepared_at) + *waits.validation);
    } else if (waiting.routed_to.empty()) {
      const auto delay = waits.fallback_delay.count() > 0 ? waits.fallback_delay : *waits.validation;
      plan(Step::validation_fallback, past(*waiting.reminded_at) + delay);
    }
  }
  return next;
}

bool settle_clock(Item& item, Instant now) {
  bool changed = false;
  const auto settle = [&](Instant& at) {
    changed = changed || at > now;
    at = std::min(at, now);
  };
  settle(item.created_at);
  settle(item.category_since);
  if (item.seen) settle(item.seen->at);
  auto& waiting = item.waiting;
  for (auto* at : {&waiting.overdue_since, &waiting.escalated_at, &waiting.prepared_at, &waiting.reminded_at})
    if (*at) settle(**at);
  return changed;
}

Outcome overdue(const Item& item, Instant now) {
  Item after = item;
  after.waiting.overdue_since = now;
  raise(after, now);
  return done(item, std::move(after), "item.overdue", now);
}

Outcome escalate(const Item& item, Instant now) {
  Item after = item;
  raise(after, now);
  return done(item, std::move(after), "item.escalated", now);
}

Outcome route(const Item& item, std::string to, const std::string& person, std::string why, Instant now) {
  Item after = item;
  after.waiting.routed_to = to;
  after.waiting.routed_why = std::move(why);
  if (waits_for_assistant(item)) {
    after.claimed_by.clear();
    after.assigned_to = person;
    after.assigned_to_doctor = false;
    // À confirmer says something about the finding, not about hands.
    if (item.state != State::a_confirmer) after.state = person.empty() ? State::a_traiter : State::remis;
  }
  return done(item, std::move(after), "item.repli", now, person.empty() ? std::move(to) : person);
}

Outcome remind(const Item& item, Instant now) {
  Item after = item;
  after.waiting.reminded_at = now;
  raise(after, now);
  return done(item, std::move(after), "item.reminder", now);
}

Outcome look_again(const Item& item, Instant now) {
  Item after = item;
  after.waiting.looked_again = true;
  return done(item, std::move(after), "item.look-again", now);
}

}  // namespace relais::worklist
