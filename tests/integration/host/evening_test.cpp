// SPDX-License-Identifier: Apache-2.0
#include "evening.h"

#include "practice.h"
#include "running_practice.h"

using namespace relais::test;

TEST_CASE("an evening of fifty reports gives the known list and survives a restart of the host") {
  const auto scenario = demo::make_scenario(monday);
  RunningPractice practice;
  const auto host = practice.connection();
  demo::Evening evening;
  try {
    demo::open_accounts(host, scenario, bio_triage_package);
    demo::fill_record(host, scenario);
    const auto refused = demo::sign_and_enable(host, scenario, monday, (practice.path() / "fiches").string());
    const auto sent = demo::send_reports(host, scenario, monday, (practice.path() / "reports").string(), "");
    CHECK(sent == scenario.reports.size());
    evening = demo::play(host, scenario, sent);
    evening.refused.insert(evening.refused.begin(), refused.begin(), refused.end());
  } catch (const relais::cli::CallFailed& failed) {
    FAIL(failed.code + " " + failed.rule + " " + failed.sentence);
  }
  for (const auto& difference : demo::differences(scenario, evening)) FAIL_CHECK(difference);

  // The same list after a restart: what was signed stays signed, nothing comes back, nothing is lost.
  practice.stop();
  practice.start();
  try {
    const auto again = demo::play(host, scenario, scenario.reports.size());
    CHECK(again.doctor_items.size() + static_cast<std::size_t>(evening.signed_normals) == evening.doctor_items.size());
    CHECK(again.ledger == "ok");
  } catch (const relais::cli::CallFailed& failed) {
    FAIL(failed.code + " " + failed.rule + " " + failed.sentence);
  }
}

TEST_CASE("an answer that is not the known one is said") {
  const auto scenario = demo::make_scenario(monday);
  CHECK(demo::differences(scenario, {}).size() > scenario.reports.size() / 2);
}
