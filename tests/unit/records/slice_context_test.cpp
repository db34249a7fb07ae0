// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "slice_world.h"

namespace relais::records {
namespace {

using test::SliceWorld;
using worker::v1::COMPLETENESS_COMPLETE;
using worker::v1::COMPLETENESS_UNSPECIFIED;

template <class Row>
Row coded(const std::string& code, const std::string& from = {}, const std::string& until = {}) {
  Row row;
  row.set_code(code);
  row.set_label("libellé");
  row.set_from(from);
  row.set_until(until);
  return row;
}

std::string words(const worker::v1::Slice& slice) {
  std::string text;
  for (const auto& word : slice.context_words()) text += word.word() + ":" + word.code() + " ";
  return text;
}

TEST_CASE("conditions and treatments become words and nothing else of them passes") {
  SliceWorld world;
  world.write([&](practice::Transaction& tx) {
    put(tx, world.patient, coded<v1::Condition>("N18.3", "2020-01-01"));
    put(tx, world.patient, coded<v1::MedicationStatement>("C03DA01"));
    return put(tx, world.patient, coded<v1::Condition>("J45"));
  });
  world.declare("context_word");
  const auto slice = world.build();
  CHECK(words(slice) == "irc:N18.3 mra:C03DA01 diuretique:C03DA01 ");
  CHECK(slice.context_words(0).from() == "2020-01-01");
  CHECK(slice.conditions_size() == 0);
  CHECK(slice.medications_size() == 0);
  CHECK(slice.SerializeAsString().find("libellé") == std::string::npos);
  CHECK(SliceWorld::state(slice, "context_word") == COMPLETENESS_COMPLETE);
}

TEST_CASE("a condition or treatment without a code leaves the context unknown while it holds") {
  SliceWorld world;
  world.declare("context_word");
  SECTION("a condition") {
    world.write([&](practice::Transaction& tx) { return put(tx, world.patient, coded<v1::Condition>("")); });
    CHECK(SliceWorld::state(world.build(), "context_word") == COMPLETENESS_UNSPECIFIED);
  }
  SECTION("a treatment") {
    world.write([&](practice::Transaction& tx) { return put(tx, world.patient, coded<v1::MedicationStatement>("")); });
    CHECK(SliceWorld::state(world.build(), "context_word") == COMPLETENESS_UNSPECIFIED);
  }
  SECTION("a treatment that is over") {
    world.write([&](practice::Transaction& tx) {
      return put(tx, world.patient, coded<v1::MedicationStatement>("", "2019-01-01", "2019-02-01"));
    });
    CHECK(SliceWorld::state(world.build(), "context_word") == COMPLETENESS_COMPLETE);
  }
}

TEST_CASE("what a doctor flagged is a word with its number") {
  SliceWorld world;
  v1::ContextWord pregnancy;
  pregnancy.set_word("grossesse");
  pregnancy.set_number(24);
  world.write([&](practice::Transaction& tx) { return put_flag(tx, world.patient, pregnancy); });
  world.declare("context_word");
  const auto slice = world.build();
  REQUIRE(slice.context_words_size() == 1);
  CHECK(slice.context_words(0).word() == "grossesse");
  CHECK(slice.context_words(0).number() == 24);
}

TEST_CASE("words are cut to the declared ones and to what holds or did within the depth") {
  SliceWorld world;
  world.write([&](practice::Transaction& tx) {
    put(tx, world.patient, coded<v1::Condition>("N18"));
    put(tx, world.patient, coded<v1::MedicationStatement>("N05AN01", "2010-01-01", "2015-01-01"));
    return put(tx, world.patient, coded<v1::Condition>("E11"));
  });
  SECTION("named words only") {
    world.declare("context_word", {"irc", "lithium"});
    CHECK(words(world.build()) == "irc:N18 ");
  }
  SECTION("what is over within the depth") {
    world.declare("context_word", {"lithium"}, 7300);
    CHECK(words(world.build()) == "lithium:N05AN01 ");
  }
}

TEST_CASE("targets and known anomalies that hold today pass and those that ended do not") {
  SliceWorld world;
  v1::Target target;
  target.set_analyte("INR");
  target.set_low(2);
  auto over = target;
  over.set_until("2020-01-01");
  v1::KnownAnomaly known;
  known.set_analyte("HB");
  known.set_direction(v1::DIRECTION_LOW);
  world.write([&](practice::Transaction& tx) {
    put(tx, world.patient, target);
    put(tx, world.patient, over);
    return put(tx, world.patient, known);
  });
  world.declare("target");
  world.declare("known_anomaly", {"HB"});
  const auto slice = world.build();
  REQUIRE(slice.targets_size() == 1);
  CHECK(slice.targets(0).low() == 2);
  CHECK_FALSE(slice.targets(0).has_high());
  REQUIRE(slice.known_anomalies_size() == 1);
  CHECK(slice.known_anomalies(0).direction() == v1::DIRECTION_LOW);
}

}  // namespace
}  // namespace relais::records
