// SPDX-License-Identifier: Apache-2.0
#include "vaccine_fill.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>
#include <string>

#include "report.h"

namespace bench {
namespace {

namespace fr = relais::vaccine::fr;

// A connection that ends with the object.
class Rows {
 public:
  Rows(const std::filesystem::path& file, int flags) {
    if (sqlite3_open_v2(file.c_str(), &connection_, flags, nullptr) != SQLITE_OK) give_up("no database");
  }
  ~Rows() { sqlite3_close(connection_); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  void execute(const std::string& text) {
    char* problem = nullptr;
    if (sqlite3_exec(connection_, text.c_str(), nullptr, nullptr, &problem) != SQLITE_OK) give_up(problem);
  }
  // Calls `row` with the texts of each row.
  template <class Row>
  void each(const std::string& text, int columns, Row row) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(connection_, text.c_str(), -1, &statement, nullptr) != SQLITE_OK) give_up("no query");
    std::vector<std::string> values(static_cast<std::size_t>(columns));
    while (sqlite3_step(statement) == SQLITE_ROW) {
      for (int i = 0; i < columns; ++i) {
        values[static_cast<std::size_t>(i)] = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      }
      row(values);
    }
    sqlite3_finalize(statement);
  }

 private:
  sqlite3* connection_ = nullptr;
};

relais::vaccine::Day day_of(relais::Instant now) {
  return static_cast<relais::vaccine::Day>(std::chrono::floor<std::chrono::days>(now).time_since_epoch().count());
}

// CIS codes that the fill writes, by product of the schedule.
const std::map<std::string, std::string>& products() {
  static const std::map<std::string, std::string> all{
      {"60645557", "Hexyon"},        {"67786749", "Prevenar 13"}, {"61896473", "Priorix"},
      {"64493883", "Bexsero"},       {"69241562", "Nimenrix"},    {"66543281", "Tetravac acellulaire"},
      {"62404793", "BoostrixTetra"}, {"65017887", "Gardasil 9"}};
  return all;
}

}  // namespace

void fill_vaccinations(const std::filesystem::path& file, relais::Instant now) {
  Rows rows(file, SQLITE_OPEN_READWRITE);
  const auto now_ms = now.time_since_epoch().count();
  const auto forever = std::int64_t{9'007'199'254'740'991};
  rows.execute(
      "PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; BEGIN; "
      "UPDATE record_patient SET traits_birth_date = printf('%04d-%02d-%02d', 2010 + row_id / 5 % 16, 1 + row_id % 12, "
      "1 + row_id % 28) WHERE row_id % 5 = 0; "
      "CREATE TEMP TABLE shot (n INTEGER PRIMARY KEY, months INTEGER, cis TEXT); INSERT INTO shot VALUES "
      "(0, 2, '60645557'), (1, 4, '60645557'), (2, 11, '60645557'), (3, 2, '67786749'), (4, 4, '67786749'), "
      "(5, 11, '67786749'), (6, 12, '61896473'), (7, 17, '61896473'), (8, 3, '64493883'), (9, 5, '64493883'), "
      "(10, 12, '64493883'), (11, 6, '69241562'), (12, 12, '69241562'), (13, 72, '66543281'), (14, 140, '62404793'), "
      "(15, 141, '65017887'), (16, 147, '65017887'), (17, 300, '62404793'), (18, 540, '62404793')");
  rows.execute(fmt::format(
      "INSERT INTO record_immunization (row_id, id, patient_id, valid_from_ms, valid_until_ms, recorded_from_ms, "
      "recorded_to_ms, product_code, product_system, label, lot, given_on, status, proof) "
      "SELECT (p.row_id - 1) * 19 + n + 1, p.id || '-v' || n, p.id, -{0}, {0}, {1}, {0}, cis, 'cis', '', '', "
      "date(traits_birth_date, '+' || months || ' months'), 1, 1 FROM record_patient p CROSS JOIN shot "
      "WHERE date(traits_birth_date, '+' || months || ' months') <= date({2} / 1000, 'unixepoch') "
      "AND (p.row_id * 7 + n) % 11 <> 0 AND (p.row_id % 4 <> 1 OR n >= 13)",
      forever, now_ms - 1, now_ms));
  rows.execute(
      "INSERT INTO id_sequence (name, last) VALUES ('record_immunization', (SELECT MAX(row_id) FROM "
      "record_immunization)) ON CONFLICT (name) DO UPDATE SET last = excluded.last; COMMIT; "
      "PRAGMA wal_checkpoint(TRUNCATE)");
}

std::vector<fr::Record> read_vaccinations(const std::filesystem::path& file, relais::Instant now,
                                          const fr::Calendar& calendar) {
  Rows rows(file, SQLITE_OPEN_READONLY);
  std::vector<fr::Record> made;
  std::map<std::string, std::size_t> place;
  const auto day = [](const std::string& text) {
    const auto read = relais::vaccine::parse_iso_day(text);
    if (!read) give_up("not a day: " + text);
    return *read;
  };
  rows.each("SELECT id, traits_birth_date FROM record_patient ORDER BY row_id", 2, [&](const auto& row) {
    place[row[0]] = made.size();
    auto& record = made.emplace_back();
    record.birth = day(row[1]);
    record.assessed = day_of(now);
  });
  rows.each("SELECT patient_id, given_on, product_code FROM record_immunization ORDER BY row_id", 3,
            [&](const auto& row) {
              fr::RecordedDose dose;
              dose.first = dose.last = day(row[1]);
              dose.product = products().at(row[2]);
              dose.valences = calendar.products.at(dose.product);
              made[place.at(row[0])].doses.push_back(dose);
            });
  // As the plugin: what lies before the first dose is unknown when it came after the first year.
  for (auto& record : made) {
    relais::vaccine::MaybeDay first;
    for (const auto& dose : record.doses) first = std::min(first.value_or(*dose.first), *dose.first);
    if (first && *first < add(record.birth, relais::vaccine::Duration{1, 0, 0})) continue;
    record.observations.push_back({"historique-inconnu", first ? *first : record.assessed + 1});
  }
  return made;
}

}  // namespace bench
