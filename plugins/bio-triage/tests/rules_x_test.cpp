// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "report.h"

using bio::Category;
using bio::test::Report;

namespace {

bio::test::Answer inr(double value, std::optional<std::pair<double, double>> target, bool avk = true) {
  Report report;
  if (avk) report.words = {"avk"};
  if (target) report.targets = {{.analyte = "INR", .low = target->first, .high = target->second}};
  return report.add({.code = "6301-6", .unit = "{ratio}", .flag = "H", .value = value, .low = 0.8, .high = 1.2}).triage();
}

bio::test::Answer potassium(double value, std::vector<std::string> words) {
  Report report;
  report.words = std::move(words);
  return report.add({.code = "2823-3", .unit = "mmol/L", .flag = "A", .value = value}).triage();
}

}  // namespace

TEST_CASE("an INR in the doctor's target is normal with its flag shown") {
  const auto answer = inr(2.4, std::pair(2.0, 3.0));
  CHECK(answer.category == Category::normal);
  CHECK(answer.said("X4").find("drapeau H du laboratoire et cible du patient") != std::string::npos);
  CHECK(answer.has("F1"));
}

TEST_CASE("an INR outside the target has its own degrees") {
  CHECK(inr(5.0, std::pair(2.0, 3.0)).category == Category::critique);
  CHECK(inr(4.0, std::pair(2.0, 3.0)).category == Category::aujourdhui);
  CHECK(inr(3.4, std::pair(2.0, 3.0)).category == Category::a_voir);
  CHECK(inr(1.9, std::pair(2.0, 3.0)).category == Category::aujourdhui);
  CHECK(inr(5.9, std::pair(2.5, 3.5)).category == Category::aujourdhui);
  CHECK(inr(6.0, std::pair(2.5, 3.5)).category == Category::critique);
  CHECK(inr(3.6, std::pair(2.5, 3.5)).category == Category::aujourdhui);
}

TEST_CASE("without a target two to three raises and never declares normal") {
  CHECK(inr(2.4, std::nullopt).category == Category::a_voir);
  CHECK(inr(1.5, std::nullopt).category == Category::aujourdhui);
  CHECK(inr(5.0, std::nullopt).category == Category::critique);
}

TEST_CASE("without AVK an INR of one and a half is for the day and five is critical") {
  CHECK(inr(1.5, std::nullopt, false).has("J-INR"));
  CHECK(inr(5.0, std::nullopt, false).has("C-INR"));
  CHECK(inr(1.4, std::nullopt, false).category == Category::a_voir);
}

TEST_CASE("a potassium means more in a patient at risk") {
  CHECK(potassium(5.5, {}).category == Category::a_voir);
  CHECK(potassium(5.5, {"irc"}).category == Category::aujourdhui);
  CHECK(potassium(6.0, {"insuffisance_cardiaque"}).category == Category::critique);
  CHECK(potassium(5.7, {"diabete"}).category == Category::a_voir);
  CHECK(potassium(5.7, {"diabete", "ieca_ara2"}).category == Category::aujourdhui);
  CHECK(potassium(3.4, {"digoxine"}).category == Category::critique);
  CHECK(potassium(3.4, {"cardiopathie"}).category == Category::aujourdhui);
  CHECK(potassium(3.5, {"cardiopathie"}).category == Category::a_voir);
}

TEST_CASE("a dialysed patient keeps the two thresholds of potassium whatever the ground") {
  CHECK(potassium(5.8, {"irc", "dialyse"}).category == Category::a_voir);
  CHECK(potassium(5.8, {"irc", "dialyse"}).has("X1"));
  CHECK(potassium(6.0, {"irc", "dialyse"}).category == Category::aujourdhui);
  CHECK(potassium(6.5, {"irc", "dialyse"}).category == Category::critique);
}

TEST_CASE("an unknown ground makes a potassium at risk urgent and no other") {
  const auto unknown = [](double value) {
    Report report;
    report.context_complete = false;
    return report.add({.code = "2823-3", .unit = "mmol/L", .flag = "N", .value = value}).triage();
  };
  CHECK(unknown(5.5).category == Category::aujourdhui);
  CHECK(unknown(3.4).category == Category::aujourdhui);
  CHECK_FALSE(unknown(5.4).has("X7"));
  CHECK_FALSE(unknown(3.5).has("X7"));
}

