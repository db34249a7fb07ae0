// SPDX-License-Identifier: Apache-2.0
// The parts of the HPRIM reader, each in its own file. Private to the reader.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "records/formats/hprim.h"

namespace relais::formats::hprim {

inline constexpr std::size_t max_lines = 200'000;

std::string trimmed(std::string_view text);
bool blank(std::string_view text);
// Pieces between separators, empty ones too; never empty.
std::vector<std::string_view> split(std::string_view text, char separator);

struct Lines {
  std::vector<std::string> all;
  std::string newline;
  bool ended = false;  // more lines than the limit
};
Lines lines_of(std::string_view text);

// dd/mm/yyyy, dd/mm/yy (also with "-" or "."): the shape alone.
bool has_date_shape(std::string_view text);
// YYYYMMDD; empty when the text is no day of a year of four digits.
std::string day_of(std::string_view text);
// The same for a date whose year may have two digits, in the century that is not far from now: for dates of reports only.
std::string recent_day_of(std::string_view text);
// Fills birth_date and its candidates from a text of either dialect, at the day `reference` (YYYYMMDD, may be empty).
void read_birth_date(std::string_view written, std::string_view reference, HprimMessage& message);
std::string with_dashes(std::string_view yyyymmdd);

Result<std::vector<HprimMessage>> read_medecin(const Lines& lines);
Result<std::vector<HprimMessage>> read_sante(const Lines& lines, std::string& version);
bool looks_like_medecin(const Lines& lines);
bool looks_like_sante(std::string_view text);

// Reads the number that the value of a result holds, and raises what contradicts itself in it.
void interpret(HprimResult& result, HprimDialect dialect, const std::string& place, Anomalies& anomalies);
// Compares what the text says with what the coded results say.
void compare_with_text(HprimMessage& message);

}  // namespace relais::formats::hprim
