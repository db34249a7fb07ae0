// SPDX-License-Identifier: Apache-2.0
#include "records/formats/hprim.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "records/formats/french_text.h"
#include "records/formats/hprim_parts.h"
#include "records/formats/timestamp.h"

namespace relais::formats {
namespace hprim {

namespace {

constexpr std::string_view blanks = " \t\f\v";

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct WrittenDate {
  std::string day, month, year;
};

// Day, month and year apart, the year of two or four digits.
std::optional<WrittenDate> parts_of(std::string_view text) {
  const std::string date = trimmed(text);
  const auto mark = date.find_first_of("/-.");
  if (mark == std::string::npos) return std::nullopt;
  const auto parts = split(date, date[mark]);
  if (parts.size() != 3 || !std::all_of(parts.begin(), parts.end(), all_digits)) return std::nullopt;
  if (parts[0].size() > 2 || parts[1].size() > 2 || (parts[2].size() != 2 && parts[2].size() != 4)) return std::nullopt;
  const auto two = [](std::string_view part) { return part.size() == 1 ? "0" + std::string(part) : std::string(part); };
  return WrittenDate{two(parts[0]), two(parts[1]), std::string(parts[2])};
}

std::string if_day(std::string text) { return timestamp_day(text) ? std::move(text) : std::string(); }

}  // namespace

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

bool blank(std::string_view text) { return text.find_first_not_of(blanks) == std::string_view::npos; }

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const auto at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

Lines lines_of(std::string_view text) {
  Lines out;
  bool crlf = false, lf = false, cr = false;
  while (!text.empty()) {
    if (out.all.size() >= max_lines) {
      out.ended = true;
      break;
    }
    const auto at = text.find_first_of("\r\n");
    out.all.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) break;
    if (text.substr(at).starts_with("\r\n")) {
      crlf = true;
      text.remove_prefix(at + 2);
    } else {
      (text[at] == '\r' ? cr : lf) = true;
      text.remove_prefix(at + 1);
    }
  }
  const int kinds = int{crlf} + int{lf} + int{cr};
  out.newline = kinds > 1 ? "mixte" : lf ? "LF" : cr ? "CR" : "CRLF";
  return out;
}

bool has_date_shape(std::string_view text) { return parts_of(text).has_value(); }

std::string day_of(std::string_view text) {
  const auto date = parts_of(text);
  if (!date || date->year.size() != 4) return {};
  return if_day(date->year + date->month + date->day);
}

std::string recent_day_of(std::string_view text) {
  // A time may follow the day.
  const auto written = trimmed(text);
  const auto day = written.substr(0, written.find(' '));
  const auto date = parts_of(day);
  if (!date) return {};
  if (date->year.size() == 4) return day_of(day);
  // The format is of 1997: no report is older than the century of its first years.
  return if_day((date->year >= "90" ? "19" : "20") + date->year + date->month + date->day);
}

std::string with_dashes(std::string_view yyyymmdd) {
  return std::string(yyyymmdd.substr(0, 4)) + "-" + std::string(yyyymmdd.substr(4, 2)) + "-" +
         std::string(yyyymmdd.substr(6, 2));
}

void read_birth_date(std::string_view written, std::string_view reference, HprimMessage& message) {
  auto& patient = message.patient;
  patient.birth_date_raw = trimmed(written);
  const auto& raw = patient.birth_date_raw;
  const auto say = [&](AnomalyCode code) { message.anomalies.push_back({code, "patient.birth_date"}); };
  if (raw.empty()) return say(AnomalyCode::hprim_no_birth_date);
  std::string year, month_and_day;
  if (const auto date = parts_of(raw)) {
    year = date->year;
    month_and_day = date->month + date->day;
  } else if (all_digits(raw) && (raw.size() == 8 || raw.size() == 6)) {
    year = raw.substr(0, raw.size() - 4);
    month_and_day = raw.substr(raw.size() - 4);
    // Day first, as where marks stand between: only when it is no day with the year first.
    const bool day_first = raw.size() == 8 && (raw.substr(4, 2) == "18" || raw.substr(4, 2) == "19" || raw.substr(4, 2) == "20");
    if (day_first && !timestamp_day(raw)) {
      year = raw.substr(4);
      month_and_day = raw.substr(2, 2) + raw.substr(0, 2);
    }
  }
  if (year.size() == 4) {
    const auto day = if_day(year + month_and_day);
    if (day.empty()) return say(AnomalyCode::hprim_invalid_date);
    patient.birth_date = with_dashes(day);
    return;
  }
  if (year.size() != 2) return say(AnomalyCode::hprim_invalid_date);
  say(AnomalyCode::hprim_two_digit_year);
  const auto at = timestamp_day(reference);
  for (const char* century : {"18", "19", "20"}) {
    const auto text = if_day(century + year + month_and_day);
    const auto day = timestamp_day(text);
    if (!day) continue;
    // Without a date of the message, both centuries that its living patients may be of.
    const std::chrono::year_month_day limit{at ? *at : std::chrono::sys_days{std::chrono::year{2030} / 1 / 1}};
    const std::chrono::year_month_day oldest{limit.year() - std::chrono::years{120}, limit.month(), limit.day()};
    const auto first = oldest.ok() ? std::chrono::sys_days{oldest}
                                   : std::chrono::sys_days{oldest.year() / oldest.month() / std::chrono::last};
    if (*day <= std::chrono::sys_days{limit} && *day >= first) patient.birth_date_candidates.push_back(with_dashes(text));
  }
  if (patient.birth_date_candidates.empty()) say(AnomalyCode::hprim_invalid_date);
}

namespace {

constexpr std::size_t max_bytes = std::size_t{16} * 1024 * 1024;
constexpr char end_of_dos_file = '\x1A';

// What is wrong with the bytes rather than with a report is said of each of its reports.
Anomalies of_the_file(const FrenchText& text, const std::string& newline, HprimDialect dialect) {
  Anomalies out;
  if (text.byte_order_mark) out.push_back({AnomalyCode::hprim_byte_order_mark, "file"});
  if (text.repaired) {
    out.push_back({AnomalyCode::hprim_repaired_encoding, "file"});
    out.push_back({AnomalyCode::text_doubtful_encoding, "file"});
  } else if (!text.encoding.starts_with("ISO-8859-1") && !text.byte_order_mark) {
    out.push_back({AnomalyCode::hprim_unexpected_encoding, "file"});
  }
  // HPRIM Santé ends its lines with CR as well.
  const bool wanted = newline == "CRLF" || (dialect == HprimDialect::sante && newline == "CR");
  if (!wanted) out.push_back({AnomalyCode::hprim_line_ends, "file"});
  return out;
}

Result<HprimFile> read(std::string_view bytes) {
  if (bytes.size() > max_bytes) return fail(Code::ingest_too_large, "more than 16 MiB");
  while (!bytes.empty() && bytes.back() == end_of_dos_file) bytes.remove_suffix(1);
  const auto text = decode_french(bytes);
  const auto lines = lines_of(text.utf8);
  if (lines.ended) return fail(Code::ingest_hprim_too_complex, "more lines than the limit");
  HprimFile file;
  file.dialect = looks_like_sante(text.utf8) ? HprimDialect::sante : HprimDialect::medecin;
  file.encoding = text.encoding;
  file.newline = lines.newline;
  auto messages = file.dialect == HprimDialect::sante ? read_sante(lines, file.version) : read_medecin(lines);
  if (!messages) return tl::unexpected(messages.error());
  file.messages = std::move(*messages);
  const auto common = of_the_file(text, lines.newline, file.dialect);
  for (auto& message : file.messages) {
    message.anomalies.insert(message.anomalies.begin(), common.begin(), common.end());
    const auto other = [&](const HprimMessage& one) {
      return one.patient.family != message.patient.family || one.patient.given != message.patient.given ||
             one.patient.birth_date_raw != message.patient.birth_date_raw;
    };
    if (std::any_of(file.messages.begin(), file.messages.end(), other)) {
      message.anomalies.push_back({AnomalyCode::hprim_several_patients, "file"});
    }
  }
  return file;
}

}  // namespace
}  // namespace hprim

std::size_t HprimMessage::result_count() const {
  std::size_t count = 0;
  for (const auto& request : requests) count += request.results.size();
  return count;
}

bool looks_like_hprim(std::string_view bytes) {
  // The shape is in the first lines; a file of several reports begins with one.
  constexpr std::size_t enough = std::size_t{64} * 1024;
  bytes = bytes.substr(0, enough);
  if (bytes.find('\0') != std::string_view::npos) return false;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  return hprim::looks_like_sante(bytes) || hprim::looks_like_medecin(hprim::lines_of(bytes));
}

Result<HprimFile> read_hprim(std::string_view bytes) {
  try {
    return hprim::read(bytes);
  } catch (const std::exception& e) {
    return fail(Code::internal, e.what());
  }
}

}  // namespace relais::formats
