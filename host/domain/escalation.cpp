// SPDX-License-Identifier: Apache-2.0
#include "domain/escalation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "domain/folded_text.h"

namespace relais::escalation {
namespace {

constexpr std::array<std::pair<Form, std::string_view>, 4> forms{{{Form::threshold, "analyte.threshold"},
                                                                  {Form::change, "analyte.change"},
                                                                  {Form::positive, "analyte.positive"},
                                                                  {Form::words, "message.words"}}};

}  // namespace

std::string_view name(Form form) {
  for (const auto& [known, text] : forms)
    if (known == form) return text;
  return "";
}

std::optional<Form> form(std::string_view name) {
  for (const auto& [known, text] : forms)
    if (text == name) return known;
  return std::nullopt;
}

std::string normal_unit(std::string_view written) {
  // Superscripts, before what folding knows.
  std::string plain;
  for (std::size_t at = 0; at < written.size();) {
    const auto rest = written.substr(at);
    if (rest.starts_with("\u2079")) {
      plain += "*9";
      at += std::string_view("\u2079").size();
    } else if (rest.starts_with("\u00b3")) {
      plain += plain.ends_with('0') ? "*3" : "3";
      at += std::string_view("\u00b3").size();
    } else {
      plain += written[at++];
    }
  }
  plain = fold(plain);
  std::erase(plain, ' ');
  std::replace(plain.begin(), plain.end(), '^', '*');
  return plain;
}

Result<void> check(const Grammar& grammar) {
  const bool wants_analytes = grammar.forms.contains(Form::threshold) || grammar.forms.contains(Form::change) ||
                              grammar.forms.contains(Form::positive);
  const std::string at = "escalation_vocabulary";
  const auto refuse = [](std::string why, std::string place) {
    return fail(Code::plugin_manifest_escalation, std::move(why), std::move(place));
  };
  if (wants_analytes && grammar.analytes.empty()) return refuse("forms on analytes, and no analyte", at);
  if (!wants_analytes && !grammar.analytes.empty()) return refuse("analytes, and no form on them", at);
  std::set<std::string> names, codes;
  for (std::size_t i = 0; i < grammar.analytes.size(); ++i) {
    const auto& analyte = grammar.analytes[i];
    const auto place = fmt::format("{}.analytes[{}]", at, i);
    std::set<std::string> own;
    for (const auto& written : analyte.names) own.insert(fold(written));
    own.insert(fold(analyte.id));
    own.insert(fold(analyte.label));
    for (const auto& spelled : own) {
      if (spelled.empty()) return refuse("an empty name", place);
      if (!names.insert(spelled).second) return refuse("a name of two analytes: " + spelled, place);
    }
    if (analyte.codes.empty()) return refuse("no code", place);
    for (const auto& code : analyte.codes)
      if (!codes.insert(code).second) return refuse("a code given twice: " + code, place);
    if (analyte.units.empty()) return refuse("no unit", place);
    std::set<std::string> units;
    for (const auto& unit : analyte.units) {
      if (!units.insert(normal_unit(unit.written)).second) return refuse("a unit given twice: " + unit.written, place);
      if (!std::isfinite(unit.factor) || !std::isfinite(unit.offset) || unit.factor <= 0)
        return refuse("no conversion: " + unit.written, place);
    }
    const auto& first = analyte.units.front();
    if (first.factor != 1 || first.offset != 0) return refuse("the first unit is that of comparison", place);
  }
  return {};
}

}  // namespace relais::escalation
