// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "report.h"

using bio::Category;
using bio::test::Report;
using bio::test::Told;
using namespace std::chrono_literals;

namespace {

constexpr auto day = std::chrono::hours(24);

struct Before {
  double value;
  std::chrono::hours ago;
};

bio::test::Answer normal(const char* code, const char* unit, double now, std::vector<Before> earlier,
                         std::vector<std::string> words = {}) {
  Report report;
  report.words = std::move(words);
  report.add({.code = code, .unit = unit, .flag = "N", .value = now});
  for (const Before& one : earlier) report.add({.code = code, .unit = unit, .value = one.value, .before = one.ago});
  return report.triage();
}

bio::test::Answer haemoglobin(double now, std::vector<Before> earlier) { return normal("718-7", "g/L", now, earlier); }
bio::test::Answer filtration(double now, std::vector<Before> earlier) {
  return normal("62238-1", "mL/min/{1.73_m2}", now, earlier);
}
bio::test::Answer glycated(double now, std::vector<Before> earlier) {
  return normal("4548-4", "%", now, earlier, {"diabete"});
}

}  // namespace

TEST_CASE("haemoglobin is compared with its last value of ninety days") {
  CHECK(haemoglobin(125, {{145, 90 * day}}).category == Category::aujourdhui);
  CHECK(haemoglobin(125, {{145, 90 * day}}).has("T-HB"));
  CHECK_FALSE(haemoglobin(126, {{145, 30 * day}}).has("T-HB"));
  CHECK_FALSE(haemoglobin(125, {{145, 91 * day}}).has("T-HB"));
  CHECK_FALSE(haemoglobin(125, {{130, 10 * day}, {150, 30 * day}}).has("T-HB"));
  CHECK_FALSE(haemoglobin(165, {{145, 30 * day}}).has("T-HB"));
  const auto grams = Report{}
                         .add({.code = "718-7", .unit = "g/dL", .flag = "N", .value = 12.1})
                         .add({.code = "20509-6", .unit = "g/L", .value = 141, .before = 30 * day})
                         .triage();
  CHECK(grams.has("T-HB"));
  CHECK(grams.said("T-HB").find("baisse de 20 g/L") != std::string::npos);
}

TEST_CASE("platelets halved in thirty days are urgent and critical under heparin") {
  CHECK(normal("777-3", "10*9/L", 150, {{300, 30 * day}}).category == Category::aujourdhui);
  CHECK(normal("777-3", "10*9/L", 150, {{300, 30 * day}}, {"heparine"}).category == Category::critique);
  CHECK_FALSE(normal("777-3", "10*9/L", 151, {{300, 20 * day}}).has("T-PLQ"));
  CHECK_FALSE(normal("777-3", "10*9/L", 150, {{300, 31 * day}}).has("T-PLQ"));
}

TEST_CASE("a sodium that falls under 130 within two days is critical") {
  CHECK(normal("2951-2", "mmol/L", 129, {{135, 48h}}).category == Category::critique);
  CHECK(normal("2951-2", "mmol/L", 129, {{131, 10h}, {136, 40h}}).has("T-NA"));
  CHECK_FALSE(normal("2951-2", "mmol/L", 129, {{135, 49h}}).has("T-NA"));
  CHECK_FALSE(normal("2951-2", "mmol/L", 129, {{134, 24h}}).has("T-NA"));
  CHECK_FALSE(normal("2951-2", "mmol/L", 130, {{140, 24h}}).has("T-NA"));
}

TEST_CASE("filtration is to be seen when it is lost fast or changes stage with a quarter lost") {
  CHECK(filtration(75, {{80, 365 * day}}).category == Category::a_voir);
  CHECK_FALSE(filtration(76, {{80, 365 * day}}).has("T-DFG"));
  CHECK(filtration(77, {{80, 182 * day}}).has("T-DFG"));
  CHECK_FALSE(filtration(74, {{80, 170 * day}}).has("T-DFG"));
  CHECK(filtration(59, {{79, 60 * day}}).has("T-DFG"));
  CHECK_FALSE(filtration(91, {{125, 60 * day}}).has("T-DFG"));
  CHECK_FALSE(filtration(60, {{79, 60 * day}}).has("T-DFG"));
}

