// SPDX-License-Identifier: Apache-2.0
// A practice with its stores, for services: calls reach their handler as after admission.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "api/registry.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "support/scratch.h"

namespace relais::test {

struct ServicePractice {
  Scratch scratch;
  TestClock clock;
  std::unique_ptr<practice::Database> database;
  std::unique_ptr<practice::Ledger> ledger;
  api::Registry registry;

  ServicePractice() {
    const auto state = scratch.path() / "state";
    std::filesystem::create_directories(state);
    database = practice::Database::open("sqlite:" + (scratch.path() / "p.db").string(), clock).value();
    ledger = practice::Ledger::open(*database, state).value();
  }

  const api::Method& method(const std::string& name) const {
    const auto* found = registry.find(registry.roles().named(name).path);
    REQUIRE(found != nullptr);
    return *found;
  }

  template <class Response>
  api::Answer<Response> call(const std::string& name, api::Call& as, const google::protobuf::Message& request) const {
    as.method = name;
    auto answer = method(name).unary(as, request);
    if (!answer) return tl::unexpected(answer.error());
    return static_cast<const Response&>(**answer);
  }
};

inline api::Call call_by(const std::string& id, v1::Role role, v1::DataLevel shown = v1::DATA_LEVEL_D5) {
  api::Call call;
  call.call_id = "c-1";
  call.caller.id = id;
  call.caller.role = role;
  call.mandate.shown = shown;
  return call;
}

// The stable code of a failure with its place, "code place"; "ok" for an answer.
template <class T>
std::string outcome(const api::Answer<T>& answer) {
  if (answer) return "ok";
  const auto& error = answer.error().error;
  return std::string(stable_code(error.code)) + (error.place.empty() ? "" : " " + error.place);
}

}  // namespace relais::test
