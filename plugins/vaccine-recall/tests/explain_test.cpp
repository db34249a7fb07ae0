// SPDX-License-Identifier: Apache-2.0
#include "engine/explain.h"

#include <algorithm>

#include "small_data.h"

using namespace relais::vaccine;
using namespace relais::vaccine::test;

namespace {

bool holds(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return line.find(part) != line.npos; });
}

}  // namespace

TEST_CASE("an answer says which rule and element and dates decided and the assistant reads it in French") {
  const auto data = load(antigen(series(
      {.name = "Two",
       .doses = series_dose(1, "<age><absMinAge>6 weeks</absMinAge></age>") +
                series_dose(2, "<interval><fromPrevious>Y</fromPrevious><absMinInt>4 weeks</absMinInt>"
                               "<minInt>4 weeks</minInt></interval>")})));
  const auto who = patient(data, "2024-01-01", {{"2024-01-20", "A1"}, {"2024-03-01", "A1"}});
  Trace trace;
  const auto got = assess(data, who, day("2024-03-10"), &trace);
  REQUIRE(got);
  const auto developers = explain_for_developers(data, *got, alpha(*got), trace);
  CHECK(holds(developers, "CALCDTAGE-5 seriesDose 1 age.absMinAge for the dose of 2024-01-20 from 2024-01-01 = "
                          "2024-02-12, not met"));
  CHECK(holds(developers, "CALCDTINT-4 seriesDose 2 interval.minInt from 2024-03-01 = 2024-03-29, met"));
  const auto people = explain_in_french(data, *got, alpha(*got), trace);
  CHECK(holds(people, "dose du 20/01/2024 : ne compte pas et reste à refaire (trop jeune)"));
  CHECK(holds(people, "dose du 01/03/2024 : compte"));
  CHECK(holds(people, "possible dès le 29/03/2024"));
  CHECK(holds(people, "intervalle minimal depuis la dose de référence (4 semaines) : 29/03/2024"));
  // An explanation changes nothing of the answer.
  const auto silent = assess(data, who, day("2024-03-10"));
  REQUIRE(silent);
  CHECK(alpha(*silent).forecast.earliest == alpha(*got).forecast.earliest);
}

TEST_CASE("several reasons are told in the order age then interval then conflict then vaccine") {
  CHECK(french_reasons(Reason::vaccine_conflict | Reason::too_young | Reason::too_soon) ==
        "trop jeune ; trop tôt après la dose de référence ; trop près d’un autre vaccin vivant");
  CHECK(french_reasons(0).empty());
}
