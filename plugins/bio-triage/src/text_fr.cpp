// SPDX-License-Identifier: Apache-2.0
#include "text_fr.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

namespace bio::fr {
namespace {

std::string comparator(relais::Comparator comparator) {
  switch (comparator) {
    case relais::Comparator::less:
      return "< ";
    case relais::Comparator::less_or_equal:
      return "≤ ";
    case relais::Comparator::greater:
      return "> ";
    case relais::Comparator::greater_or_equal:
      return "≥ ";
    case relais::Comparator::equal:
      break;
  }
  return "";
}

}  // namespace

std::string number(double value) {
  std::array<char, 32> buffer{};
  auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  std::string text;
  if (written.ec == std::errc{}) text.assign(buffer.data(), written.ptr);
  if (text.empty() || text.size() > 8) {
    written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6);
    text.assign(buffer.data(), written.ptr);
  }
  const std::size_t point = text.find('.');
  if (point != std::string::npos) text[point] = ',';
  return text;
}

std::string value(const Measure& measure) {
  const relais::Observation& observation = measure.observation;
  if (!measure.value) {
    const std::string_view text = observation.value_text();
    return text.empty() ? "sans valeur" : "« " + quoted(text, 120) + " »";
  }
  return comparator(observation.comparator()) + quantity(observation.value().value_or(0), observation.unit());
}

std::string unit(std::string_view ucum) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> written{
      {{"umol/L", "µmol/L"}, {"ug/L", "µg/L"}, {"10*9/L", "10⁹/L"}, {"10*12/L", "10¹²/L"}, {"10*6/uL", "10⁶/µL"},
       {"m[IU]/L", "mUI/L"}, {"[IU]/L", "UI/L"}, {"U/L", "U/L"}, {"{ratio}", ""}, {"{INR}", ""}, {"1", ""},
       {"mL/min/{1.73_m2}", "mL/min/1,73 m²"}, {"g/(24.h)", "g/24 h"}, {"um3", "µm³"}}};
  for (const auto& [code, french] : written) {
    if (ucum == code) return std::string(french);
  }
  return quoted(ucum, 40);
}

std::string quantity(double value, std::string_view ucum) {
  const std::string written = unit(ucum);
  return written.empty() ? number(value) : number(value) + " " + written;
}

std::string converted(const Measure& measure) {
  const auto canonical = measure.canonical();
  if (!canonical || measure.conversion->factor == 1) return "";
  // Four significant digits: a conversion must not look more exact than the measure.
  const double shown = measure.conversion.value()(measure.observation.value().value_or(0));
  const double scale = std::pow(10, 3 - std::floor(std::log10(std::max(std::abs(shown), 1e-9))));
  return ", soit " + comparator(measure.observation.comparator()) +
         quantity(std::round(shown * scale) / scale, measure.analyte->unit);
}

std::string name(const Measure& measure) {
  if (measure.analyte != nullptr) return measure.analyte->label;
  const std::string_view label = measure.observation.label();
  return quoted(label.empty() ? measure.observation.code() : label, 80);
}

std::string named(const Measure& measure) { return name(measure) + " " + value(measure); }

std::string range(const Measure& measure) {
  if (measure.low && measure.high) return number(*measure.low) + " à " + number(*measure.high);
  if (measure.low) return "au moins " + number(*measure.low);
  if (measure.high) return "au plus " + number(*measure.high);
  return "";
}

std::string details(const Situation& situation, const Measure& measure) {
  std::vector<std::string> parts;
  if (measure.has_range()) parts.push_back("intervalle du laboratoire " + range(measure));
  if (measure.degenerate_range) parts.emplace_back("intervalle du laboratoire inexploitable");
  if (const auto calcium = situation.corrected_calcium(measure)) {
    parts.push_back("calcium corrigé " + number(std::round(calcium->value * 100) / 100) + " mmol/L pour une albumine de " +
                    number(calcium->albumin) + " g/L");
  }
  if (measure.flag != Flag::absent) parts.push_back("drapeau " + quoted(measure.observation.flag(), 12));
  if (const Measure* const before = situation.previous(measure); before != nullptr) {
    const auto age = situation.before(*before, measure);
    parts.push_back("valeur précédente " + value(*before) + (age ? ", " + ago(*age) : ""));
  }
  if (parts.empty()) return "";
  std::string text = " (" + parts.front();
  for (std::size_t index = 1; index < parts.size(); ++index) text += " ; " + parts[index];
  return text + ")";
}

std::string ago(std::chrono::milliseconds duration) {
  const auto hours = std::chrono::floor<std::chrono::hours>(duration).count();
  const auto days = std::chrono::floor<std::chrono::days>(duration).count();
  if (hours < 1) return "il y a moins d'une heure";
  if (hours < 72) return "il y a " + std::to_string(hours) + (hours == 1 ? " heure" : " heures");
  if (days < 90) return "il y a " + std::to_string(days) + " jours";
  return "il y a " + std::to_string(days / 30) + " mois";
}

std::string quoted(std::string_view words, std::size_t limit) {
  std::string text;
  for (const char c : words) {
    const bool continues = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
    if (text.size() >= limit && !continues) return text + "…";
    // Control characters of a message are not for a screen; those of U+0080 to U+009F are two bytes.
    const bool second_half = continues && !text.empty() && text.back() == '\xc2' && static_cast<unsigned char>(c) < 0xa0;
    if (second_half) text.pop_back();
    text += second_half || static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return text;
}

std::string category(relais::Category category) {
  switch (category) {
    case relais::Category::critique:
      return "Critique (appeler)";
    case relais::Category::aujourdhui:
      return "À voir aujourd'hui";
    case relais::Category::a_voir:
      return "À voir";
    case relais::Category::a_classer:
      return "À classer";
    case relais::Category::normal:
      return "Normal";
    case relais::Category::none:
      break;
  }
  return "sans catégorie";
}

}  // namespace bio::fr
