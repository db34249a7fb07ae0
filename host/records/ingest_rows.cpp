// SPDX-License-Identifier: Apache-2.0
#include "records/ingest_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "records/record_store.h"
#include "records/record_table.h"
#include "records/sql_record_reader.h"

namespace relais::records::rows {

namespace {

using Json = nlohmann::json;

// Whatever stands now, even if the clock went back since it was written.
constexpr Instant standing{std::chrono::milliseconds{forever_ms - 1}};

std::string dump(const std::vector<std::string>& list) {
  return Json(list).dump(-1, ' ', false, Json::error_handler_t::replace);
}
std::vector<std::string> list_of(const std::string& json) { return Json::parse(json).get<std::vector<std::string>>(); }

constexpr auto columns =
    "id, inbound_id, patient_id, doctor_id, laboratory_id, laboratory_keys, attached_by, queue_code, traits, candidates, "
    "ordinal, is_report, on_traits, ans_error";

std::vector<Brought> select(soci::session& sql, const std::string& where, const std::string& value) {
  Brought row;
  std::string keys, traits, candidates;
  long long is_report = 0, on_traits = 0, ans_error = 0;
  soci::statement statement =
      (sql.prepare << "SELECT " + std::string(columns) + " FROM ingest_report WHERE " + where + " ORDER BY ordinal, id",
       soci::into(row.id), soci::into(row.inbound_id), soci::into(row.patient_id), soci::into(row.doctor_id),
       soci::into(row.laboratory_id), soci::into(keys), soci::into(row.attached_by), soci::into(row.queue_code),
       soci::into(traits), soci::into(candidates), soci::into(row.ordinal), soci::into(is_report),
       soci::into(on_traits), soci::into(ans_error), soci::use(value));
  statement.execute();
  std::vector<Brought> all;
  while (statement.fetch()) {
    row.laboratory_keys = list_of(keys);
    row.traits = list_of(traits);
    row.candidates = list_of(candidates);
    row.is_report = is_report != 0;
    row.on_traits = on_traits != 0;
    row.ans_error = static_cast<int>(ans_error);
    all.push_back(row);
  }
  return all;
}

bool same_measure(const v1::Observation& a, const v1::Observation& b) {
  return a.code() == b.code() && a.has_collected_ms() == b.has_collected_ms() && a.collected_ms() == b.collected_ms() &&
         a.has_value() == b.has_value() && a.value() == b.value() && a.unit() == b.unit() &&
         a.value_text() == b.value_text();
}

}  // namespace

std::optional<Brought> find(soci::session& sql, const std::string& id) {
  auto found = select(sql, "id = :id", id);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Brought> of_inbound(soci::session& sql, const std::string& inbound_id) {
  return select(sql, "inbound_id = :inbound", inbound_id);
}

void store(soci::session& sql, const Brought& row) {
  const auto keys = dump(row.laboratory_keys), traits = dump(row.traits), candidates = dump(row.candidates);
  const long long is_report = row.is_report ? 1 : 0, on_traits = row.on_traits ? 1 : 0, ans_error = row.ans_error;
  sql << "DELETE FROM ingest_report WHERE id = :id", soci::use(row.id);
  sql << "INSERT INTO ingest_report (" + std::string(columns) +
             ") VALUES (:id, :inbound, :patient, :doctor, :lab, :keys, :by, :code, :traits, :candidates, :ordinal, "
             ":is_report, :on_traits, :ans)",
      soci::use(row.id), soci::use(row.inbound_id), soci::use(row.patient_id), soci::use(row.doctor_id),
      soci::use(row.laboratory_id), soci::use(keys), soci::use(row.attached_by), soci::use(row.queue_code),
      soci::use(traits), soci::use(candidates), soci::use(row.ordinal), soci::use(is_report), soci::use(on_traits),
      soci::use(ans_error);
}

worklist::Subject subject(const Brought& row) { return {row.id, row.patient_id, row.doctor_id}; }

std::vector<v1::LabReport> reports(soci::session& sql, const std::string& where, const std::vector<std::string>& texts) {
  std::vector<v1::LabReport> all;
  for (auto& row : select_rows<v1::LabReport>(sql, standing, Narrowing{where, texts})) all.push_back(std::move(row.message));
  return all;
}

std::vector<v1::Observation> observations(soci::session& sql, const std::string& where,
                                          const std::vector<std::string>& texts) {
  std::vector<v1::Observation> all;
  for (auto& row : select_rows<v1::Observation>(sql, standing, Narrowing{where, texts, "t.row_id"})) {
    all.push_back(std::move(row.message));
  }
  return all;
}

std::vector<v1::Practitioner> practitioners(soci::session& sql, const std::string& national_id) {
  std::vector<v1::Practitioner> all;
  if (national_id.empty()) return all;
  for (auto& row : select_rows<v1::Practitioner>(sql, standing, Narrowing{"t.national_id = :national", {national_id}})) {
    all.push_back(std::move(row.message));
  }
  return all;
}

std::optional<v1::Patient> patient(soci::session& sql, const std::string& id) {
  auto found = select_rows<v1::Patient>(sql, standing, Narrowing{"t.id = :id", {id}});
  if (found.empty()) return std::nullopt;
  return std::move(found.front().message);
}

std::vector<v1::Patient> candidate_files(soci::session& sql, const v1::Ins& ins, const v1::Traits& traits) {
  std::vector<v1::Patient> all;
  const auto add = [&](std::vector<v1::Patient> more) {
    for (auto& one : more) {
      const bool known = std::any_of(all.begin(), all.end(), [&](const auto& file) { return file.id() == one.id(); });
      if (!known) all.push_back(std::move(one));
    }
  };
  SqlRecordReader reader(sql);
  if (!ins.value().empty()) {
    std::vector<v1::Patient> same_number;
    for (auto& row : select_rows<v1::Patient>(sql, standing, Narrowing{"t.ins_value = :ins", {ins.value()}})) {
      same_number.push_back(std::move(row.message));
    }
    add(std::move(same_number));
  }
  if (auto found = reader.patients_by_traits(traits, standing)) add(std::move(found->rows));
  return all;
}

std::vector<v1::LabReport> chain(soci::session& sql, const std::string& report_id) {
  const auto current = current_of(report_id);
  return reports(sql, "(t.id = :id OR t.id LIKE :former)", {current, current + version_mark + "%"});
}

void give_to(practice::Transaction& tx, v1::LabReport report, const std::string& patient_id, v1::IdentityMatch match) {
  const auto results = observations(tx.sql(), "t.report_id = :report", {report.id()});
  report.set_patient_id(patient_id);
  report.set_identity_match(match);
  put(tx, report);
  for (const auto& result : results) put(tx, report, result);
}

void add_history(practice::Transaction& tx, const std::string& report_id, const std::string& patient_id,
                 const std::vector<v1::Observation>& history) {
  for (const auto& told : history) {
    const auto held = observations(tx.sql(), "t.patient_id = :patient AND t.code = :code", {patient_id, told.code()});
    if (std::any_of(held.begin(), held.end(), [&](const auto& one) { return same_measure(one, told); })) continue;
    const auto id = put(tx, patient_id, told);
    tx.sql() << "INSERT INTO ingest_history (report_id, observation_id) VALUES (:report, :observation)",
        soci::use(report_id), soci::use(id);
  }
}

void remove_history(practice::Transaction& tx, const std::string& report_id) {
  std::vector<std::string> ids;
  {
    const soci::rowset<std::string> rows =
        (tx.sql().prepare << "SELECT observation_id FROM ingest_history WHERE report_id = :report", soci::use(report_id));
    for (const auto& id : rows) ids.push_back(id);
  }
  for (const auto& id : ids) close_row(tx, table_of<v1::Observation>(), id);
  tx.sql() << "DELETE FROM ingest_history WHERE report_id = :report", soci::use(report_id);
}

}  // namespace relais::records::rows