namespace {

bio::test::Answer pregnant(double weeks, bio::test::Told told, std::int32_t since = RELAIS_NO_DATE) {
  Report report;
  report.born = bio::test::days(1994, 4, 4);
  report.sex = RELAIS_SEX_FEMALE;
  report.pregnancy_weeks = weeks;
  report.pregnant_since = since;
  return report.add(std::move(told)).triage();
}

// Haemoglobins in g/L: `now`, and earlier ones so many days before.
bio::test::Answer known_low(double now, std::vector<std::pair<double, int>> earlier, std::int32_t until,
                            bool seen = true, relais_direction direction = RELAIS_DIRECTION_LOW) {
  Report report;
  report.known = {{.analyte = "HB", .direction = direction, .until = until}};
  report.add({.code = "718-7", .unit = "g/L", .flag = "L", .value = now, .low = 120});
  for (const auto& [value, days] : earlier) {
    report.add({.code = "718-7", .unit = "g/L", .value = value, .before = std::chrono::hours(24 * days), .seen = seen});
  }
  return report.triage();
}

const std::int32_t far = bio::test::days(2026, 12, 31);

}  // namespace

TEST_CASE("a pregnancy has thresholds of its own from twenty weeks") {
  const bio::test::Told platelets{.code = "777-3", .unit = "10*9/L", .flag = "L", .value = 99};
  CHECK(pregnant(20, platelets).category == Category::critique);
  CHECK(pregnant(19, platelets).category == Category::a_voir);
  CHECK(pregnant(0, platelets).category == Category::critique);
  CHECK(pregnant(32, {.code = "1920-8", .unit = "U/L", .flag = "H", .value = 71, .high = 35}).category == Category::critique);
  CHECK(pregnant(32, {.code = "1742-6", .unit = "U/L", .flag = "H", .value = 70, .high = 35}).category == Category::a_voir);
  CHECK(pregnant(32, {.code = "14682-9", .unit = "umol/L", .flag = "N", .value = 90}).category == Category::critique);
  CHECK(pregnant(32, {.code = "2889-4", .unit = "g/24h", .flag = "H", .value = 0.3}).category == Category::aujourdhui);
  CHECK(pregnant(8, {.code = "14933-6", .unit = "mg/L", .flag = "H", .value = 60.1}).category == Category::aujourdhui);
  CHECK(pregnant(8, {.code = "14933-6", .unit = "mg/L", .flag = "H", .value = 60}).category == Category::a_voir);
}

TEST_CASE("a fasting glucose counts in a pregnancy unless it is told not to be fasting") {
  const auto glucose = [](double value, const char* unit, std::uint32_t fasting) {
    return pregnant(8, {.code = "14749-6", .unit = unit, .flag = "N", .value = value, .fasting = fasting});
  };
  CHECK(glucose(0.92, "g/L", 1).category == Category::aujourdhui);
  CHECK(glucose(0.91, "g/L", 1).category == Category::normal);
  CHECK(glucose(5.1, "mmol/L", 1).category == Category::aujourdhui);
  CHECK(glucose(0.95, "g/L", 2).category == Category::normal);
  CHECK(glucose(0.95, "g/L", 0).said("X5").find("jeûne non précisé") != std::string::npos);
}

TEST_CASE("the term of a pregnancy grows from the day of its entry and ends") {
  const bio::test::Told platelets{.code = "777-3", .unit = "10*9/L", .flag = "L", .value = 99};
  CHECK(pregnant(12, platelets, bio::test::days(2026, 1, 13)).category == Category::critique);
  CHECK(pregnant(12, platelets, bio::test::days(2026, 1, 20)).category == Category::a_voir);
  CHECK_FALSE(pregnant(12, platelets, bio::test::days(2025, 6, 1)).has("X5"));
}

TEST_CASE("a known anomaly that is stable lowers the day to be seen and never to normal") {
  CHECK(known_low(78, {{79, 30}, {77, 60}}, far).category == Category::a_voir);
  CHECK(known_low(78, {{79, 30}, {77, 60}}, far).has("X2"));
  CHECK(known_low(78, {{79, 30}, {77, 60}}, bio::test::days(2026, 3, 10)).has("X2"));
  CHECK_FALSE(known_low(78, {{79, 30}, {77, 60}}, bio::test::days(2026, 3, 9)).has("X2"));
  CHECK_FALSE(known_low(78, {{79, 30}, {77, 60}}, RELAIS_NO_DATE).has("X2"));
  CHECK_FALSE(known_low(78, {{79, 30}}, far).has("X2"));
  CHECK_FALSE(known_low(78, {{79, 30}, {77, 60}}, far, true, RELAIS_DIRECTION_HIGH).has("X2"));
  // 8 % under the worst of the last three is 71.76.
  CHECK(known_low(72, {{79, 30}, {78, 60}}, far).has("X2"));
  CHECK_FALSE(known_low(71.5, {{79, 30}, {78, 60}}, far).has("X2"));
  // The worst is among the last three only.
  CHECK_FALSE(known_low(72, {{80, 20}, {80, 30}, {80, 40}, {70, 90}}, far).has("X2"));
}

TEST_CASE("a known critical value is lowered only after a similar one that a doctor saw this week") {
  CHECK(known_low(68, {{69, 6}, {70, 30}}, far).category == Category::aujourdhui);
  CHECK(known_low(68, {{69, 8}, {70, 30}}, far).category == Category::critique);
  CHECK(known_low(68, {{69, 6}, {70, 30}}, far, false).category == Category::critique);
  CHECK(known_low(68, {{75, 6}, {69, 30}}, far).category == Category::critique);
}

