// SPDX-License-Identifier: Apache-2.0
// Where an item goes when the assistant is away (`repli`), by the running host's own timers.
#include <catch2/catch.hpp>

#include "practice.h"

using namespace relais;
using namespace relais::mandate;

namespace {

Fiche receiving(const std::string& fallback) {
  Fiche fiche;
  fiche.fallback = fallback;
  fiche.tasks = "  - {id: bio-reception, mode: autonome}\n";
  return fiche;
}

struct Reception : Practice {
  explicit Reception(const std::string& fallback) {
    install("mandate-reception");
    put_in_force(receiving(fallback));
    REQUIRE(enable("perrin", "marchand", "bio-reception") == "ok");
  }
};

}  // namespace

TEST_CASE("repli vers medecin after hours an item that waited its delay goes to the doctor") {
  Reception practice("{vers: medecin, delai_h: 1}");
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(item.routed_to().empty());
  practice.at("2026-11-23T19:30");
  CHECK(practice.claim("perrin", item) == "R13");
  const auto routed = practice.once_routed("marchand", item);
  CHECK(routed.routed_to() == "medecin");
  CHECK(routed.routed_to_doctor().find("absent") != std::string::npos);
}

TEST_CASE("repli vers secretariat an item that is not clinical is told to the secretary and a clinical one is not") {
  Reception practice("{vers: secretariat, delai_h: 1}");
  practice.need("secretaire");
  const auto item = practice.report({Practice::potassium(4.2)});
  practice.at("2026-11-23T19:30");
  CHECK(practice.once_routed("marchand", item).routed_to() == "secretariat");

  Practice clinical;
  clinical.install("bio-triage");
  Fiche fiche;
  fiche.fallback = "{vers: secretariat, delai_h: 1}";
  clinical.put_in_force(fiche);
  REQUIRE(clinical.enable("perrin", "marchand", "bio-triage") == "ok");
  clinical.need("secretaire");
  const auto result = clinical.report({Practice::potassium(4.2)});
  clinical.at("2026-11-23T19:30");
  CHECK(clinical.once_routed("marchand", result).routed_to() == "medecin");
}

TEST_CASE("repli vers autre-am an item held by who is away goes to the assistant who is there") {
  Reception practice("{vers: autre-am, delai_h: 1}");
  auto other = receiving("{vers: autre-am, delai_h: 1}");
  other.assistant = "benali";
  other.hours = "\"19:00-23:00\"";
  practice.put_in_force(other);
  REQUIRE(practice.enable("benali", "marchand", "bio-reception") == "ok");
  const auto item = practice.report({Practice::potassium(4.2)});
  REQUIRE(practice.claim("perrin", item) == "ok");
  practice.at("2026-11-23T19:30");
  const auto routed = practice.once_routed("marchand", item);
  CHECK(routed.routed_to() == "autre-am");
  CHECK(routed.assigned_to() == "benali");
  CHECK(practice.claim("benali", item) == "ok");
}
