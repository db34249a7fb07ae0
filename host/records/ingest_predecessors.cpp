// SPDX-License-Identifier: Apache-2.0
// Which report, of those that are held, an arriving one is about. Source: biologie.md, section 10.
#include <algorithm>
#include <utility>

#include "records/identity.h"
#include "records/ingest_arrival.h"
#include "records/succession.h"

namespace relais::records {

namespace {

// The report that stands for the versions found: that of the same patient first, then the newest.
std::optional<v1::LabReport> current(soci::session& sql, const v1::LabReport& arriving,
                                     const std::vector<v1::LabReport>& found) {
  const auto order = [&](const v1::LabReport& one) { return std::pair(same_patient(arriving, one), one.version()); };
  std::optional<v1::LabReport> best;
  for (const auto& one : found) {
    for (auto& report : rows::reports(sql, "t.id = :id", {rows::current_of(one.id())})) {
      if (!best || order(report) > order(*best)) best = std::move(report);
    }
  }
  return best;
}

bool has_order(const v1::LabReport& report, const std::string& order) {
  return std::find(report.order_ids().begin(), report.order_ids().end(), order) != report.order_ids().end();
}

// One laboratory's reports, as they stand, on an order of `report`.
std::vector<v1::LabReport> on_order(soci::session& sql, const v1::LabReport& report) {
  std::vector<v1::LabReport> all;
  for (const auto& order : report.order_ids()) {
    for (auto& one : rows::reports(sql, "t.order_ids LIKE :order ESCAPE '!'", {"%" + like(order) + "%"})) {
      if (rows::is_former(one.id()) || !has_order(one, order) || one.laboratory() != report.laboratory()) continue;
      const bool known = std::any_of(all.begin(), all.end(), [&](const auto& other) { return other.id() == one.id(); });
      if (!known) all.push_back(std::move(one));
    }
  }
  return all;
}

std::optional<v1::LabReport> only(std::vector<v1::LabReport> found) {
  if (found.size() != 1) return std::nullopt;
  return std::move(found.front());
}

// Those whose document bears this id; an envelope may leave out its root.
std::vector<v1::LabReport> named_by(soci::session& sql, const std::string& id) {
  return rows::reports(sql, "(t.document_id = :id OR t.document_id LIKE :end ESCAPE '!')", {id, "%^" + like(id)});
}

std::vector<v1::LabReport> waiting_for(soci::session& sql, const std::string& document_id) {
  std::vector<v1::LabReport> all;
  const soci::rowset<std::string> ids =
      (sql.prepare << "SELECT report_id FROM ingest_missing WHERE document_id = :document ORDER BY report_id",
       soci::use(document_id));
  for (const auto& id : ids) {
    for (auto& report : rows::reports(sql, "t.id = :id", {id})) all.push_back(std::move(report));
  }
  return all;
}

// The same orders, all of them: a prescription alone may be answered by several reports.
bool same_orders(const v1::LabReport& a, const v1::LabReport& b) {
  return a.order_ids_size() == b.order_ids_size() &&
         std::all_of(a.order_ids().begin(), a.order_ids().end(), [&](const auto& one) { return has_order(b, one); });
}

// Named by neither a document nor a set: only the laboratory's own order tells one report from another.
bool nameless(const v1::LabReport& report) { return report.document_id().empty() && report.set_id().empty(); }

}  // namespace

std::string like(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') escaped += '!';
    escaped += c;
  }
  return escaped;
}

bool same_patient(const v1::LabReport& arriving, const v1::LabReport& held) {
  if (!arriving.patient_id().empty() && arriving.patient_id() == held.patient_id()) return true;
  return held.patient_id().empty() && same_written_identity(arriving, held);
}

bool same_written_identity(const v1::LabReport& a, const v1::LabReport& b) {
  return a.written_ins().value() == b.written_ins().value() && a.written_ins().oid() == b.written_ins().oid() &&
         compare_traits(a.written_traits(), b.written_traits()).differing.empty();
}

std::optional<Predecessor> predecessor(soci::session& sql, const Unit& unit) {
  const auto& report = unit.mapped.report;
  const auto as = [](v1::LabReport found, Predecessor::By by) { return Predecessor{std::move(found), by}; };
  if (!report.set_id().empty()) {
    if (auto found = current(sql, report, rows::reports(sql, "t.set_id = :set", {report.set_id()}))) {
      return as(std::move(*found), Predecessor::By::set);
    }
  }
  for (const auto& parent : unit.mapped.parent_ids) {
    if (parent.empty()) continue;
    auto named = named_by(sql, parent);
    // Another report already stands where the one that never came should.
    if (named.empty()) named = waiting_for(sql, parent);
    if (auto found = current(sql, report, named)) return as(std::move(*found), Predecessor::By::parent);
  }
  if (unit.mapped.parent_ids.empty()) return std::nullopt;
  auto found = only(on_order(sql, report));
  if (!found) return std::nullopt;
  return as(std::move(*found), Predecessor::By::order);
}

