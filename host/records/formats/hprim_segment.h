// SPDX-License-Identifier: Apache-2.0
// One line of HPRIM Santé cut by the separators that the message announces. Private to the reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relais::formats::hprim {

struct Delimiters {
  char field = '|', component = '~', repetition = '^', escape = '\\', subcomponent = '&';
  bool operator==(const Delimiters&) const = default;
};

// Length of « H|~^\& ».
inline constexpr std::size_t announced_marks = 6;

// A character that may separate.
bool is_mark(char c);

// The separators of « H|~^\&| », or nothing. They must all differ.
std::optional<Delimiters> delimiters_of(std::string_view line);

class Segment {
 public:
  Segment(std::string_view line, const Delimiters& marks) : marks_(marks), fields_(cut(line, marks.field)) {}

  const std::string& name() const { return fields_.front(); }
  std::size_t size() const { return fields_.size(); }
  // Field as numbered by the standard's sections (8.6 is field 6 of P), still escaped; empty when absent.
  std::string_view field(std::size_t number) const {
    return number <= fields_.size() ? std::string_view(fields_[number - 1]) : std::string_view{};
  }
  // The rest unescaped and trimmed.
  std::string whole(std::size_t number) const;
  // Component counted from 1, of the first repetition.
  std::string component(std::size_t number, std::size_t component) const;
  std::string component_of(std::string_view text, std::size_t component) const;
  std::vector<std::string> components(std::size_t number) const;
  // Still escaped; never empty.
  std::vector<std::string> repetitions(std::size_t number) const { return cut(field(number), marks_.repetition); }
  // The component separator is an end of line there.
  std::string lines(std::size_t number) const;

 private:
  std::vector<std::string> cut(std::string_view text, char separator) const;
  std::string unescaped(std::string_view text) const;

  Delimiters marks_;
  std::vector<std::string> fields_;
};

}  // namespace relais::formats::hprim
