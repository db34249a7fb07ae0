// SPDX-License-Identifier: Apache-2.0
// Slices that are made up, the sample practice, and what is told of declared data.
#include <catch2/catch.hpp>
#include <sstream>

#include "app/kit/reports.h"
#include "app/kit/sample_practice.h"
#include "app/kit/slice_generator.h"
#include "app/text_file.h"

using namespace relais;
using namespace relais::app;

namespace {

plugins::Manifest declaring(std::vector<plugins::SliceKind> slice, std::vector<std::string> triggers) {
  plugins::Manifest manifest;
  manifest.id = "essai";
  manifest.tasks = {"bio-triage"};
  manifest.slice = std::move(slice);
  manifest.triggers = std::move(triggers);
  return manifest;
}

constexpr SliceStyle styles[] = {SliceStyle::ordinary, SliceStyle::empty,    SliceStyle::texts,  SliceStyle::dates,
                                 SliceStyle::numbers,  SliceStyle::withheld, SliceStyle::nobody, SliceStyle::settings};

}  // namespace

TEST_CASE("the same seed makes the same slices and another one others") {
  const auto manifest = declaring({{"patient", {}, {}}, {"lab_report", {}, 365}, {"observation", {"2823-3"}, 365}},
                                  {"lab_report.available"});
  for (const auto style : styles) {
    SliceGenerator one(manifest, 7);
    SliceGenerator same(manifest, 7);
    SliceGenerator other(manifest, 8);
    const auto made = one.make(style, 20);
    const auto again = same.make(style, 20);
    bool differs = false;
    const auto others = other.make(style, 20);
    for (std::size_t index = 0; index < made.size(); ++index) {
      CHECK(made[index].SerializeAsString() == again[index].SerializeAsString());
      differs = differs || made[index].SerializeAsString() != others[index].SerializeAsString();
    }
    CHECK(differs);
  }
}

TEST_CASE("a slice that is made up holds nothing that is not declared") {
  const auto manifest = declaring({{"lab_report", {}, {}}, {"observation", {"2823-3", "718-7"}, {}}}, {"lab_report.available"});
  for (const auto style : styles) {
    SliceGenerator generator(manifest, 3);
    for (const auto& slice : generator.make(style, 50)) {
      CHECK_FALSE(slice.has_patient());
      CHECK(slice.conditions().empty());
      CHECK(slice.medications().empty());
      CHECK(slice.long_term_conditions().empty());
      CHECK(slice.reports_size() <= 1);
      CHECK(slice.kinds_size() == 2);
      for (const auto& result : slice.observations()) CHECK((result.code() == "2823-3" || result.code() == "718-7"));
      CHECK(slice.ByteSizeLong() < manifest.budget.batch_bytes);
    }
  }
}

TEST_CASE("every kind of data can be made up") {
  std::vector<plugins::SliceKind> all;
  for (const char* kind : {"patient", "lab_report", "observation", "context_word", "target", "known_anomaly", "condition",
                           "medication", "immunization", "long_term_condition", "document", "appointment", "message",
                           "request_state"}) {
    all.push_back({kind, {}, 36525});
  }
  const auto manifest = declaring(all, {"lab_report.available", "nightly"});
  SliceGenerator generator(manifest, 5);
  worker::v1::Slice seen;
  for (const auto& slice : generator.make(SliceStyle::ordinary, 40)) seen.MergeFrom(slice);
  CHECK((seen.has_patient() && seen.reports_size() > 0 && seen.observations_size() > 0 && seen.context_words_size() > 0));
  CHECK((seen.targets_size() > 0 && seen.known_anomalies_size() > 0 && seen.conditions_size() > 0));
  CHECK((seen.medications_size() > 0 && seen.immunizations_size() > 0 && seen.long_term_conditions_size() > 0));
  CHECK((seen.documents_size() > 0 && seen.appointments_size() > 0 && seen.messages_size() > 0));
  CHECK((seen.request_states_size() > 0 && seen.kinds_size() == 14 * 40));
  CHECK(seen.appointments_size() == seen.appointment_local_minutes_size());
}

TEST_CASE("the sample practice asks a plugin about what its triggers name") {
  const auto practice = read_sample_practice(*read_text_file(KIT_FOLDER "/sample/practice.json"));
  REQUIRE(practice.has_value());
  CHECK(practice->records.size() >= 5);
  const auto reports = sample_subjects(*practice, declaring({{"lab_report", {}, {}}}, {"lab_report.available"}));
  REQUIRE(reports.has_value());
  CHECK(reports->size() >= 6);
  for (const auto& subject : *reports) CHECK_FALSE(subject.slice.subject().item_id().empty());
  const auto patients = sample_subjects(*practice, declaring({{"patient", {}, {}}}, {"nightly", "patient.changed"}));
  REQUIRE(patients.has_value());
  // One for each person who is known.
  CHECK(patients->size() == 4);
  const auto messages = sample_subjects(*practice, declaring({{"message", {}, {}}}, {"message.received"}));
  REQUIRE(messages.has_value());
  REQUIRE(messages->size() == 1);
  CHECK(messages->front().slice.messages(0).id() == "msg-1");
}

TEST_CASE("a sample practice that is wrong is told with its place") {
  const auto wrong = read_sample_practice(R"({"schema": "relais.sample/1", "now": "2026-03-20T16:05:00+01:00",
    "records": [{"name": "x", "record": {"patient": {"age": 3}}}]})");
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().place == "records[0].record.patient");
}

TEST_CASE("the smaller manifest drops what no answer needed and keeps what no case shows") {
  KindUse needed{{"observation", {"2823-3", "718-7"}, 730}, 3, true, {"718-7"}, {}, 400};
  KindUse idle{{"medication", {}, {}}, 2, false, {}, {}, {}};
  KindUse unseen{{"condition", {"E11"}, {}}, 0, false, {}, {"E11"}, {}};
  std::ostringstream out;
  print_kinds_in_use({needed, idle, unseen}, out);
  const auto proposal = out.str().substr(out.str().find("slice:\n"));
  CHECK(proposal == "slice:\n  - kind: observation\n    codes: [2823-3]\n    days: 400\n  - kind: condition\n    codes: [E11]\n");
  std::ostringstream nothing;
  needed.idle_codes.clear();
  needed.days = 730;
  print_kinds_in_use({needed, unseen}, nothing);
  CHECK(nothing.str().find("ne demande rien de trop") != std::string::npos);
}
