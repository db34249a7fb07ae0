// SPDX-License-Identifier: Apache-2.0
// Same report again, completed, corrected, cancelled, whatever the format. Source: biologie.md, section 10.
#include <algorithm>
#include <utility>

#include "practice/ids.h"
#include "records/ingest_arrival.h"
#include "records/record_store.h"
#include "records/succession.h"

namespace relais::records {

namespace {

bool is_cancelled(const v1::LabReport& report) { return report.status() == v1::REPORT_STATUS_CANCELLED; }

void add_anomaly(v1::LabReport& report, Code code) { report.add_anomalies()->set_code(std::string(stable_code(code))); }

// Whether it was there.
bool remove_anomaly(v1::LabReport& report, Code code) {
  auto& all = *report.mutable_anomalies();
  const auto last = std::remove_if(all.begin(), all.end(), [&](const auto& one) { return one.code() == stable_code(code); });
  const bool found = last != all.end();
  all.erase(last, all.end());
  return found;
}

bool has_anomaly(const v1::LabReport& report, Code code) {
  return std::any_of(report.anomalies().begin(), report.anomalies().end(),
                     [&](const auto& one) { return one.code() == stable_code(code); });
}

void await(Transaction& tx, const std::string& report_id, const std::vector<std::string>& documents) {
  for (const auto& document : documents) {
    if (document.empty()) continue;
    tx.sql() << "INSERT INTO ingest_missing (report_id, document_id) VALUES (:report, :document) "
                "ON CONFLICT (report_id, document_id) DO NOTHING",
        soci::use(report_id), soci::use(document);
  }
}

bool still_awaits(soci::session& sql, const std::string& report_id) {
  long long rows = 0;
  sql << "SELECT COUNT(*) FROM ingest_missing WHERE report_id = :report", soci::use(report_id), soci::into(rows);
  return rows != 0;
}

// A ledger action, and what the receipt says: the predecessor of a broken chain has come at last.
constexpr auto earlier_version = "ingest.earlier-version";

}  // namespace

Result<void> Ingest::take_report(Transaction& tx, Arrival& arrival) {
  auto& sql = tx.sql();
  auto& report = arrival.report();
  if (const auto cancellation = waiting_cancellation(sql, arrival.unit)) {
    const auto row = rows::find(sql, cancellation->id());
    if (row && row->laboratory_id == arrival.row.laboratory_id) {
      return take_cancelled_before(tx, arrival, *cancellation);
    }
  }
  if (!report.document_id().empty()) {
    for (const auto& same : rows::reports(sql, "t.document_id = :document", {report.document_id()})) {
      if (same.version() != report.version()) continue;
      // One identifier for two people is not a duplicate: a human looks.
      if (same_written_identity(report, same)) {
        return also(tx, arrival, rows::current_of(same.id()), std::string(stable_code(Code::ingest_duplicate)));
      }
      refuse(arrival.row, report, std::string(stable_code(Code::ingest_other_patient)), 904);
      return integrate(tx, arrival);
    }
  }
  const auto found = predecessor(sql, arrival.unit);
  // A set without versions says which report it is, and nothing of what came first.
  const auto& parents = arrival.unit.mapped.parent_ids;
  const bool names_one = std::any_of(parents.begin(), parents.end(), [](const auto& one) { return !one.empty(); });
  const bool unversioned = found && found->by == Predecessor::By::set && report.version() == 0 &&
                           found->report.version() == 0 && !names_one;
  auto held = found ? std::optional(found->report) : awaited_by(sql, arrival.unit);
  const bool awaited = held && !found;
  if (!held) held = same_order(sql, arrival.unit);
  const bool ordered = unversioned || (held && !found && !awaited);
  if (!held) {
    if (const auto same = repeated(sql, arrival.unit, arrival.row.patient_id)) {
      return also(tx, arrival, *same, std::string(stable_code(Code::ingest_duplicate)));
    }
    if (parents.empty()) return integrate(tx, arrival);
    add_anomaly(report, Code::ingest_broken_chain);
    if (auto integrated = integrate(tx, arrival); !integrated) return integrated;
    await(tx, arrival.row.id, parents);
    return {};
  }
  const auto before = rows::find(sql, held->id());
  if (before && before->laboratory_id != arrival.row.laboratory_id) {
    refuse(arrival.row, report, std::string(stable_code(Code::ingest_other_laboratory)), 901);
    return integrate(tx, arrival);
  }
  if (!same_patient(report, *held)) {
    if (arrival.row.queue_code.empty()) {
      refuse(arrival.row, report, std::string(stable_code(Code::ingest_other_patient)), 904);
    }
    return integrate(tx, arrival);
  }
  if (ordered) return take_ordered(tx, arrival, *held);
  if (awaited || report.version() < held->version()) {
    return keep_older(tx, arrival, *held, std::string(stable_code(Code::ingest_older_version)));
  }
  return take_successor(tx, arrival, *found);
}

// Nothing in it says whether it comes before or after the report it is about: what it tells decides.
Result<void> Ingest::take_ordered(Transaction& tx, Arrival& arrival, const v1::LabReport& held) {
  auto& report = arrival.report();
  if (!comparable(held, report)) {
    if (held.status() == v1::REPORT_STATUS_FINAL && report.status() == v1::REPORT_STATUS_FINAL) {
      report.set_status(v1::REPORT_STATUS_CORRECTED);
    }
    return replace(tx, arrival, held, "replaced");
  }
  const auto before = rows::observations(tx.sql(), "t.report_id = :report", {held.id()});
  auto whole = arrival.unit.mapped.observations;
  for (auto& one : left_out(before, whole)) whole.push_back(std::move(one));
  const auto telling = compare(before, whole);
  const bool told = telling == Telling::same && !is_cancelled(held);
  const bool final_again = report.status() == held.status() || (held.status() == v1::REPORT_STATUS_CORRECTED &&
                                                                report.status() == v1::REPORT_STATUS_FINAL);
  if (told && final_again && same_words(held, before, report, whole)) {
    return also(tx, arrival, held.id(), std::string(stable_code(Code::ingest_duplicate)));
  }
  // A partial one that tells no more than a final one is late; so is what was issued before, and the original that a
  // correction replaced before it came.
  const bool partial = told && report.status() == v1::REPORT_STATUS_PARTIAL && held.status() != report.status();
  const bool first = issued_before(report, held) && telling != Telling::more;
  const bool original = telling == Telling::different && has_anomaly(held, Code::ingest_broken_chain) &&
                        report.status() != v1::REPORT_STATUS_CORRECTED && !issued_before(held, report);
  if (partial || first || original) {
    return keep_older(tx, arrival, held, std::string(stable_code(Code::ingest_older_version)));
  }
  if (telling == Telling::different && report.status() == v1::REPORT_STATUS_FINAL) {
    report.set_status(v1::REPORT_STATUS_CORRECTED);
  }
  arrival.unit.mapped.observations = std::move(whole);
  return replace(tx, arrival, held, "replaced");
}

Result<void> Ingest::take_successor(Transaction& tx, Arrival& arrival, const Predecessor& found) {
  auto& report = arrival.report();
  const auto& held = found.report;
  const auto& parents = arrival.unit.mapped.parent_ids;
  // It names what stands, or replaces whatever stands.
  const bool names_held = std::any_of(parents.begin(), parents.end(), [&](const auto& one) {
    return one.empty() || one == held.document_id() || held.document_id().ends_with("^" + one);
  });
  const bool unversioned = found.by == Predecessor::By::set && report.version() == 0 && held.version() == 0;
  const bool follows = names_held || unversioned || report.version() > held.version() || is_cancelled(held) ||
                       found.by == Predecessor::By::order;
  if (follows) return replace(tx, arrival, held, "replaced");

  // The one it says it replaces was replaced before, or two documents bear one version of the set.
  const auto results = rows::observations(tx.sql(), "t.report_id = :report", {held.id()});
  const auto& arriving = arrival.unit.mapped.observations;
  if (comparable(held, report) && held.status() == report.status() && compare(results, arriving) == Telling::same &&
      same_words(held, results, report, arriving)) {
    return also(tx, arrival, held.id(), std::string(stable_code(Code::ingest_duplicate)));
  }
  if (!issued_before(report, held)) {
    add_anomaly(report, Code::ingest_two_successors);
    return replace(tx, arrival, held, "replaced");
  }
  auto flagged = held;
  add_anomaly(flagged, Code::ingest_two_successors);
  put(tx, flagged);
  return keep_older(tx, arrival, flagged, std::string(stable_code(Code::ingest_two_successors)));
}

// It was cancelled before it came: kept, struck out, under the cancellation that was waiting for it.
Result<void> Ingest::take_cancelled_before(Transaction& tx, Arrival& arrival, v1::LabReport cancellation) {
  auto& sql = tx.sql();
  auto& report = arrival.report();
  const auto id = cancellation.id();
  auto row = rows::find(sql, id).value();
  const auto before = rows::subject(row);

  report.set_id(id + rows::version_mark + std::to_string(practice::next_number(tx, "report-version")));
  put(tx, report);
  for (const auto& result : arrival.unit.mapped.observations) put(tx, report, result);

  cancellation.set_replaces_id(report.id());
  cancellation.set_patient_id(report.patient_id());
  cancellation.set_identity_match(report.identity_match());
  *cancellation.mutable_differing_traits() = report.differing_traits();
  put(tx, cancellation);
  row.patient_id = arrival.row.patient_id;
  if (!arrival.row.doctor_id.empty()) row.doctor_id = arrival.row.doctor_id;
  row.queue_code = arrival.row.queue_code;
  row.ans_error = arrival.row.ans_error;
  row.traits = arrival.row.traits;
  row.candidates = arrival.row.candidates;
  rows::store(sql, row);
  if (auto settled = settle(tx, row.inbound_id); !settled) return settled;
  if (auto moved = worklist_.move_subject(tx, before, rows::subject(row)); !moved) return moved;
  announce(tx, rows::subject(row));
  return also(tx, arrival, id, std::string(stable_code(Code::ingest_cancelled_before)));
}

Result<void> Ingest::take_cancellation(Transaction& tx, Arrival& arrival) {
  auto& sql = tx.sql();
  auto& report = arrival.report();
  auto& mapped = arrival.unit.mapped;
  // What is taken back is no result of anybody.
  mapped.observations.clear();
  mapped.history.clear();
  report.set_status(v1::REPORT_STATUS_CANCELLED);
  report.set_uncoded_content(false);
  arrival.row.is_report = true;

  const auto held = cancelled_by(sql, arrival.unit);
  const auto stop = [&](Code code, int ans_error) {
    refuse(arrival.row, report, std::string(stable_code(code)), ans_error);
    return integrate(tx, arrival);
  };
  // Another person in the envelope than in the document: the match has already sent it to a human.
  if (!arrival.unit.envelope_mismatch.empty()) return integrate(tx, arrival);
  if (arrival.unit.action_disagrees) return stop(Code::ingest_action_disagrees, 906);
  if (!held) return stop(Code::ingest_cancels_unknown, 906);
  const auto before = rows::find(sql, held->id());
  if (before && before->laboratory_id != arrival.row.laboratory_id) return stop(Code::ingest_other_laboratory, 901);
  if (!same_patient(report, *held)) {
    return arrival.row.queue_code.empty() ? stop(Code::ingest_other_patient, 904) : integrate(tx, arrival);
  }
  if (report.version() < held->version()) return stop(Code::ingest_older_version, 900);
  if (held->status() == v1::REPORT_STATUS_CANCELLED) {
    return also(tx, arrival, held->id(), std::string(stable_code(Code::ingest_duplicate)));
  }
  return replace(tx, arrival, *held, "cancelled");
}

Result<void> Ingest::replace(Transaction& tx, Arrival& arrival, const v1::LabReport& held, const std::string& cause) {
  auto& sql = tx.sql();
  auto& report = arrival.report();
  const auto before = rows::find(sql, held.id());
  const auto standing = practice::WorklistStore::standing(sql, held.id());
  const auto held_results = rows::observations(sql, "t.report_id = :report", {held.id()});

  // The former version keeps everything it said under its own id; the report goes on under the id that the list knows.
  auto former = held;
  former.set_id(held.id() + rows::version_mark + std::to_string(practice::next_number(tx, "report-version")));
  put(tx, former);
  for (const auto& result : held_results) put(tx, former, result);
  sql << "UPDATE record_report_seen SET report_id = :former WHERE report_id = :id", soci::use(former.id()),
      soci::use(held.id());

  report.set_id(held.id());
  report.set_replaces_id(former.id());
  report.set_replaced_category(static_cast<v1::Category>(standing.category));
  // What a doctor saw of an earlier version still has to be told apart from what stands here.
  report.set_replaced_seen(standing.seen || held.replaced_seen());
  if (cause == "replaced" && still_awaits(sql, held.id())) add_anomaly(report, Code::ingest_broken_chain);
  // A partial report that only grew was completed, not corrected.
  const auto telling = compare(held_results, arrival.unit.mapped.observations);
  const bool grew = telling == Telling::same || telling == Telling::more;
  if (held.status() == v1::REPORT_STATUS_PARTIAL && report.status() == v1::REPORT_STATUS_CORRECTED && grew) {
    report.set_status(v1::REPORT_STATUS_FINAL);
  }
  put(tx, report);
  for (const auto& result : arrival.unit.mapped.observations) put(tx, report, result);

  auto& row = arrival.row;
  row.id = held.id();
  if (before && before->doctor_id != row.doctor_id && row.doctor_id.empty()) row.doctor_id = before->doctor_id;
  rows::store(sql, row);
  // What the former message brought goes on here: it no longer waits, and its receipt still names the report.
  if (before) {
    const std::string code = "ingest." + cause;
    const long long ordinal = before->ordinal;
    sql << "INSERT INTO ingest_also (inbound_id, ordinal, report_id, code) VALUES (:inbound, :ordinal, :report, :code) "
           "ON CONFLICT (inbound_id, ordinal) DO NOTHING",
        soci::use(before->inbound_id), soci::use(ordinal), soci::use(row.id), soci::use(code);
    if (auto settled = settle(tx, before->inbound_id); !settled) return settled;
  }
  if (!row.patient_id.empty()) rows::add_history(tx, row.id, row.patient_id, arrival.unit.mapped.history);
  if (before && rows::subject(*before) != rows::subject(row)) {
    if (auto moved = worklist_.move_subject(tx, rows::subject(*before), rows::subject(row)); !moved) return moved;
  }
  if (auto written = write_ledger(tx, "ingest." + cause, rows::subject(row), nullptr, {}, row.queue_code); !written) {
    return written;
  }
  announce(tx, rows::subject(row));
  return tell(tx, row.id);
}

Result<void> Ingest::keep_older(Transaction& tx, Arrival& arrival, const v1::LabReport& held,
                                const std::string& code) {
  auto& report = arrival.report();
  report.set_id(held.id() + rows::version_mark + std::to_string(practice::next_number(tx, "report-version")));
  report.set_patient_id(held.patient_id());
  report.set_identity_match(held.identity_match());
  // It takes its place in the chain, just before the first version after it, so that it counts as replaced.
  auto next = held;
  for (auto& one : rows::chain(tx.sql(), held.id())) {
    if (one.version() > report.version() && one.version() < next.version()) next = std::move(one);
  }
  report.set_replaces_id(next.replaces_id());
  put(tx, report);
  for (const auto& result : arrival.unit.mapped.observations) put(tx, report, result);
  next.set_replaces_id(report.id());
  put(tx, next);
  // The chain was broken where this one was missing.
  auto standing = next.id() == held.id() ? next : held;
  const bool mends = remove_anomaly(standing, Code::ingest_broken_chain);
  if (mends) {
    put(tx, standing);
    tx.sql() << "DELETE FROM ingest_missing WHERE report_id = :report", soci::use(held.id());
  }
  return also(tx, arrival, held.id(), mends ? std::string(earlier_version) : code);
}

}  // namespace relais::records
