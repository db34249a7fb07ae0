// SPDX-License-Identifier: Apache-2.0
// HPRIM Médecin: a header of lines, a text, and perhaps a block of coded results. Source: biologie.md section 2.
#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <utility>

#include "records/formats/hprim_parts.h"

namespace relais::formats::hprim {
namespace {

constexpr std::size_t header_lines = 12;
constexpr std::size_t birth_line = 6;   // counted from 0
constexpr std::size_t report_date_line = 9;
constexpr std::size_t longest_addition = 100;  // lines of text behind the end of a report

enum class Tag { none, lab, end_of_report, end_of_file };

// « ****LAB**** », with any number of stars and spaces around.
Tag tag_of(std::string_view line) {
  std::string word = trimmed(line);
  if (word.size() < 5 || !word.starts_with("**") || !word.ends_with("**")) return Tag::none;
  std::erase_if(word, [](char c) { return c == '*' || c == ' '; });
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (word == "LAB") return Tag::lab;
  if (word == "FIN") return Tag::end_of_report;
  if (word == "FINFICHIER") return Tag::end_of_file;
  return Tag::none;
}

// Where a header stands: lines before the date of birth may be missing or too many, those after it follow it.
struct Header {
  std::size_t start = 0;
  std::size_t birth = 0;
  bool dated = true;  // false: the line of the birth date is empty
  bool known = true;  // false: lines that belong to no report before them and have no header of their own
  std::size_t end() const { return known ? birth + (header_lines - birth_line) : start; }
  bool shifted() const { return !known || birth != start + birth_line; }
};

// A name has one, the number of a patient mostly none.
bool has_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x80 || std::isalpha(c) != 0; });
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Nothing, or a number of social security, with its spaces and the letters of Corsica.
bool may_be_nss(std::string_view text) {
  constexpr std::ptrdiff_t shortest = 10;
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return blank(text) || (digits >= shortest && text.find_first_not_of("0123456789AB .") == std::string_view::npos);
}

// What a line of the coded block begins with, whatever its letter case and the spaces before it.
bool begins_with(std::string_view line, std::string_view word) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return false;
  line.remove_prefix(first);
  return line.size() >= word.size() && std::equal(word.begin(), word.end(), line.begin(), [](char a, char b) {
           return a == static_cast<char>(std::toupper(static_cast<unsigned char>(b)));
         });
}
bool is_result(std::string_view line) { return begins_with(line, "RES|"); }
bool is_block_text(std::string_view line) { return begins_with(line, "TEX|") || begins_with(trimmed(line) + "|", "TEX|"); }

class MedecinReader {
 public:
  explicit MedecinReader(const Lines& lines) : lines_(lines.all) {}

  std::optional<Header> header_at(std::size_t start) const {
    const auto is_date = [&](std::size_t at) { return at < lines_.size() && has_date_shape(lines_[at]); };
    const auto is_blank = [&](std::size_t at) { return at < lines_.size() && blank(lines_[at]); };
    if (start + header_lines > lines_.size() || !has_letter(lines_[start + 1])) return std::nullopt;
    for (std::size_t at = start; at < start + header_lines; ++at) {
      if (tag_of(lines_[at]) != Tag::none) return std::nullopt;
    }
    const auto report_date = start + report_date_line;
    if (is_date(start + birth_line) && (is_date(report_date) || is_blank(report_date))) {
      return Header{start, start + birth_line, true};
    }
    if (is_blank(start + birth_line) && is_date(report_date)) return Header{start, start + birth_line, false};
    return std::nullopt;
  }

  // A header with a line too many or too few before the date of birth.
  std::optional<Header> shifted_header_at(std::size_t start) const {
    for (const std::size_t birth : {start + 5, start + 7, start + 4, start + 8}) {
      const auto report_date = birth + (report_date_line - birth_line);
      if (report_date + 2 >= lines_.size() || !has_date_shape(lines_[birth]) || !has_date_shape(lines_[report_date])) continue;
      const auto is_tag = [](const std::string& line) { return tag_of(line) != Tag::none; };
      if (std::any_of(lines_.begin() + static_cast<std::ptrdiff_t>(start),
                      lines_.begin() + static_cast<std::ptrdiff_t>(report_date), is_tag)) {
        continue;
      }
      return Header{start, birth, true};
    }
    return std::nullopt;
  }

