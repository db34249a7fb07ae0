// SPDX-License-Identifier: Apache-2.0
#include "records/ingest.h"

#include <algorithm>
#include <utility>

#include "practice/events.h"
#include "practice/ids.h"
#include "records/ingest_arrival.h"
#include "records/record_store.h"

namespace relais::records {

namespace {

// The laboratory's own names for a patient or an order: what a human may accept once for a file.
std::vector<std::string> laboratory_keys(const MappedReport& mapped) {
  std::vector<std::string> keys;
  for (const auto& id : mapped.laboratory_patient_ids) keys.push_back("patient:" + mapped.laboratory_id + "|" + id);
  for (const auto& id : mapped.report.order_ids()) keys.push_back("order:" + mapped.laboratory_id + "|" + id);
  return keys;
}

std::vector<std::string> accepted_files(soci::session& sql, const std::vector<std::string>& keys) {
  std::vector<std::string> files;
  for (const auto& key : keys) {
    const soci::rowset<std::string> found =
        (sql.prepare << "SELECT patient_id FROM ingest_accepted WHERE laboratory_key = :key", soci::use(key));
    for (const auto& id : found) files.push_back(id);
  }
  return files;
}

}  // namespace

std::string Ingest::treating_doctor(soci::session& sql, const v1::Patient& patient) const {
  const auto& id = patient.treating_doctor_id();
  return !id.empty() && settings_.is_own_doctor(sql, id) ? id : std::string{};
}

std::string Ingest::doctor_of(soci::session& sql, const Unit& unit, const std::string& patient_id,
                              v1::LabReport& report) const {
  // The record keeps whoever it knows under the national id; only a doctor of the practice can answer for the report.
  std::string prescriber, addressee;
  const auto look = [&](const std::string& national_id, std::string& own) {
    std::string known;
    for (const auto& one : rows::practitioners(sql, national_id)) {
      if (known.empty()) known = one.id();
      if (own.empty() && settings_.is_own_doctor(sql, one.id())) own = one.id();
    }
    return own.empty() ? known : own;
  };
  report.set_prescriber_id(look(report.prescriber_national_id(), prescriber));
  for (const auto& national_id : unit.mapped.addressee_national_ids) {
    const auto known = look(national_id, addressee);
    if (report.addressee_id().empty() || !addressee.empty()) report.set_addressee_id(known);
    if (!addressee.empty()) break;
  }
  if (!prescriber.empty()) return prescriber;
  if (!addressee.empty()) return addressee;
  if (patient_id.empty()) return {};
  const auto patient = rows::patient(sql, patient_id);
  return patient ? treating_doctor(sql, *patient) : std::string{};
}

void announce(Transaction& tx, const worklist::Subject& subject) {
  practice::Event event;
  event.source = "report/" + subject.item_id;
  event.version = practice::next_number(tx, "report-event");
  event.kind = report_available;
  event.item_id = subject.item_id;
  event.patient_id = subject.patient_id;
  event.doctor_id = subject.doctor_id;
  practice::append_event(tx, event);
}

void refuse(rows::Brought& row, v1::LabReport& report, const std::string& code, int ans_error) {
  if (!row.patient_id.empty()) row.candidates = {row.patient_id};
  row.patient_id.clear();
  row.on_traits = false;
  row.queue_code = code;
  row.ans_error = ans_error;
  report.clear_patient_id();
  if (report.identity_match() == v1::IDENTITY_MATCH_UNIQUE) report.set_identity_match(v1::IDENTITY_MATCH_DISCORDANT);
}

Result<Receipt> Ingest::process(Transaction& tx, const std::string& inbound_id) {
  const auto held = practice::inbound_message(tx.sql(), inbound_id);
  if (!held) return tl::unexpected(held.error());
  if (held->state != practice::InboundState::received) return receipt(tx.sql(), inbound_id);
  tx.set_trace(held->trace_id);
  const auto bytes = practice::inbound_bytes(tx.sql(), inbound_id);
  if (!bytes) return tl::unexpected(bytes.error());
  auto parsed = parse_message(*bytes, *settings_.zone);
  if (!parsed.unreadable.empty()) {
    if (auto aside = set_unreadable(tx, inbound_id, parsed.unreadable); !aside) return tl::unexpected(aside.error());
    return receipt(tx.sql(), inbound_id);
  }
  long long ordinal = 0;
  for (auto& unit : parsed.units) {
    Arrival arrival;
    arrival.unit = std::move(unit);
    arrival.row.inbound_id = inbound_id;
    arrival.row.ordinal = ordinal++;
    arrival.report().set_inbound_id(inbound_id);
    arrival.report().set_received_ms(practice::to_ms(held->received));
    if (auto taken = take(tx, arrival); !taken) return tl::unexpected(taken.error());
  }
  if (auto settled = settle(tx, inbound_id); !settled) return tl::unexpected(settled.error());
  if (!parsed.acknowledgements.empty()) {
    auto taken = take_acknowledgements(tx, inbound_id, parsed);
    if (!taken) return tl::unexpected(taken.error());
    return receipt(tx.sql(), inbound_id);
  }
  if (parsed.envelope) {
    if (auto noted = note_message(tx, inbound_id, *parsed.envelope); !noted) return tl::unexpected(noted.error());
  }
  if (auto said = settle_acknowledgements(tx); !said) return tl::unexpected(said.error());
  return receipt(tx.sql(), inbound_id);
}

// « À rattacher » while something it brought waits for a human, else read.
Result<void> Ingest::settle(Transaction& tx, const std::string& inbound_id) {
  for (const auto& row : rows::of_inbound(tx.sql(), inbound_id)) {
    if (row.queue_code.empty()) continue;
    return practice::set_state(tx, inbound_id, practice::InboundState::a_rattacher, row.queue_code);
  }
  return practice::set_state(tx, inbound_id, practice::InboundState::read);
}

Result<void> Ingest::take(Transaction& tx, Arrival& arrival) {
  auto& sql = tx.sql();
  auto& report = arrival.report();
  auto& row = arrival.row;
  row.laboratory_id = arrival.unit.mapped.laboratory_id;
  row.laboratory_keys = laboratory_keys(arrival.unit.mapped);

  MatchRequest request{report.written_ins(), report.written_traits(), arrival.unit.envelope_mismatch,
                       accepted_files(sql, row.laboratory_keys),
                       {report.birth_date_candidates().begin(), report.birth_date_candidates().end()},
                       arrival.unit.mapped.number_contradicts};
  arrival.match = match(request, rows::candidate_files(sql, request.ins, request.traits), settings_.matching);
  const auto& found = arrival.match;
  report.set_identity_match(found.outcome);
  report.set_patient_id(found.patient_id);
  for (const auto& trait : found.traits) report.add_differing_traits(trait);
  if (found.wrong_key) report.add_anomalies()->set_code("identity.wrong-key");
  row.patient_id = found.patient_id;
  row.on_traits = found.on_traits;
  row.queue_code = found.code;
  row.ans_error = found.ans_error;
  row.traits = found.traits;
  row.candidates = found.candidates;
  row.is_report = arrival.unit.mapped.is_report;
  row.doctor_id = doctor_of(sql, arrival.unit, row.patient_id, report);

  const bool cancelled = row.is_report && report.status() == v1::REPORT_STATUS_CANCELLED;
  if (arrival.unit.cancels || cancelled) return take_cancellation(tx, arrival);
  if (row.is_report) return take_report(tx, arrival);

  return take_document(tx, arrival);
}

Result<void> Ingest::integrate(Transaction& tx, Arrival& arrival) {
  auto& row = arrival.row;
  auto& report = arrival.report();
  row.id = put(tx, report);
  report.set_id(row.id);
  for (const auto& result : arrival.unit.mapped.observations) put(tx, report, result);
  rows::store(tx.sql(), row);
  if (!row.patient_id.empty()) rows::add_history(tx, row.id, row.patient_id, arrival.unit.mapped.history);
  auto written = write_ledger(tx, row.queue_code.empty() ? "ingest.report" : "ingest.to-attach", rows::subject(row),
                              nullptr, {}, row.queue_code);
  if (!written) return written;
  announce(tx, rows::subject(row));
  return tell(tx, row.id);
}

Result<void> Ingest::also(Transaction& tx, const Arrival& arrival, const std::string& report_id, const std::string& code) {
  const long long ordinal = arrival.row.ordinal;
  tx.sql() << "INSERT INTO ingest_also (inbound_id, ordinal, report_id, code) VALUES (:inbound, :ordinal, :report, :code)",
      soci::use(arrival.row.inbound_id), soci::use(ordinal), soci::use(report_id), soci::use(code);
  if (auto told = tell(tx, report_id); !told) return told;
  const auto held = rows::find(tx.sql(), report_id);
  const auto subject = held ? rows::subject(*held) : worklist::Subject{report_id, {}, {}};
  return write_ledger(tx, code, subject, nullptr);
}

Result<void> Ingest::write_ledger(Transaction& tx, const std::string& action, const worklist::Subject& subject,
                                  const worklist::Actor* actor, const std::string& call_id, const std::string& code) {
  practice::LedgerEntry entry;
  entry.actor = actor != nullptr ? actor->id : "system";
  entry.role = actor == nullptr ? "system" : std::string(worklist::name(actor->role));
  entry.action = action;
  entry.item_id = subject.item_id;
  entry.patient_id = subject.patient_id;
  entry.doctor_id = entry.on_behalf_of = subject.doctor_id;
  entry.error_code = code;
  if (!code.empty()) entry.outcome = practice::LedgerOutcome::refused;
  entry.call_id = call_id;
  auto appended = ledger_.append(tx, entry);
  if (!appended) return tl::unexpected(appended.error());
  return {};
}

}  // namespace relais::records
