// SPDX-License-Identifier: Apache-2.0
// A human gives a report to a patient, or takes it away: traced, and undoable both ways.
#include <algorithm>

#include "practice/ids.h"
#include "records/ingest_arrival.h"
#include "records/record_store.h"
#include "records/report_trace.h"

namespace relais::records {

namespace {

// The report as the list knows it.
worklist::Subject subject_of_row(soci::session& sql, const std::string& report_id) {
  const auto row = rows::find(sql, report_id);
  return row ? rows::subject(*row) : worklist::Subject{report_id, {}, {}};
}

// Whether `a` comes before `b` in their set; without versions the one received first does.
bool precedes(const v1::LabReport& a, const v1::LabReport& b) {
  if (a.version() != b.version()) return a.version() < b.version();
  return a.version() == 0 && a.received_ms() < b.received_ms();
}

Result<void> join(Transaction& tx, practice::WorklistStore& worklist, const v1::LabReport& older, v1::LabReport newer) {
  const auto standing = practice::WorklistStore::standing(tx.sql(), older.id());
  newer.set_replaces_id(older.id());
  newer.set_replaced_category(static_cast<v1::Category>(standing.category));
  newer.set_replaced_seen(standing.seen || older.replaced_seen());
  // What it replaces is here now.
  auto& anomalies = *newer.mutable_anomalies();
  const std::string broken(stable_code(Code::ingest_broken_chain));
  anomalies.erase(std::remove_if(anomalies.begin(), anomalies.end(), [&](const auto& one) { return one.code() == broken; }),
                  anomalies.end());
  put(tx, newer);
  return worklist.move_subject(tx, subject_of_row(tx.sql(), older.id()), subject_of_row(tx.sql(), newer.id()));
}

// Versions of one set that were read apart, since nobody knew whose they were, are one chain again once one patient has
// them: the older one is replaced, counts once in what the patient's history tells, and its items follow the newer one.
// Returns the id of the one that stands.
Result<std::string> join_versions(Transaction& tx, practice::WorklistStore& worklist, const std::string& report_id) {
  const auto found = rows::reports(tx.sql(), "t.id = :id", {report_id});
  if (found.empty() || found.front().set_id().empty()) return report_id;
  const auto& report = found.front();
  std::optional<v1::LabReport> older, newer;
  for (auto& other : rows::reports(tx.sql(), "t.set_id = :set AND t.patient_id = :patient",
                                   {report.set_id(), report.patient_id()})) {
    if (rows::is_former(other.id()) || other.id() == report_id) continue;
    if (precedes(other, report) && (!older || precedes(*older, other))) older = other;
    if (precedes(report, other) && other.replaces_id().empty() && (!newer || precedes(other, *newer))) newer = other;
  }
  if (older && report.replaces_id().empty()) {
    if (auto joined = join(tx, worklist, *older, report); !joined) return tl::unexpected(joined.error());
  }
  if (!newer) return report_id;
  if (auto joined = join(tx, worklist, report, *newer); !joined) return tl::unexpected(joined.error());
  return newer->id();
}

// What a chain of another report was joined to is its own again, and is evaluated as such. Returns the ids of those.
Result<std::vector<std::string>> part_versions(Transaction& tx, practice::WorklistStore& worklist,
                                               const std::string& report_id) {
  std::vector<std::string> parted;
  const auto let_go = [&](v1::LabReport report) {
    report.clear_replaces_id();
    report.clear_replaced_category();
    report.clear_replaced_seen();
    put(tx, report);
  };
  for (const auto& report : rows::reports(tx.sql(), "t.id = :id", {report_id})) {
    if (report.replaces_id().empty() || rows::is_former(report.replaces_id())) continue;
    const auto older = subject_of_row(tx.sql(), report.replaces_id());
    if (auto stands = worklist.stand_again(tx, older); !stands) return tl::unexpected(stands.error());
    announce(tx, older);
    parted.push_back(older.item_id);
    let_go(report);
  }
  for (const auto& newer : rows::reports(tx.sql(), "t.replaces_id = :id", {report_id})) {
    if (rows::is_former(newer.id())) continue;
    let_go(newer);
    parted.push_back(newer.id());
    announce(tx, subject_of_row(tx.sql(), newer.id()));
  }
  return parted;
}

}  // namespace

Result<v1::LabReport> Ingest::attach(Transaction& tx, const std::string& report_id, const std::string& patient_id,
                                     const worklist::Actor& actor, const std::string& call_id) {
  auto& sql = tx.sql();
  auto row = rows::find(sql, report_id);
  if (!row) return fail(Code::not_found, "report " + report_id, "report_id");
  const auto patient = rows::patient(sql, patient_id);
  if (!patient) return fail(Code::not_found, "patient " + patient_id, "patient_id");
  if (!row->patient_id.empty()) return fail(Code::ingest_already_attached, "report " + report_id);
  const auto before = rows::subject(*row);
  if (tx.trace().empty()) tx.set_trace(trace_of_report(sql, report_id));

  row->patient_id = patient_id;
  if (row->doctor_id.empty()) row->doctor_id = treating_doctor(sql, *patient);
  row->attached_by = actor.id;
  row->queue_code.clear();
  row->ans_error = 0;
  row->traits.clear();
  row->candidates.clear();
  rows::store(sql, *row);
  if (auto settled = settle(tx, row->inbound_id); !settled) return tl::unexpected(settled.error());
  for (const auto& version : rows::chain(sql, report_id)) {
    rows::give_to(tx, version, patient_id, v1::IDENTITY_MATCH_UNIQUE);
  }
  const long long now = practice::to_ms(tx.now());
  for (const auto& key : row->laboratory_keys) {
    sql << "INSERT INTO ingest_accepted (laboratory_key, patient_id, report_id, accepted_by, accepted_ms) "
           "VALUES (:key, :patient, :report, :by, :now) ON CONFLICT (laboratory_key, patient_id, report_id) DO NOTHING",
        soci::use(key), soci::use(patient_id), soci::use(report_id), soci::use(actor.id), soci::use(now);
  }
  // History had nobody to belong to: it is read again from the message.
  const auto bytes = practice::inbound_bytes(sql, row->inbound_id);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto parsed = parse_message(*bytes, *settings_.zone);
  const auto at = static_cast<std::size_t>(row->ordinal);
  if (at < parsed.units.size() && !parsed.units[at].cancels) {
    rows::add_history(tx, report_id, patient_id, parsed.units[at].mapped.history);
    rows::tell_context(tx, report_id, patient_id, parsed.units[at].mapped);
  }
  const auto after = rows::subject(*row);
  if (auto written = write_ledger(tx, "ingest.attach", after, &actor, call_id); !written) {
    return tl::unexpected(written.error());
  }
  v1::LabReport report;
  report.set_id(report_id);
  report.set_patient_id(patient_id);
  if (auto moved = worklist_.move_subject(tx, before, after); !moved) return tl::unexpected(moved.error());
  const auto standing = join_versions(tx, worklist_, report_id);
  if (!standing) return tl::unexpected(standing.error());
  if (auto told = tell(tx, *standing); !told) return tl::unexpected(told.error());
  if (!row->is_report) return report;
  announce(tx, subject_of_row(sql, *standing));
  return rows::reports(sql, "t.id = :id", {report_id}).at(0);
}

Result<v1::LabReport> Ingest::detach(Transaction& tx, const std::string& report_id, const worklist::Actor& actor,
                                     const std::string& reason, const std::string& call_id) {
  auto& sql = tx.sql();
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos) {
    return fail(Code::worklist_reason_needed, "report " + report_id, "reason");
  }
  auto row = rows::find(sql, report_id);
  if (!row) return fail(Code::not_found, "report " + report_id, "report_id");
  if (row->patient_id.empty()) return fail(Code::ingest_not_attached, "report " + report_id);
  const auto before = rows::subject(*row);
  if (tx.trace().empty()) tx.set_trace(trace_of_report(sql, report_id));

