// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "domain/escalation.h"
#include "domain/folded_text.h"

namespace relais::escalation {
namespace {

constexpr std::size_t longest_rule = 200;
constexpr std::size_t most_words = 8;

using Read = tl::expected<Rule, NotUnderstood>;

tl::unexpected<NotUnderstood> no(std::string french) { return tl::unexpected(NotUnderstood{std::move(french)}); }

// Comparison signs and dashes in one spelling; letters and case as written.
std::string plain_signs(std::string_view text) {
  static constexpr auto replaced = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"\u2265", ">="}, {"\u2264", "<="}, {"\u2212", "-"}, {"\u2013", "-"}, {"\u00a0", " "}, {"\u202f", " "},
       {"\u2009", " "}, {"\t", " "}});
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    const auto found = std::find_if(replaced.begin(), replaced.end(),
                                    [&](const auto& pair) { return rest.starts_with(pair.first); });
    if (found == replaced.end()) {
      plain += text[at++];
    } else {
      plain += found->second;
      at += found->first.size();
    }
  }
  return plain;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool digit(char c) { return c >= '0' && c <= '9'; }

// A number at the start of `text`, which then starts after it: "6.0", "6,0", "50 000".
std::optional<double> take_number(std::string_view& text) {
  std::string digits;
  std::size_t at = 0;
  while (at < text.size() && digit(text[at])) digits += text[at++];
  if (digits.empty()) return std::nullopt;
  // Groups of three after a space belong to the number.
  const auto group_at = [&](std::size_t from) {
    return from + 3 < text.size() && text[from] == ' ' && digit(text[from + 1]) && digit(text[from + 2]) &&
           digit(text[from + 3]) && (from + 4 >= text.size() || !digit(text[from + 4]));
  };
  if (digits.size() <= 3) {
    while (group_at(at)) {
      digits += text.substr(at + 1, 3);
      at += 4;
    }
  }
  if (at + 1 < text.size() && (text[at] == '.' || text[at] == ',') && digit(text[at + 1])) {
    digits += '.';
    ++at;
    while (at < text.size() && digit(text[at])) digits += text[at++];
  }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(at);
  return value;
}

// What may be written, for the forms of this grammar.
std::string possible(const Grammar& grammar) {
  std::vector<std::string_view> examples;
  if (grammar.forms.contains(Form::threshold)) examples.emplace_back("« K >= 6.0 mmol/L »");
  if (grammar.forms.contains(Form::change)) examples.emplace_back("« créatinine +50 % vs dernière »");
  if (grammar.forms.contains(Form::positive)) examples.emplace_back("« troponine positive »");
  if (grammar.forms.contains(Form::words)) examples.emplace_back("« douleur thoracique »");
  if (examples.empty()) return "Le plugin de cette tâche ne lit aucune règle.";
  return fmt::format("Peut s'écrire, par exemple : {}.", fmt::join(examples, ", "));
}

tl::expected<std::size_t, NotUnderstood> find_analyte(std::string_view written, const Grammar& grammar) {
  const auto wanted = fold(written);
  for (std::size_t i = 0; i < grammar.analytes.size(); ++i) {
    const auto& analyte = grammar.analytes[i];
    if (fold(analyte.id) == wanted || fold(analyte.label) == wanted) return i;
    for (const auto& known : analyte.names)
      if (fold(known) == wanted) return i;
  }
  if (wanted.empty()) return no("il manque le nom de l'examen. " + possible(grammar));
  // Those that share a beginning first: a slip of the pen is then in sight.
  std::vector<std::string> near;
  for (const auto& analyte : grammar.analytes)
    if (fold(analyte.label).starts_with(wanted.substr(0, 3))) near.push_back(analyte.label);
  const auto hint = near.empty() ? std::string() : fmt::format(" Examens proches : {}.", fmt::join(near, ", "));
  return no(fmt::format("l'examen « {} » n'est pas connu.{} {}", trimmed(written), hint, possible(grammar)));
}

tl::expected<Unit, NotUnderstood> find_unit(std::string_view written, const Analyte& analyte) {
  const auto wanted = normal_unit(written);
  for (const auto& unit : analyte.units)
    if (normal_unit(unit.written) == wanted) return unit;
  std::vector<std::string> known;
  for (const auto& unit : analyte.units) known.push_back(unit.written.empty() ? "(sans unité)" : unit.written);
  if (wanted.empty())
    return no(fmt::format("il manque l'unité de « {} ». Unités possibles : {}.", analyte.label, fmt::join(known, ", ")));
  return no(fmt::format("l'unité « {} » n'est pas connue pour « {} ». Unités possibles : {}.", trimmed(written),
                        analyte.label, fmt::join(known, ", ")));
}

tl::unexpected<NotUnderstood> form_missing(std::string_view what, const Grammar& grammar) {
  return no(fmt::format("{} ne se lit pas pour cette tâche. {}", what, possible(grammar)));
}

