// SPDX-License-Identifier: Apache-2.0
#include "api/plugin_rights.h"

#include <catch2/catch.hpp>

namespace relais::api {
namespace {

using Lines = std::vector<std::string>;

plugins::Manifest held() {
  plugins::Manifest manifest;
  manifest.tasks = {"bio-triage"};
  manifest.triggers = {"lab_report.available"};
  manifest.slice = {{"observation", {"2823-3", "2951-2"}, 365}, {"condition", {}, std::nullopt}};
  manifest.effects = {"message"};
  return manifest;
}

TEST_CASE("a version that asks for the same or for less adds no right") {
  auto wanted = held();
  CHECK(rights_added(held(), wanted).empty());
  wanted.slice = {{"observation", {"2823-3"}, 30}, {"condition", {"E11"}, std::nullopt}};
  wanted.effects.clear();
  CHECK(rights_added(held(), wanted).empty());
}

TEST_CASE("each right that a version adds is one French line") {
  auto wanted = held();
  SECTION("a code") {
    wanted.slice[0].codes.emplace_back("718-7");
    CHECK(rights_added(held(), wanted) == Lines{"données « observation » (résultats de biologie), codes 718-7, sur 365 jours"});
  }
  SECTION("every code") {
    wanted.slice[0].codes.clear();
    CHECK(rights_added(held(), wanted) == Lines{"données « observation » (résultats de biologie), tous les codes, sur 365 jours"});
  }
  SECTION("a longer history") {
    wanted.slice[0].days = 366;
    CHECK(rights_added(held(), wanted) == Lines{"données « observation » (résultats de biologie), codes 2823-3, 2951-2, sur 366 jours"});
  }
  SECTION("another kind") {
    wanted.slice.push_back({"document", {}, std::nullopt});
    CHECK(rights_added(held(), wanted) == Lines{"données « document » (documents), tous les codes, de l'élément en cours"});
  }
  SECTION("a lower profile and a larger budget") {
    auto before = held();
    before.minimum_profile = "IDE";
    wanted.minimum_profile = "Q";
    wanted.budget.memory_mb = before.budget.memory_mb + 1;
    wanted.budget.batch_deadline = before.budget.batch_deadline * 2;
    CHECK(rights_added(before, wanted) ==
          Lines{"profil minimum de l'assistant : Q au lieu de IDE", "mémoire : 257 Mo au lieu de 256",
                "temps accordé à un lot : 10000 ms au lieu de 5000"});
    CHECK(rights_added(wanted, before).empty());
  }
  SECTION("a task and an effect and a destination") {
    wanted.tasks.emplace_back("vaccins-rappel");
    wanted.effects.emplace_back("appointment");
    wanted.egress.emplace_back("exemple.fr");
    CHECK(rights_added(held(), wanted) == Lines{"tâche « vaccins-rappel »", "action proposée « appointment »",
                                                "destination hors du cabinet « exemple.fr »"});
  }
}

TEST_CASE("what nobody accepted yet is cut down to what is held") {
  auto wanted = held();
  wanted.tasks.emplace_back("vaccins-rappel");
  wanted.slice = {{"observation", {"2823-3", "718-7"}, 3650}, {"condition", {"E11"}, 30}, {"document", {}, std::nullopt}};
  const auto cut = within_rights(held(), wanted);
  CHECK(cut.tasks == std::vector<std::string>{"bio-triage"});
  REQUIRE(cut.slice.size() == 2);
  CHECK(cut.slice[0].codes == std::vector<std::string>{"2823-3"});
  CHECK(cut.slice[0].days == 365);
  CHECK(cut.slice[1].codes == std::vector<std::string>{"E11"});
  CHECK(cut.slice[1].days == std::nullopt);
  wanted.slice = {{"observation", {"718-7"}, 1}};
  CHECK(within_rights(held(), wanted).slice.empty());
  wanted.slice = {{"observation", {}, 1}};
  const auto all_codes = within_rights(held(), wanted);
  REQUIRE(all_codes.slice.size() == 1);
  CHECK(all_codes.slice[0].codes == held().slice[0].codes);
  CHECK(all_codes.slice[0].days == 1);
  CHECK(rights_added(held(), cut).empty());
}

}  // namespace
}  // namespace relais::api