TEST_CASE("filtration says nothing during an acute injury") {
  const auto answer = Report{}
                          .add({.code = "62238-1", .unit = "mL/min/{1.73_m2}", .flag = "L", .value = 12})
                          .add({.code = "62238-1", .unit = "mL/min/{1.73_m2}", .value = 80, .before = 60 * day})
                          .add({.code = "14682-9", .unit = "umol/L", .flag = "H", .value = 300})
                          .add({.code = "14682-9", .unit = "umol/L", .value = 90, .before = 60 * day})
                          .triage();
  CHECK(answer.has("A3"));
  CHECK_FALSE(answer.has("T-DFG"));
  CHECK_FALSE(answer.has("J-DFG"));
}

TEST_CASE("a glycated haemoglobin is compared with the last one of two to thirteen months") {
  CHECK(glycated(7.1, {{6.6, 90 * day}}).category == Category::a_voir);
  CHECK_FALSE(glycated(7.0, {{6.6, 90 * day}}).has("T-HBA1C"));
  CHECK_FALSE(glycated(7.1, {{6.6, 40 * day}}).has("T-HBA1C"));
  CHECK_FALSE(glycated(7.1, {{6.6, 410 * day}}).has("T-HBA1C"));
  CHECK_FALSE(glycated(7.1, {{7.0, 80 * day}, {6.0, 200 * day}}).has("T-HBA1C"));
}

TEST_CASE("a change beyond what is expected is told and never changes the category") {
  const auto answer = normal("2823-3", "mmol/L", 4.4, {{3.8, 30 * day}});
  CHECK(answer.category == Category::normal);
  CHECK(answer.find("T-RCV")->category == Category::none);
  CHECK(answer.said("T-RCV").find("+16 %, au-delà de la variation attendue de 12,8 %") != std::string::npos);
  CHECK_FALSE(normal("2823-3", "mmol/L", 4.2, {{3.8, 30 * day}}).has("T-RCV"));
  // No reference change value was read for this analyte.
  CHECK_FALSE(normal("3016-3", "m[IU]/L", 3.9, {{0.5, 30 * day}}).has("T-RCV"));
}

TEST_CASE("a change beyond what is expected comes before the same without and after one more rule of the category") {
  const auto steady = normal("2823-3", "mmol/L", 4.2, {{3.8, 30 * day}});
  const auto changed = normal("2823-3", "mmol/L", 4.4, {{3.8, 30 * day}});
  REQUIRE(steady.category == changed.category);
  CHECK(changed.rank > steady.rank);
  CHECK(changed.rank < steady.rank + 1);
}

TEST_CASE("trends need a settled patient and comparable exact values") {
  Report stranger;
  stranger.identity = RELAIS_IDENTITY_AMBIGUOUS;
  stranger.add({.code = "718-7", .unit = "g/L", .flag = "N", .value = 120});
  stranger.add({.code = "718-7", .unit = "g/L", .value = 150, .before = 10 * day});
  CHECK_FALSE(stranger.triage().has("T-HB"));
  Report pending;
  pending.add({.code = "718-7", .unit = "g/L", .flag = "N", .value = 120});
  pending.add({.code = "718-7", .unit = "g/L", .value = 150, .status = RELAIS_OBSERVATION_CANCELLED, .before = 10 * day});
  CHECK_FALSE(pending.triage().has("T-HB"));
  Report urine;
  urine.add({.code = "2951-2", .unit = "mmol/L", .flag = "N", .value = 128, .specimen = "sérum"});
  urine.add({.code = "2951-2", .unit = "mmol/L", .value = 140, .before = 24h, .specimen = "urines"});
  CHECK_FALSE(urine.triage().has("T-NA"));
}
