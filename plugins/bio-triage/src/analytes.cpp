// SPDX-License-Identifier: Apache-2.0
#include "analytes.h"

#include <algorithm>
#include <stdexcept>

#include "table.h"

namespace bio {
namespace {

const std::vector<std::string> columns{
    "id",        "libelle",         "loinc",       "unite",      "facteurs",        "critique_bas",
    "critique_haut", "critique_haut_inclus", "jour_bas", "jour_bas_inclus", "jour_haut",  "jour_haut_inclus",
    "critique_fois_n", "jour_fois_n", "enfant_bas", "enfant_haut", "enfant_haut_inclus", "seuil_conditionnel",
    "source_critique", "source_jour", "a_confirmer"};

// One row by column name, so that a moved column cannot be read as another.
class Reader {
 public:
  explicit Reader(const Row& row) : row_(row) {}

  const std::string& text(std::string_view column) const {
    return row_[static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin())];
  }
  bool flag(std::string_view column) const {
    const std::string& written = text(column);
    if (written != "0" && written != "1") throw std::runtime_error(std::string(column) + " is neither 0 nor 1");
    return written == "1";
  }
  std::optional<double> value(std::string_view column) const { return number(text(column)); }
  std::optional<Limit> limit(std::string_view column, std::string_view inclusive) const {
    const auto bound = value(column);
    if (!bound) {
      if (!inclusive.empty() && !text(inclusive).empty()) throw std::runtime_error("a bound is missing");
      return std::nullopt;
    }
    return Limit{*bound, !inclusive.empty() && flag(inclusive)};
  }

 private:
  const Row& row_;
};

bool not_after(const std::optional<Limit>& a, const std::optional<Limit>& b) {
  return !a || !b || a->value <= b->value;
}

void check(const Analyte& analyte) {
  const Thresholds& adult = analyte.adult;
  const bool critical = adult.critical_low || adult.critical_high || adult.critical_times_upper || analyte.child_low ||
                        analyte.child_high;
  const bool today = adult.today_low || adult.today_high || adult.today_times_upper;
  if (critical && analyte.critical_source.empty()) throw std::runtime_error("critical threshold without source");
  if (today && analyte.today_source.empty()) throw std::runtime_error("threshold of the day without source");
  const bool ordered = not_after(adult.critical_low, adult.today_low) && not_after(adult.today_low, adult.today_high) &&
                       not_after(adult.today_high, adult.critical_high) &&
                       not_after(adult.critical_low, adult.critical_high);
  if (!ordered) throw std::runtime_error("thresholds in an impossible order");
}

Analyte analyte_of(const Reader& row) {
  Analyte analyte;
  analyte.id = row.text("id");
  analyte.label = row.text("libelle");
  analyte.unit = row.text("unite");
  if (analyte.id.empty() || analyte.label.empty() || analyte.unit.empty()) throw std::runtime_error("incomplete row");
  analyte.units = Units::parse(row.text("facteurs"));
  analyte.adult.critical_low = row.limit("critique_bas", "");
  analyte.adult.critical_high = row.limit("critique_haut", "critique_haut_inclus");
  analyte.adult.today_low = row.limit("jour_bas", "jour_bas_inclus");
  analyte.adult.today_high = row.limit("jour_haut", "jour_haut_inclus");
  analyte.adult.critical_times_upper = row.value("critique_fois_n");
  analyte.adult.today_times_upper = row.value("jour_fois_n");
  analyte.child_low = row.limit("enfant_bas", "");
  analyte.child_high = row.limit("enfant_haut", "enfant_haut_inclus");
  analyte.conditional = row.flag("seuil_conditionnel");
  analyte.critical_source = row.text("source_critique");
  analyte.today_source = row.text("source_jour");
  analyte.to_confirm = row.flag("a_confirmer");
  check(analyte);
  return analyte;
}

}  // namespace

bool Analyte::has_thresholds() const {
  return conditional || adult.critical_low || adult.critical_high || adult.today_low || adult.today_high ||
         adult.critical_times_upper || adult.today_times_upper || child_low || child_high;
}

AnalyteTable AnalyteTable::load(const std::filesystem::path& path) {
  AnalyteTable table;
  for (const Row& cells : read_table(path, columns)) {
    try {
      const Reader row(cells);
      if (table.by_id(row.text("id")) != nullptr) throw std::runtime_error("analyte given twice");
      table.analytes_.push_back(analyte_of(row));
      for (const std::string& loinc : split(row.text("loinc"), ' ')) {
        if (loinc.empty() || !table.by_loinc_.emplace(loinc, table.analytes_.size() - 1).second) {
          throw std::runtime_error("LOINC code missing or of two analytes: " + loinc);
        }
      }
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(path.filename().string() + ": " + cells.front() + ": " + error.what());
    }
  }
  return table;
}

const Analyte* AnalyteTable::find(std::string_view code_system, std::string_view code) const {
  if (code_system != "loinc" && code_system != "2.16.840.1.113883.6.1") return nullptr;
  const auto found = by_loinc_.find(code);
  return found == by_loinc_.end() ? nullptr : &analytes_[found->second];
}

const Analyte* AnalyteTable::by_id(std::string_view id) const {
  const auto found = std::find_if(analytes_.begin(), analytes_.end(), [&](const Analyte& one) { return one.id == id; });
  return found == analytes_.end() ? nullptr : &*found;
}

}  // namespace bio