TEST_CASE("a known anomaly explains the level that the ground makes dangerous too") {
  const auto known_potassium = [](double now, int days_before, std::vector<std::string> words) {
    Report report;
    report.words = std::move(words);
    report.known = {{.analyte = "K", .direction = RELAIS_DIRECTION_HIGH, .until = far}};
    report.add({.code = "2823-3", .unit = "mmol/L", .flag = now > 5.1 ? "H" : "L", .value = now});
    for (const int days : {days_before, days_before + 30}) {
      report.add({.code = "2823-3", .unit = "mmol/L", .value = now, .before = std::chrono::hours(24 * days)});
    }
    return report.triage();
  };
  const auto stable = known_potassium(5.7, 30, {"irc"});
  CHECK(stable.category == Category::a_voir);
  CHECK(stable.find("X7")->category == Category::a_voir);
  CHECK(stable.said("X2").find("X7") != std::string::npos);
  CHECK(known_potassium(6.2, 30, {"irc"}).category == Category::critique);
  CHECK(known_potassium(6.2, 5, {"irc"}).category == Category::aujourdhui);
  // On the other side it explains nothing.
  CHECK(known_potassium(3.2, 5, {"digoxine"}).category == Category::critique);
}

TEST_CASE("a known anomaly of an infant or of a pregnant woman is explained as any other") {
  const auto known_platelets = [](std::int32_t born, std::optional<double> weeks, int days_before) {
    Report report;
    report.born = born;
    report.pregnancy_weeks = weeks;
    report.known = {{.analyte = "PLQ", .until = far}};
    report.add({.code = "777-3", .unit = "10*9/L", .flag = "L", .value = 90, .low = 150});
    for (const int days : {days_before, days_before + 30}) {
      report.add({.code = "777-3", .unit = "10*9/L", .value = 92, .before = std::chrono::hours(24 * days)});
    }
    return report.triage();
  };
  const auto infant = known_platelets(bio::test::days(2025, 1, 1), std::nullopt, 30);
  CHECK(infant.category == Category::a_voir);
  CHECK(infant.said("X2").find("X6") != std::string::npos);
  CHECK(known_platelets(bio::test::days(1994, 4, 4), 30, 30).category == Category::critique);
  CHECK(known_platelets(bio::test::days(1994, 4, 4), 30, 5).category == Category::aujourdhui);
}

TEST_CASE("a known anomaly does not hide a fall") {
  const auto answer = known_low(78, {{99, 20}, {77, 60}, {79, 90}}, far);
  CHECK(answer.has("X2"));
  CHECK(answer.has("T-HB"));
  CHECK(answer.category == Category::aujourdhui);
}

TEST_CASE("a target of the doctor explains the flag and leaves thresholds and trends") {
  const auto ferritin = [](double value, std::int32_t until, const char* flag) {
    Report report;
    report.targets = {{.analyte = "FER", .low = 20, .high = 50, .until = until}};
    return report.add({.code = "2276-4", .unit = "ug/L", .flag = flag, .value = value}).triage();
  };
  CHECK(ferritin(30, far, "L").category == Category::normal);
  CHECK(ferritin(30, far, "LL").category == Category::normal);
  CHECK(ferritin(30, far, "L").said("X3").find("drapeau L du laboratoire et cible du patient (20 à 50") != std::string::npos);
  CHECK(ferritin(30, bio::test::days(2026, 3, 9), "L").category == Category::a_voir);
  CHECK(ferritin(60, far, "N").category == Category::a_voir);
  Report lithium;
  lithium.targets = {{.analyte = "LI", .low = 0.5, .high = 2.0}};
  CHECK(lithium.add({.code = "14334-7", .unit = "mmol/L", .flag = "H", .value = 1.6}).triage().category == Category::critique);
}

TEST_CASE("the title names first what is to be seen") {
  const auto title = Report{}
                         .add({.code = "2951-2", .unit = "mmol/L", .flag = "N", .value = 140})
                         .add({.code = "777-3", .unit = "10*9/L", .flag = "L", .value = 120})
                         .add({.code = "2823-3", .unit = "mmol/L", .flag = "HH", .value = 6.8})
                         .triage()
                         .title;
  CHECK(title == "Critique (appeler) : biologie, Potassium, Plaquettes, Sodium (2 à voir sur 3 résultats)");
  const auto quiet = Report{}
                         .add({.code = "2951-2", .unit = "mmol/L", .flag = "N", .value = 140})
                         .add({.code = "2823-3", .unit = "mmol/L", .flag = "N", .value = 4})
                         .triage()
                         .title;
  CHECK(quiet == "Normal : biologie, Sodium, Potassium (2 résultats)");
}
