// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "domain/escalation.h"
#include "domain/folded_text.h"

namespace relais::escalation {
namespace {

// How one result stands to one rule, with the reason of a doubt.
struct Found {
  Standing standing = Standing::not_met;
  std::string_view doubt = {};
  std::vector<std::string> evidence = {};
};

constexpr std::string_view unknown_unit = "unité inconnue";
constexpr std::string_view unreadable = "valeur illisible";
constexpr std::string_view bounded = "valeur donnée comme une borne";
constexpr std::string_view no_earlier = "pas de valeur antérieure datée à comparer";
constexpr std::string_view resembles = "résultat d'un codage local qui ressemble à cet examen";
constexpr std::string_view uncoded = "résultats non codés dans le document";

Found doubtful(std::string_view why) { return {Standing::to_judge, why}; }
Found found(bool met) { return {met ? Standing::met : Standing::not_met}; }

// The strongest of several results, with every result that says as much.
void raise(Found& kept, Found other, const std::string& result) {
  if (other.standing == Standing::not_met || other.standing < kept.standing) return;
  if (other.standing > kept.standing) kept = std::move(other);
  if (!result.empty()) kept.evidence.push_back(result);
}

// Conversions multiply: what differs by rounding alone is equal.
bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

bool holds(double value, Comparison comparison, double limit) {
  switch (comparison) {
    case Comparison::lt:
      return value < limit && !same(value, limit);
    case Comparison::le:
      return value < limit || same(value, limit);
    case Comparison::gt:
      return value > limit && !same(value, limit);
    case Comparison::ge:
      return value > limit || same(value, limit);
  }
  return true;
}

bool upper(Comparison comparison) { return comparison == Comparison::gt || comparison == Comparison::ge; }

// A value, or the set of values that a bound leaves possible, against a limit.
Found compare(double value, const std::optional<Comparison>& bound, Comparison comparison, double limit) {
  if (!bound) return found(holds(value, comparison, limit));
  if (upper(*bound) == upper(comparison)) {
    // "> 6.5" for a rule from above: all its values meet the rule, or some do.
    const bool strict_rule = comparison == Comparison::gt || comparison == Comparison::lt;
    const bool strict_bound = *bound == Comparison::gt || *bound == Comparison::lt;
    const auto inclusive = upper(comparison) ? Comparison::ge : Comparison::le;
    const bool all = strict_rule && !strict_bound ? holds(value, comparison, limit) : holds(value, inclusive, limit);
    return all ? found(true) : doubtful(bounded);
  }
  // "< 7" for a rule from above: some of its values meet the rule when the limit lies inside.
  const bool strict = *bound == Comparison::lt || *bound == Comparison::gt || comparison == Comparison::lt ||
                      comparison == Comparison::gt;
  const auto reach = upper(comparison) ? (strict ? Comparison::gt : Comparison::ge)
                                       : (strict ? Comparison::lt : Comparison::le);
  return holds(value, reach, limit) ? doubtful(bounded) : found(false);
}

enum class Is { other, like, it };

// Whether this result is one of the analyte. A code of another system proves nothing by itself: its label counts.
Is is_of(const Measured& result, const Analyte& analyte, const Grammar& grammar) {
  const auto has_code = [&](const Analyte& one) {
    return std::find(one.codes.begin(), one.codes.end(), result.code) != one.codes.end();
  };
  if (result.loinc && has_code(analyte)) return Is::it;
  // A LOINC code says what it is, even one that no rule can name: potassium of urine is no potassium of blood.
  if (result.loinc && !result.code.empty()) return Is::other;
  const auto label = fold(result.label);
  if (label.empty()) return Is::other;
  std::vector<std::string> names{fold(analyte.id), fold(analyte.label)};
  for (const auto& written : analyte.names) names.push_back(fold(written));
  if (std::find(names.begin(), names.end(), label) != names.end()) return Is::it;
  // "Potassium (sérum)", "Hémoglobine glyquée": a doctor tells.
  for (const auto& one : grammar.analytes)
    if (&one != &analyte && (fold(one.label) == label || fold(one.id) == label)) return Is::other;
  const auto words = words_of(label);
  const bool like = std::any_of(names.begin(), names.end(), [&](const std::string& spelled) {
    const auto wanted = words_of(spelled);
    return !wanted.empty() && spelled.size() >= 3 &&
           std::search(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end();
  });
  return like ? Is::like : Is::other;
}

std::optional<double> compared(double value, const std::string& written, const Analyte& analyte) {
  const auto wanted = normal_unit(written);
  for (const auto& unit : analyte.units)
    if (normal_unit(unit.written) == wanted) return unit.factor * value + unit.offset;
  return std::nullopt;
}

Found threshold(const Measured& result, const Threshold& rule, const Analyte& analyte) {
  if (!result.numeric || !result.value || !std::isfinite(*result.value)) return doubtful(unreadable);
  const auto value = compared(*result.value, result.unit, analyte);
  return value ? compare(*value, result.comparator, rule.comparison, rule.value) : doubtful(unknown_unit);
}

Found change(const Measured& result, const Change& rule, const Analyte& analyte, const Grammar& grammar,
             const std::vector<Measured>& earlier) {
  if (!result.numeric || !result.value || !std::isfinite(*result.value)) return doubtful(unreadable);
  const auto value = compared(*result.value, result.unit, analyte);
  if (!value) return doubtful(unknown_unit);
  if (result.comparator) return doubtful(bounded);
  const Measured* last = nullptr;
  for (const auto& other : earlier) {
    if (other.cancelled || is_of(other, analyte, grammar) == Is::other) continue;
    if (!other.collected || !result.collected || *other.collected >= *result.collected) continue;
    if (last == nullptr || *other.collected > *last->collected) last = &other;
  }
  if (last == nullptr) return doubtful(no_earlier);
  if (is_of(*last, analyte, grammar) == Is::like) return doubtful(resembles);
  if (!last->numeric || !last->value || !std::isfinite(*last->value)) return doubtful(unreadable);
  const auto before = compared(*last->value, last->unit, analyte);
  if (!before) return doubtful(unknown_unit);
  if (last->comparator) return doubtful(bounded);
  const double step = rule.percent ? *before * rule.amount / 100 : rule.amount;
  if (rule.percent && *before <= 0) return doubtful(unreadable);
  return found(rule.rise ? holds(*value, Comparison::ge, *before + step)
                         : holds(*value, Comparison::le, *before - step));
}

template <std::size_t N>
bool one_of(const std::string& word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Positive: above the report's own upper bound, flagged high or positive, or said so in words. Not positive needs a
// proof as well: inside the bound, flagged normal or negative, or said so.
Found positive(const Measured& result) {
  static constexpr std::array<std::string_view, 13> yes_flags{"pos", "det", "r",  "a", "aa", "h",  "hh",
                                                              "hu",  "hx",  ">",  "+", "++", "+++"};
  static constexpr std::array<std::string_view, 10> no_flags{"neg", "nd", "nr", "n", "l", "ll", "lu", "lx", "<", "-"};
  static constexpr std::array<std::string_view, 16> yes_words{
      "positif", "positive",   "pos",     "presence",  "present", "presente", "detecte", "detectee",
      "reactif", "reactive",   "+",       "++",        "+++",     "detectable", "fortement positif", "faiblement positif"};
  static constexpr std::array<std::string_view, 14> no_words{
      "negatif",   "negative",     "neg",         "absence",      "absent", "absente", "non detecte",
      "non detectee", "non reactif", "non reactive", "indetectable", "-",      "nd",      "non detectable"};
  Found best = doubtful(unreadable);
  bool denied = false;
  if (result.numeric && result.value && result.high && std::isfinite(*result.value)) {
    const auto against = compare(*result.value, result.comparator, Comparison::gt, *result.high);
    if (against.standing == Standing::met) return against;
    denied = against.standing == Standing::not_met;
    if (!denied) best = against;
  }
  const auto flag = fold(result.flag), text = fold(result.text);
  if (one_of(flag, yes_flags) || one_of(text, yes_words)) return found(true);
  if (denied || one_of(flag, no_flags) || one_of(text, no_words)) return found(false);
  return best;
}

Found in_message(const Words& rule, const Evaluated& evaluated) {
  if (!evaluated.message) return doubtful("le texte du message n'est pas lisible");
  const auto said = words_of(fold(*evaluated.message));
  return found(std::all_of(rule.words.begin(), rule.words.end(), [&](const std::string& wanted) {
    // Plurals and agreements: a word of four letters or more counts from its beginning, with or without its last letter.
    return std::any_of(said.begin(), said.end(), [&](const std::string& word) {
      const std::string_view root = wanted.size() < 4 || wanted.back() != 's'
                                        ? std::string_view(wanted)
                                        : std::string_view(wanted).substr(0, wanted.size() - 1);
      return word == wanted || (root.size() >= 4 && word.starts_with(root));
    });
  }));
}

Found stand(const Rule& rule, const Grammar& grammar, const Evaluated& evaluated) {
  if (const auto* words = std::get_if<Words>(&rule)) return in_message(*words, evaluated);
  const auto index = std::visit(
      [](const auto& one) -> std::size_t {
        if constexpr (requires { one.analyte; }) return one.analyte;
        return 0;
      },
      rule);
  const auto& analyte = grammar.analytes.at(index);
  Found best;
  bool present = false;
  for (const auto& result : evaluated.results) {
    const auto is = is_of(result, analyte, grammar);
    if (result.cancelled || is == Is::other) continue;
    if (is == Is::like) {
      raise(best, doubtful(resembles), result.id);
      continue;
    }
    present = true;
    if (const auto* limit = std::get_if<Threshold>(&rule)) raise(best, threshold(result, *limit, analyte), result.id);
    if (const auto* moved = std::get_if<Change>(&rule))
      raise(best, change(result, *moved, analyte, grammar, evaluated.earlier), result.id);
    if (std::holds_alternative<Positive>(rule)) raise(best, positive(result), result.id);
  }
  if (!present && evaluated.uncoded) raise(best, doubtful(uncoded), {});
  return best;
}

Judgement to_judge(const std::string& rule, std::string_view why, std::vector<std::string> evidence = {}) {
  return {rule, Standing::to_judge, fmt::format("Règle d'alerte à juger par le médecin : « {} » ({}).", rule, why),
          std::move(evidence)};
}

}  // namespace

std::vector<Judgement> judge(const std::vector<std::string>& rules, bool by_doctor, const Grammar* grammar,
                             const Evaluated& evaluated) {
  std::vector<Judgement> judgements;
  for (const auto& text : rules) {
    if (grammar == nullptr) {
      judgements.push_back(to_judge(text, "aucun plugin installé ne lit les règles de cette tâche"));
      continue;
    }
    const auto rule = read_rule(text, *grammar);
    if (!rule) {
      judgements.push_back(to_judge(text, by_doctor ? "le médecin la juge lui-même" : "règle que le plugin ne lit pas"));
      continue;
    }
    if (!evaluated.readable) {
      judgements.push_back(to_judge(text, "le dossier n'a pas pu être lu"));
      continue;
    }
    auto found = stand(*rule, *grammar, evaluated);
    if (found.standing == Standing::met)
      judgements.push_back({text, Standing::met, fmt::format("Règle d'alerte immédiate remplie : « {} ».", text),
                            std::move(found.evidence)});
    else if (found.standing == Standing::to_judge)
      judgements.push_back(to_judge(text, found.doubt, std::move(found.evidence)));
    else if (by_doctor)
      judgements.push_back(to_judge(text, "le médecin la juge lui-même"));
    else
      judgements.push_back({text, Standing::not_met, {}});
  }
  return judgements;
}

std::vector<std::string> codes_of_changes(const std::vector<std::string>& rules, const Grammar& grammar) {
  std::set<std::string> codes;
  for (const auto& text : rules) {
    const auto rule = read_rule(text, grammar);
    if (!rule) continue;
    if (const auto* moved = std::get_if<Change>(&*rule)) {
      const auto& analyte = grammar.analytes.at(moved->analyte);
      codes.insert(analyte.codes.begin(), analyte.codes.end());
    }
  }
  return {codes.begin(), codes.end()};
}

}  // namespace relais::escalation