Read read_threshold(std::string_view text, std::size_t sign, const Grammar& grammar) {
  if (!grammar.forms.contains(Form::threshold)) return form_missing("une comparaison à un seuil", grammar);
  const auto analyte = find_analyte(text.substr(0, sign), grammar);
  if (!analyte) return tl::unexpected(analyte.error());
  const bool above = text[sign] == '>';
  auto rest = text.substr(sign + 1);
  const bool inclusive = rest.starts_with('=');
  if (inclusive) rest.remove_prefix(1);
  rest = trimmed(rest);
  const auto value = take_number(rest);
  if (!value) return no("il faut un nombre après la comparaison, comme « 6.0 » ou « 6,0 ». " + possible(grammar));
  const auto unit = find_unit(rest, grammar.analytes[*analyte]);
  if (!unit) return tl::unexpected(unit.error());
  const auto comparison = above ? (inclusive ? Comparison::ge : Comparison::gt)
                                : (inclusive ? Comparison::le : Comparison::lt);
  return Threshold{*analyte, comparison, unit->factor * *value + unit->offset};
}

bool against_last(std::string_view text) {
  auto said = fold(text);
  for (const std::string_view start : {"vs ", "versus ", "/ ", "par rapport a ", "sur "})
    if (said.starts_with(start)) {
      said.erase(0, start.size());
      if (said.starts_with("la ")) said.erase(0, 3);
      if (said.starts_with("le ")) said.erase(0, 3);
      return said == "derniere" || said == "dernier" || said == "derniere valeur" || said == "dernier resultat" ||
             said == "precedente" || said == "precedent" || said == "valeur precedente";
    }
  return false;
}

Read read_change(std::string_view text, std::size_t sign, const Grammar& grammar) {
  if (!grammar.forms.contains(Form::change)) return form_missing("une variation", grammar);
  const auto analyte = find_analyte(text.substr(0, sign), grammar);
  if (!analyte) return tl::unexpected(analyte.error());
  Change change{*analyte, text[sign] == '+', 0, true};
  auto rest = trimmed(text.substr(sign + 1));
  const auto amount = take_number(rest);
  if (!amount || *amount <= 0) return no("il faut un nombre après le signe, comme « +50 % ». " + possible(grammar));
  change.amount = *amount;
  rest = trimmed(rest);
  // The same places, whatever the case.
  std::string small(rest);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto vs = std::min({small.find(" vs "), small.find(" versus "), small.find(" par rapport"), small.find(" / ")});
  const auto unit = trimmed(rest.substr(0, vs));
  const auto reference = vs == std::string_view::npos ? std::string_view() : trimmed(rest.substr(vs));
  if (!against_last(reference)) return no("il faut dire par rapport à quoi : « vs dernière ». " + possible(grammar));
  if (unit == "%") {
    if (!change.rise && change.amount > 100) return no("une baisse de plus de 100 % n'existe pas.");
    return change;
  }
  const auto known = find_unit(unit, grammar.analytes[*analyte]);
  if (!known) return tl::unexpected(known.error());
  change.percent = false;
  change.amount *= known->factor;
  return change;
}

// A sign of change stands after a space and before a number: that of "NT-proBNP" does not.
std::size_t sign_of_change(std::string_view text) {
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if ((text[at] != '+' && text[at] != '-') || text[at - 1] != ' ') continue;
    const auto next = text.find_first_not_of(' ', at + 1);
    if (next != std::string_view::npos && digit(text[next])) return at;
  }
  return std::string_view::npos;
}

Read read_words(std::string_view text, const Grammar& grammar) {
  const auto words = words_of(fold(text));
  const bool readable = std::none_of(text.begin(), text.end(), [](char c) {
    return c == '<' || c == '>' || c == '=' || c == '%' || c == '+' || c == '*' || c == '/';
  });
  const bool has_one = std::any_of(words.begin(), words.end(), [](const auto& word) { return word.size() >= 3; });
  if (!readable || !has_one || words.size() > most_words)
    return no(fmt::format("« {} » n'est pas une suite d'un à {} mots. {}", trimmed(text), most_words, possible(grammar)));
  return Words{words};
}

}  // namespace

tl::expected<Rule, NotUnderstood> read_rule(std::string_view written, const Grammar& grammar) {
  if (written.size() > longest_rule) return no("la règle est trop longue. " + possible(grammar));
  const auto plain = plain_signs(written);
  const auto text = trimmed(plain);
  if (text.empty()) return no("la règle est vide. " + possible(grammar));
  if (const auto sign = text.find_first_of("<>"); sign != std::string_view::npos)
    return read_threshold(text, sign, grammar);
  if (const auto sign = sign_of_change(text); sign != std::string_view::npos) return read_change(text, sign, grammar);
  const auto last = text.rfind(' ');
  const auto ending = fold(text.substr(last == std::string_view::npos ? 0 : last));
  const bool positive = ending == "positif" || ending == "positive" || ending == "positifs" || ending == "positives";
  if (positive && grammar.forms.contains(Form::positive)) {
    const auto analyte = find_analyte(text.substr(0, last == std::string_view::npos ? 0 : last), grammar);
    if (!analyte) return tl::unexpected(analyte.error());
    return Positive{*analyte};
  }
  if (grammar.forms.contains(Form::words)) return read_words(text, grammar);
  if (positive) return form_missing("« positif »", grammar);
  return no(fmt::format("« {} » n'est pas compris : il manque une comparaison. {}", text, possible(grammar)));
}

}  // namespace relais::escalation
