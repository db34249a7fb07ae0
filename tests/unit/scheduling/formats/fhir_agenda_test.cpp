// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "samples.h"

using namespace relais;
using namespace relais::scheduling::formats;
using Json = nlohmann::json;

namespace {

Json resource(const Json& bundle, const std::string& type, std::size_t which = 0) {
  for (const auto& entry : bundle["entry"])
    if (entry["resource"]["resourceType"] == type && which-- == 0) return entry["resource"];
  FAIL("no " << type);
  return {};
}
Json appointment(const std::string& value, const std::string& status = "booked") {
  return {{"resourceType", "Appointment"},
          {"identifier", Json::array({{{"system", "urn:oid:1.2.3"}, {"value", value}}})},
          {"status", status},
          {"start", "2026-11-24T09:00:00+01:00"},
          {"end", "2026-11-24T09:15:00+01:00"}};
}
std::string bundle(const std::vector<Json>& resources) {
  Json made = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"entry", Json::array()}};
  for (const auto& one : resources) made["entry"].push_back({{"resource", one}});
  return made.dump();
}
BusyCalendar read_json(const std::string& text) {
  const auto found = read_fhir(text, window());
  INFO((found ? "" : stable_code(found.error().code)));
  REQUIRE(found);
  return *found;
}
std::string refused_json(const std::string& text) {
  const auto found = read_fhir(text, window());
  return found ? "read" : std::string(stable_code(found.error().code));
}

}  // namespace

TEST_CASE("an agenda leaves as schedule and slots and appointments without anybody's name") {
  auto agenda = small_agenda();
  agenda.person_number = "810000000001";
  agenda.free.push_back({"f1", utc("2026-11-24T09:00:00Z"), utc("2026-11-24T09:15:00Z"), Openness::unplanned});
  const auto written = Json::parse(write_fhir(agenda));
  CHECK(written["type"] == "collection");
  const auto schedule = resource(written, "Schedule");
  CHECK(schedule["identifier"][0]["value"] == agenda.uid);
  CHECK(schedule["actor"][1]["identifier"]["value"] == "810000000001");
  CHECK(schedule["actor"][1]["identifier"]["system"] == "urn:oid:1.2.250.1.71.4.2.1");
  const auto free = resource(written, "Slot");
  CHECK(free["status"] == "free");
  CHECK(free["meta"]["security"][0]["code"] == "SNP");
  CHECK(free["appointmentType"]["coding"][0]["code"] == "ROUTINE");
  CHECK(free["start"] == "2026-11-24T10:00:00+01:00");
  CHECK(free["schedule"]["reference"] == "urn:uuid:" + agenda.uid);
  const auto busy = resource(written, "Slot", 1);
  CHECK(busy["status"] == "busy");
  CHECK(busy["meta"]["security"][0]["code"] == "PUBLIC");
  const auto visit = resource(written, "Appointment");
  CHECK(visit["status"] == "booked");
  CHECK(visit["identifier"][0]["system"] == agenda.office);
  CHECK(visit["slot"][0]["reference"] == "urn:uuid:" + agenda.visits[0].slot_uid);
  CHECK(visit["minutesDuration"] == 15);
  for (const auto& person : visit["participant"]) {
    CHECK(person.contains("status"));
    if (!person.contains("actor")) CHECK(person["type"][0]["coding"][0]["code"] == "SBJ");
  }
}

TEST_CASE("our states are those of FHIR as the table says") {
  auto agenda = small_agenda();
  const auto told = [&](Standing standing) {
    agenda.visits[0].standing = standing;
    return Json::parse(write_fhir(agenda));
  };
  CHECK(resource(told(Standing::held), "Slot")["status"] == "busy-tentative");
  CHECK(resource(told(Standing::held), "Appointment")["status"] == "pending");
  CHECK(resource(told(Standing::no_show), "Slot")["status"] == "busy");
  CHECK(resource(told(Standing::no_show), "Appointment")["status"] == "noshow");
  CHECK(resource(told(Standing::fulfilled), "Appointment")["status"] == "fulfilled");
  const auto cancelled = told(Standing::cancelled);
  CHECK(resource(cancelled, "Appointment")["status"] == "cancelled");
  CHECK(cancelled.dump().find("\"Slot\"") == std::string::npos);
  agenda.visits[0].openness = Openness::walk_in;
  CHECK(resource(told(Standing::confirmed), "Slot")["appointmentType"]["coding"][0]["code"] == "WALKIN");
  agenda.visits[0].openness = Openness::colleagues;
  CHECK(resource(told(Standing::confirmed), "Slot")["meta"]["security"][0]["code"] == "PRO");
  agenda.visits[0].openness = Openness::inside;
  CHECK_FALSE(resource(told(Standing::confirmed), "Slot")["meta"].contains("security"));
}

