// SPDX-License-Identifier: Apache-2.0
// What a result says of itself, and what the text beside it says. Source: biologie.md sections 2, 3 and B3 (F4).
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "records/formats/hprim_parts.h"
#include "records/formats/written_number.h"

namespace relais::formats::hprim {
namespace {

template <std::size_t N>
bool among(const std::array<std::string_view, N>& known, std::string_view text) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

constexpr std::array<std::string_view, 3> medecin_types = {"A", "N", "C"};
constexpr std::array<std::string_view, 15> sante_types = {"NM", "ST", "CE", "TX", "GC", "FIC", "AD", "CK",
                                                          "DT", "PN", "TM", "TN", "TS", "CNA", "SPD"};
constexpr std::array<std::string_view, 5> medecin_flags = {"L", "H", "LL", "HH", "N"};
constexpr std::array<std::string_view, 19> sante_flags = {"L", "H", "LL", "HH", "<", ">", "N", "A",  "AA", "Null",
                                                          "U", "D", "B",  "W",  "R", "I", "S", "MS", "VS"};
constexpr std::array<std::string_view, 3> medecin_statuses = {"F", "R", "C"};
constexpr std::array<std::string_view, 8> sante_statuses = {"R", "P", "F", "C", "I", "D", "X", "U"};

bool is_low(std::string_view flag) { return flag == "L" || flag == "LL" || flag == "<"; }
bool is_high(std::string_view flag) { return flag == "H" || flag == "HH" || flag == ">"; }

enum class Side { unknown, inside, below, above };

Side side_of(std::optional<double> value, std::string_view comparator, const std::string& low, const std::string& high) {
  const auto from = decimal(low), to = decimal(high);
  if (!value || (!from && !to)) return Side::unknown;
  // « < 0.12 » is below whatever 0.12 is below or at; where it lies otherwise is not told.
  if (from && *value < *from && !comparator.starts_with('>')) return Side::below;
  if (to && *value > *to && !comparator.starts_with('<')) return Side::above;
  return comparator.empty() ? Side::inside : Side::unknown;
}

void check_range(const HprimResult& result, const std::string& place, Anomalies& anomalies) {
  const auto low = decimal(result.low), high = decimal(result.high);
  if (low && high && *low == *high) anomalies.push_back({AnomalyCode::hprim_degenerate_range, place});
  if (low && high && *low > *high) anomalies.push_back({AnomalyCode::hprim_inverted_range, place});
  for (const auto& bound : {result.low, result.high}) {
    if (!bound.empty() && !decimal(bound)) anomalies.push_back({AnomalyCode::hprim_unreadable_range, place});
  }
}

void check_flag(const HprimResult& result, const std::string& place, Anomalies& anomalies) {
  const auto value = decimal(result.numeric);
  const auto first = side_of(value, result.comparator, result.low, result.high);
  const auto second = result.second ? side_of(decimal(result.second->value), {}, result.second->low, result.second->high)
                                    : Side::unknown;
  const auto agrees = [&](Side side) {
    if (side == Side::unknown) return true;
    if (is_low(result.flag)) return side == Side::below;
    if (is_high(result.flag)) return side == Side::above;
    return result.flag != "N" || side == Side::inside;
  };
  const bool out_of_range = is_low(result.flag) || is_high(result.flag);
  if (out_of_range && first != Side::below && first != Side::above && second != Side::unknown && agrees(second)) {
    anomalies.push_back({AnomalyCode::hprim_flag_of_second_unit, place});
  } else if (!agrees(first) || !agrees(second)) {
    anomalies.push_back({AnomalyCode::hprim_flag_contradicts_range, place});
  }
}

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\t') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string without_spaces(std::string_view text) {
  auto out = folded(text);
  std::erase(out, ' ');
  return out;
}

// What follows the label on a line that begins with it; nothing on another line.
std::optional<std::string_view> after_label(std::string_view line, std::string_view label) {
  while (!line.empty() && (line.front() == '*' || line.front() == '-' || line.front() == ' ')) line.remove_prefix(1);
  if (label.empty() || !line.starts_with(label)) return std::nullopt;
  line.remove_prefix(label.size());
  while (!line.empty() && (line.front() == '.' || line.front() == ':')) line.remove_prefix(1);
  if (!line.empty() && line.front() != ' ') return std::nullopt;
  while (!line.empty() && (line.front() == '.' || line.front() == ':' || line.front() == ' ')) line.remove_prefix(1);
  return line;
}

enum class Word { none, positive, negative };

Word word_of(std::string_view folded_text) {
  const auto holds = [&](std::string_view word) { return folded_text.find(word) != std::string_view::npos; };
  const bool negative = holds("négati") || holds("negati") || holds("absence") || holds("non détecté") || holds("non detecte");
  const bool positive = holds("positi") || holds("présence") || holds("presence");
  if (negative == positive) return Word::none;
  return negative ? Word::negative : Word::positive;
}

bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)}); }

// « 224.000 » and « 2.920 » are thousands in the texts of some laboratories.
std::optional<double> as_thousands(const WrittenNumber& written) {
  const auto point = written.digits.find('.');
  if (written.comma || point == std::string::npos || written.digits.size() - point != 4) return std::nullopt;
  auto joined = written;
  joined.digits.erase(point, 1);
  return number_of(joined);
}

