// SPDX-License-Identifier: Apache-2.0
// How an event of a round ends: what it led to is kept, or it is put off.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "app/evaluation_case.h"
#include "app/findings_from_wire.h"
#include "app/own_items.h"
#include "app/plugin_grammars.h"
#include "domain/catalogue.h"
#include "practice/item_proposals.h"
#include "practice/store_error.h"
#include "practice/unevaluated.h"

namespace relais::app {

using practice::Event;
using practice::Transaction;

namespace {

constexpr std::chrono::seconds soonest_retry{30};
constexpr std::chrono::minutes longest_retry{10};
// After an error of the store.
constexpr std::chrono::seconds store_retry{5};

Instant retry_at(const Event& event, Instant now) {
  const auto doublings = std::min<std::int64_t>(event.attempts, 6);
  return now + std::min<std::chrono::milliseconds>(soonest_retry * (std::int64_t{1} << doublings), longest_retry);
}

// Codes that say something of the plugin or the host, not of this subject: the same data may be evaluated later. What
// failed on the subject itself would fail again: it stays "not evaluated", in sight, until its data or the plugin
// change.
bool says_nothing_of_the_subject(std::string_view code) {
  static const std::set<std::string_view> codes{
      stable_code(Code::plugin_stopped),      stable_code(Code::plugin_disabled),
      stable_code(Code::plugin_hidden_state), stable_code(Code::plugin_cancelled),
      stable_code(Code::plugin_start_failed), stable_code(Code::plugin_sandbox_unavailable)};
  return codes.contains(code);
}

bool clinical(const std::string& task) {
  const auto* found = fiche::find_task(task);
  return found == nullptr || fiche::is_clinical(*found);
}

}  // namespace

// Everything one event led to, in one transaction that also ends it.
Result<void> EvaluationRound::keep(Transaction& tx, const Case& one) {
  if (one.superseded) return practice::finish_event(tx, one.event.seq);
  auto& list = parts_.worklist;
  std::string try_again;
  for (const auto& run : one.runs) {
    if (run.mandate.allowed) {
      if (const auto kept = keep_evaluation(tx, one, run, try_again); !kept) return kept;
      if (!run.evaluation.not_evaluated().empty() || run.evaluation.findings().empty()) continue;
      if (const auto gone = withdraw_own_items(tx, list, run.scope); !gone) return gone;
      if (const auto gone = cover_notices(tx, list, run.scope); !gone) return gone;
      continue;
    }
    // What it could not be asked before is no longer expected of it.
    practice::no_longer_awaited(tx, run.scope);
    // Not delegated is a quiet state: the report stands on its doctor's list, unsorted, and the refusal is in the
    // ledger. What comes again each night for every patient would only fill it: no report waits there for anybody.
    if (one.event.kind != records::report_available) continue;
    auto refused = run.signed_entry(one.event, "plugin.run");
    refused.outcome = practice::LedgerOutcome::refused;
    if (run.mandate.refusal) refused.rule_codes.emplace_back(fiche::reason(*run.mandate.refusal).code);
    refused.error_code = "mandate.not-delegated";
    if (const auto written = parts_.ledger.append(tx, refused); !written) return tl::unexpected(written.error());
    const auto own = keep_own_item(tx, list, one.event, run.task, "Biologie reçue ; le tri n'est pas délégué");
    if (!own) return own;
  }
  if (one.runs.empty() && one.event.kind == records::report_available) {
    const auto own = keep_own_item(tx, list, one.event, sorting_task, "Biologie reçue ; aucun plugin ne la trie");
    if (!own) return own;
  }
  if (try_again.empty()) return practice::finish_event(tx, one.event.seq);
  return practice::retry_event(tx, one.event.seq, try_again, retry_at(one.event, tx.now()));
}

Result<void> EvaluationRound::keep_evaluation(Transaction& tx, const Case& one, const Run& run,
                                              std::string& try_again) {
  worklist::Reply reply;
  reply.scope = run.scope;
  reply.slice_version = run.slice.version();
  reply.not_evaluated = run.evaluation.not_evaluated();
  reply.basis = {run.package->manifest.version, declaration_digest(run.package->manifest, run.slice), run.fiche_id(),
                 run.fiche_version()};
  reply.clinical_task = clinical(run.task);
  reply.findings = findings_from_wire(run.evaluation);
  add_immediate_rules(reply.findings, run.mandate.immediate, run.fiche_id());
  // A report that a plugin says nothing about would stand on no list: silence is an alarm.
  if (reply.not_evaluated.empty() && reply.findings.empty() && one.event.kind == records::report_available)
    reply.not_evaluated = stable_code(Code::plugin_no_answer);
  const auto applied = parts_.worklist.apply(tx, reply);
  if (!applied) return tl::unexpected(applied.error());
  if (reply.not_evaluated.empty()) practice::keep_proposals(tx, run.scope, proposals_from_wire(run.evaluation));

  auto told = run.signed_entry(one.event, "plugin.run");
  told.rule_codes = rules_of(reply.findings);
  if (!reply.not_evaluated.empty()) {
    told.outcome = practice::LedgerOutcome::failed;
    told.error_code = reply.not_evaluated;
    if (!run.to_send || says_nothing_of_the_subject(reply.not_evaluated)) try_again = reply.not_evaluated;
  }
  const auto written = parts_.ledger.append(tx, told);
  return written ? Result<void>{} : tl::unexpected(written.error());
}

Result<void> EvaluationRound::put_off(const Case& one) {
  return parts_.database.write([&](Transaction& tx) -> Result<void> {
    tx.set_trace(one.event.trace_id);
    if (one.superseded) return practice::finish_event(tx, one.event.seq);
    const std::string code(stable_code(one.failed->code));
    spdlog::error("dispatch.put-off event={} trace={} code={}", one.event.seq, one.event.trace_id, code);
    if (practice::is_of_the_store(one.failed->code)) {
      practice::unclaim_event(tx, one.event, tx.now() + store_retry);
      return {};
    }
    const auto put = practice::retry_event(tx, one.event.seq, code, retry_at(one.event, tx.now()));
    // Done, durably, although it was answered with an error.
    if (!put && put.error().code == Code::not_found) return {};
    if (!put || one.event.kind != records::report_available) return put;
    // In sight meanwhile: the report stands on the list as nobody's.
    const auto own = keep_own_item(tx, parts_.worklist, one.event, sorting_task,
                                   "Biologie reçue ; pas encore triée (" + code + ")");
    if (!own) spdlog::error("dispatch.not-shown event={} code={}", one.event.seq, stable_code(own.error().code));
    return {};
  });
}

}  // namespace relais::app
