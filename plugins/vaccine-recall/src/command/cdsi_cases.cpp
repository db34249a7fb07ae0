// SPDX-License-Identifier: Apache-2.0
#include "command/cdsi_cases.h"

#include <algorithm>
#include <numeric>

#include "command/csv.h"
#include "engine/text.h"

namespace relais::vaccine {
namespace {

std::optional<Gender> gender_of(const std::string& text) {
  const auto word = lower_case(text);
  if (word == "f" || word == "female") return Gender::female;
  if (word == "m" || word == "male") return Gender::male;
  if (word.empty() || word == "u" || word == "unknown" || word == "x" || word == "o" || word == "other") {
    return Gender::unknown;
  }
  return {};
}

// The highest n among the columns "dose<n>_..." of `table`, 0 without one.
int highest(const CsvTable& table, std::string_view word) {
  int most = 0;
  for (const auto& column : table.columns) {
    std::string_view name = column.first;
    if (!name.starts_with(word)) continue;
    name.remove_prefix(word.size());
    const auto digits = name.find_first_not_of("0123456789");
    if (digits == 0 || digits == name.npos || name[digits] != '_') continue;
    constexpr std::size_t most_digits = 3;
    most = std::max(most, digits > most_digits ? 1'000 : std::stoi(std::string(name.substr(0, digits))));
  }
  return most;
}

// "" when all are there. A numbered column is read beside its neighbours only: without them a dose, or what is expected
// of it, would be left out in silence.
std::string missing_column(const CsvTable& table) {
  for (const auto* name : {"cdc_test_id", "vaccine_group", "dob", "gender", "assessment_date", "series_status",
                           "forecast_number", "earliest_date", "recommended_date", "past_due_date"}) {
    if (!table.has(name)) return name;
  }
  const int doses = highest(table, "dose");
  for (int n = 1; n <= doses; ++n) {
    for (const auto* part : {"_date", "_cvx", "_status"}) {
      if (auto name = "dose" + std::to_string(n) + part; !table.has(name)) return name;
    }
  }
  if (doses == 0 && !table.has("dose_count")) return "dose1_date";
  const int observations = highest(table, "obs");
  for (int n = 1; n <= observations; ++n) {
    if (auto name = "obs" + std::to_string(n) + "_code"; !table.has(name)) return name;
  }
  return {};
}

class Reader {
 public:
  Reader(const CsvTable& table, const SupportingData& data) : table_(table), data_(data) {}

  CdsiCase read(std::size_t row) {
    row_ = row;
    CdsiCase out;
    out.id = cell("cdc_test_id");
    out.group = cell("vaccine_group");
    out.name = cell("test_case_name");
    out.status = cell("series_status");
    out.number = cell("forecast_number");
    out.earliest = cell("earliest_date");
    out.recommended = cell("recommended_date");
    out.past_due = cell("past_due_date");
    out.marked_stale = lower_case(cell("literal_engine_agrees")) == "n";
    out.patient.birth = date("dob", out);
    out.assessed = date("assessment_date", out);
    const auto gender = gender_of(cell("gender"));
    out.patient.gender = gender.value_or(Gender::unknown);
    if (!gender) refuse(out, "gender is not a known word: '" + cell("gender") + "'");
    out.patient.birth_country = "U.S.";
    for (const auto* name : {"earliest_date", "recommended_date", "past_due_date"}) {
      if (!cell(name).empty()) date(name, out);
    }
    read_observations(out);
    read_doses(out);
    if (out.status.empty()) refuse(out, "no expected status: nothing would be compared");
    if (!data_.find_group(out.group)) refuse(out, "the data have no such vaccine group");
    return out;
  }

 private:
  std::string cell(const std::string& column) const { return trimmed(table_.value(row_, column)); }

  // The first problem of a case is the one that is told.
  static void refuse(CdsiCase& out, std::string problem) {
    if (out.problem.empty()) out.problem = std::move(problem);
  }

  Day date(const std::string& column, CdsiCase& out) const {
    const auto parsed = parse_iso_day(cell(column));
    if (!parsed) refuse(out, column + " is not a date: '" + cell(column) + "'");
    return parsed.value_or(0);
  }

  void read_observations(CdsiCase& out) const {
    for (int n = 1; table_.has("obs" + std::to_string(n) + "_code"); ++n) {
      const auto name = "obs" + std::to_string(n);
      const auto code = cell(name + "_code");
      if (code.empty()) {
        if (!cell(name + "_date").empty()) refuse(out, name + " has a date and no code");
        continue;
      }
      ObservationFact fact{data_.find_observation(code), {}};
      if (!cell(name + "_date").empty()) fact.date = date(name + "_date", out);
      if (fact.observation == no_id) out.notices.push_back("the data do not know the observation " + code);
      else out.patient.observations.push_back(fact);
    }
  }

  void read_doses(CdsiCase& out) const {
    std::vector<Dose> doses;
    std::vector<ExpectedDose> expected;
    for (int n = 1; table_.has("dose" + std::to_string(n) + "_date"); ++n) {
      const auto name = "dose" + std::to_string(n);
      const auto code = cell(name + "_cvx"), status = cell(name + "_status");
      if (cell(name + "_date").empty()) {
        if (!code.empty()) refuse(out, name + " has a vaccine and no date");
        if (!status.empty()) refuse(out, name + " has an expected status and no date");
        continue;
      }
      if (code.empty()) refuse(out, name + " has a date and no vaccine");
      if (status.empty()) out.notices.push_back(name + " has no expected status and is not compared");
      Dose dose;
      dose.date = date(name + "_date", out);
      dose.cvx = data_.find_cvx(code);
      dose.mvx = cell(name + "_mvx");
      if (dose.cvx == no_id) out.notices.push_back("the data do not know the CVX '" + code + "'");
      doses.push_back(std::move(dose));
      expected.push_back({status, cell(name + "_reason")});
    }
    const auto stated = cell("dose_count");
    if (!stated.empty() && stated != std::to_string(doses.size())) {
      refuse(out, "dose_count is " + stated + " and " + std::to_string(doses.size()) + " doses are given");
    }
    // The engine answers in the order of dates.
    std::vector<std::size_t> order(doses.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return doses[a].date < doses[b].date; });
    for (const auto i : order) {
      out.patient.doses.push_back(doses[i]);
      out.doses.push_back(expected[i]);
    }
  }

  const CsvTable& table_;
  const SupportingData& data_;
  std::size_t row_ = 0;
};

}  // namespace

tl::expected<std::vector<CdsiCase>, std::string> read_cdsi_cases(std::string_view csv, const SupportingData& data) {
  auto table = read_csv(csv);
  if (!table) return tl::unexpected(table.error());
  if (const auto name = missing_column(*table); !name.empty()) {
    return tl::unexpected("there is no column '" + name + "'");
  }
  Reader reader(*table, data);
  std::vector<CdsiCase> out;
  out.reserve(table->rows.size());
  for (std::size_t row = 0; row < table->rows.size(); ++row) out.push_back(reader.read(row));
  return out;
}

}  // namespace relais::vaccine
