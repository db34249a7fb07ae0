// SPDX-License-Identifier: Apache-2.0
#include "command/csv.h"

#include <fstream>
#include <sstream>

#include "engine/text.h"

namespace relais::vaccine {
namespace {

using Record = std::vector<std::string>;

// One record, its line end included. An error is told by `problem`.
Record next_record(std::string_view& text, std::size_t& line, std::string& problem) {
  Record record(1);
  bool quoted = false, was_quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') record.back() += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') record.back() += text[++i];
      else quoted = false;
      continue;
    }
    if (c == '"') {
      if (!record.back().empty() || was_quoted) problem = "a quote inside an unquoted value";
      quoted = was_quoted = true;
    } else if (c == ',') {
      record.emplace_back();
      was_quoted = false;
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
        ++line;
        ++i;
      }
      ++i;
      break;
    } else if (was_quoted) {
      problem = "text after a closing quote";
    } else {
      record.back() += c;
    }
  }
  if (quoted) problem = "a quote that is not closed";
  text.remove_prefix(std::min(i, text.size()));
  return record;
}

}  // namespace

const std::string& CsvTable::value(std::size_t row, std::string_view column) const {
  static const std::string none;
  const auto found = columns.find(column);
  return found == columns.end() ? none : rows[row][found->second];
}

tl::expected<CsvTable, std::string> read_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvTable table;
  std::size_t line = 1;
  std::string problem;
  const auto header = next_record(text, line, problem);
  for (const auto& each : header) {
    const auto name = trimmed(each);
    if (!table.columns.try_emplace(name, table.columns.size()).second)
      return tl::unexpected("the column '" + name + "' stands twice");
  }
  while (!text.empty() && problem.empty()) {
    const auto at = line;
    auto record = next_record(text, line, problem);
    if (record.size() == 1 && record.front().empty()) continue;
    if (problem.empty() && record.size() != header.size()) {
      problem = std::to_string(record.size()) + " values under " + std::to_string(header.size()) + " columns";
    }
    if (!problem.empty()) return tl::unexpected("line " + std::to_string(at) + ": " + problem);
    table.rows.push_back(std::move(record));
  }
  if (!problem.empty()) return tl::unexpected("line " + std::to_string(line) + ": " + problem);
  return table;
}

bool read_file(const std::filesystem::path& path, std::string& text) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  if (!in || !(all << in.rdbuf())) return false;
  text = std::move(all).str();
  return true;
}

}  // namespace relais::vaccine
