// SPDX-License-Identifier: Apache-2.0
#include "records/formats/hl7v2_segments.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "records/formats/text.h"

namespace relais::formats::hl7 {
namespace {

constexpr std::size_t max_bytes = 64U * 1024 * 1024;
constexpr std::size_t max_segments = 20'000;
constexpr std::ptrdiff_t max_separators = 1'000'000;

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  if (separator.empty()) return {text};
  std::size_t from = 0;
  for (;;) {
    const auto at = text.find(separator, from);
    parts.push_back(text.substr(from, at == std::string_view::npos ? at : at - from));
    if (at == std::string_view::npos) return parts;
    from = at + separator.size();
  }
}

// The n-th part, counted from 1, without building the list.
std::string_view nth(std::string_view text, std::string_view separator, std::size_t n) {
  if (separator.empty()) return n == 1 ? text : std::string_view{};
  for (; n > 1; --n) {
    const auto at = text.find(separator);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + separator.size());
  }
  return text.substr(0, text.find(separator));
}

std::size_t character_size(char lead) {
  const auto c = static_cast<unsigned char>(lead);
  return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

// The character of a \Xhh..\ escape sequence; nothing when the digits are wrong.
bool append_hex(std::string_view digits, std::string& out) {
  if (digits.empty() || digits.size() % 2 != 0) return false;
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto pair = digits.substr(i, 2);
    if (!std::isxdigit(static_cast<unsigned char>(pair[0])) || !std::isxdigit(static_cast<unsigned char>(pair[1]))) return false;
    bytes += static_cast<char>(std::stoi(std::string(pair), nullptr, 16));
  }
  out += is_utf8(bytes) ? bytes : to_utf8(bytes, "ISO-8859-15").value_or(std::string());
  return true;
}

std::string_view unframe(std::string_view bytes) {
  while (!bytes.empty() && (bytes.front() == '\x0B' || std::isspace(static_cast<unsigned char>(bytes.front())))) {
    bytes.remove_prefix(1);
  }
  // After the last segment: line ends, marks of framing, the end of a DOS file and padding; none of them is a value.
  constexpr std::string_view padding("\x00\x0B\x1A\x1C\r\n", 6);
  while (!bytes.empty() && padding.find(bytes.back()) != std::string_view::npos) bytes.remove_suffix(1);
  return bytes;
}

bool starts_segment(std::string_view line, std::string_view field_separator) {
  const auto upper = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return line.size() >= 3 && line[0] >= 'A' && line[0] <= 'Z' && upper(line[1]) && upper(line[2]) &&
         (line.size() == 3 || line.substr(3).starts_with(field_separator));
}

Result<void> read_delimiters(std::string_view msh, Delimiters& out) {
  out.field = std::string(1, msh[3]);
  const auto end = std::min(msh.find(msh[3], 4), msh.size());
  std::string_view rest = msh.substr(4, end - 4);
  for (std::string* each : {&out.component, &out.repetition, &out.escape, &out.subcomponent}) {
    if (rest.empty()) break;
    const auto size = std::min(character_size(rest.front()), rest.size());
    *each = std::string(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  if (out.component.empty() || out.component == out.field || out.component == out.repetition) {
    return fail(Code::ingest_hl7v2_delimiters, "MSH-1 and MSH-2 do not give distinct separators", "MSH-2");
  }
  return {};
}

// The marks of MLLP framing end a segment too: a second message of the file never belongs to the first one.
std::vector<std::string_view> lines_of(std::string_view text, Segments& out) {
  std::vector<std::string_view> lines;
  std::size_t from = 0;
  while (from < text.size()) {
    const auto at = text.find_first_of("\r\n\x0B\x1C", from);
    const auto line = text.substr(from, at == std::string_view::npos ? at : at - from);
    if (!line.empty()) lines.push_back(line);
    if (at == std::string_view::npos) break;
    if (text[at] == '\r') ++out.carriage_returns;
    if (text[at] == '\n') ++out.line_feeds;
    from = at + 1;
  }
  return lines;
}

}  // namespace

std::string_view Segment::field(std::size_t index) const {
  return index >= 1 && index <= fields_.size() ? std::string_view(fields_[index - 1]) : std::string_view{};
}

std::vector<std::string_view> Segment::repetitions(std::size_t index) const {
  const auto text = field(index);
  if (text.empty()) return {};
  return split(text, delimiters_->repetition);
}

std::string Segment::component(std::size_t index, std::size_t component) const {
  return component_of(nth(field(index), delimiters_->repetition, 1), component);
}

std::string Segment::component_of(std::string_view text, std::size_t component) const {
  return unescape(nth(text, delimiters_->component, component));
}

std::vector<std::string> Segment::subcomponents_of(std::string_view text, std::size_t component) const {
  std::vector<std::string> out;
  for (const auto& part : split(nth(text, delimiters_->component, component), delimiters_->subcomponent)) out.push_back(unescape(part));
  return out;
}

std::string Segment::unescape(std::string_view text) const {
  const std::string& escape = delimiters_->escape;
  if (escape.empty() || text.find(escape) == std::string_view::npos) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto open = text.find(escape);
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = text.find(escape, open + escape.size());
    if (close == std::string_view::npos) {
      out += text.substr(open);
      break;
    }
    const auto code = text.substr(open + escape.size(), close - open - escape.size());
    bool known = true;
    if (code == "F") out += delimiters_->field;
    else if (code == "S") out += delimiters_->component;
    else if (code == "T") out += delimiters_->subcomponent;
    else if (code == "R") out += delimiters_->repetition;
    else if (code == "E") out += escape;
    else if (code == ".br") out += '\n';
    else if (code == "H" || code == "N") known = true;  // highlighting carries no text
    else known = code.starts_with("X") && append_hex(code.substr(1), out);
    // What is not an escape sequence stays as written; the closing mark may open the next one.
    if (!known) out += text.substr(open, close - open);
    text.remove_prefix(known ? close + escape.size() : close);
  }
  return out;
}

