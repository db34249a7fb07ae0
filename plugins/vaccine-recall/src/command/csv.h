// SPDX-License-Identifier: Apache-2.0
// Comma separated text with a header line, quoted as in RFC 4180.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace relais::vaccine {

// Values by column name (trimmed). A record of another width than the header is refused, not padded.
struct CsvTable {
  std::map<std::string, std::size_t, std::less<>> columns;
  std::vector<std::vector<std::string>> rows;

  bool has(std::string_view column) const { return columns.find(column) != columns.end(); }
  // "" when the table has no such column.
  const std::string& value(std::size_t row, std::string_view column) const;
};

// The error names the line (1 is the header).
tl::expected<CsvTable, std::string> read_csv(std::string_view text);

// The whole text of a file; false when it cannot be read.
bool read_file(const std::filesystem::path& path, std::string& text);

}  // namespace relais::vaccine
