// SPDX-License-Identifier: Apache-2.0
#include "judge.h"

#include <catch2/catch.hpp>

#include "patient.h"

using namespace ald;
using ald::test::on;
using ald::test::Patient;
using ald::test::said;
using ald::test::ToldRight;
using relais::Category;
using relais::RenewalStep;
using relais::RightPeriod;

namespace {

const Date today = on(2026, 11, 21);

ToldRight ending(const char* number, Date end, RenewalStep step = RenewalStep::none) {
  ToldRight right{.number = number};
  right.until = end;
  right.until_source = "notified";
  right.step = step;
  right.step_on = on(2026, 11, 2);
  return right;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a notified end wins and what the texts give is shown when it differs by more than a day") {
  ToldRight right{.number = "8", .from = on(2017, 5, 2)};
  right.until_source = "notified";
  for (const auto& [until, apart] : {std::pair{on(2027, 5, 1), false}, std::pair{on(2027, 5, 2), false},
                                    std::pair{on(2027, 4, 30), false}, std::pair{on(2027, 5, 3), true},
                                    std::pair{on(2022, 5, 1), true}}) {
    right.until = until;
    const auto line = Patient().has(right).lines(today).front();
    INFO(french(until));
    CHECK(line.end.day == until);
    CHECK(line.end.source == EndSource::notified);
    CHECK(line.end.discrepancy == (apart ? std::optional(on(2027, 5, 1)) : std::nullopt));
  }
  right.until = on(2031, 5, 1);
  // Far from its end, a date that may be a slip of the pen is still said.
  const auto finding = Patient().has(right).alert(today);
  REQUIRE(said(finding, "ALD-ECART") != nullptr);
  CHECK(holds(said(finding, "ALD-ECART")->text, "fin le 01/05/2031 (notifiée)"));
  CHECK(holds(said(finding, "ALD-ECART")->text, "01/05/2027"));
}

TEST_CASE("nothing is said of a right that is far from its end") {
  CHECK_FALSE(Patient().has(ending("31", on(2030, 1, 1))).alert(today).has_value());
  CHECK_FALSE(Patient().alert(today).has_value());
}

TEST_CASE("each stage has its category and its words") {
  const auto rule = [](Date end) { return Patient().has(ending("31", end)).alert(today); };
  CHECK(rule(on(2027, 5, 1))->category == Category::normal);
  CHECK(said(rule(on(2027, 5, 1)), "ALD-WATCH") != nullptr);
  CHECK(rule(on(2027, 2, 10))->category == Category::a_voir);
  CHECK(said(rule(on(2027, 2, 10)), "ALD-PREPARE") != nullptr);
  CHECK(said(rule(on(2027, 1, 10)), "ALD-DUE") != nullptr);
  CHECK(rule(on(2026, 12, 1))->category == Category::aujourdhui);
  CHECK(said(rule(on(2026, 12, 1)), "ALD-CRITICAL") != nullptr);
  CHECK(holds(rule(on(2026, 9, 29))->title, "droit échu depuis le 30/09/2026"));
  CHECK(said(rule(on(2026, 9, 29)), "ALD-EXPIRED") != nullptr);
}

TEST_CASE("a right without an end asks for it and nothing is computed for 31 and 32") {
  for (const char* number : {"31", "32"}) {
    const auto finding = Patient().has({.number = number, .from = on(2023, 3, 3)}).alert(today);
    REQUIRE(said(finding, "ALD-UNKNOWN") != nullptr);
    CHECK(holds(said(finding, "ALD-UNKNOWN")->text, "à vérifier dans amelipro"));
  }
}

TEST_CASE("the missing end of the national database is no end") {
  const auto line = Patient().has(ending("31", on(1600, 1, 1))).lines(today).front();
  CHECK_FALSE(line.end.day.has_value());
  CHECK(line.stage == Stage::unknown);
}

TEST_CASE("a request that is sent silences reminders and not the end itself") {
  for (const Date end : {on(2027, 5, 1), on(2027, 2, 10), on(2027, 1, 10), on(2026, 12, 1)})
    CHECK_FALSE(Patient().has(ending("8", end, RenewalStep::sent)).alert(today).has_value());
  const auto finding = Patient().has(ending("8", on(2026, 11, 20), RenewalStep::sent)).alert(today);
  REQUIRE(said(finding, "ALD-EXPIRED") != nullptr);
  CHECK(holds(said(finding, "ALD-EXPIRED")->text, "échue, demande envoyée le 02/11/2026"));
  CHECK(finding->category == Category::a_voir);
}

TEST_CASE("steps before the request is sent are shown and silence nothing") {
  for (const auto step : {RenewalStep::contacted, RenewalStep::visit_booked, RenewalStep::drafted}) {
    const auto finding = Patient().has(ending("8", on(2027, 1, 10), step)).alert(today);
    REQUIRE(said(finding, "ALD-DUE") != nullptr);
    CHECK(holds(said(finding, "ALD-DUE")->text, "le 02/11/2026"));
  }
}

TEST_CASE("what the doctor settled is silent") {
  for (const auto step : {RenewalStep::refused, RenewalStep::not_to_renew})
    for (const Date end : {on(2027, 1, 10), on(2026, 9, 1)})
      CHECK_FALSE(Patient().has(ending("8", end, step)).alert(today).has_value());
}

TEST_CASE("what the caisse renewed asks only for the new date") {
  const Patient patient = Patient().has(ending("8", on(2027, 1, 10), RenewalStep::by_caisse));
  const auto finding = patient.alert(today);
  REQUIRE(said(finding, "ALD-CAISSE") != nullptr);
  CHECK(said(finding, "ALD-DUE") == nullptr);
  CHECK(holds(said(finding, "ALD-CAISSE")->text, "seule la nouvelle date de fin manque"));
  CHECK_FALSE(to_prepare(patient.lines(today).front(), ald::test::durations()));
}

TEST_CASE("several rights are one task for one visit that declares them all") {
  auto patient = Patient().has(ending("8", on(2027, 1, 10))).has(ending("13", on(2031, 1, 1))).has(ending("30", on(2026, 12, 1)));
  patient.comes(on(2026, 11, 30), 630).comes(on(2026, 12, 20), 600);
  const auto finding = patient.alert(today);
  REQUIRE(finding.has_value());
  CHECK(finding->title == "ALD 30 : fin de droit le 01/12/2026 (3 ALD, une seule demande)");
  CHECK(said(finding, "ALD-CRITICAL") != nullptr);
  CHECK(said(finding, "ALD-DUE") != nullptr);
  REQUIRE(said(finding, "ALD-AUTRE") != nullptr);
  CHECK(holds(said(finding, "ALD-AUTRE")->text, "ALD 13"));
  REQUIRE(said(finding, "ALD-RDV") != nullptr);
  CHECK(holds(said(finding, "ALD-RDV")->text, "30/11/2026 à 10 h 30"));
  CHECK(finding->category == Category::aujourdhui);
}

TEST_CASE("an appointment after the end is to be moved") {
  const auto finding = Patient().has(ending("30", on(2026, 12, 1))).comes(on(2026, 12, 20), 600).alert(today);
  CHECK(holds(said(finding, "ALD-RDV")->text, "à avancer"));
  const auto none = Patient().has(ending("30", on(2026, 12, 1))).alert(today);
  CHECK(holds(said(none, "ALD-RDV")->text, "Aucun rendez-vous"));
}

TEST_CASE("of several periods of one number the last one counts") {
  const auto lines = Patient()
                         .has({.number = "24", .from = on(2023, 10, 1)})
                         .has({.number = "24", .from = on(2026, 10, 1), .period = RightPeriod::renewal})
                         .lines(today);
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().end.day == on(2031, 9, 30));
}

