// SPDX-License-Identifier: Apache-2.0
#include "record_fill.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <string>

#include "report.h"

namespace bench {
namespace {

constexpr int results_of_report = 5;

void run(sqlite3* connection, const std::string& text) {
  char* problem = nullptr;
  if (sqlite3_exec(connection, text.c_str(), nullptr, nullptr, &problem) != SQLITE_OK) give_up(problem);
}

}  // namespace

void fill_record(const std::filesystem::path& file, std::int64_t patients, int results, relais::Instant now) {
  sqlite3* connection = nullptr;
  if (sqlite3_open(file.c_str(), &connection) != SQLITE_OK) give_up("no database");
  const auto now_ms = now.time_since_epoch().count();
  const auto reports = (results + results_of_report - 1) / results_of_report;
  const auto forever = std::int64_t{9'007'199'254'740'991};
  run(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY; BEGIN");
  run(connection, fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
                              "INSERT INTO record_patient (row_id, id, patient_id, valid_from_ms, valid_until_ms, "
                              "recorded_from_ms, recorded_to_ms, ins_value, ins_oid, traits_birth_family, "
                              "traits_birth_given_all, traits_birth_given_first, traits_birth_date, traits_sex, "
                              "traits_birth_place_insee, traits_used_family, traits_used_given, identity_status, "
                              "treating_doctor_id) "
                              "SELECT i, printf('p-%08d', i), printf('p-%08d', i), -{}, {}, {}, {}, '', '', "
                              "printf('FICTIF-%d', i), 'CAMILLE', 'CAMILLE', printf('%04d-%02d-%02d', 1930 + i % 80, "
                              "1 + i % 12, 1 + i % 28), 1 + i % 2, '63113', '', '', 4, 'rouault' FROM n",
                              patients, forever, forever, now_ms - 1, forever));
  // Report number r of a patient, 0 the oldest.
  run(connection,
      fmt::format("CREATE TEMP TABLE place AS WITH RECURSIVE k(r) AS (SELECT 0 UNION ALL SELECT r + 1 FROM k "
                  "WHERE r < {}) SELECT r, {} - ({} - r) * 7776000000 AS at FROM k",
                  reports - 1, now_ms - 86'400'000, reports - 1));
  run(connection,
      fmt::format(
          "INSERT INTO record_lab_report (row_id, id, patient_id, valid_from_ms, valid_until_ms, recorded_from_ms, "
          "recorded_to_ms, identity_match, differing_traits, written_ins_value, written_ins_oid, "
          "written_traits_birth_family, written_traits_birth_given_all, written_traits_birth_given_first, "
          "written_traits_birth_date, written_traits_sex, written_traits_birth_place_insee, "
          "written_traits_used_family, "
          "written_traits_used_given, source_format, inbound_id, document_id, set_id, version, status, replaces_id, "
          "replaced_category, replaced_seen, prescriber_national_id, prescriber_id, addressee_id, laboratory, "
          "order_ids, "
          "collected_ms, issued_ms, received_ms, comment, uncoded_content, announcement_reserved, anomalies, "
          "restricted_category) "
          "SELECT (p.row_id - 1) * {0} + r + 1, p.id || '-r' || r, p.id, at, at, at, {1}, 1, '[]', '', '', '', '', '', "
          "'', "
          "0, '', '', '', 'manual', '', '', '', 1, 0, '', 0, 0, '', 'rouault', '', 'Laboratoire fictif', '[]', at, "
          "NULL, "
          "at, '', 0, 0, '[]', '' FROM record_patient p CROSS JOIN place",
          reports, forever));
  run(connection,
      "CREATE TEMP TABLE analyte (n INTEGER PRIMARY KEY, code TEXT, label TEXT, base REAL, low REAL, "
      "high REAL, unit TEXT); INSERT INTO analyte VALUES "
      "(0, '2823-3', 'Potassium', 3.9, 3.5, 5.1, 'mmol/L'), (1, '2951-2', 'Sodium', 138, 136, 145, 'mmol/L'), "
      "(2, '2160-0', 'Créatinine', 78, 45, 104, 'umol/L'), (3, '718-7', 'Hémoglobine', 13.4, 11.5, 17, "
      "'g/dL'), (4, '2345-7', 'Glucose', 5.1, 4.1, 6.1, 'mmol/L')");
  run(connection,
      fmt::format(
          "INSERT INTO record_observation (row_id, id, patient_id, valid_from_ms, valid_until_ms, recorded_from_ms, "
          "recorded_to_ms, report_id, code, code_system, label, value_type, comparator, status, value, low, high, "
          "unit, "
          "flag, value_text, value_code, comment, specimen, collected_ms, fasting, history, seen_by_doctor) "
          "SELECT (p.row_id - 1) * {0} + r * {1} + n + 1, p.id || '-r' || r || '-' || n, p.id, at, at, at, {2}, "
          "p.id || '-r' || r, code, 'loinc', label, 1, 0, 0, "
          "CASE WHEN n = 0 AND r = {3} AND p.row_id % 100 = 0 THEN 6.2 ELSE base + (p.row_id * 7 + r) % 9 * 0.1 END, "
          "low, high, unit, 'N', CAST(base AS TEXT), '', '', '', at, 0, 1, 1 "
          "FROM record_patient p CROSS JOIN place CROSS JOIN analyte WHERE r * {1} + n < {0}",
          results, results_of_report, forever, reports - 1));
  for (const auto* table : {"record_patient", "record_lab_report", "record_observation"}) {
    run(connection, fmt::format("INSERT INTO id_sequence (name, last) VALUES ('{0}', (SELECT MAX(row_id) FROM {0})) "
                                "ON CONFLICT (name) DO UPDATE SET last = excluded.last",
                                table));
  }
  run(connection, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_close(connection);
}

}  // namespace bench
