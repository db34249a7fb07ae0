// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>

#include "slice_world.h"

namespace relais::records {
namespace {

using test::SliceWorld;
using worker::v1::COMPLETENESS_COMPLETE;
using worker::v1::COMPLETENESS_UNSPECIFIED;
using worker::v1::COMPLETENESS_WITHHELD;

TEST_CASE("the report under evaluation comes first with its own results then history") {
  SliceWorld world;
  world.add_report(world.patient, 30, {{"2823-3", 4}});
  world.add_report(world.patient, 60, {{"2823-3", 3}});
  world.declare("lab_report", {}, 365);
  world.declare("observation", {"2823-3"}, 365);
  const auto slice = world.build();
  REQUIRE(slice.reports_size() == 3);
  CHECK(slice.reports(0).id() == world.current.id());
  CHECK(SliceWorld::results(slice) == "2823-3=5 2823-3=3* 2823-3=4* ");
  CHECK(SliceWorld::state(slice, "lab_report") == COMPLETENESS_COMPLETE);
  CHECK(SliceWorld::state(slice, "observation") == COMPLETENESS_COMPLETE);
  CHECK(slice.version() == 7);
  CHECK(slice.subject().doctor_id() == "martin");
}

TEST_CASE("a prior result told inside the report stays history") {
  SliceWorld world;
  world.write([&](practice::Transaction& tx) {
    auto prior = test::result("2823-3", 4);
    prior.set_history(true);
    return put(tx, world.current, prior);
  });
  world.declare("observation", {"2823-3"});
  CHECK(SliceWorld::results(world.build()) == "2823-3=5 2823-3=4* ");
}

TEST_CASE("without a depth a report comes alone") {
  SliceWorld world;
  world.add_report(world.patient, 1, {{"2823-3", 4}});
  world.declare("lab_report");
  world.declare("observation");
  const auto slice = world.build();
  CHECK(slice.reports_size() == 1);
  CHECK(SliceWorld::results(slice) == "2823-3=5 2160-0=90 ");
}

TEST_CASE("an old report under evaluation is the item whatever the depth") {
  SliceWorld world;
  const auto old = world.add_report(world.patient, 900, {{"2823-3", 4}});
  world.declare("lab_report", {}, 10);
  world.declare("observation", {}, 10);
  const auto slice = world.try_build(world.request(old.id(), world.patient)).value();
  CHECK(slice.reports(0).id() == old.id());
  CHECK(SliceWorld::results(slice).starts_with("2823-3=4 "));
}

TEST_CASE("cancelled and replaced reports are no history") {
  SliceWorld world;
  const auto replaced = world.add_report(world.patient, 30, {{"2823-3", 1}});
  world.add_report(world.patient, 29, {{"2823-3", 2}}, v1::REPORT_STATUS_CORRECTED, replaced.id());
  world.add_report(world.patient, 20, {{"2823-3", 3}}, v1::REPORT_STATUS_CANCELLED);
  world.declare("lab_report", {}, 365);
  world.declare("observation", {"2823-3"}, 365);
  const auto slice = world.build();
  CHECK(SliceWorld::results(slice) == "2823-3=5 2823-3=2* ");
  CHECK(slice.reports_size() == 2);
}

TEST_CASE("a cancelled report is evaluated as what it is") {
  SliceWorld world;
  const auto cancelled = world.add_report(world.patient, 1, {{"2823-3", 7}}, v1::REPORT_STATUS_CANCELLED);
  world.declare("lab_report", {}, 365);
  world.declare("observation", {"2823-3"}, 365);
  const auto slice = world.try_build(world.request(cancelled.id(), world.patient)).value();
  CHECK(slice.reports(0).status() == v1::REPORT_STATUS_CANCELLED);
  CHECK(SliceWorld::results(slice) == "2823-3=7 2823-3=5* ");
}

TEST_CASE("earlier results say whether a doctor has seen their report") {
  SliceWorld world;
  const auto seen = world.add_report(world.patient, 30, {{"2823-3", 4}});
  world.add_report(world.patient, 20, {{"2823-3", 5}});
  world.write([&](practice::Transaction& tx) {
    mark_seen(tx, seen.id(), "martin");
    return 0;
  });
  world.declare("observation", {"2823-3"}, 365);
  const auto slice = world.build();
  REQUIRE(slice.observations_size() == 3);
  CHECK_FALSE(slice.observations(0).seen_by_doctor());
  CHECK(slice.observations(1).seen_by_doctor());
  CHECK_FALSE(slice.observations(2).seen_by_doctor());
}

TEST_CASE("a report without a settled patient gets its own results alone") {
  SliceWorld world;
  world.add_report(world.patient, 30, {{"2823-3", 4}});
  const auto match = GENERATE(v1::IDENTITY_MATCH_NONE, v1::IDENTITY_MATCH_AMBIGUOUS, v1::IDENTITY_MATCH_DISCORDANT);
  auto report = test::report_of("", world.clock.now());
  report.set_identity_match(match);
  // Even where the reader of the message kept the candidate and the caller names it.
  if (match == v1::IDENTITY_MATCH_DISCORDANT) report.set_patient_id(world.patient);
  world.write([&](practice::Transaction& tx) {
    report.set_id(put(tx, report));
    v1::Condition condition;
    condition.set_code("N18");
    put(tx, world.patient, condition);
    return put(tx, report, test::result("2823-3", 6));
  });
  for (const char* kind : {"patient", "context_word", "condition", "medication", "target", "known_anomaly"}) {
    world.declare(kind);
  }
  world.declare("lab_report", {}, 365);
  world.declare("observation", {}, 365);
  const auto subject = match == v1::IDENTITY_MATCH_DISCORDANT ? world.patient : std::string();
  const auto slice = world.try_build(world.request(report.id(), subject)).value();
  CHECK(SliceWorld::results(slice) == "2823-3=6 ");
  CHECK(slice.reports_size() == 1);
  CHECK_FALSE(slice.has_patient());
  CHECK(slice.conditions_size() == 0);
  CHECK(slice.context_words_size() == 0);
  REQUIRE(slice.kinds_size() == 8);
  for (const auto& kind : slice.kinds()) {
    CAPTURE(kind.kind());
    CHECK(kind.completeness() == COMPLETENESS_UNSPECIFIED);
  }
}

TEST_CASE("a report of another patient than the subject's is refused") {
  SliceWorld world;
  auto other = test::test_patient();
  other.clear_ins();
  const auto id = world.write([&](practice::Transaction& tx) { return put(tx, other); });
  world.declare("lab_report");
  CHECK(world.try_build(world.request(world.current.id(), id)).error().code == Code::invalid_argument);
}

TEST_CASE("a subject whose item or patient does not exist is refused") {
  SliceWorld world;
  world.declare("lab_report");
  CHECK(world.try_build(world.request("rep-99", world.patient)).error().place == "item_id");
  CHECK(world.try_build(world.request("", "pat-99")).error().place == "patient_id");
}

TEST_CASE("a slice as of an earlier instant holds what was known then") {
  SliceWorld world;
  const auto before = world.clock.now();
  world.clock.advance(std::chrono::hours{1});
  world.add_report(world.patient, 30, {{"2823-3", 4}});
  world.declare("observation", {"2823-3"}, 365);
  auto request = world.request(world.current.id(), world.patient);
  CHECK(SliceWorld::results(world.try_build(request).value()) == "2823-3=5 2823-3=4* ");
  request.as_of = before;
  CHECK(SliceWorld::results(world.try_build(request).value()) == "2823-3=5 ");
}

TEST_CASE("a result without any date is left out and the kind says so") {
  SliceWorld world;
  world.write([&](practice::Transaction& tx) { return put(tx, world.patient, test::result("2823-3", 4)); });
  SECTION("within a depth") {
    world.declare("observation", {"2823-3"}, 365);
    const auto slice = world.build();
    CHECK(SliceWorld::results(slice) == "2823-3=5 ");
    CHECK(SliceWorld::state(slice, "observation") == COMPLETENESS_WITHHELD);
  }
  SECTION("over the whole life") {
    world.declare("observation", {"2823-3"}, 36525);
    const auto slice = world.build();
    CHECK(SliceWorld::results(slice) == "2823-3=5 2823-3=4* ");
    CHECK(SliceWorld::state(slice, "observation") == COMPLETENESS_COMPLETE);
  }
  SECTION("of another code") {
    world.declare("observation", {"718-7"}, 365);
    CHECK(SliceWorld::state(world.build(), "observation") == COMPLETENESS_COMPLETE);
  }
}

TEST_CASE("today is the practice's civil date") {
  SliceWorld world;
  world.declare("patient");
  auto request = world.request("", world.patient);
  world.clock.set(Instant{date::sys_days{date::year{2026} / 11 / 21} + std::chrono::hours{23} + std::chrono::minutes{30}});
  request.as_of = world.clock.now();
  CHECK(world.try_build(request).value().today() == "2026-11-22");
  request.time_zone = "America/Martinique";
  CHECK(world.try_build(request).value().today() == "2026-11-21");
}

TEST_CASE("a plugin learns which vaccines were done not done or entered in error and nothing of who did them") {
  SliceWorld world;
  world.write([&](practice::Transaction& tx) {
    for (const int status : {1, 2, 3}) {
      v1::Immunization act;
      test::fill_every_field(act, status);
      act.clear_id();
      act.set_given_on("2020-05-0" + std::to_string(status));
      act.set_status(status);
      act.set_proof(1);
      put(tx, world.patient, act);
    }
    return 0;
  });
  world.declare("immunization", {}, 36525);
  const auto slice = world.build();
  REQUIRE(slice.immunizations_size() == 3);
  for (int i = 0; i < 3; ++i) {
    const auto& told = slice.immunizations(i);
    CHECK(told.status() == i + 1);
    v1::Immunization known;
    known.set_id(told.id());
    known.set_product_code(told.product_code());
    known.set_product_system(told.product_system());
    known.set_label(told.label());
    known.set_lot(told.lot());
    known.set_given_on(told.given_on());
    known.set_status(told.status());
    known.set_proof(told.proof());
    CHECK_FALSE(told.product_code().empty());
    CHECK(told.SerializeAsString() == known.SerializeAsString());
  }
}

TEST_CASE("settings are the doctor's within bounds and else the manifest's defaults") {
  SliceWorld world;
  plugins::SettingDeclaration days;
  days.key = "jours";
  days.type = "number";
  days.minimum = 1;
  days.maximum = 30;
  days.default_number = 7;
  plugins::SettingDeclaration style;
  style.key = "style";
  style.type = "choice";
  style.choices = {"court", "long"};
  style.default_text = "court";
  plugins::SettingDeclaration flag;
  flag.key = "prudent";
  flag.type = "boolean";
  flag.default_number = 1;
  world.manifest.settings = {days, style, flag};
  world.declare("patient");
  const auto with = [&](const std::string& key, double number, const std::string& text) {
    auto request = world.request("", world.patient);
    worker::v1::Setting setting;
    setting.set_key(key);
    setting.set_number(number);
    setting.set_text(text);
    request.settings = {setting};
    const auto slice = world.try_build(request).value();
    REQUIRE(slice.settings_size() == 3);
    return std::to_string(static_cast<int>(slice.settings(0).number())) + slice.settings(1).text() +
           std::to_string(static_cast<int>(slice.settings(2).number()));
  };
  CHECK(with("autre", 3, "") == "7court1");
  CHECK(with("jours", 12, "") == "12court1");
  CHECK(with("jours", 31, "") == "7court1");
  CHECK(with("jours", std::numeric_limits<double>::quiet_NaN(), "") == "7court1");
  CHECK(with("style", 0, "long") == "7long1");
  CHECK(with("style", 0, "moyen") == "7court1");
  CHECK(with("prudent", 0, "") == "7court0");
  CHECK(with("prudent", 2, "") == "7court1");
}

}  // namespace
}  // namespace relais::records
