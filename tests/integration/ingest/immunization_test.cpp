// SPDX-License-Identifier: Apache-2.0
// Vaccinations from the bytes of notes and bundles to the acts of the record, on each engine.
#include <algorithm>

#include "practice.h"
#include "records/immunization_store.h"
#include "unit/records/formats/vaccination_samples.h"

namespace relais::records {
namespace {

using practice::InboundState;
using samples::immunization;
using samples::Json;
using samples::Vaccination;
using samples::VaccinationNote;
using samples::Vaccinations;

const worklist::Actor marchand{"marchand", worklist::Role::doctor, {}};

std::vector<v1::Immunization> acts(Office& office, std::optional<Instant> as_of = std::nullopt) {
  return office.read([&](soci::session& sql) {
    return SqlRecordReader(sql).immunizations({"p-1", as_of.value_or(office.clock.now()), std::nullopt}).value().rows;
  });
}

VaccinationNote note(int version, std::vector<Vaccination> told) {
  VaccinationNote made;
  made.version = std::to_string(version);
  made.document_id = "1.2.3.4.1." + made.version;
  made.acts = std::move(told);
  return made;
}

Vaccination on(const std::string& time, const std::string& lot = "U4421") {
  Vaccination act;
  act.time = "<effectiveTime value=\"" + time + "\"/>";
  const std::string held = "U4421";
  act.material.replace(act.material.find(held), held.size(), lot);
  return act;
}

// An act typed by hand.
std::string enter(Office& office, const v1::Immunization& content, bool assistant = true) {
  office.clock.advance(std::chrono::seconds{1});
  return office.write([&](Transaction& tx) -> Result<std::string> {
    PatientImmunizations held(tx, "p-1");
    TellingOfAct told;
    told.kind = "entered";
    told.entered_by = assistant ? "perrin" : "marchand";
    told.needs_doctor = assistant;
    told.content = content;
    const auto id = held.add(std::move(told));
    held.settle();
    return held.of_telling(id)->act.id();
  });
}

v1::Immunization flu(const std::string& day, const std::string& lot) {
  v1::Immunization act;
  act.set_label("Vaxigrip");
  act.set_given_on(day);
  act.set_lot(lot);
  act.set_status(immunization_done);
  act.set_proof(immunization_declared);
  return act;
}

TEST_CASE("a vaccination note becomes acts of the record with their source and wakes who asks for them") {
  Office office;
  const auto receipt = office.receive(VaccinationNote().text());
  CHECK(receipt.message.state == InboundState::read);
  const auto events = office.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == "patient.changed");
  CHECK(events[0].patient_id == "p-1");
  const auto held = acts(office);
  REQUIRE(held.size() == 1);
  CHECK(held[0].product_system() == "cis");
  CHECK(held[0].product_code() == "61402736");
  CHECK(held[0].lot() == "U4421");
  CHECK(held[0].given_on() == "2026-10-14");
  CHECK(held[0].status() == immunization_done);
  CHECK(held[0].proof() == immunization_seen);
  CHECK(held[0].performer_national_id() == "810000000033");
  REQUIRE(held[0].sources_size() == 1);
  CHECK(held[0].sources(0).source_id() == receipt.report_ids.at(0));
  CHECK(held[0].sources(0).kind() == "cda");
}

TEST_CASE("what is received twice is one act and wakes nobody again") {
  Office office;
  office.receive(VaccinationNote().text());
  office.events();
  office.receive(VaccinationNote().text() + "\n");
  CHECK(acts(office).size() == 1);
  CHECK(office.events().empty());
}

TEST_CASE("the pharmacist's note the bundle and what was typed are one act with three sources") {
  Office office;
  const auto typed = enter(office, flu("2026-10-14", "u4421"));
  CHECK(acts(office).at(0).to_confirm());
  office.receive(VaccinationNote().text());
  office.receive(Vaccinations().text());
  const auto held = acts(office);
  REQUIRE(held.size() == 1);
  CHECK(held[0].id() == typed);
  CHECK(held[0].sources_size() == 3);
  CHECK(held[0].proof() == immunization_seen);
  CHECK_FALSE(held[0].to_confirm());
  CHECK(held[0].conflicts_with().empty());
}

TEST_CASE("the next version of a note tells the same acts under the same names and an act it leaves out goes") {
  Office office;
  office.receive(note(1, {on("20261014"), on("20251014", "U1")}).text());
  const auto before = acts(office);
  REQUIRE(before.size() == 2);
  const auto then = office.clock.now();
  office.receive(note(2, {on("20261014"), on("20241014", "U0")}).text());
  const auto after = acts(office);
  REQUIRE(after.size() == 2);
  const auto named = [](const std::vector<v1::Immunization>& all, const std::string& day) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.given_on() == day; });
    return found == all.end() ? std::string() : found->id();
  };
  CHECK(named(after, "2026-10-14") == named(before, "2026-10-14"));
  CHECK(named(after, "2025-10-14").empty());
  CHECK_FALSE(named(after, "2024-10-14").empty());
  // What was known then stays readable.
  CHECK(named(acts(office, then), "2025-10-14") == named(before, "2025-10-14"));
}

