// SPDX-License-Identifier: Apache-2.0
#include "domain/worklist.h"

#include <algorithm>
#include <utility>

namespace relais::worklist {

namespace {

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// Ends every act: one revision more, the line of life, the fact.
Outcome done(const Item& before, Item after, const Actor& actor, std::string act, Instant now, std::string target = {},
             std::string text = {}) {
  after.revision = before.revision + 1;
  after.changed_at = now;
  Action action{std::move(act),           actor.id,   now, after.revision, before.state, after.state,
                before.finding.category, after.finding.category, std::move(target), std::move(text)};
  auto fact = ledger_fact(after, action, actor.role);
  return {std::move(after), std::move(action), std::move(fact)};
}

// The fact is told again: it says what was settled.
Outcome for_reason(Outcome outcome, const std::string& reason_code, const Actor& actor) {
  outcome.action.reason_code = reason_code;
  outcome.fact = ledger_fact(outcome.item, outcome.action, actor.role);
  return outcome;
}

tl::unexpected<Error> refuse(Code code, const Item& item) { return fail(code, "item " + item.id); }

Result<void> may_touch(const Item& item, const Actor& actor) {
  if (is_terminal(item.state)) return refuse(Code::worklist_closed, item);
  if (is_doctor(actor)) return {};
  if (item.finding.restricted) return refuse(Code::worklist_reserved, item);
  return {};
}

Result<void> doctor_of(const Item& item, const Actor& actor) {
  if (!is_doctor(actor)) return refuse(Code::worklist_doctor_only, item);
  if (!answers_for(actor, item)) return refuse(Code::worklist_other_doctor, item);
  return {};
}

// Holds it, or may act over whoever holds it.
bool commands(const Item& item, const Actor& actor) {
  return item.claimed_by == actor.id || (is_doctor(actor) && answers_for(actor, item));
}

// Holds it, and it is still open to work on.
Result<void> may_work(const Item& item, const Actor& actor) {
  if (auto allowed = may_touch(item, actor); !allowed) return allowed;
  if (item.claimed_by.empty()) return refuse(Code::worklist_not_claimed, item);
  if (item.claimed_by != actor.id) return refuse(Code::worklist_claimed, item);
  return {};
}

void see(Item& item, const Actor& doctor, Instant now) {
  item.seen = Seen{doctor.id, now, item.finding.category, fingerprints(item.finding)};
  item.unseen_peak = Category::none;
  item.reopened = false;
  item.waiting = {};
}

void leave_hands(Item& item) {
  item.claimed_by.clear();
  item.assigned_to.clear();
  item.assigned_to_doctor = false;
  item.state_reason.clear();
}

}  // namespace

std::string_view name(Role role) {
  switch (role) {
    case Role::doctor:
      return "doctor";
    case Role::replacement_doctor:
      return "replacement-doctor";
    case Role::assistant:
      return "assistant";
    case Role::secretary:
      return "secretary";
    case Role::editor:
      return "editor";
    case Role::administrator:
      return "administrator";
    case Role::system:
      break;
  }
  return "system";
}

bool is_doctor(const Actor& actor) { return actor.role == Role::doctor || actor.role == Role::replacement_doctor; }

bool answers_for(const Actor& actor, const Item& item) {
  if (!is_doctor(actor)) return false;
  const auto& doctor = item.key.scope.subject.doctor_id;
  if (doctor.empty() || doctor == actor.id) return true;
  if (item.assigned_to_doctor && item.assigned_to == actor.id) return true;
  return actor.role == Role::replacement_doctor &&
         std::find(actor.replaces.begin(), actor.replaces.end(), doctor) != actor.replaces.end();
}

LedgerFact ledger_fact(const Item& item, const Action& action, Role role) {
  LedgerFact fact{action.act,
                  action.actor,
                  role,
                  item.key.scope.task,
                  item.key.scope.subject,
                  item.id,
                  item.revision,
                  item.key.scope.plugin,
                  item.basis.plugin_version,
                  item.basis.fiche_id,
                  item.basis.fiche_version,
                  {},
                  {}};
  for (const auto& reason : item.finding.reasons) fact.rules.push_back(reason.rule);
  std::sort(fact.rules.begin(), fact.rules.end());
  fact.rules.erase(std::unique(fact.rules.begin(), fact.rules.end()), fact.rules.end());
  fact.details = {{"from", std::to_string(static_cast<int>(action.from))},
                  {"to", std::to_string(static_cast<int>(action.to))},
                  {"category_before", std::to_string(static_cast<int>(action.category_before))},
                  {"category_after", std::to_string(static_cast<int>(action.category_after))}};
  if (!action.target.empty()) fact.details.emplace_back("target", action.target);
  if (!action.reason_code.empty()) fact.details.emplace_back("reason", action.reason_code);
  return fact;
}

Result<Outcome> claim(const Item& item, const Actor& actor, Instant now) {
  if (auto allowed = may_touch(item, actor); !allowed) return tl::unexpected(allowed.error());
  if (is_doctor(actor) && !answers_for(actor, item)) return refuse(Code::worklist_other_doctor, item);
  const bool over = is_doctor(actor);
  if (!item.claimed_by.empty() && item.claimed_by != actor.id && !over) return refuse(Code::worklist_claimed, item);
  if (!item.assigned_to.empty() && item.assigned_to != actor.id && !over) return refuse(Code::worklist_claimed, item);
  Item after = item;
  after.claimed_by = actor.id;
  // Whoever takes it is there: what `repli` did is over. Only a view ends what was raised to the doctor.
  after.waiting.routed_to.clear();
  after.waiting.routed_why.clear();
  // À confirmer says something about the finding, not about hands: a claim does not hide it.
  if (item.state != State::a_confirmer) after.state = State::reclame;
  return done(item, std::move(after), actor, "item.claim", now);
}

Result<Outcome> release(const Item& item, const Actor& actor, Instant now) {
  if (auto allowed = may_touch(item, actor); !allowed) return tl::unexpected(allowed.error());
  if (item.claimed_by.empty() || !commands(item, actor)) return refuse(Code::worklist_not_claimed, item);
  Item after = item;
  leave_hands(after);
  if (item.state != State::a_confirmer) after.state = State::a_traiter;
  return done(item, std::move(after), actor, "item.release", now);
}

Result<Outcome> note(const Item& item, const Actor& actor, std::string text, Instant now) {
  if (blank(text)) return refuse(Code::worklist_reason_needed, item);
  if (!is_doctor(actor) && item.finding.restricted) return refuse(Code::worklist_reserved, item);
  return done(item, item, actor, "item.note", now, {}, std::move(text));
}

Result<Outcome> prepare(const Item& item, const Actor& actor, Right right, Instant now) {
  if (auto allowed = may_work(item, actor); !allowed) return tl::unexpected(allowed.error());
  Item after = item;
  leave_hands(after);
  if (item.state != State::a_confirmer) {
    after.state = right.level == Right::Level::preparer ? State::prepare : State::a_valider;
    after.waiting.prepared_at = now;
    after.waiting.reminded_at.reset();
  }
  return done(item, std::move(after), actor, "item.prepare", now);
}

Result<Outcome> close(const Item& item, const Actor& actor, Right right, Instant now) {
  if (auto allowed = may_work(item, actor); !allowed) return tl::unexpected(allowed.error());
  const bool waits = right.level != Right::Level::finaliser || right.immediate_rule || is_clinical(item) ||
                     item.finding.open || item.state == State::a_confirmer;
  if (waits) return refuse(Code::worklist_clinical, item);
  Item after = item;
  leave_hands(after);
  after.state = State::clos;
  after.digest = true;
  return done(item, std::move(after), actor, "item.close", now);
}

Result<Outcome> hand_over(const Item& item, const Actor& actor, const Actor& to, std::string reason, Instant now) {
  if (auto allowed = may_touch(item, actor); !allowed) return tl::unexpected(allowed.error());
  if (to.id.empty() || to.id == actor.id || (!is_doctor(to) && to.role != Role::assistant)) {
    return refuse(Code::worklist_recipient_needed, item);
  }
  if (item.finding.restricted && !is_doctor(to)) return refuse(Code::worklist_reserved, item);
  const bool free = item.claimed_by.empty() && item.assigned_to.empty();
  if (!free && item.assigned_to != actor.id && !commands(item, actor)) return refuse(Code::worklist_claimed, item);
  Item after = item;
  after.claimed_by.clear();
  after.assigned_to = to.id;
  after.assigned_to_doctor = is_doctor(to);
  after.state_reason = reason;
  if (item.state != State::a_confirmer) after.state = State::remis;
  return done(item, std::move(after), actor, "item.hand-over", now, to.id, std::move(reason));
}

Result<Outcome> validate(const Item& item, const Actor& actor, Instant now, const Settled& settled) {
  if (auto allowed = doctor_of(item, actor); !allowed) return tl::unexpected(allowed.error());
  if (is_terminal(item.state)) return refuse(Code::worklist_closed, item);
  Item after = item;
  see(after, actor, now);
  leave_hands(after);
  after.state = State::valide;
  auto outcome = done(item, std::move(after), actor, "item.validate", now);
  if (settled.category != Category::none) outcome.action.category_after = settled.category;
  return for_reason(std::move(outcome), settled.reason_code, actor);
}

Result<Outcome> return_to(const Item& item, const Actor& actor, const std::string& assistant, std::string reason,
                          Instant now, const std::string& reason_code) {
  if (auto allowed = doctor_of(item, actor); !allowed) return tl::unexpected(allowed.error());
  if (is_terminal(item.state)) return refuse(Code::worklist_closed, item);
  if (assistant.empty() || assistant == actor.id) return refuse(Code::worklist_recipient_needed, item);
  if (blank(reason)) return refuse(Code::worklist_reason_needed, item);
  if (item.finding.restricted) return refuse(Code::worklist_reserved, item);
  Item after = item;
  see(after, actor, now);
  after.claimed_by.clear();
  after.assigned_to = assistant;
  after.assigned_to_doctor = false;
  after.state_reason = reason;
  after.state = State::renvoye;
  return for_reason(done(item, std::move(after), actor, "item.return", now, assistant, std::move(reason)), reason_code,
                    actor);
}

Result<Outcome> mark_seen(const Item& item, const Actor& actor, Instant now) {
  if (auto allowed = doctor_of(item, actor); !allowed) return tl::unexpected(allowed.error());
  Item after = item;
  see(after, actor, now);
  return done(item, std::move(after), actor, "item.seen", now);
}

}  // namespace relais::worklist