  // A header of which only one of the two dates is one, the other line being written otherwise.
  std::optional<Header> doubtful_header_at(std::size_t start) const {
    if (start + header_lines > lines_.size() || !has_letter(lines_[start + 1]) || has_digit(lines_[start + 1])) return std::nullopt;
    for (std::size_t at = start; at < start + header_lines; ++at) {
      if (tag_of(lines_[at]) != Tag::none || is_result(lines_[at])) return std::nullopt;
    }
    const bool dated = has_date_shape(lines_[start + birth_line]) || has_date_shape(lines_[start + report_date_line]);
    return dated ? std::optional(Header{start, start + birth_line}) : std::nullopt;
  }

  // A header in the middle of a report whose end is not marked. A table of dated values must not look like one.
  std::optional<Header> certain_header_at(std::size_t start) const {
    const auto header = header_at(start);
    if (!header || !header->dated || !has_date_shape(lines_[start + report_date_line])) return std::nullopt;
    const bool person = !has_digit(lines_[start + 1]) && !has_digit(lines_[start + 2]) && may_be_nss(lines_[header->birth + 1]);
    return person ? header : std::nullopt;
  }

  // The header of the first report, after blank lines that are not its own.
  std::optional<Header> first_header() const {
    std::size_t first = 0;
    while (first < lines_.size() && blank(lines_[first])) ++first;
    for (std::size_t at = first < 1 ? 0 : first - 1; at <= first; ++at) {
      if (auto header = header_at(at)) return header;
    }
    if (auto header = shifted_header_at(first)) return header;
    const bool tagged = std::any_of(lines_.begin(), lines_.end(), [](const auto& line) { return tag_of(line) != Tag::none; });
    return tagged ? doubtful_header_at(first) : std::nullopt;
  }

  Result<std::vector<HprimMessage>> read() {
    auto header = first_header();
    if (!header) return fail(Code::ingest_hprim_no_header, "no line of the header is a date of birth");
    while (header) {
      const auto next = next_header(*header);
      read_message(*header, next ? next->start : lines_.size(), !next);
      header = next;
    }
    return std::move(messages_);
  }

 private:
  // A number or nothing, then two lines that may be names.
  bool names_person(std::size_t start) const {
    return start + 2 < lines_.size() && (blank(lines_[start]) || has_digit(lines_[start])) && has_letter(lines_[start + 1]) &&
           !has_digit(lines_[start + 1]) && !has_digit(lines_[start + 2]);
  }

  // The first of the lines from `start` on that begins a header with a line too many or too few.
  std::optional<Header> shifted_header_from(std::size_t start) const {
    for (auto at = start; at < lines_.size() && at < start + longest_addition; ++at) {
      if (tag_of(lines_[at]) != Tag::none || is_result(lines_[at])) return std::nullopt;
      if (auto header = names_person(at) ? shifted_header_at(at) : std::nullopt) return header;
    }
    return std::nullopt;
  }

  // Lines that have results or an end of their own after another report's: under the best header they have, and under
  // none rather than under that of the patient before.
  Header own_header(std::size_t start) const {
    if (auto header = shifted_header_from(start)) return *header;
    if (auto header = doubtful_header_at(start)) return *header;
    return Header{start, start, false, false};
  }

  // The header that begins at the first line behind an end, or after a text that was added there. The exact shape first:
  // dates alone would take a header that lacks a line for one that begins further down.
  std::optional<Header> header_behind_end(std::size_t first) const {
    const auto last = std::min(first + longest_addition, lines_.size());
    for (auto at = blank(lines_[first - 1]) ? first - 1 : first; at < last && tag_of(lines_[at]) == Tag::none; ++at) {
      if (auto header = names_person(at) ? certain_header_at(at) : std::nullopt) return header;
    }
    if (auto header = header_at(first)) return header;
    return shifted_header_from(first);
  }

