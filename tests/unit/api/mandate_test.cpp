// SPDX-License-Identifier: Apache-2.0
#include "api/mandate.h"

#include <catch2/catch.hpp>

#include "fakes.h"

using namespace relais;
using namespace relais::api;

TEST_CASE("only an assistant needs a fiche") {
  FakeGate gate;
  gate.refused_rule = "R04";
  for (const auto role : FakeAuthenticator::all_roles()) {
    Caller caller;
    caller.role = role;
    const auto mandate = check_mandate(gate, caller, v1::DELEGATED_ACTION_VOIR, {});
    CHECK(mandate.has_value() == (role != v1::ROLE_ASSISTANT));
  }
  CHECK(gate.asked.size() == 1);
}

TEST_CASE("a method that asks for no action asks no fiche") {
  FakeGate gate;
  gate.refused_rule = "R04";
  Caller assistant;
  assistant.role = v1::ROLE_ASSISTANT;
  CHECK(check_mandate(gate, assistant, v1::DELEGATED_ACTION_UNSPECIFIED, {}));
  CHECK(gate.asked.empty());
}