TEST_CASE("a right that ends for good is no renewal") {
  const Patient patient = Patient().has({.number = "7.2-nn", .from = on(2024, 1, 20)});
  const auto finding = patient.alert(today);
  REQUIRE(said(finding, "ALD-DUE") != nullptr);
  CHECK(holds(said(finding, "ALD-DUE")->text, "fin de droit prévue"));
  CHECK_FALSE(to_prepare(patient.lines(today).front(), ald::test::durations()));
}

TEST_CASE("what does not hold together is said and corrected by nobody") {
  const auto odd = [](ToldRight right) {
    const auto finding = Patient().has(std::move(right)).alert(today);
    const auto* reason = said(finding, "ALD-INCOHERENCE");
    return reason == nullptr ? std::string() : reason->text;
  };
  CHECK(holds(odd({.number = "99", .from = on(2024, 1, 1), .until = on(2030, 1, 1), .until_source = "notified"}), "absent"));
  CHECK(holds(odd({.number = "31", .from = on(2024, 1, 1), .until = on(2023, 1, 1), .until_source = "notified"}), "avant le début"));
  CHECK(holds(odd({.number = "12", .from = on(2020, 1, 1), .until = on(2030, 1, 1), .until_source = "notified"}), "fermé"));
  CHECK(holds(odd({.number = "31", .from = on(2024, 1, 1), .until = on(2030, 1, 1), .until_source = "notified",
                   .previous_until = on(2024, 3, 1)}), "avant la fin de la précédente"));
  CHECK(holds(odd({.number = "31", .from = on(2024, 1, 1), .until = on(2030, 1, 1), .until_source = "notified",
                   .previous_until = on(2023, 3, 1)}), "interruption"));
  CHECK(odd({.number = "31", .from = on(2024, 1, 1), .until = on(2030, 1, 1), .until_source = "notified",
             .previous_until = on(2023, 12, 31)}).empty());
  const auto twice = Patient().has({.number = "8", .from = on(2018, 1, 1)}).has({.number = "8", .from = on(2018, 1, 1)}).alert(today);
  REQUIRE(said(twice, "ALD-INCOHERENCE") != nullptr);
  CHECK(holds(said(twice, "ALD-INCOHERENCE")->text, "deux fois"));
}