std::optional<v1::LabReport> awaited_by(soci::session& sql, const Unit& unit) {
  const auto& report = unit.mapped.report;
  if (report.document_id().empty()) return std::nullopt;
  return current(sql, report, waiting_for(sql, report.document_id()));
}

std::optional<v1::LabReport> same_order(soci::session& sql, const Unit& unit) {
  const auto& report = unit.mapped.report;
  std::vector<v1::LabReport> found;
  for (auto& held : on_order(sql, report)) {
    if (!same_patient(report, held) || !same_day(report, held) || nameless(held) != nameless(report)) continue;
    // Two unread documents of one order may be any two documents.
    if (nameless(report) && !comparable(held, report)) continue;
    if (!nameless(report)) {
      // Two documents of one order are one report only when they tell the same results of one collection, or the second
      // all of a first that was partial.
      if (!comparable(held, report) || held.status() == v1::REPORT_STATUS_CANCELLED) continue;
      const auto told = compare(rows::observations(sql, "t.report_id = :report", {held.id()}), unit.mapped.observations);
      const bool collected = report.has_collected_ms() && held.has_collected_ms();
      const bool again = told == Telling::same && !unit.mapped.observations.empty() && collected &&
                         same_orders(held, report) && held.collected_ms() == report.collected_ms();
      const bool grown = held.status() == v1::REPORT_STATUS_PARTIAL && (told == Telling::same || told == Telling::more);
      if (!again && !grown) continue;
    }
    found.push_back(std::move(held));
  }
  return only(std::move(found));
}

std::optional<v1::LabReport> cancelled_by(soci::session& sql, const Unit& unit) {
  const auto& report = unit.mapped.report;
  if (auto found = predecessor(sql, unit)) return std::move(found->report);
  if (!report.document_id().empty()) {
    auto named = rows::reports(sql, "t.document_id = :document", {report.document_id()});
    if (auto found = current(sql, report, named)) return found;
  }
  for (const auto& id : unit.target_ids) {
    if (id.empty()) continue;
    if (auto found = current(sql, report, named_by(sql, id))) return found;
  }
  return nameless(report) ? same_order(sql, unit) : std::nullopt;
}

std::optional<v1::LabReport> waiting_cancellation(soci::session& sql, const Unit& unit) {
  const auto& report = unit.mapped.report;
  const std::string unknown(stable_code(Code::ingest_cancels_unknown));
  std::vector<std::string> ids;
  {
    const soci::rowset<std::string> waiting =
        (sql.prepare << "SELECT id FROM ingest_report WHERE queue_code = :code ORDER BY id", soci::use(unknown));
    for (const auto& id : waiting) ids.push_back(id);
  }
  for (const auto& id : ids) {
    for (auto& one : rows::reports(sql, "t.id = :id", {id})) {
      const auto& named = one.document_id();
      const bool same_set = !one.set_id().empty() && one.set_id() == report.set_id() && report.version() <= one.version();
      const bool same_document =
          !named.empty() && (named == report.document_id() || report.document_id().ends_with("^" + named));
      // What was issued after the cancellation is not what it cancels.
      if (issued_before(one, report)) continue;
      if ((same_set || same_document) && same_written_identity(one, report)) return std::move(one);
    }
  }
  return std::nullopt;
}

// The same laboratory tells the same results of the same collection and order under another document id.
std::optional<std::string> repeated(soci::session& sql, const Unit& unit, const std::string& patient_id) {
  const auto& report = unit.mapped.report;
  if (patient_id.empty() || report.order_ids().empty() || !report.has_collected_ms()) return std::nullopt;
  if (unit.mapped.observations.empty() || report.uncoded_content()) return std::nullopt;
  for (const auto& held : on_order(sql, report)) {
    if (!same_orders(held, report)) continue;
    if (held.patient_id() != patient_id || held.status() == v1::REPORT_STATUS_CANCELLED) continue;
    if (held.collected_ms() != report.collected_ms() || held.uncoded_content() || held.status() != report.status()) continue;
    const auto results = rows::observations(sql, "t.report_id = :report", {held.id()});
    if (compare(results, unit.mapped.observations) == Telling::same &&
        same_words(held, results, report, unit.mapped.observations)) {
      return held.id();
    }
  }
  return std::nullopt;
}

}  // namespace relais::records