  row->candidates = {row->patient_id};
  row->patient_id.clear();
  row->on_traits = false;
  row->attached_by.clear();
  row->queue_code = stable_code(Code::ingest_detached);
  rows::store(sql, *row);
  if (auto settled = settle(tx, row->inbound_id); !settled) return tl::unexpected(settled.error());
  const auto parted = part_versions(tx, worklist_, report_id);
  if (!parted) return tl::unexpected(parted.error());
  for (const auto& older : *parted) {
    if (auto told = tell(tx, older); !told) return tl::unexpected(told.error());
  }
  for (const auto& version : rows::chain(sql, report_id)) rows::give_to(tx, version, {}, v1::IDENTITY_MATCH_NONE);
  rows::remove_history(tx, report_id);
  for (const auto& again : rows::withdraw_context(tx, report_id)) {
    if (auto told = tell_again(tx, again); !told) return tl::unexpected(told.error());
  }
  sql << "DELETE FROM ingest_accepted WHERE report_id = :report", soci::use(report_id);
  const long long seq = practice::next_number(tx, "ingest-detached"), now = practice::to_ms(tx.now());
  sql << "INSERT INTO ingest_detached (seq, report_id, patient_id, actor, at_ms, words) "
         "VALUES (:seq, :report, :patient, :actor, :now, :words)",
      soci::use(seq), soci::use(report_id), soci::use(before.patient_id), soci::use(actor.id), soci::use(now),
      soci::use(reason);
  if (auto written = write_ledger(tx, "ingest.detach", before, &actor, call_id); !written) {
    return tl::unexpected(written.error());
  }
  v1::LabReport report;
  report.set_id(report_id);
  const auto after = rows::subject(*row);
  if (auto moved = worklist_.move_subject(tx, before, after); !moved) return tl::unexpected(moved.error());
  if (auto told = tell(tx, report_id); !told) return tl::unexpected(told.error());
  if (!row->is_report) return report;
  announce(tx, after);
  return rows::reports(sql, "t.id = :id", {report_id}).at(0);
}

}  // namespace relais::records
