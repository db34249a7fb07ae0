// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "report.h"

using bio::Category;
using bio::test::Report;
using bio::test::Told;

namespace {
const Told normal{.code = "2951-2", .unit = "mmol/L", .flag = "N", .value = 140};
const Told high{.code = "2951-2", .unit = "mmol/L", .flag = "H", .value = 147};
}  // namespace

TEST_CASE("an unsettled identity is to be filed first unless the values are urgent") {
  for (const auto identity : {RELAIS_IDENTITY_UNKNOWN, RELAIS_IDENTITY_AMBIGUOUS, RELAIS_IDENTITY_DISCORDANT}) {
    Report report;
    report.identity = identity;
    const auto answer = report.add(high).triage();
    CHECK(answer.category == Category::a_classer);
    CHECK(answer.has("I1"));
    CHECK(answer.has("F1"));
  }
  Report urgent;
  urgent.identity = RELAIS_IDENTITY_AMBIGUOUS;
  const auto answer = urgent.add({.code = "2823-3", .unit = "mmol/L", .flag = "HH", .value = 7.1}).triage();
  CHECK(answer.category == Category::critique);
  CHECK(answer.has("I1"));
}

TEST_CASE("without an identity neither history nor context is used") {
  Report report;
  report.identity = RELAIS_IDENTITY_UNKNOWN;
  report.words = {"dialyse", "irc"};
  const auto answer = report.add({.code = "14682-9", .unit = "umol/L", .flag = "H", .value = 400, .high = 104})
                          .add({.code = "14682-9", .unit = "umol/L", .value = 80, .before = std::chrono::hours(72)})
                          .triage();
  CHECK(answer.has("C-CREA"));
  CHECK_FALSE(answer.has("X1"));
  CHECK_FALSE(answer.has("A3"));
  CHECK(answer.said("C-CREA").find("précédente") == std::string::npos);
}

TEST_CASE("a correction is to be seen and for the day when the category changes either way") {
  Report same;
  same.status = RELAIS_REPORT_CORRECTED;
  same.replaced = RELAIS_CATEGORY_NORMAL;
  const auto unchanged = same.add(normal).triage();
  CHECK(unchanged.category == Category::a_voir);
  CHECK(unchanged.has("I3"));
  Report worse;
  worse.status = RELAIS_REPORT_CORRECTED;
  worse.replaced = RELAIS_CATEGORY_NORMAL;
  CHECK(worse.add(high).triage().category == Category::aujourdhui);
  Report better;
  better.status = RELAIS_REPORT_CORRECTED;
  better.replaced = RELAIS_CATEGORY_CRITIQUE;
  CHECK(better.add(normal).triage().category == Category::aujourdhui);
  Report unknown;
  unknown.status = RELAIS_REPORT_CORRECTED;
  CHECK(unknown.add(normal).triage().category == Category::a_voir);
}

TEST_CASE("a cancellation is raised and its values are no results") {
  Report quiet;
  quiet.status = RELAIS_REPORT_CANCELLED;
  quiet.replaced = RELAIS_CATEGORY_A_VOIR;
  const auto answer = quiet.add({.code = "2823-3", .unit = "mmol/L", .flag = "HH", .value = 7.1}).triage();
  CHECK(answer.category == Category::a_voir);
  CHECK(answer.has("I4"));
  CHECK_FALSE(answer.has("C-K"));
  for (const auto replaced : {RELAIS_CATEGORY_AUJOURDHUI, RELAIS_CATEGORY_CRITIQUE}) {
    Report urgent;
    urgent.status = RELAIS_REPORT_CANCELLED;
    urgent.replaced = replaced;
    CHECK(urgent.triage().category == Category::aujourdhui);
  }
  Report seen;
  seen.status = RELAIS_REPORT_CANCELLED;
  seen.replaced_seen = true;
  CHECK(seen.triage().category == Category::aujourdhui);
}