const Segment* Segments::first(std::string_view name) const {
  const auto found = std::find_if(all.begin(), all.end(), [name](const Segment& s) { return s.name() == name; });
  return found == all.end() ? nullptr : &*found;
}

Result<void> cut(std::string_view bytes, Segments& out) {
  if (bytes.size() > max_bytes) return fail(Code::ingest_too_large, "HL7 v2 message larger than 64 MiB");
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  bytes = unframe(bytes);
  if (!bytes.starts_with("MSH") || bytes.size() < 9) return fail(Code::ingest_hl7v2_no_msh, "no MSH segment at the start");
  const char separator = bytes[3];
  if (!std::ispunct(static_cast<unsigned char>(separator))) {
    return fail(Code::ingest_hl7v2_delimiters, "MSH-1 is not a separator", "MSH-1");
  }
  // MSH-18 is read from the raw bytes: it says how to read the rest.
  const auto header = bytes.substr(0, bytes.find_first_of("\r\n"));
  const auto charset = nth(header, std::string_view(&separator, 1), 18);
  out.declared_charset = std::string(charset.substr(0, charset.find('~')));
  auto decoded = decode_text(bytes, out.declared_charset);
  if (decoded.doubtful) out.anomalies.push_back({AnomalyCode::text_doubtful_encoding, "MSH-18"});
  const std::string_view text = decoded.utf8;

  if (auto read = read_delimiters(text.substr(0, text.find_first_of("\r\n")), out.delimiters); !read) return read;
  // Separators are counted before anything is cut: a list of empty parts costs more than the text it comes from.
  const std::set<std::string> separators{out.delimiters.field, out.delimiters.repetition, out.delimiters.subcomponent};
  for (const auto& each : separators) {
    if (!each.empty() && std::count(text.begin(), text.end(), each.front()) > max_separators) {
      return fail(Code::ingest_hl7v2_too_complex, "more than a million separators");
    }
  }
  std::vector<std::string> joined;
  for (const auto& line : lines_of(text, out)) {
    if (starts_segment(line, out.delimiters.field)) {
      if (joined.size() >= max_segments) return fail(Code::ingest_hl7v2_too_complex, "more than 20000 segments");
      joined.emplace_back(line);
    } else {
      joined.back() += line;
      if (!has(out.anomalies, AnomalyCode::hl7v2_continuation_line)) {
        out.anomalies.push_back({AnomalyCode::hl7v2_continuation_line, joined.back().substr(0, 3)});
      }
    }
  }
  for (const auto& line : joined) {
    const auto parts = split(line, out.delimiters.field);
    std::vector<std::string> values(parts.begin() + 1, parts.end());
    // MSH-1 is the separator itself, so that MSH counts its fields as the others do.
    if (parts.front() == "MSH") values.insert(values.begin(), out.delimiters.field);
    out.all.emplace_back(std::string(parts.front()), std::move(values), out.delimiters);
  }
  const auto messages = std::count_if(out.all.begin(), out.all.end(), [](const Segment& s) { return s.name() == "MSH"; });
  if (messages > 1) return fail(Code::ingest_hl7v2_several_messages, "several MSH segments in one file");
  if (out.line_feeds > 0 && out.carriage_returns == 0) out.anomalies.push_back({AnomalyCode::hl7v2_line_feed, "message"});
  if (out.delimiters.repetition != "~") {
    out.anomalies.push_back({AnomalyCode::hl7v2_unusual_repetition_separator, "MSH-2"});
  }
  return {};
}

}  // namespace relais::formats::hl7