  // The header of the report after this one.
  std::optional<Header> next_header(const Header& header) const {
    bool ended = false, end_of_report = false, in_block = false, had_block = false;
    const auto none = lines_.size();
    std::size_t foreign = none;  // first line that belongs neither to the block nor to a report with an end
    for (std::size_t at = header.end(); at < lines_.size(); ++at) {
      const auto& line = lines_[at];
      const auto tag = tag_of(line);
      if (tag == Tag::lab) {
        if (foreign != none && (ended || had_block)) return own_header(foreign);
        if (ended) return own_header(at);
        in_block = had_block = true;
        foreign = none;
      } else if (tag != Tag::none) {
        if (foreign != none && end_of_report) {
          // Fewer lines than a header has are an addition to the report before, such as a signature.
          if (tag == Tag::end_of_report && at - foreign >= header_lines) return own_header(foreign);
          if (auto shifted = shifted_header_from(foreign)) return shifted;
        }
        ended = true;
        end_of_report = end_of_report || tag == Tag::end_of_report;
        in_block = false;
        foreign = none;
      } else if (auto next = !ended ? certain_header_at(at)
                             : foreign == none && !blank(line) ? header_behind_end(at) : header_at(at)) {
        return next;
      } else if (is_result(line) || is_block_text(line)) {
        if (ended) return own_header(std::min(foreign, at));
        foreign = none;
      } else if (!blank(line) && foreign == none && (ended || in_block)) {
        foreign = at;
      }
    }
    if (!ended || foreign == none) return std::nullopt;
    return shifted_header_from(foreign);
  }

  void read_header(const Header& header, HprimMessage& message) {
    const auto line = [&](std::size_t at) { return at < lines_.size() ? trimmed(lines_[at]) : std::string(); };
    const auto say = [&](AnomalyCode code) { message.anomalies.push_back({code, "header"}); };
    if (!header.known) {
      say(AnomalyCode::hprim_shifted_header);
      return read_birth_date({}, {}, message);
    }
    auto& patient = message.patient;
    patient.laboratory_id = line(header.start);
    patient.family = line(header.start + 1);
    patient.given = line(header.start + 2);
    for (auto at = header.start + 3; at < header.birth; ++at) {
      const auto part = line(at);
      if (part.empty()) continue;
      if (!patient.address.empty()) patient.address += ", ";
      patient.address += part;
    }
    patient.nss = line(header.birth + 1);
    message.order_id = line(header.birth + 2);
    message.report_date = line(header.birth + 3);
    message.report_day = recent_day_of(message.report_date);
    message.sender.name = line(header.birth + 4);
    message.receiver.name = line(header.birth + 5);
    read_birth_date(header.dated ? line(header.birth) : std::string(), message.report_day, message);
    if (message.report_day.empty()) message.anomalies.push_back({AnomalyCode::hprim_invalid_date, "report_date"});
    if (header.shifted()) say(AnomalyCode::hprim_shifted_header);
    bool padded = false;
    for (const auto at : {header.start, header.start + 1, header.start + 2, header.birth + 2, header.birth + 4, header.birth + 5}) {
      padded = padded || (at < lines_.size() && line(at).size() != lines_[at].size());
    }
    if (padded) say(AnomalyCode::hprim_padded_header);
    if (header.end() < lines_.size() && !blank(lines_[header.end()])) say(AnomalyCode::hprim_twelve_line_header);
  }