TEST_CASE("a partial report has the category of what is there and is late after seven days") {
  Report partial;
  partial.status = RELAIS_REPORT_PARTIAL;
  CHECK(partial.add(normal).triage().category == Category::normal);
  CHECK(partial.triage().has("I5"));
  partial.after = std::chrono::hours(7 * 24);
  CHECK(partial.triage().category == Category::a_voir);
  Report empty;
  empty.status = RELAIS_REPORT_PARTIAL;
  CHECK(empty.triage().category == Category::a_voir);
  Report pending;
  const auto waiting = pending.add(normal).add({.code = "3016-3", .status = RELAIS_OBSERVATION_PENDING}).triage();
  CHECK(waiting.category == Category::normal);
  CHECK(waiting.has("I5"));
}

TEST_CASE("a status that is not told is never normal") {
  Report report;
  report.status = RELAIS_REPORT_UNKNOWN;
  CHECK(report.add(normal).triage().category == Category::a_voir);
}

TEST_CASE("asked and not rendered is to be seen and potassium and INR for the day") {
  const auto aborted = [](const char* code) {
    return Report{}.add(normal).add({.code = code, .status = RELAIS_OBSERVATION_ABORTED}).triage();
  };
  CHECK(aborted("3016-3").category == Category::a_voir);
  CHECK(aborted("3016-3").has("I6"));
  CHECK(aborted("2823-3").category == Category::aujourdhui);
  CHECK(aborted("6301-6").category == Category::aujourdhui);
  const auto told = Report{}.add(normal).add({.code = "2823-3", .words = "Échantillon hémolysé"}).triage();
  CHECK(told.category == Category::aujourdhui);
  CHECK(told.has("I6"));
}

TEST_CASE("a PDF or an empty report or a cancelled result is to be seen") {
  Report pdf;
  pdf.uncoded = true;
  CHECK(pdf.triage().has("I7"));
  CHECK(pdf.triage().category == Category::a_voir);
  pdf.add(normal);
  CHECK(pdf.triage().category == Category::a_voir);
  CHECK(Report{}.triage().category == Category::a_voir);
  CHECK(Report{}.triage().has("I7"));
  const auto cancelled = Report{}.add(normal).add({.code = "3016-3", .value = 4, .status = RELAIS_OBSERVATION_CANCELLED}).triage();
  CHECK(cancelled.category == Category::a_voir);
  CHECK(cancelled.has("I4"));
}

TEST_CASE("a comment is to be seen and urgent words are for the day") {
  Told commented = normal;
  commented.comment = "Contrôle souhaitable.";
  CHECK(Report{}.add(commented).triage().category == Category::a_voir);
  CHECK(Report{}.add(commented).triage().has("I8"));
  for (const char* words : {"Résultat URGENT", "médecin appelé à 18 h", "Traitement immédiat", "valeur critique",
                            "alerte", "à voir en urgence", "pas urgent"}) {
    INFO(words);
    commented.comment = words;
    CHECK(Report{}.add(commented).triage().category == Category::aujourdhui);
  }
  commented.comment = "Rappel des valeurs usuelles";
  CHECK(Report{}.add(commented).triage().category == Category::a_voir);
  commented.comment = "  \n";
  CHECK(Report{}.add(commented).triage().category == Category::normal);
  Report whole;
  whole.comment = "Bactériémie : appel du laboratoire";
  CHECK(whole.add(normal).triage().category == Category::aujourdhui);
}

TEST_CASE("data that the host could not give raises") {
  Report report;
  report.observations_complete = false;
  const auto answer = report.add(normal).triage();
  CHECK(answer.category == Category::a_voir);
  CHECK(answer.has("I-TRANCHE"));
}

TEST_CASE("an announcement reserved to a professional is for the day") {
  Report report;
  report.reserved = true;
  const auto answer = report.add(normal).triage();
  CHECK(answer.category == Category::aujourdhui);
  CHECK(answer.has("D-ANNONCE"));
}
