// SPDX-License-Identifier: Apache-2.0
// Another version beside the one in use, while reports come in: what it finds is compared and goes nowhere.
#include <algorithm>

#include "shadowed_practice.h"

using namespace relais::test;
namespace v1 = relais::v1;
using relais::cli::CallFailed;
using relais::cli::Session;

CATCH_TRANSLATE_EXCEPTION(const CallFailed& failed) { return failed.code + " " + failed.rule + " " + failed.sentence; }

TEST_CASE("a version in live shadow is compared on every evaluation and its findings reach no list") {
  ShadowedPractice practice("2.0.0");
  CHECK(refusal([&] { practice.shadow(practice.doctor()); }) == "shadow.none");
  const auto begun = practice.start_shadow("2.0.0");
  CHECK(begun.version_in_use() == "1.0.0");
  CHECK(begun.version_in_shadow() == "2.0.0");
  // Seven days, but for the instants that the host reads one after the other.
  const auto days = static_cast<double>(begun.until_ms() - begun.started_ms()) / (24 * 3600 * 1000);
  CHECK(days == Approx(7).margin(0.01));
  CHECK(begun.withheld_size() == 2);
  CHECK(refusal([&] { practice.start_shadow("2.0.0"); }) == "shadow.running");

  practice.send_evening();
  const int evaluated = practice.evaluations();
  CHECK(evaluated > 20);
  ShadowedPractice::wait([&] {
    const auto seen = practice.shadow(practice.doctor());
    return seen.subjects() >= evaluated && seen.waiting() == 0;
  });
  const auto found = practice.shadow(practice.doctor());
  CHECK(found.subjects() == evaluated);
  CHECK(found.skipped() == 0);
  CHECK(found.same() + found.different() == evaluated);
  CHECK(found.same() > 0);
  CHECK(found.not_evaluated_in_shadow().empty());
  // The other version doubts of reports whose identifier ends on an odd character, and of no other.
  CHECK(found.different() > 0);
  CHECK(found.differences_size() == std::min(found.different(), 100));
  for (const auto& difference : found.differences()) {
    CHECK(difference.item_id().back() % 2 != 0);
    REQUIRE(difference.differences_size() == 1);
    CHECK(difference.differences(0).kind() == "doute");
    CHECK(difference.differences(0).sentence() == "trouvé en plus : Doute (aujourd'hui)");
  }
  CHECK(found.items_in_use().at(v1::CATEGORY_A_VOIR) == evaluated);
  CHECK_FALSE(found.items_in_use().contains(v1::CATEGORY_AUJOURDHUI));
  CHECK(found.items_in_shadow().at(v1::CATEGORY_AUJOURDHUI) == found.different());

  // Withheld: no list has them, and no item is of that version.
  for (const auto& item : practice.items()) {
    CHECK(item.title() != "Doute");
    CHECK(item.plugin_version() == "1.0.0");
  }
  // Whose authority, what was read: in the ledger.
  const auto started = practice.entries("shadow.started");
  REQUIRE(started.size() == 1);
  CHECK(started.front().actor_id() == practice.doctor());
  CHECK(started.front().plugin_version() == "2.0.0");
  const auto read = practice.entries("record.slice");
  CHECK(std::count_if(read.begin(), read.end(), [](const auto& entry) { return entry.plugin_version() == "2.0.0"; }) ==
        evaluated);
  // It is the doctor's own.
  CHECK(refusal([&] { practice.shadow(practice.scenario.doctors.back().id); }) == "shadow.none");
  CHECK(refusal([&] { practice.shadow("admin"); }) == "api.role");

  // It outlives the host, and ends when it is stopped.
  practice.stop();
  practice.start();
  CHECK_FALSE(practice.shadow(practice.doctor()).has_ended_ms());
  const auto ended = practice.stop_shadow();
  CHECK(ended.ended_code() == "shadow.stopped");
  CHECK(refusal([&] { practice.stop_shadow(); }) == "shadow.none");
  CHECK(practice.entries("shadow.ended").size() == 1);
  CHECK(practice.shadow(practice.doctor()).subjects() == evaluated);
}

TEST_CASE("a version that dies in live shadow breaks nothing but its own run") {
  ShadowedPractice practice("3.0.0");
  practice.start_shadow("3.0.0", 1);
  practice.send_evening();
  ShadowedPractice::wait([&] { return practice.shadow(practice.doctor()).has_ended_ms(); });
  const auto found = practice.shadow(practice.doctor());
  CHECK(found.ended_code() == "plugin.disabled");
  CHECK(found.same() == 0);
  CHECK(found.different() == 0);
  CHECK(found.not_evaluated_in_shadow().at("plugin.crashed") > 0);
  // The version in use has sorted everything, and nothing was told of it.
  CHECK(practice.evaluations() > 20);
  v1::ListNotEvaluatedResponse silent;
  const auto& session = practice.session(practice.doctor());
  Session::check(v1::WorklistService::NewStub(session.channel())->ListNotEvaluated(session.context().get(), {}, &silent));
  CHECK(silent.entries().empty());
  for (const auto& event : practice.events()) {
    CHECK(event.kind() != "failed");
    CHECK(event.kind() != "disabled");
    CHECK(event.plugin_version() != "3.0.0");
  }
}

TEST_CASE("a live shadow ends when another version is put in service") {
  ShadowedPractice practice("2.0.0");
  practice.start_shadow("2.0.0");
  REQUIRE(practice.install(practice.author.sign("1.1.0", practice.path())).state() == v1::PLUGIN_STATE_RUNNING);
  practice.send_evening();
  ShadowedPractice::wait([&] { return practice.shadow(practice.doctor()).has_ended_ms(); });
  CHECK(practice.shadow(practice.doctor()).ended_code() == "shadow.version-changed");
  CHECK(practice.shadow(practice.doctor()).subjects() == 0);
}