TEST_CASE("appointments and slots of either base are time that is taken") {
  auto old_base = appointment("a1");
  old_base["meta"]["profile"] = {"http://interopsante.org/fhir/StructureDefinition/FrAppointment"};
  auto new_base = appointment("a2", "pending");
  new_base["meta"]["profile"] = {"https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment"};
  const Json slot = {{"resourceType", "Slot"}, {"id", "s1"}, {"status", "busy-unavailable"},
                     {"start", "2026-11-25T08:00:00.000Z"}, {"end", "2026-11-25T09:00:00Z"}};
  const Json free = {{"resourceType", "Slot"}, {"id", "s2"}, {"status", "free"},
                     {"start", "2026-11-25T10:00:00Z"}, {"end", "2026-11-25T11:00:00Z"}};
  const auto busy = read_json(bundle({old_base, new_base, slot, free, {{"resourceType", "Schedule"}, {"id", "x"}}}));
  REQUIRE(busy.events.size() == 4);
  CHECK(busy.events[0].uid == "Slot/s1");
  CHECK(busy.events[0].occurrences.at(0).end == utc("2026-11-25T09:00:00Z"));
  CHECK(busy.events[1].occurrences.empty());
  CHECK(busy.events[2].uid == "urn:oid:1.2.3|a1");
  CHECK(busy.events[2].occurrences.at(0).start == utc("2026-11-24T08:00:00Z"));
  CHECK_FALSE(busy.events[2].occurrences.at(0).tentative);
  CHECK(busy.events[3].occurrences.at(0).tentative);
}

TEST_CASE("a booking without an end lasts its minutes and a proposed one takes none") {
  auto timed = appointment("a1");
  timed.erase("end");
  timed["minutesDuration"] = 20;
  CHECK(read_json(timed.dump()).events[0].occurrences.at(0).end == utc("2026-11-24T08:20:00Z"));
  for (const auto* status : {"proposed", "cancelled", "entered-in-error", "waitlist"}) {
    auto none = appointment("a1", status);
    none.erase("start");
    none.erase("end");
    CHECK(read_json(none.dump()).events[0].occurrences.empty());
  }
}

TEST_CASE("what is written is read again as the same time") {
  const auto agenda = small_agenda();
  const auto busy = read_json(write_fhir(agenda));
  REQUIRE(busy.events.size() == 2);
  for (const auto& event : busy.events) {
    CHECK(event.uid.starts_with(agenda.office + "|"));
    CHECK(event.occurrences.at(0).start == agenda.visits[0].start);
    CHECK(event.occurrences.at(0).end == agenda.visits[0].end);
  }
}

TEST_CASE("a resource that cannot be trusted refuses the whole file") {
  CHECK(refused_json("{") == "scheduling.fhir.malformed");
  CHECK(refused_json("[]") == "scheduling.fhir.malformed");
  CHECK(refused_json("{}") == "scheduling.fhir.malformed");
  CHECK(refused_json(std::string(200, '[')) == "scheduling.fhir.too-complex");
  CHECK(refused_json(std::string(std::size_t{3} << 20U, ' ')) == "scheduling.fhir.too-large");
  auto wrong = appointment("a1");
  wrong["status"] = "bouked";
  CHECK(refused_json(wrong.dump()) == "scheduling.fhir.status");
  wrong = appointment("a1");
  wrong["start"] = "2026-11-24T09:00:00";
  CHECK(refused_json(wrong.dump()) == "scheduling.fhir.time");
  wrong = appointment("a1");
  wrong["end"] = "2026-11-24T08:00:00+01:00";
  CHECK(refused_json(wrong.dump()) == "scheduling.fhir.time");
  wrong = appointment("a1");
  wrong.erase("identifier");
  CHECK(refused_json(wrong.dump()) == "scheduling.fhir.identifier");
  CHECK(refused_json(bundle({appointment("a1"), appointment("a1", "cancelled")})) == "scheduling.fhir.identifier");
}

TEST_CASE("a later state has a later sequence") {
  auto one = appointment("a1");
  one["meta"] = {{"versionId", "3"}};
  CHECK(read_json(one.dump()).events[0].sequence == 3);
  one["meta"] = {{"lastUpdated", "2026-11-20T10:00:00.123+01:00"}, {"versionId", "abc"}};
  CHECK(read_json(one.dump()).events[0].sequence == 1795165200000);
  one["meta"] = {{"versionId", "abc"}};
  CHECK(read_json(one.dump()).events[0].sequence == 0);
}