TEST_CASE("a note of nobody tells nobody until a human attaches it and takes its acts along when detached") {
  Office office;
  VaccinationNote stranger;
  stranger.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  const auto id = office.report_id(stranger.text());
  CHECK(acts(office).empty());
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, id, "p-1", marchand); });
  CHECK(acts(office).size() == 1);
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, id, marchand, "autre patient"); });
  CHECK(acts(office).empty());
}

TEST_CASE("the same lot on two days is a conflict on both acts until a doctor settles it") {
  Office office;
  office.receive(VaccinationNote().text());
  const auto typed = enter(office, flu("2026-10-24", "U4421"));
  const auto held = acts(office);
  REQUIRE(held.size() == 2);
  for (const auto& one : held) CHECK(one.conflicts_with_size() == 1);
  const auto other = held[0].id() == typed ? held[1].id() : held[0].id();
  office.write([&](Transaction& tx) -> Result<int> {
    PatientImmunizations of(tx, "p-1");
    of.rule({other, typed, v1::IMMUNIZATION_RESOLUTION_SAME_ACT, other}, "marchand");
    of.settle();
    return 0;
  });
  const auto settled = acts(office);
  REQUIRE(settled.size() == 1);
  CHECK(settled[0].id() == other);
  CHECK(settled[0].given_on() == "2026-10-14");
  CHECK(settled[0].sources_size() == 2);
  CHECK(settled[0].conflicts_with().empty());
  // Told again, nothing is asked again.
  office.receive(Vaccinations().text());
  CHECK(acts(office).size() == 1);
  CHECK(acts(office)[0].sources_size() == 3);
}

TEST_CASE("done for one and not done for the other is a conflict") {
  Office office;
  office.receive(VaccinationNote().text());
  auto refused = immunization();
  refused["identifier"][0]["value"] = "VAC-78";
  refused["status"] = "not-done";
  refused.erase("lotNumber");
  office.receive(Vaccinations(refused).text());
  const auto held = acts(office);
  REQUIRE(held.size() == 2);
  CHECK(held[0].conflicts_with_size() == 1);
  CHECK(held[0].conflicts_with(0) == held[1].id());
}

TEST_CASE("what its sender calls an error is withdrawn whichever came first") {
  auto error = immunization();
  error["status"] = "entered-in-error";
  for (const bool error_first : {true, false}) {
    INFO(error_first);
    Office office;
    office.receive(Vaccinations(error_first ? error : immunization()).text());
    office.receive(Vaccinations(error_first ? immunization() : error).text());
    const auto held = acts(office);
    REQUIRE(held.size() == 1);
    CHECK(held[0].status() == immunization_in_error);
    CHECK(held[0].conflicts_with().empty());
  }
}

TEST_CASE("what a person took back is not told again by the next note and may be entered anew") {
  Office office;
  office.receive(note(1, {on("20261014")}).text());
  const auto id = acts(office).at(0).id();
  office.write([&](Transaction& tx) -> Result<int> {
    PatientImmunizations of(tx, "p-1");
    of.withdraw(id, "autre patient");
    of.settle();
    return 0;
  });
  REQUIRE(acts(office).size() == 1);
  CHECK(acts(office)[0].status() == immunization_in_error);
  CHECK(acts(office)[0].id() == id);
  CHECK(acts(office)[0].reason() == "autre patient");
  VaccinationNote other;
  other.set_id = R"(<setId root="9.9.9"/>)";
  other.document_id = "9.9.9.1";
  other.acts = {on("20261014")};
  office.receive(other.text());
  REQUIRE(acts(office).size() == 1);
  CHECK(acts(office)[0].status() == immunization_in_error);
  enter(office, flu("2026-10-14", "U4421"), false);
  const auto held = acts(office);
  CHECK(std::count_if(held.begin(), held.end(), [](const auto& one) { return one.status() == immunization_done; }) == 1);
}

TEST_CASE("an act that was put as it is tells itself and meets what documents tell") {
  Office office;
  const auto id = office.write([&](Transaction& tx) -> Result<std::string> { return put(tx, "p-1", flu("2026-10-14", "U4421")); });
  office.receive(VaccinationNote().text());
  const auto held = acts(office);
  REQUIRE(held.size() == 1);
  CHECK(held[0].id() == id);
  CHECK(held[0].sources_size() == 2);
}

TEST_CASE("the order in which notes come changes nothing of what is told") {
  const std::vector<std::string> arriving = {
      note(1, {on("20261014")}).text(), Vaccinations().text(), [] {
        VaccinationNote other;
        other.set_id = R"(<setId root="9.9.9"/>)";
        other.document_id = "9.9.9.1";
        other.acts = {on("20261015"), on("20261014", "U4422")};
        return other.text();
      }()};
  std::vector<std::size_t> order{0, 1, 2};
  std::optional<std::multiset<std::string>> first;
  do {
    Office office;
    for (const auto which : order) office.receive(arriving[which]);
    std::multiset<std::string> said;
    for (auto one : acts(office)) {
      const auto conflicts = std::to_string(one.conflicts_with_size());
      one.clear_id();
      one.clear_sources();
      one.clear_conflicts_with();
      said.insert(one.SerializeAsString() + conflicts);
    }
    if (!first) first = said;
    CHECK(said == *first);
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(first->size() == 3);
}

}  // namespace
}  // namespace relais::records
