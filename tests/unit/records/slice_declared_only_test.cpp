// SPDX-License-Identifier: Apache-2.0
// Nothing enters a slice that is not declared: through each kind, each code and each depth.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <set>

#include "slice_world.h"

namespace relais::records {
namespace {

using test::SliceWorld;
using worker::v1::Slice;

// One row of each kind, twice: today and three years ago, under the codes "A" and "B".
void fill(SliceWorld& world) {
  const auto ms = [&](int days_ago) { return test::ms(world.clock.now() - std::chrono::days(days_ago)); };
  const auto day = [&](int days_ago) {
    return fiche::format(fiche::day_of(fiche::to_local(world.clock.now() - std::chrono::days(days_ago), "Europe/Paris")));
  };
  for (const int age : {1, 1000}) {
    world.add_report(world.patient, age, {{"A", age}, {"B", age}});
    for (const std::string code : {"A", "B"}) {
      world.write([&](practice::Transaction& tx) {
        v1::Condition condition;
        condition.set_code(code);
        condition.set_from(day(age + 10));
        condition.set_until(day(age));
        put(tx, world.patient, condition);
        v1::MedicationStatement medication;
        medication.set_code(code);
        medication.set_until(day(age));
        put(tx, world.patient, medication);
        v1::Target target;
        target.set_analyte(code);
        target.set_until(day(age));
        put(tx, world.patient, target);
        v1::KnownAnomaly known;
        known.set_analyte(code);
        known.set_until(day(age));
        put(tx, world.patient, known);
        v1::ContextWord word;
        word.set_word(code);
        word.set_until(day(age));
        put_flag(tx, world.patient, word);
        v1::Immunization immunization;
        immunization.set_product_code(code);
        immunization.set_given_on(day(age));
        put(tx, world.patient, immunization);
        v1::LongTermCondition ald;
        ald.set_number(code);
        ald.set_until(day(age));
        put(tx, world.patient, ald);
        v1::Document document;
        document.set_type_code(code);
        document.set_created_ms(ms(age));
        put(tx, world.patient, document, "texte");
        v1::Message message;
        message.set_channel(code);
        message.set_received_ms(ms(age));
        put(tx, world.patient, message);
        v1::Appointment appointment;
        appointment.set_patient_id(world.patient);
        appointment.set_start_ms(ms(age));
        appointment.set_end_ms(ms(age));
        put(tx, appointment);
        return 0;
      });
    }
  }
}

// What a slice holds, by kind: "code@age" of each row, age 1 or 1000 days (0 for the item).
std::map<std::string, std::multiset<std::string>> contents(const SliceWorld& world, const Slice& slice) {
  std::map<std::string, std::multiset<std::string>> found;
  const auto age_ms = [&](std::int64_t at) {
    return std::to_string((test::ms(world.clock.now()) - at) / (24LL * 3600 * 1000));
  };
  const auto age_day = [&](const std::string& text) {
    const auto day = fiche::parse_date(text).value();
    const auto now = fiche::day_of(fiche::to_local(world.clock.now(), "Europe/Paris"));
    return std::to_string((date::sys_days(now) - date::sys_days(day)).count());
  };
  for (const auto& row : slice.reports()) found["lab_report"].insert("@" + age_ms(row.collected_ms()));
  for (const auto& row : slice.observations()) {
    found["observation"].insert(row.code() + "@" + (row.history() ? std::to_string(static_cast<int>(row.value())) : "0"));
  }
  for (const auto& row : slice.conditions()) found["condition"].insert(row.code() + "@" + age_day(row.until()));
  for (const auto& row : slice.medications()) found["medication"].insert(row.code() + "@" + age_day(row.until()));
  for (const auto& row : slice.targets()) found["target"].insert(row.analyte() + "@" + age_day(row.until()));
  for (const auto& row : slice.known_anomalies()) found["known_anomaly"].insert(row.analyte() + "@" + age_day(row.until()));
  for (const auto& row : slice.context_words()) found["context_word"].insert(row.word() + "@" + age_day(row.until()));
  for (const auto& row : slice.immunizations()) {
    found["immunization"].insert(row.product_code() + "@" + age_day(row.given_on()));
  }
  for (const auto& row : slice.long_term_conditions()) {
    found["long_term_condition"].insert(row.number() + "@" + age_day(row.until()));
  }
  for (const auto& row : slice.documents()) {
    found["document"].insert(row.document().type_code() + "@" + age_ms(row.document().created_ms()));
  }
  for (const auto& row : slice.messages()) found["message"].insert(row.channel() + "@" + age_ms(row.received_ms()));
  for (const auto& row : slice.appointments()) found["appointment"].insert("@" + age_ms(row.start_ms()));
  return found;
}

const std::vector<std::string> coded_kinds = {"observation", "condition", "medication", "target", "known_anomaly",
                                              "context_word", "immunization", "long_term_condition", "document",
                                              "message"};

TEST_CASE("an empty declaration gives an empty slice") {
  SliceWorld world;
  fill(world);
  const auto slice = world.build();
  CHECK(contents(world, slice).empty());
  CHECK(slice.kinds_size() == 0);
  CHECK_FALSE(slice.has_patient());
}

TEST_CASE("declaring one kind brings rows of that kind only, within its depth and codes") {
  SliceWorld world;
  fill(world);
  for (const auto& kind : coded_kinds) {
    CAPTURE(kind);
    world.manifest.slice = {{kind, {"A"}, 100}};
    const auto found = contents(world, world.build());
    REQUIRE(found.size() == 1);
    CHECK(found.at(kind) == std::multiset<std::string>{"A@1"});

    world.manifest.slice = {{kind, {"A"}, 2000}};
    CHECK(contents(world, world.build()).at(kind) == std::multiset<std::string>{"A@1", "A@1000"});

    world.manifest.slice = {{kind, {"C"}, 2000}};
    CHECK(contents(world, world.build()).empty());

    world.manifest.slice = {{kind, {"A"}, std::nullopt}};
    CHECK(contents(world, world.build()).empty());
  }
  for (const std::string kind : {"lab_report", "appointment"}) {
    CAPTURE(kind);
    world.manifest.slice = {{kind, {}, 100}};
    auto found = contents(world, world.build());
    REQUIRE(found.size() == 1);
    found.at(kind).erase("@0");
    CHECK(found.at(kind).count("@1000") == 0);
    CHECK(found.at(kind).count("@1") > 0);
  }
}

TEST_CASE("a declared patient is cut to what the plugin ABI shows") {
  SliceWorld world;
  world.declare("patient");
  world.declare("lab_report");
  const auto slice = world.build();
  CHECK(slice.patient().traits().birth_date() == "1979-03-15");
  CHECK(slice.patient().traits().sex() == v1::SEX_FEMALE);
  CHECK(slice.patient().treating_doctor_id() == "martin");
  const auto bytes = slice.SerializeAsString();
  for (const char* word : {"PAT-TROIS", "DOMINIQUE", "279035121518989", "51215"}) {
    CAPTURE(word);
    CHECK(bytes.find(word) == std::string::npos);
  }
}

TEST_CASE("a document under evaluation is the item and its bytes come with it") {
  SliceWorld world;
  fill(world);
  const auto id = world.write([&](practice::Transaction& tx) {
    v1::Document letter;
    letter.set_type_code("A");
    return put(tx, world.patient, letter, "courrier");
  });
  world.declare("document", {"A"});
  const auto slice = world.try_build(world.request(id, world.patient)).value();
  REQUIRE(slice.documents_size() == 1);
  CHECK(slice.documents(0).content() == "courrier");
}

TEST_CASE("what no store keeps is unknown and not empty") {
  SliceWorld world;
  world.declare("request_state", {}, 30);
  CHECK(SliceWorld::state(world.build(), "request_state") == worker::v1::COMPLETENESS_UNSPECIFIED);
}

TEST_CASE("property: every row of a slice is admitted by some entry of its declaration") {
  SliceWorld world;
  fill(world);
  const auto all_kinds = [] {
    auto kinds = coded_kinds;
    kinds.insert(kinds.end(), {"lab_report", "appointment", "patient"});
    return kinds;
  }();
  const bool holds = rc::check([&] {
    const auto count = *rc::gen::inRange(0, 6);
    world.manifest.slice.clear();
    for (int i = 0; i < count; ++i) {
      plugins::SliceKind entry;
      entry.kind = *rc::gen::elementOf(all_kinds);
      entry.codes = *rc::gen::element(std::vector<std::string>{}, std::vector<std::string>{"A"},
                                      std::vector<std::string>{"B"}, std::vector<std::string>{"A", "B"});
      const int days = *rc::gen::element(0, 1, 999, 1000, 36525);
      if (days > 0) entry.days = days;
      world.manifest.slice.push_back(entry);
    }
    const auto found = contents(world, world.build());
    for (const auto& [kind, rows] : found) {
      for (const auto& row : rows) {
        const auto code = row.substr(0, row.find('@'));
        const int age = std::stoi(row.substr(row.find('@') + 1));
        const bool admitted = std::ranges::any_of(world.manifest.slice, [&](const plugins::SliceKind& entry) {
          const bool code_ok = entry.codes.empty() || std::ranges::find(entry.codes, code) != entry.codes.end();
          return entry.kind == kind && code_ok && (age == 0 || (entry.days && age <= *entry.days));
        });
        RC_ASSERT(admitted);
      }
    }
  });
  CHECK(holds);
}

}  // namespace
}  // namespace relais::records