struct Told {
  bool compared = false, agreed = false, thousands = false;
};

void compare_line(std::string_view rest, const HprimResult& result, Told& told) {
  const auto value = decimal(result.numeric);
  if (value) {
    const auto number = leading_number(rest);
    if (!number) return;
    told.compared = true;
    // Not a number when there is no second measure: equal to nothing.
    const double second = result.second ? decimal(result.second->value).value_or(std::nan("")) : std::nan("");
    const auto equals = [&](double one) { return same(one, *value) || same(one, second); };
    if (equals(number_of(*number))) {
      told.agreed = true;
      told.thousands = told.thousands || number->thousands;
    } else if (const auto more = as_thousands(*number); more && equals(*more)) {
      told.agreed = told.thousands = true;
    }
    return;
  }
  const auto coded = word_of(folded(result.value)), text = word_of(rest);
  if (coded == Word::none || text == Word::none) return;
  told.compared = true;
  told.agreed = told.agreed || coded == text;
}

}  // namespace

void interpret(HprimResult& result, HprimDialect dialect, const std::string& place, Anomalies& anomalies) {
  const auto say = [&](AnomalyCode code) { anomalies.push_back({code, place}); };
  const bool medecin = dialect == HprimDialect::medecin;
  const bool numeric_type = result.type == "N" || result.type == "NM";
  if (!(medecin ? among(medecin_types, result.type) : among(sante_types, result.type))) say(AnomalyCode::hprim_unknown_type);
  if (!result.flag.empty() && !(medecin ? among(medecin_flags, result.flag) : among(sante_flags, result.flag))) {
    say(AnomalyCode::hprim_unknown_flag);
  }
  if (!result.status.empty() && !(medecin ? among(medecin_statuses, result.status) : among(sante_statuses, result.status))) {
    say(AnomalyCode::hprim_unknown_status);
  }
  if (result.status == "R" || result.status == "P") say(AnomalyCode::hprim_not_validated);
  if (result.status == "D" || result.status == "X") say(AnomalyCode::hprim_cancelled_result);
  if (result.code.empty()) say(AnomalyCode::hprim_no_code);
  if (result.type == "FIC") return say(AnomalyCode::hprim_missing_file);
  if (result.value.empty()) {
    const bool awaited = result.status == "I" || result.status == "X" || result.status == "D";
    if (!awaited) say(AnomalyCode::hprim_no_value);
    return;
  }
  const bool may_be_number = numeric_type || result.type == "A" || result.type == "ST" || result.type.empty();
  const auto number = may_be_number ? written_measure(result.value) : std::nullopt;
  // « 140 mg/l » under the unit g/l is neither 140 g/l nor 140 mg/l.
  const bool two_units = number && !number->rest.empty() && !result.unit.empty() &&
                         without_spaces(number->rest) != without_spaces(result.unit);
  if (two_units) {
    say(numeric_type ? AnomalyCode::hprim_invalid_number : AnomalyCode::hprim_value_as_text);
  } else if (number) {
    result.comparator = number->comparator;
    result.numeric = number->digits;
    result.value_unit = number->rest;
    if (number->comma) say(AnomalyCode::hprim_decimal_comma);
    if (number->thousands) say(AnomalyCode::hprim_thousands_separator);
    if (!numeric_type || !number->comparator.empty() || !number->rest.empty()) say(AnomalyCode::hprim_value_as_text);
    if (result.unit.empty() && result.value_unit.empty()) say(AnomalyCode::hprim_number_without_unit);
  } else if (numeric_type) {
    say(AnomalyCode::hprim_invalid_number);
  }
  const auto comma = [](const std::string& bound) { return bound.find(',') != std::string::npos && decimal(bound).has_value(); };
  if ((comma(result.low) || comma(result.high)) && !has(anomalies, AnomalyCode::hprim_decimal_comma)) {
    say(AnomalyCode::hprim_decimal_comma);
  }
  check_range(result, place, anomalies);
  check_flag(result, place, anomalies);
}

void compare_with_text(HprimMessage& message) {
  std::vector<std::string> lines;
  for (const auto line : split(message.narrative, '\n')) lines.push_back(folded(line));
  // A bound on the work that a hostile file asks for: results times lines.
  constexpr std::size_t most_comparisons = 20'000'000;
  if (lines.size() * (message.result_count() + 1) > most_comparisons) return;
  std::size_t index = 0;
  for (const auto& request : message.requests) {
    for (const auto& result : request.results) {
      const auto place = "results[" + std::to_string(index++) + "]";
      const auto label = folded(result.label);
      Told told;
      for (const auto& line : lines) {
        if (const auto rest = after_label(line, label)) compare_line(*rest, result, told);
      }
      if (told.compared && !told.agreed) message.anomalies.push_back({AnomalyCode::hprim_text_differs, place});
      if (told.thousands) message.anomalies.push_back({AnomalyCode::hprim_thousands_separator, place});
    }
  }
}

}  // namespace relais::formats::hprim
