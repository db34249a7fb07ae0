// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "report.h"

using bio::Category;
using bio::test::Report;
using bio::test::days;

namespace {

bio::test::Answer one(const char* code, double value, const char* unit, std::int32_t born = days(1970, 1, 1)) {
  Report report;
  report.born = born;
  return report.add({.code = code, .unit = unit, .flag = "H", .value = value}).triage();
}

constexpr const char* creatinine = "14682-9";

}  // namespace

TEST_CASE("a threshold is strictly beyond except where the table writes at least") {
  CHECK(one("2951-2", 125, "mmol/L").category == Category::aujourdhui);
  CHECK(one("2951-2", 124.9, "mmol/L").category == Category::critique);
  CHECK(one("2951-2", 130, "mmol/L").category == Category::a_voir);
  CHECK(one("2951-2", 160, "mmol/L").category == Category::aujourdhui);
  CHECK(one("2951-2", 160.1, "mmol/L").category == Category::critique);
  CHECK(one("2823-3", 6.5, "mmol/L").category == Category::critique);
  CHECK(one("2823-3", 6.0, "mmol/L").category == Category::aujourdhui);
  CHECK(one("2823-3", 5.9, "mmol/L").category == Category::a_voir);
  CHECK(one("2823-3", 3.0, "mmol/L").category == Category::a_voir);
  CHECK(one("2823-3", 2.9, "mmol/L").category == Category::critique);
  CHECK(one("1988-5", 100, "mg/L").category == Category::aujourdhui);
  CHECK(one("40193-5", 3.9, "mmol/L").category == Category::aujourdhui);
}

TEST_CASE("a threshold is met in any known unit") {
  const auto grams = one("718-7", 6.9, "g/dL");
  CHECK(grams.category == Category::critique);
  CHECK(grams.said("C-HB").find("soit 69 g/L") != std::string::npos);
  CHECK(one("53049-3", 0.44, "g/L").category == Category::critique);
  CHECK(one("14682-9", 41, "mg/L").category == Category::critique);
  CHECK(one("777-3", 45000, "/mm3").category == Category::critique);
  CHECK(one("17861-6", 125, "mg/L").category == Category::critique);
}

TEST_CASE("multiples count against the report's own upper bound") {
  const auto alat = [](double value, std::optional<double> high) {
    return Report{}.add({.code = "1742-6", .unit = "U/L", .flag = "H", .value = value, .high = high}).triage();
  };
  CHECK(alat(601, 40).category == Category::critique);
  CHECK(alat(600, 40).category == Category::aujourdhui);
  CHECK(alat(401, 40).category == Category::aujourdhui);
  CHECK(alat(400, 40).category == Category::a_voir);
  CHECK(alat(5000, std::nullopt).category == Category::a_voir);
}

TEST_CASE("the child's column replaces the adult's from two to fifteen years") {
  const auto eight = days(2018, 1, 15);
  CHECK(one("2951-2", 128, "mmol/L", eight).category == Category::critique);
  CHECK(one("2951-2", 130, "mmol/L", eight).category == Category::a_voir);
  CHECK(one(creatinine, 200, "umol/L", eight).category == Category::critique);
  CHECK(one("22664-7", 10, "mmol/L", eight).category == Category::critique);
  CHECK(one("40193-5", 15.1, "mmol/L", eight).category == Category::critique);
  CHECK(one("2823-3", 6.5, "mmol/L", eight).category == Category::critique);
  CHECK(one("2951-2", 128, "mmol/L", days(2010, 3, 10)).category == Category::aujourdhui);
  CHECK(one("2951-2", 128, "mmol/L", days(2010, 3, 11)).category == Category::critique);
  CHECK(one("2951-2", 128, "mmol/L", days(2024, 3, 10)).category == Category::critique);
}

TEST_CASE("under two years no threshold applies and any flag is for the day") {
  const auto infant = days(2024, 3, 11);
  const auto potassium = one("2823-3", 6.8, "mmol/L", infant);
  CHECK(potassium.category == Category::aujourdhui);
  CHECK(potassium.has("X6"));
  CHECK_FALSE(potassium.has("C-K"));
  Report normal;
  normal.born = infant;
  CHECK(normal.add({.code = "2823-3", .unit = "mmol/L", .flag = "N", .value = 6.8}).triage().category == Category::normal);
}

