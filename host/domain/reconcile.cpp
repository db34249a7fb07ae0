// SPDX-License-Identifier: Apache-2.0
#include "domain/reconcile.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace relais::worklist {

namespace {

Verdict judge(const Fence& fence, std::int64_t version) {
  if (version > fence.issued || version <= 0) return Verdict::foreign;
  if (version == fence.applied) return Verdict::replayed;
  if (version < fence.issued || version < fence.applied) return Verdict::late;
  return Verdict::applied;
}

// One finding per kind.
std::map<std::string, Finding> by_kind(const std::vector<Finding>& findings) {
  std::map<std::string, Finding> merged;
  for (Finding other : findings) {
    // A rank that is not a number would leave the list without an order.
    if (!std::isfinite(other.rank)) other.rank = 0;
    const auto [place, fresh] = merged.try_emplace(other.kind, other);
    if (fresh) continue;
    Finding& kept = place->second;
    if (std::pair(other.category, other.rank) > std::pair(kept.category, kept.rank)) std::swap(kept, other);
    kept.data_level = std::max(kept.data_level, other.data_level);
    kept.open = kept.open || other.open;
    kept.restricted = kept.restricted || other.restricted;
    for (auto& reason : other.reasons) {
      if (std::find(kept.reasons.begin(), kept.reasons.end(), reason) == kept.reasons.end()) {
        kept.reasons.push_back(std::move(reason));
      }
    }
  }
  return merged;
}

// What a doctor saw no longer covers what is there now.
bool beyond(const Finding& now_found, Category seen_category, const std::vector<std::string>& seen_reasons) {
  if (now_found.category > seen_category) return true;
  return std::any_of(now_found.reasons.begin(), now_found.reasons.end(), [&](const Reason& reason) {
    return reason.category >= Category::a_voir &&
           !std::binary_search(seen_reasons.begin(), seen_reasons.end(), fingerprint(reason));
  });
}

State resumed(const Item& item) {
  if (!item.claimed_by.empty()) return State::reclame;
  return item.assigned_to.empty() ? State::a_traiter : State::remis;
}

Change close_change(Item item, const Item& before, std::string act, Instant now) {
  item.revision = before.revision + 1;
  item.changed_at = now;
  Action action;
  action.act = std::move(act);
  action.at = now;
  action.revision = item.revision;
  action.from = before.state;
  action.to = item.state;
  action.category_before = before.finding.category;
  action.category_after = item.finding.category;
  return {std::move(item), std::move(action)};
}

Change created(const Reply& reply, Finding finding, Instant now) {
  Item item;
  item.key = {reply.scope, finding.kind};
  item.id = item_id(item.key);
  item.finding = std::move(finding);
  item.basis = reply.basis;
  item.slice_version = reply.slice_version;
  item.clinical_task = reply.clinical_task;
  item.created_at = item.category_since = item.changed_at = now;
  item.unseen_peak = item.finding.category;
  Action action;
  action.act = "item.created";
  action.at = now;
  action.revision = item.revision;
  action.category_after = item.finding.category;
  return {std::move(item), std::move(action)};
}

void reopen(Item& item) {
  item.state = State::a_traiter;
  item.seen.reset();
  item.claimed_by.clear();
  item.assigned_to.clear();
  item.assigned_to_doctor = false;
  item.state_reason.clear();
  item.digest = false;
  item.reopened = true;
  item.unseen_peak = item.finding.category;
  item.waiting = {};
}

Change found(const Item& before, const Reply& reply, const Finding& finding, Instant now) {
  Item item = before;
  item.finding = finding;
  item.basis = reply.basis;
  item.clinical_task = reply.clinical_task || before.clinical_task;
  item.slice_version = reply.slice_version;
  if (finding.category != before.finding.category) {
    item.category_since = now;
    item.waiting.overdue_since.reset();
  }

  std::string act = "item.updated";
  if (before.state == State::retire) {
    reopen(item);
    act = "item.reopened";
  } else if (before.seen || is_terminal(before.state)) {
    // Closed by an assistant, nobody recorded a view: what it said when it was closed is what counts as known.
    const Category known = before.seen ? before.seen->category : before.finding.category;
    const auto reasons = before.seen ? before.seen->reasons : fingerprints(before.finding);
    if (beyond(finding, known, reasons)) {
      reopen(item);
      act = "item.reopened";
    } else if (before.state == State::a_confirmer) {
      item.state = resumed(before);
      act = "item.affirmed";
    }
  } else {
    item.unseen_peak = std::max(before.unseen_peak, finding.category);
    if (before.state == State::a_confirmer) {
      item.state = resumed(before);
      act = "item.affirmed";
    }
  }
  if (act == "item.updated") {
    if (finding.category > before.finding.category) act = "item.raised";
    if (finding.category < before.finding.category) act = "item.lowered";
    // The same finding again: only what it rests on is kept up to date, and nobody hears of it.
    if (item.finding == before.finding && item.clinical_task == before.clinical_task) {
      return Change{std::move(item), std::nullopt};
    }
  }
  return close_change(std::move(item), before, std::move(act), now);
}

std::optional<Change> missing(const Item& before, const Reply& reply, Instant now) {
  if (is_terminal(before.state) || before.state == State::a_confirmer) return std::nullopt;
  Item item = before;
  const bool proves_nothing = before.basis != reply.basis;
  if (proves_nothing || (is_clinical(before) && !before.seen)) {
    item.state = State::a_confirmer;
    return close_change(std::move(item), before, "item.to-confirm", now);
  }
  item.state = State::retire;
  item.claimed_by.clear();
  return close_change(std::move(item), before, "item.withdrawn", now);
}

}  // namespace

Reconciliation reconcile(const Held& held, const Reply& reply, Instant now) {
  Reconciliation result;
  result.fence = held.fence;
  result.not_evaluated = held.not_evaluated;
  result.verdict = judge(held.fence, reply.slice_version);
  if (result.verdict != Verdict::applied) return result;
  result.fence.applied = reply.slice_version;

  if (!reply.not_evaluated.empty()) {
    const Instant since = held.not_evaluated ? held.not_evaluated->since : now;
    result.not_evaluated = NotEvaluated{reply.scope, reply.not_evaluated, since, now};
    return result;
  }
  result.not_evaluated.reset();

  auto fresh = by_kind(reply.findings);
  for (const auto& item : held.items) {
    if (item.key.scope != reply.scope) continue;
    const auto match = fresh.find(item.key.kind);
    if (match != fresh.end()) {
      result.changes.push_back(found(item, reply, match->second, now));
      fresh.erase(match);
    } else if (auto change = missing(item, reply, now)) {
      result.changes.push_back(*std::move(change));
    }
  }
  for (auto& [kind, finding] : fresh) result.changes.push_back(created(reply, std::move(finding), now));
  std::sort(result.changes.begin(), result.changes.end(),
            [](const Change& a, const Change& b) { return a.item.id < b.item.id; });
  return result;
}

Held apply(Held held, const Reconciliation& result) {
  held.fence = result.fence;
  held.not_evaluated = result.not_evaluated;
  for (const auto& change : result.changes) {
    const auto place = std::find_if(held.items.begin(), held.items.end(),
                                    [&](const Item& item) { return item.id == change.item.id; });
    if (place == held.items.end()) {
      held.items.push_back(change.item);
    } else {
      *place = change.item;
    }
  }
  std::sort(held.items.begin(), held.items.end(), [](const Item& a, const Item& b) { return a.id < b.id; });
  return held;
}

}  // namespace relais::worklist
