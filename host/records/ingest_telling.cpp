// SPDX-License-Identifier: Apache-2.0
// The notices of the ingest meet the list: reconciled like what a plugin finds, in the transaction of what they tell.
#include "records/ingest_arrival.h"
#include "records/ingest_notices.h"

namespace relais::records {

Result<void> Ingest::tell(Transaction& tx, const std::string& id) {
  const auto notices = notices_of(tx.sql(), id);
  const auto reconciled = [&](std::string_view task, const std::vector<worklist::Finding>& findings) -> Result<void> {
    worklist::Reply reply;
    reply.scope = {std::string(practice::reception_plugin), std::string(task), notices.subject};
    // Most of what comes in leaves nothing to say, and nothing said before to take back.
    if (findings.empty() && !practice::WorklistStore::known(tx.sql(), reply.scope)) return {};
    const auto version = worklist_.begin_evaluation(tx, reply.scope);
    // Another report took over from this one, and tells what there is to tell.
    if (!version && version.error().code == Code::worklist_subject_moved) return {};
    if (!version) return tl::unexpected(version.error());
    reply.slice_version = *version;
    reply.clinical_task = task == triage_task;
    reply.findings = findings;
    const auto applied = worklist_.apply(tx, reply);
    return applied ? Result<void>{} : tl::unexpected(applied.error());
  };
  if (auto told = reconciled(reception_task, notices.reception); !told) return told;
  return reconciled(triage_task, notices.triage);
}

Result<void> Ingest::set_unreadable(Transaction& tx, const std::string& inbound_id, const std::string& code) {
  if (const auto held = practice::inbound_message(tx.sql(), inbound_id); held && tx.trace().empty())
    tx.set_trace(held->trace_id);
  if (auto stated = practice::set_state(tx, inbound_id, practice::InboundState::unreadable, code); !stated) return stated;
  if (auto told = tell(tx, inbound_id); !told) return told;
  return write_ledger(tx, "ingest.unreadable", {inbound_id, {}, {}}, nullptr, {}, code);
}

}  // namespace relais::records
