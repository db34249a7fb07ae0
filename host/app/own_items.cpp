// SPDX-License-Identifier: Apache-2.0
#include "app/own_items.h"

#include <algorithm>
#include <set>

#include "app/dispatch_parts.h"

namespace relais::app {

using practice::Event;
using practice::Transaction;

Result<void> keep_own_item(Transaction& tx, practice::WorklistStore& list, const Event& event, const std::string& task,
                           const std::string& title) {
  worklist::Reply reply;
  reply.scope = {own_plugin, task, {event.item_id, event.patient_id, event.doctor_id}};
  const auto version = list.begin_evaluation(tx, reply.scope);
  if (!version && version.error().code == Code::worklist_subject_moved) return {};
  if (!version) return tl::unexpected(version.error());
  reply.slice_version = *version;
  worklist::Finding finding;
  finding.kind = "non-trie";
  finding.title = title;
  reply.findings.push_back(std::move(finding));
  const auto applied = list.apply(tx, reply);
  return applied ? Result<void>{} : tl::unexpected(applied.error());
}

Result<void> withdraw_own_items(Transaction& tx, practice::WorklistStore& list, const worklist::Scope& sorted) {
  practice::WorklistFilter of_report;
  of_report.subject_item_id = sorted.subject.item_id;
  for (const auto& item : practice::WorklistStore::items(tx.sql(), of_report)) {
    if (item.key.scope.plugin != own_plugin) continue;
    worklist::Reply reply;
    reply.scope = item.key.scope;
    auto version = list.begin_evaluation(tx, reply.scope);
    if (!version && version.error().code == Code::worklist_subject_moved) {
      // Said of the report before it had this patient: what replaces it stands where the report is now.
      reply.scope.subject = sorted.subject;
      version = list.begin_evaluation(tx, reply.scope);
    }
    if (!version && version.error().code == Code::worklist_subject_moved) continue;
    if (!version) return tl::unexpected(version.error());
    reply.slice_version = *version;
    if (const auto applied = list.apply(tx, reply); !applied) return tl::unexpected(applied.error());
  }
  return {};
}

Result<void> cover_notices(Transaction& tx, practice::WorklistStore& list, const worklist::Scope& sorted) {
  practice::WorklistFilter of_report;
  of_report.subject_item_id = sorted.subject.item_id;
  const auto items = practice::WorklistStore::items(tx.sql(), of_report);
  std::set<std::string> said;
  bool unseen = false;
  for (const auto& item : items) {
    if (item.key.scope != sorted || item.seen) continue;
    unseen = true;
    for (const auto& reason : item.finding.reasons) said.insert(reason.rule);
  }
  for (const auto& item : items) {
    const auto& scope = item.key.scope;
    if (scope.plugin != practice::reception_plugin || scope.task != sorting_task || !unseen) continue;
    // An addition needs no rule of its own: the item that is still to be seen holds it.
    const bool holds = std::all_of(item.finding.reasons.begin(), item.finding.reasons.end(), [&](const auto& reason) {
      return reason.rule == "I5" || said.contains(reason.rule);
    });
    if (!holds) continue;
    if (const auto covered = list.cover(tx, item.id); !covered) return covered;
  }
  return {};
}

}  // namespace relais::app
