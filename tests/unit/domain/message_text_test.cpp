// SPDX-License-Identifier: Apache-2.0
#include "domain/message_text.h"

#include <catch2/catch.hpp>

#include "domain/civil_time.h"

using namespace relais;

namespace {

std::string refused(const std::string& body) {
  const auto good = message::check(body);
  return good ? "good" : std::string(stable_code(good.error().code));
}

}  // namespace

TEST_CASE("a text with its four fields is filled from the appointment") {
  const auto at = *fiche::parse_instant("2026-12-01T08:05:00Z");
  const message::Fields fields{message::french_date(at, "Europe/Paris"), message::french_hour(at, "Europe/Paris"),
                               "Cabinet fictif", {"carte Vitale", "carnet de santé"}};
  CHECK(*message::fill("Rendez-vous le {date} à {heure}, {lieu}. À apporter : {à apporter}.", fields) ==
        "Rendez-vous le mardi 1er décembre 2026 à 9 h 05, Cabinet fictif. À apporter : carte Vitale, carnet de santé.");
  CHECK(*message::fill("{Date} {a apporter}", fields) == "mardi 1er décembre 2026 carte Vitale, carnet de santé");
}

TEST_CASE("the hour is that of Paris on both sides of a clock change") {
  CHECK(message::french_hour(*fiche::parse_instant("2026-10-24T07:00:00Z"), "Europe/Paris") == "9 h 00");
  CHECK(message::french_hour(*fiche::parse_instant("2026-10-26T08:00:00Z"), "Europe/Paris") == "9 h 00");
  CHECK(message::french_date(*fiche::parse_instant("2026-10-25T23:30:00Z"), "Europe/Paris") ==
        "lundi 26 octobre 2026");
}

TEST_CASE("there is no field for a name or a reason") {
  for (const auto* body : {"{nom}", "{motif}", "{vaccin}", "{ald}", "{}", "{date", "date}", "{{date}}", "{da{te}"}) {
    INFO(body);
    CHECK(refused(body) == "message.unknown-field");
  }
  CHECK(refused(" \n") == "relais.invalid-argument");
}

TEST_CASE("a text that tells why is refused with the word") {
  for (const auto* body : {"Votre rappel de vaccin le {date}", "VACCINATION {date}", "Renouvellement de votre ALD",
                           "votre diabète, {date}", "Dépistage le {date}", "votre affection de longue durée"}) {
    INFO(body);
    CHECK(refused(body) == "message.not-neutral");
  }
  CHECK(message::check("Votre rappel de vaccin").error().place == "vaccin");
  CHECK(refused("Votre rendez-vous le {date}, salle Alda, 2e étage. Apportez votre carte.") == "good");
  CHECK_FALSE(message::check_neutral("carnet de vaccination"));
}

TEST_CASE("a text that asks what to bring is not filled with nothing") {
  const auto filled = message::fill("Apportez {à apporter}", {"d", "h", "l", {}});
  REQUIRE_FALSE(filled);
  CHECK(filled.error().place == "bring");
  // What stands in a value is no field.
  CHECK(*message::fill("{lieu}", {"d", "h", "{date}", {}}) == "{date}");
}
