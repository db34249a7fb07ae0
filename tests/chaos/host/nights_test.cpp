// SPDX-License-Identifier: Apache-2.0
// The whole host, with its worker, killed at random instants of its nightly runs, and started again in the same night.
//   RELAIS_CHAOS_KILLS, RELAIS_CHAOS_SEED  as in kills_test.cpp; a fifth of the kills fall here
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <thread>

#include "app/cli/session.h"
#include "chance.h"
#include "chaos_practice.h"
#include "client.h"
#include "evening_load.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "rights.h"
#include "stored_state.h"
#include "support/scratch.h"
#include "whole_practice.h"

namespace relais::chaos {
namespace {

constexpr auto pending = "event WHERE kind = 'nightly' AND done_ms IS NULL";
constexpr auto alerts = "worklist_item WHERE plugin = 'ald-expiry'";
constexpr auto runs = "ledger WHERE action = 'nightly.run'";

// Every patient of Dr Rouault has a right of five years whose end is told six months ahead: a part of them in each of
// these nights, and none on the day before.
struct Night {
  const char* day;
  const char* from;
  const char* until;
};
constexpr Night nights[] = {{"2026-11-24", "2022-05-25", "2027-05-24"},
                            {"2026-11-25", "2022-05-26", "2027-05-25"},
                            {"2026-11-26", "2022-05-27", "2027-05-26"},
                            {"2026-11-27", "2022-05-28", "2027-05-27"}};

// Returns how many rights were entered.
long long enter_rights(const cli::Connection& connection, const demo::Scenario& scenario) {
  const cli::Session doctor(demo::as(connection, "rouault"));
  const auto record = v1::PatientRecordService::NewStub(doctor.channel());
  long long entered = 0;
  for (const auto& patient : scenario.patients) {
    if (patient.treating_doctor != "rouault") continue;
    v1::PutLongTermConditionsRequest put;
    put.set_patient_id(patient.id);
    auto& right = *put.add_conditions();
    right.set_number("30");
    right.set_period(v1::RIGHT_PERIOD_FIRST);
    const auto& told = nights[static_cast<std::size_t>(entered) % std::size(nights)];
    right.set_from(told.from);
    right.set_until(told.until);
    right.set_until_source("notified");
    demo::call(doctor, *record, &v1::PatientRecordService::Stub::PutLongTermConditions, put);
    ++entered;
  }
  return entered;
}

TEST_CASE("a host killed in its nights makes up for each of them and finds nothing twice") {
  const auto kills =
      std::max(number_from("RELAIS_CHAOS_KILLS", 100) / 5, static_cast<std::uint32_t>(std::size(nights)));
  const auto seed = number_from("RELAIS_CHAOS_SEED", std::random_device{}());
  std::cout << "RELAIS_CHAOS_SEED=" << seed << " kills in nights: " << kills << std::endl;
  CAPTURE(seed);
  std::mt19937 random(seed);

  const test::Scratch scratch;
  const ChaosPractice practice(scratch.path(), {}, [](demo::Scenario& scenario) {
    scenario.patients.resize(120);  // 80 of Dr Rouault
    for (auto& patient : scenario.patients) patient.history.clear();
  });
  const auto& paths = practice.paths();
  const auto database = paths.data / "practice.sqlite";
  const auto rows = [&](const char* what) { return rows_of(database, what); };
  const cli::Connection connection{paths.address(), "", ""};
  long long rights = 0;
  {
    RunningHost host(paths, std::string(ChaosPractice::today) + "T14:00");
    REQUIRE(host.ready());
    demo::install_rights_plugin(connection, practice.scenario(), std::string(RELAIS_PACKAGES) + "/ald-expiry");
    rights = enter_rights(connection, practice.scenario());
    REQUIRE(becomes_true([&] { return rows("event WHERE done_ms IS NULL") == 0; }));
    CHECK(host.stop() == 0);
  }
  REQUIRE(rights % static_cast<long long>(std::size(nights)) == 0);
  REQUIRE(rows(alerts) == 0);

  std::uint32_t within = 0;
  const auto runs_before = rows(runs);
  for (std::size_t night = 0; night < std::size(nights); ++night) {
    CAPTURE(night);
    const auto clock = std::string(nights[night].day) + "T02:31";
    for (std::uint32_t kill = 0; kill < kills / std::size(nights); ++kill) {
      RunningHost host(paths, clock);
      if (!host.ready()) FAIL("the host did not start again: " + practice.last_words());
      // The instants of the kills are what this test is about. One in three at any instant of the beginning; the others
      // when some patients of the night have been looked at.
      if (random() % 3 != 0) {
        const auto all = rows(pending);
        becomes_true([&] { return rows(pending) != all || rows(runs) > runs_before + static_cast<long long>(night); });
      }
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
      host.kill();
      within += rows(pending) > 0 || rows(runs) == runs_before + static_cast<long long>(night) ? 1U : 0U;
      for (const auto& one : wrongs(database, {}, false)) FAIL_CHECK(one);
    }
    RunningHost host(paths, clock);
    REQUIRE(host.ready());
    REQUIRE(becomes_true(
        [&] { return rows(runs) == runs_before + static_cast<long long>(night) + 1 && rows(pending) == 0; }));
    CHECK(host.stop() == 0);
    // What this night and those before it had to tell, each once.
    CHECK(rows(alerts) == rights * static_cast<long long>(night + 1) / static_cast<long long>(std::size(nights)));
  }
  CHECK(rows("worklist_not_evaluated") == 0);
  for (const auto& one : wrongs(database, {}, true)) FAIL_CHECK(one);
  {
    // The session of an evening has ended since.
    EveningLoad load(practice.scenario(), std::string(ChaosPractice::today), ChaosPractice::password);
    RunningHost host(paths, std::string(nights[std::size(nights) - 1].day) + "T09:00");
    REQUIRE(host.ready());
    CHECK(load.verify_ledger(paths.address()) == "ok");
    CHECK(host.stop() == 0);
  }
  std::cout << fmt::format("{} of {} kills within a night\n", within, kills);
  // Kills that never met a night would prove nothing.
  CHECK(within > 0);
}

}  // namespace
}  // namespace relais::chaos