TEST_CASE("a period set back before a change of the texts is said to be uncertain") {
  ToldRight right{.number = "24", .from = on(2024, 6, 1)};
  right.protocol_on = on(2024, 8, 1);
  CHECK(said(Patient().has(right).alert(today), "ALD-REGIME") != nullptr);
  right.protocol_on = on(2024, 6, 20);
  CHECK_FALSE(Patient().has(right).alert(on(2026, 1, 1)).has_value());
}

TEST_CASE("what an assistant entered waits for a doctor's look") {
  auto right = ending("8", on(2031, 1, 1));
  right.to_confirm = true;
  const auto finding = Patient().has(right).alert(today);
  REQUIRE(said(finding, "ALD-A-REVOIR") != nullptr);
  CHECK(finding->category == Category::a_voir);
}

TEST_CASE("rights that the host left out are never a silence") {
  const auto finding = Patient().has(ending("8", on(2027, 1, 10))).withheld().alert(today);
  CHECK(said(finding, "ALD-INCOMPLET") != nullptr);
}

TEST_CASE("what is read tomorrow is what was read today until something changes") {
  const Patient patient = Patient().has(ending("8", on(2027, 1, 10))).has(ending("13", on(2027, 4, 1)));
  const auto first = patient.alert(today);
  const auto next = patient.alert(today + std::chrono::days(1));
  CHECK(first->title == next->title);
  REQUIRE(first->reasons.size() == next->reasons.size());
  for (std::size_t i = 0; i < first->reasons.size(); ++i) CHECK(first->reasons[i].text == next->reasons[i].text);
}

TEST_CASE("a doctor's settings move the first and the last reminder") {
  auto patient = Patient().has(ending("8", on(2027, 10, 1)));
  CHECK_FALSE(patient.alert(today).has_value());
  patient.set("surveillance.mois", 12);
  CHECK(said(patient.alert(today), "ALD-WATCH") != nullptr);
  auto close = Patient().has(ending("8", on(2026, 12, 20)));
  CHECK(said(close.alert(today), "ALD-DUE") != nullptr);
  close.set("critique.jours", 45);
  CHECK(said(close.alert(today), "ALD-CRITICAL") != nullptr);
}

TEST_CASE("the name of an illness stands in no reason of the list") {
  const auto finding = Patient().has(ending("8", on(2027, 1, 10))).alert(today);
  for (const auto& reason : finding->reasons) {
    CHECK_FALSE(holds(reason.text, "iabète"));
    CHECK(reason.level == relais::DataLevel::d2);
  }
}