  // Reads one report up to the line `until`; the last one ends with the file.
  void read_message(const Header& header, std::size_t until, bool last) {
    HprimMessage message;
    message.requests.emplace_back();
    read_header(header, message);
    auto& request = message.requests.front();
    request.filler = message.order_id;
    std::vector<std::string> text, coded_text;
    bool in_block = false, ended = false, file_ended = false;
    std::size_t at = header.end();
    if (at < until && blank(lines_[at])) ++at;
    for (; at < until; ++at) {
      const auto& line = lines_[at];
      const auto place = "line " + std::to_string(at + 1);
      const auto say = [&](AnomalyCode code) { message.anomalies.push_back({code, place}); };
      const auto tag = tag_of(line);
      if (tag != Tag::none && !line.empty() && line.front() != '*') say(AnomalyCode::hprim_tag_indented);
      if (tag == Tag::lab) {
        in_block = true;
        message.has_coded_block = true;
      } else if (tag == Tag::end_of_report) {
        if (file_ended) say(AnomalyCode::hprim_end_out_of_order);
        ended = true;
        in_block = false;
      } else if (tag == Tag::end_of_file) {
        file_ended = true;
      } else if (ended || file_ended) {
        if (blank(line)) continue;
        if (!has(message.anomalies, AnomalyCode::hprim_text_after_end)) say(AnomalyCode::hprim_text_after_end);
        text.push_back(line);
      } else if (is_result(line)) {
        if (!in_block) say(AnomalyCode::hprim_result_outside_block);
        message.has_coded_block = true;
        request.results.push_back(read_result(trimmed(line), place, message.anomalies));
      } else if (in_block) {
        read_text_line(line, place, coded_text, message.anomalies);
      } else {
        text.push_back(line);
      }
    }
    if (!ended) message.anomalies.push_back({AnomalyCode::hprim_no_end_of_report, "file"});
    if (last && !file_ended) message.anomalies.push_back({AnomalyCode::hprim_no_end_of_file, "file"});
    message.narrative = joined_text(text, coded_text);
    if (request.results.empty()) message.anomalies.push_back({AnomalyCode::hprim_no_coded_block, "text"});
    compare_with_text(message);
    messages_.push_back(std::move(message));
  }

  static void read_text_line(const std::string& line, const std::string& place, std::vector<std::string>& text,
                             Anomalies& anomalies) {
    if (blank(line)) {
      text.emplace_back();
    } else if (is_block_text(line)) {
      const auto bar = line.find('|');
      text.push_back(bar == std::string::npos ? std::string() : line.substr(bar + 1));
    } else {
      anomalies.push_back({AnomalyCode::hprim_unknown_line, place});
      text.push_back(line);
    }
  }

  static HprimResult read_result(const std::string& line, const std::string& place, Anomalies& anomalies) {
    const auto fields = split(line, '|');
    const auto field = [&](std::size_t number) { return fields.size() >= number ? trimmed(fields[number - 1]) : std::string(); };
    constexpr std::size_t first_optional = 6, last = 14, second_measure = 11;
    if (fields.size() < first_optional) anomalies.push_back({AnomalyCode::hprim_truncated_result, place});
    if (fields.size() > last) {
      const auto more = [](std::string_view one) { return !blank(one); };
      if (std::any_of(fields.begin() + last, fields.end(), more)) anomalies.push_back({AnomalyCode::hprim_extra_fields, place});
    }
    HprimResult result;
    result.label = field(2);
    result.code = field(3);
    result.type = field(4);
    result.value = field(5);
    result.unit = field(6);
    result.low = field(7);
    result.high = field(8);
    result.flag = field(9);
    result.status = field(10);
    HprimSecond second{field(second_measure), field(12), field(13), field(14)};
    if (!second.value.empty()) result.second = std::move(second);
    interpret(result, HprimDialect::medecin, place, anomalies);
    return result;
  }

  // The block repeats the text before its results: lines that only the block has are added.
  static std::string joined_text(std::vector<std::string> text, const std::vector<std::string>& coded_text) {
    std::set<std::string> told;
    for (const auto& line : text) told.insert(trimmed(line));
    for (const auto& line : coded_text) {
      if (!blank(line) && !told.contains(trimmed(line))) text.push_back(line);
    }
    std::string all;
    for (const auto& line : text) {
      auto kept = line;
      while (!kept.empty() && std::isspace(static_cast<unsigned char>(kept.back()))) kept.pop_back();
      if (all.empty() && kept.empty()) continue;
      all += kept + "\n";
    }
    while (all.size() > 1 && all.ends_with("\n\n")) all.pop_back();
    if (all.ends_with('\n')) all.pop_back();
    return all;
  }

  const std::vector<std::string>& lines_;
  std::vector<HprimMessage> messages_;
};

}  // namespace

Result<std::vector<HprimMessage>> read_medecin(const Lines& lines) { return MedecinReader(lines).read(); }

bool looks_like_medecin(const Lines& lines) {
  if (std::any_of(lines.all.begin(), lines.all.end(), [](const auto& line) { return tag_of(line) != Tag::none; })) return true;
  return MedecinReader(lines).first_header().has_value();
}

}  // namespace relais::formats::hprim
