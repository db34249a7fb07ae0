// SPDX-License-Identifier: Apache-2.0
#include "calendar_fr/facts.h"

#include <algorithm>
#include <charconv>

#include "engine/text.h"

namespace relais::vaccine::fr {
namespace {

tl::unexpected<LoadError> refuse(const Antigen& antigen, const Series& series, std::string reason) {
  return tl::unexpected(
      LoadError{antigen.name, "series \"" + series.name + "\".seriesAdminGuidance", std::move(reason)});
}

// "Dose 2" and "Question 5" hold a number, "Série" none.
bool read_scope(const std::string& scope, Fact& fact) {
  if (scope == "Série") return true;
  for (const auto& [word, number] : {std::pair{"Dose ", &fact.dose}, std::pair{"Question ", &fact.question}}) {
    const std::string_view prefix = word;
    if (!scope.starts_with(prefix)) continue;
    const auto* end = scope.data() + scope.size();
    const auto [stop, error] = std::from_chars(scope.data() + prefix.size(), end, *number);
    return error == std::errc{} && stop == end && *number > 0;
  }
  return false;
}

}  // namespace

tl::expected<void, LoadError> read_facts(Calendar& calendar) {
  for (const auto& antigen : calendar.data.antigens) {
    auto& of_antigen = calendar.facts.emplace_back();
    for (const auto& series : antigen.series) {
      auto& facts = of_antigen.emplace_back();
      for (const auto& line : series.guidance) {
        const auto parts = split(line, '|');
        Fact fact;
        if (parts.size() != 4 || !read_scope(parts[0], fact))
          return refuse(antigen, series, "not a source line: " + line);
        if (parts[1].size() != 1 || std::string_view("ABCX").find(parts[1][0]) == std::string_view::npos) {
          return refuse(antigen, series, "not a letter of confidence: " + line);
        }
        fact.mark = parts[1][0];
        fact.source = parts[2];
        fact.text = parts[3];
        // Its licence reserves such use, and a fact that rests on it alone is none.
        if (fact.source == "RM") return refuse(antigen, series, "RM is not a source: " + line);
        if (!calendar.sources.contains(fact.source)) return refuse(antigen, series, "unknown source: " + line);
        if (fact.question > 0 && !calendar.questions.contains(fact.question)) {
          return refuse(antigen, series, "unknown open question: " + line);
        }
        facts.push_back(std::move(fact));
      }
      for (const auto& dose : series.doses) {
        const auto about = [&](const Fact& fact) { return fact.dose == dose.number; };
        if (std::none_of(facts.begin(), facts.end(), about)) {
          return refuse(antigen, series, "dose " + std::to_string(dose.number) + " has no source line");
        }
      }
    }
  }
  return {};
}

}  // namespace relais::vaccine::fr