TEST_CASE("a known patient without a birth date is judged by adult and child limits") {
  const auto answer = one("2951-2", 128, "mmol/L", RELAIS_NO_DATE);
  CHECK(answer.category == Category::critique);
  CHECK(answer.said("C-NA").find("âge inconnu") != std::string::npos);
}

TEST_CASE("a high creatinine that is known and stable is left to its flag") {
  const auto with_history = [](double before) {
    return Report{}
        .add({.code = creatinine, .unit = "umol/L", .flag = "H", .value = 380, .high = 104})
        .add({.code = creatinine, .unit = "umol/L", .value = before, .before = std::chrono::hours(24 * 60)})
        .triage();
  };
  CHECK(with_history(370).category == Category::a_voir);
  CHECK(with_history(200).category == Category::critique);
  CHECK(with_history(200).has("C-CREA"));
  CHECK(one(creatinine, 355, "umol/L").has("C-CREA"));
}

TEST_CASE("dialysis leaves creatinine and urea to the flag and potassium to its threshold") {
  Report report;
  report.words = {"dialyse"};
  const auto answer = report.add({.code = creatinine, .unit = "umol/L", .flag = "H", .value = 720, .high = 104})
                          .add({.code = "22664-7", .unit = "mmol/L", .flag = "H", .value = 32})
                          .triage();
  CHECK(answer.category == Category::a_voir);
  CHECK(answer.has("X1"));
  CHECK_FALSE(answer.has("C-CREA"));
  CHECK_FALSE(answer.has("C-UREE"));
  report.add({.code = "2823-3", .unit = "mmol/L", .flag = "H", .value = 6.5});
  CHECK(report.triage().has("C-K"));
}

TEST_CASE("an eGFR under fifteen counts when it is new") {
  const auto fresh = one("62238-1", 14, "mL/min/{1.73_m2}");
  CHECK(fresh.has("J-DFG"));
  const auto known = Report{}
                         .add({.code = "62238-1", .unit = "mL/min/{1.73_m2}", .flag = "L", .value = 14})
                         .add({.code = "62238-1", .unit = "mL/min/{1.73_m2}", .value = 13, .before = std::chrono::hours(24 * 90)})
                         .triage();
  CHECK_FALSE(known.has("J-DFG"));
}

TEST_CASE("a glucose over fifteen is for the day unless diabetes is known") {
  CHECK(one("40193-5", 16, "mmol/L").has("J-GLU"));
  Report known;
  known.words = {"diabete"};
  CHECK_FALSE(known.add({.code = "40193-5", .unit = "mmol/L", .flag = "H", .value = 16}).triage().has("J-GLU"));
}

TEST_CASE("a doctor's setting moves a threshold of the adult") {
  Report strict;
  strict.settings = {{"k.critique_haut", 6.0}};
  CHECK(strict.add({.code = "2823-3", .unit = "mmol/L", .flag = "H", .value = 6.0}).triage().has("C-K"));
}

TEST_CASE("a reason tells value range flag previous value threshold and source") {
  const auto answer = Report{}
                          .add({.code = "2823-3", .unit = "mmol/L", .flag = "HH", .value = 6.8, .low = 3.5, .high = 5.1})
                          .add({.code = "2823-3", .unit = "mmol/L", .value = 4.2, .before = std::chrono::hours(24 * 23)})
                          .triage();
  CHECK(answer.said("C-K") ==
        "Potassium 6,8 mmol/L : au moins 6,5 mmol/L, seuil critique (intervalle du laboratoire 3,5 à 5,1 ; drapeau HH ; "
        "valeur précédente 4,2 mmol/L, il y a 23 jours).");
  CHECK(answer.find("C-K")->source.find("ERC 2025") == 0);
  CHECK(answer.find("C-K")->source.find("à confirmer") != std::string::npos);
  CHECK(answer.reasons.front().rule == "C-K");
}
