// SPDX-License-Identifier: Apache-2.0
#include "records/formats/hprim_segment.h"

#include <cctype>

#include "records/formats/hprim_parts.h"

namespace relais::formats::hprim {

bool is_mark(char c) { return c > ' ' && c < 0x7F && std::isalnum(static_cast<unsigned char>(c)) == 0; }

std::optional<Delimiters> delimiters_of(std::string_view line) {
  if (line.size() <= announced_marks || line.front() != 'H' || !is_mark(line[1])) return std::nullopt;
  const std::string_view marks = line.substr(1, announced_marks - 1);
  if (line[announced_marks] != line[1]) return std::nullopt;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (!is_mark(marks[i]) || marks.find(marks[i], i + 1) != std::string_view::npos) return std::nullopt;
  }
  return Delimiters{marks[0], marks[1], marks[2], marks[3], marks[4]};
}

std::string Segment::whole(std::size_t number) const { return trimmed(unescaped(field(number))); }

std::string Segment::component(std::size_t number, std::size_t component) const {
  return component_of(repetitions(number).front(), component);
}

std::string Segment::component_of(std::string_view text, std::size_t component) const {
  const auto parts = cut(text, marks_.component);
  return component <= parts.size() ? trimmed(unescaped(parts[component - 1])) : std::string();
}

std::vector<std::string> Segment::components(std::size_t number) const {
  auto parts = cut(field(number), marks_.component);
  for (auto& part : parts) part = trimmed(unescaped(part));
  return parts;
}

std::string Segment::lines(std::size_t number) const {
  std::string all;
  for (const auto& part : cut(field(number), marks_.component)) {
    if (!all.empty()) all += '\n';
    all += unescaped(part);
  }
  return trimmed(all);
}

std::vector<std::string> Segment::cut(std::string_view text, char separator) const {
  std::vector<std::string> pieces(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == marks_.escape && i + 1 < text.size()) {
      pieces.back() += text[i];
      pieces.back() += text[++i];
    } else if (text[i] == separator) {
      pieces.emplace_back();
    } else {
      pieces.back() += text[i];
    }
  }
  return pieces;
}

std::string Segment::unescaped(std::string_view text) const {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == marks_.escape && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

}  // namespace relais::formats::hprim
