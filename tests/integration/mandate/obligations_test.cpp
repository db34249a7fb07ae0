// SPDX-License-Identifier: Apache-2.0
// What an authorised act obliges to, and that the host keeps to it.
#include <catch2/catch.hpp>

#include <algorithm>

#include "practice.h"

using namespace relais;
using namespace relais::mandate;

namespace {

struct ToValidate : Practice {
  ToValidate() {
    install("bio-triage");
    Fiche fiche;
    fiche.tasks = "  - {id: bio-triage, mode: faire-puis-valider, validation_h: 4}\n";
    put_in_force(fiche);
    REQUIRE(enable("perrin", "marchand", "bio-triage") == "ok");
  }
};

bool told(const std::vector<std::string>& events, const std::string& start) {
  return std::any_of(events.begin(), events.end(), [&](const std::string& line) { return line.starts_with(start); });
}

}  // namespace

TEST_CASE("trace every act and every refusal is in the ledger") {
  ToValidate practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(obliges(practice.ask("perrin", realiser, "bio-triage", "marchand", item.subject().item_id()), "trace"));
  REQUIRE(practice.claim("perrin", item) == "ok");
  REQUIRE(practice.close("perrin", item) == "R21");
  const auto events = practice.ledger(item.subject().item_id());
  CHECK(told(events, "item.claim ok"));
  CHECK(std::any_of(events.begin(), events.end(), [](const std::string& line) {
    return line.find("refused") != std::string::npos && line.find("R21") != std::string::npos;
  }));
}

TEST_CASE("validation-medecin what the assistant did waits for the doctor and ends with the doctor") {
  ToValidate practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  const auto decision = practice.ask("perrin", realiser, "bio-triage", "marchand", item.subject().item_id());
  CHECK(obliges(decision, "validation-medecin"));
  REQUIRE(practice.claim("perrin", item) == "ok");
  REQUIRE(practice.prepare("perrin", item) == "ok");
  CHECK(practice.item("marchand", item.id()).state() == v1::ITEM_STATE_TO_VALIDATE);
  CHECK(practice.validate("perrin", item) == "api.role");
  CHECK(practice.validate("marchand", item) == "ok");
  CHECK(practice.item("marchand", item.id()).state() == v1::ITEM_STATE_VALIDATED);
}

TEST_CASE("vu-requis a clinical item is seen by nobody until a doctor validates it") {
  ToValidate practice;
  const auto item = practice.report({Practice::potassium(6.7)});
  CHECK(item.clinical());
  CHECK(obliges(practice.ask("perrin", realiser, "bio-triage", "marchand", item.subject().item_id()), "vu-requis"));
  REQUIRE(practice.see("perrin", item) == "ok");
  REQUIRE(practice.claim("perrin", item) == "ok");
  REQUIRE(practice.prepare("perrin", item) == "ok");
  CHECK_FALSE(practice.item("marchand", item.id()).has_seen_ms());
  REQUIRE(practice.validate("marchand", item) == "ok");
  CHECK(practice.item("marchand", item.id()).seen_by() == "marchand");
}

TEST_CASE("escalade-immediate the doctor is told of what meets the rule while the assistant prepares") {
  Practice practice;
  practice.install("bio-triage");
  Fiche fiche;
  fiche.tasks =
      "  - {id: bio-triage, mode: faire-puis-valider, escalade: {immediate: [\"K >= 6.0 mmol/L\"], vers: medecin}}\n";
  practice.put_in_force(fiche);
  REQUIRE(practice.enable("perrin", "marchand", "bio-triage") == "ok");
  const auto high = practice.report({Practice::potassium(6.4)});
  const auto plain = practice.report({Practice::potassium(4.4)}, "marchand", 1);
  for (const auto action : {v1::DELEGATED_ACTION_VOIR, v1::DELEGATED_ACTION_PREPARER, realiser}) {
    CHECK(obliges(practice.ask("perrin", action, "bio-triage", "marchand", high.subject().item_id()),
                  "escalade-immediate"));
    CHECK_FALSE(obliges(practice.ask("perrin", action, "bio-triage", "marchand", plain.subject().item_id()),
                        "escalade-immediate"));
  }
  v1::ListItemsRequest request;
  const auto listed = practice.call("marchand", &v1::WorklistService::Stub::ListItems, request);
  REQUIRE(listed.ok);
  REQUIRE(listed.value.items_size() == 2);
  CHECK(listed.value.items(0).id() == high.id());
  CHECK(listed.value.items(0).category() == v1::CATEGORY_CRITIQUE);
}
