// SPDX-License-Identifier: Apache-2.0
// Results (D3): reports and observations, without what only D5 may read.
#include <algorithm>
#include <set>

#include "api/page.h"
#include "api/record_reads.h"
#include "practice/fact_store.h"
#include "records/kept_select.h"
#include "records/record_table.h"

namespace relais::api {
namespace {

using records::Narrowing;
using records::select_rows;

template <class T, class R>
Result<std::vector<T>> rows_of(R&& found) {
  if (!found) return tl::unexpected(found.error());
  return std::move(found->rows);
}

// Results are D3: below, nothing of the list can be shown.
Answer<void> shows_results(const Call& call) {
  if (call.mandate.shown >= v1::DATA_LEVEL_D3) return {};
  Failure failure(Code::api_mandate, "the fiche's data level is below D3");
  failure.sentence = "Votre fiche de poste ne donne pas accès aux résultats (niveau de données D3).";
  failure.rule = call.mandate.decision.rule();
  failure.unblocked_by = "le médecin qui a signé la fiche";
  return tl::unexpected(std::move(failure));
}

// A report of a restricted category is shown to who may read D5 only; others see that there is one.
v1::LabReport cut(const v1::LabReport& report, v1::DataLevel shown) {
  if (report.restricted_category().empty() || shown >= v1::DATA_LEVEL_D5) return report;
  v1::LabReport left;
  left.set_id(report.id());
  left.set_patient_id(report.patient_id());
  left.set_status(report.status());
  left.set_received_ms(report.received_ms());
  left.set_restricted_category("D5");
  return left;
}

Result<std::set<std::string>> restricted_reports(records::RecordSource& record, soci::session& sql, Instant as_of,
                                                 const std::string& patient_id) {
  std::set<std::string> ids;
  if (record.elsewhere()) {
    const auto reports = record.reader(sql)->reports({patient_id, as_of});
    if (!reports) return tl::unexpected(reports.error());
    for (const auto& report : reports->rows)
      if (!report.restricted_category().empty()) ids.insert(report.id());
  } else {
    for (const auto& report : records::select_messages<v1::LabReport>(
             sql, as_of, Narrowing{"t.patient_id = :patient AND t.restricted_category <> ''", {patient_id}})) {
      ids.insert(report.id());
    }
  }
  // What people restricted themselves, whoever the patient is.
  for (const auto& [id, category] : practice::FactStore::categories(sql, as_of)) ids.insert(id);
  return ids;
}

void mark_read(Call& call, const std::string& patient_id, const std::string& otherwise) {
  call.read(patient_id.empty() ? otherwise : patient_id);
}

}  // namespace

Answer<v1::ListReportsResponse> RecordReads::reports(Call& call, const v1::ListReportsRequest& request) const {
  if (auto level = shows_results(call); !level) return tl::unexpected(level.error());
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected(page.error());
  if (request.patient_id().empty()) return refuse(Code::invalid_argument, "which patient?", "patient_id");
  auto found = database_.read([&](soci::session& sql) -> Result<std::vector<v1::LabReport>> {
    const auto as_of = now();
    const auto held = record_.reader(sql);
    auto& reader = *held;
    const auto patient = reader.patient(request.patient_id(), as_of);
    if (!patient) return tl::unexpected(patient.error());
    if (patient->rows.empty()) return fail(Code::not_found, "no such patient", "patient_id");
    // The reader's history leaves replaced and cancelled versions out; here they are shown.
    Narrowing narrowing{"t.patient_id = :patient", {request.patient_id()}, "t.received_ms DESC, t.row_id DESC"};
    if (request.has_since_ms()) narrowing.where += " AND t.received_ms >= " + std::to_string(request.since_ms());
    std::vector<v1::LabReport> reports;
    if (record_.elsewhere()) {
      // Its history is what there is: it leaves replaced and cancelled versions out.
      auto history = reader.reports({request.patient_id(), as_of});
      if (!history) return tl::unexpected(history.error());
      reports = std::move(history->rows);
      std::erase_if(reports, [&](const auto& one) {
        return request.has_since_ms() && one.received_ms() < request.since_ms();
      });
      std::ranges::stable_sort(reports, std::ranges::greater{}, &v1::LabReport::received_ms);
    } else {
      for (auto& row : select_rows<v1::LabReport>(sql, as_of, narrowing)) reports.push_back(std::move(row.message));
    }
    const auto entered = practice::FactStore::categories(sql, as_of);
    for (auto& report : reports) {
      const auto by_hand = entered.find(report.id());
      if (by_hand != entered.end() && report.restricted_category().empty())
        report.set_restricted_category(by_hand->second);
    }
    return reports;
  });
  if (!found) return refuse(found.error());
  v1::ListReportsResponse response;
  const auto shown = cut_page(*page, std::move(*found), *response.mutable_next_page_token());
  if (!shown) return tl::unexpected(shown.error());
  for (const auto& report : *shown) *response.add_reports() = cut(report, call.mandate.shown);
  call.read(request.patient_id());
  return response;
}

Answer<v1::ListObservationsResponse> RecordReads::observations(Call& call,
                                                               const v1::ListObservationsRequest& request) const {
  if (auto level = shows_results(call); !level) return tl::unexpected(level.error());
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected(page.error());
  if (request.patient_id().empty() && request.report_id().empty()) {
    return refuse(Code::invalid_argument, "which patient or report?", "patient_id");
  }
  auto patient_id = request.patient_id();
  auto found = database_.read([&](soci::session& sql) -> Result<std::vector<v1::Observation>> {
    const auto as_of = now();
    const auto held = record_.reader(sql);
    auto& reader = *held;
    std::vector<v1::Observation> observations;
    if (!request.report_id().empty()) {
      const auto report = reader.report(request.report_id(), as_of);
      if (!report) return tl::unexpected(report.error());
      // A report that moved to another patient since the fiche was asked is not this one any more.
      const auto& asked = patient_id.empty() ? call.subject.patient_id() : patient_id;
      if (report->rows.empty() || report->rows.front().patient_id() != asked) {
        return fail(Code::not_found, "this patient has no such report", "report_id");
      }
      patient_id = asked;
      auto rows = rows_of<v1::Observation>(reader.observations_of(request.report_id(), as_of));
      if (!rows) return rows;
      observations = std::move(*rows);
      const std::set<std::string_view> wanted(request.codes().begin(), request.codes().end());
      std::erase_if(observations, [&](const v1::Observation& row) {
        return !wanted.empty() && (row.code_system() != "loinc" || !wanted.contains(row.code()));
      });
      const bool restricted = !report->rows.front().restricted_category().empty() ||
                              practice::FactStore::categories(sql, as_of).contains(request.report_id());
      if (call.mandate.shown < v1::DATA_LEVEL_D5 && restricted) {
        observations.clear();
      }
      return observations;
    }
    auto rows = rows_of<v1::Observation>(
        reader.observations({{patient_id, as_of}, {request.codes().begin(), request.codes().end()}}));
    if (!rows) return rows;
    observations = std::move(*rows);
    std::ranges::reverse(observations);
    if (call.mandate.shown < v1::DATA_LEVEL_D5) {
      const auto restricted = restricted_reports(record_, sql, as_of, patient_id);
      if (!restricted) return tl::unexpected(restricted.error());
      std::erase_if(observations, [&](const auto& row) { return restricted->contains(row.report_id()); });
    }
    return observations;
  });
  if (!found) return refuse(found.error());
  v1::ListObservationsResponse response;
  auto shown = cut_page(*page, std::move(*found), *response.mutable_next_page_token());
  if (!shown) return tl::unexpected(shown.error());
  for (auto& observation : *shown) *response.add_observations() = std::move(observation);
  mark_read(call, patient_id, request.report_id());
  return response;
}

}  // namespace relais::api
