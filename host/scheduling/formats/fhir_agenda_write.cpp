// SPDX-License-Identifier: Apache-2.0
// FHIR R4 out. Sources: FHIR R4 (hl7.org/fhir/R4); domain note "Scheduling", sections 2 to 6.
#include <date/tz.h>

#include <nlohmann/json.hpp>
#include <string>

#include "domain/civil_time.h"
#include "scheduling/formats/exchange.h"
#include "scheduling/formats/fhir_addresses.h"

namespace relais::scheduling::formats {
namespace {

using Json = nlohmann::ordered_json;

struct Words {
  const char* security;  // null: no kind of the table
  const char* type;
};

Words words(Openness openness) {
  switch (openness) {
    case Openness::colleagues:
      return {"PRO", "ROUTINE"};
    case Openness::unplanned:
      return {"SNP", "ROUTINE"};
    case Openness::walk_in:
      return {"PUBLIC", "WALKIN"};
    case Openness::inside:
      return {nullptr, "ROUTINE"};
    case Openness::open:
      break;
  }
  return {"PUBLIC", "ROUTINE"};
}

class Writer {
 public:
  explicit Writer(const OutgoingAgenda& agenda) : agenda_(agenda) {
    bundle_ = {{"resourceType", "Bundle"}, {"type", "collection"}, {"timestamp", at(agenda.now)}, {"entry", Json::array()}};
  }

  std::string write() {
    add(agenda_.uid, schedule());
    for (const auto& slot : agenda_.free) add(slot.uid, slot_of(slot.uid, slot.start, slot.end, "free", slot.openness));
    for (const auto& visit : agenda_.visits) {
      if (visit.standing != Standing::cancelled) {
        const auto* const status = visit.standing == Standing::held ? "busy-tentative" : "busy";
        add(visit.slot_uid, slot_of(visit.slot_uid, visit.start, visit.end, status, visit.openness));
      }
      add(visit.uid, appointment(visit));
    }
    // What a person wrote (a place) may be no UTF-8: it is replaced, never the end of the export.
    return bundle_.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

 private:
  std::string at(Instant instant) const {
    const auto* const zone =
        date::locate_zone(fiche::is_known_zone(agenda_.time_zone) ? agenda_.time_zone : "Europe/Paris");
    return date::format("%FT%T%Ez", date::make_zoned(zone, date::floor<std::chrono::seconds>(instant)));
  }

  static Json coding(std::string_view system, std::string_view code) { return {{"system", system}, {"code", code}}; }
  static Json concept_of(std::string_view system, std::string_view code) {
    return {{"coding", Json::array({coding(system, code)})}};
  }

  Json resource(std::string_view type, const std::string& uid) const {
    Json made = {{"resourceType", type}};
    for (const auto& profile : address::profiles)
      if (profile.resource == type) made["meta"]["profile"] = Json::array({profile.present});
    made["identifier"] = Json::array({{{"system", agenda_.office}, {"value", uid}}});
    return made;
  }

  Json practitioner() const {
    return {{"type", "Practitioner"},
            {"identifier", {{"system", address::professional}, {"value", agenda_.person_number}}}};
  }

  Json schedule() const {
    auto made = resource("Schedule", agenda_.uid);
    made["contained"] = Json::array({{{"resourceType", "Location"}, {"id", "lieu"}, {"name", place()}}});
    made["active"] = true;
    made["actor"] = Json::array({{{"reference", "#lieu"}}});
    if (!agenda_.person_number.empty()) made["actor"].push_back(practitioner());
    made["planningHorizon"] = {{"start", at(agenda_.from)}, {"end", at(agenda_.until)}};
    return made;
  }

  Json slot_of(const std::string& uid, Instant start, Instant end, const char* status, Openness openness) const {
    auto made = resource("Slot", uid);
    const auto said = words(openness);
    if (said.security != nullptr) made["meta"]["security"] = Json::array({coding(address::slot_kind, said.security)});
    made["serviceType"] = Json::array({concept_of(address::act_code, "AMB")});
    made["appointmentType"] = concept_of(address::appointment_type, said.type);
    made["schedule"] = {{"reference", "urn:uuid:" + agenda_.uid}};
    made["status"] = status;
    made["start"] = at(start);
    made["end"] = at(end);
    return made;
  }

  Json appointment(const OutgoingVisit& visit) const {
    auto made = resource("Appointment", visit.uid);
    made["meta"]["lastUpdated"] = at(visit.changed);
    made["contained"] = Json::array({{{"resourceType", "Location"}, {"id", "lieu"}, {"name", place()}}});
    made["status"] = status(visit.standing);
    made["serviceType"] = Json::array({concept_of(address::act_code, "AMB")});
    made["appointmentType"] = concept_of(address::appointment_type, words(visit.openness).type);
    made["start"] = at(visit.start);
    made["end"] = at(visit.end);
    made["minutesDuration"] = std::chrono::duration_cast<std::chrono::minutes>(visit.end - visit.start).count();
    if (visit.standing != Standing::cancelled)
      made["slot"] = Json::array({{{"reference", "urn:uuid:" + visit.slot_uid}}});
    made["created"] = at(visit.made);
    auto& people = made["participant"] = Json::array();
    people.push_back({{"actor", {{"reference", "#lieu"}}}, {"status", "accepted"}});
    if (!agenda_.person_number.empty()) people.push_back({{"actor", practitioner()}, {"status", "accepted"}});
    // Somebody is expected: who is nobody's business here.
    people.push_back({{"type", Json::array({concept_of(address::participation, "SBJ")})},
                      {"status", visit.standing == Standing::held ? "needs-action" : "accepted"}});
    return made;
  }

  static const char* status(Standing standing) {
    switch (standing) {
      case Standing::held:
        return "pending";
      case Standing::fulfilled:
        return "fulfilled";
      case Standing::no_show:
        return "noshow";
      case Standing::cancelled:
        return "cancelled";
      case Standing::confirmed:
        break;
    }
    return "booked";
  }

  std::string place() const { return agenda_.place.empty() ? "Cabinet" : agenda_.place; }

  void add(const std::string& uid, Json made) {
    bundle_["entry"].push_back({{"fullUrl", "urn:uuid:" + uid}, {"resource", std::move(made)}});
  }

  const OutgoingAgenda& agenda_;
  Json bundle_;
};

}  // namespace

std::string write_fhir(const OutgoingAgenda& agenda) { return Writer(agenda).write(); }

}  // namespace relais::scheduling::formats
