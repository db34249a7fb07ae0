// SPDX-License-Identifier: Apache-2.0
#include "app/record_facts.h"

#include <date/tz.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "domain/civil_time.h"

namespace relais::app {
namespace {

// One row of the record as it stands, nothing when there is none. What cannot be read is said.
template <class Row, class Read>
Result<std::optional<Row>> find(practice::Database& database, records::RecordSource& record, Read read) {
  auto rows = database.read([&](soci::session& sql) -> Result<records::Rows<Row>> { return read(*record.reader(sql)); });
  if (!rows) {
    spdlog::error("facts.unreadable code={}", stable_code(rows.error().code));
    return tl::unexpected(rows.error());
  }
  if (rows->rows.empty()) return std::optional<Row>{};
  return std::optional<Row>{std::move(rows->rows.front())};
}

constexpr std::string_view never_opened = "notes-personnelles";

std::optional<escalation::Comparison> comparison(v1::Comparator comparator) {
  switch (comparator) {
    case v1::COMPARATOR_LT:
      return escalation::Comparison::lt;
    case v1::COMPARATOR_LE:
      return escalation::Comparison::le;
    case v1::COMPARATOR_GT:
      return escalation::Comparison::gt;
    case v1::COMPARATOR_GE:
      return escalation::Comparison::ge;
    default:
      return std::nullopt;
  }
}

escalation::Measured measured(const v1::Observation& row) {
  escalation::Measured one;
  one.id = row.id();
  one.loinc = row.code_system() == "loinc" || row.code_system() == "2.16.840.1.113883.6.1";
  one.code = row.code();
  one.label = row.label();
  one.numeric = row.value_type() == v1::VALUE_TYPE_NUMERIC;
  if (row.has_value()) one.value = row.value();
  one.comparator = comparison(row.comparator());
  if (row.has_high()) one.high = row.high();
  one.unit = row.unit();
  one.flag = row.flag();
  one.text = row.value_text().empty() ? row.value_code() : row.value_text();
  one.cancelled = row.status() == v1::OBSERVATION_STATUS_CANCELLED;
  if (row.has_collected_ms()) one.collected = practice::from_ms(row.collected_ms());
  return one;
}

}  // namespace

// What stands now is all that is known now, whatever the clock of whoever keeps the record says.
Instant RecordFacts::known(Instant at) const {
  const auto now = database().clock().now();
  return at >= now && record_.elsewhere() ? record_.latest(now) : at;
}

std::optional<int> RecordFacts::age(const std::string& patient, Instant at) {
  const auto found = find<v1::Patient>(
      database(), record_, [&, asked = known(at)](records::RecordReader& reader) { return reader.patient(patient, asked); });
  if (!found || !*found) return std::nullopt;
  const auto born = fiche::parse_date((*found)->traits().birth_date());
  if (!born) return std::nullopt;
  const date::year_month_day today{date::floor<date::days>(date::make_zoned(zone(), at).get_local_time())};
  const int years = static_cast<int>(today.year()) - static_cast<int>(born->year());
  const bool had_birthday = std::pair(today.month(), today.day()) >= std::pair(born->month(), born->day());
  return had_birthday ? years : years - 1;
}

std::optional<std::string> RecordFacts::category(const std::string& item, Instant at) {
  const auto entered = PracticeFacts::category(item, at);
  const auto asked = known(std::min(at, database().clock().now()));
  const auto found = find<v1::LabReport>(
      database(), record_, [&](records::RecordReader& reader) { return reader.report(item, asked); });
  // Nobody can tell what the report holds: it is treated as what no fiche can ever open (D5, fiche-de-poste.md), so
  // that a disk that fails never shows a restricted report.
  if (!found) return std::string(never_opened);
  if (!*found || (*found)->restricted_category().empty()) return entered;
  if (entered && *entered != (*found)->restricted_category()) return std::string(never_opened);
  return (*found)->restricted_category();
}

escalation::Evaluated RecordFacts::evaluated(const std::string& item, const std::string& patient,
                                             const std::vector<std::string>& earlier_codes, Instant at) {
  const auto asked = known(at);
  const auto read = database().read([&](soci::session& sql) -> Result<escalation::Evaluated> {
    const auto held = record_.reader(sql);
    auto& reader = *held;
    escalation::Evaluated evaluated;
    const auto reports = reader.report(item, asked);
    if (!reports) return tl::unexpected(reports.error());
    if (reports->rows.empty()) {
      if (patient.empty()) return evaluated;
      const auto messages = reader.messages({patient, asked});
      if (!messages) return tl::unexpected(messages.error());
      for (const auto& message : messages->rows)
        if (message.id() == item) evaluated.message = message.text();
      return evaluated;
    }
    evaluated.uncoded = reports->rows.front().uncoded_content();
    const auto results = reader.observations_of(item, asked);
    if (!results) return tl::unexpected(results.error());
    for (const auto& row : results->rows) (row.history() ? evaluated.earlier : evaluated.results).push_back(measured(row));
    if (patient.empty() || earlier_codes.empty()) return evaluated;
    const auto history = reader.observations({{patient, asked}, earlier_codes});
    if (!history) return tl::unexpected(history.error());
    for (const auto& row : history->rows)
      if (row.report_id() != item) evaluated.earlier.push_back(measured(row));
    return evaluated;
  });
  if (read) return *read;
  spdlog::error("facts.unreadable code={}", stable_code(read.error().code));
  escalation::Evaluated unknown;
  unknown.readable = false;
  return unknown;
}

}  // namespace relais::app
