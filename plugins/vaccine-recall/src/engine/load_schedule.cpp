// SPDX-License-Identifier: Apache-2.0
// ScheduleSupportingData.xml: what all antigens share.
#include "engine/load_parts.h"

namespace relais::vaccine {
namespace {

constexpr std::size_t most_codes = 20'000;

template <class Table>
std::uint16_t position(const XmlElement& at, const Table& table) {
  if (table.size() >= most_codes) at.fail("too many codes");
  return static_cast<std::uint16_t>(table.size());
}

CvxId declare_cvx(const XmlElement& at, SupportingData& data, const std::string& code, const std::string& description) {
  const auto [found, fresh] = data.cvx_by_code.try_emplace(code, position(at, data.cvx));
  if (fresh) data.cvx.push_back({code, description, {}, {}});
  return found->second;
}

void load_groups(const XmlElement& root, SupportingData& data) {
  const auto groups = root.required("vaccineGroups");
  groups.allow({"vaccineGroup"});
  for (const auto& each : groups.stating("vaccineGroup")) {
    each.allow({"name", "administerFullVaccineGroup"});
    VaccineGroup group;
    group.name = each.required_text("name");
    if (data.find_group(group.name)) each.fail("the group '" + group.name + "' stands twice");
    group.full_group = each.yes_no("administerFullVaccineGroup", "Yes", "No", false);
    data.groups.push_back(std::move(group));
  }
  const auto map = root.required("vaccineGroupToAntigenMap");
  map.allow({"vaccineGroupMap"});
  for (const auto& each : map.stating("vaccineGroupMap")) {
    each.allow({"name", "antigen"});
    const auto name = each.required_text("name");
    auto* group = const_cast<VaccineGroup*>(data.find_group(name));
    if (!group) each.fail_at("name", "no vaccine group is called '" + name + "'");
    if (!group->antigens.empty()) each.fail("the group '" + name + "' is mapped twice");
    for (const auto& antigen : each.children("antigen")) {
      const auto called = antigen.own_text();
      if (called.empty()) antigen.fail("is empty");
      const auto [found, fresh] = data.antigen_by_name.try_emplace(called, position(each, data.antigens));
      if (!fresh) antigen.fail("the antigen '" + called + "' stands in two groups");
      data.antigens.emplace_back().name = called;
      group->antigens.push_back(found->second);
    }
  }
  for (const auto& group : data.groups) {
    if (group.antigens.empty()) groups.fail("the group '" + group.name + "' has no antigen");
  }
}

void load_cvx(const XmlElement& root, SupportingData& data) {
  const auto map = root.required("cvxToAntigenMap");
  map.allow({"cvxMap"});
  for (const auto& each : map.stating("cvxMap")) {
    each.allow({"cvx", "shortDescription", "association"});
    const auto code = each.required_text("cvx");
    if (data.cvx_by_code.contains(code)) each.fail("the CVX " + code + " stands twice");
    const auto id = declare_cvx(each, data, code, each.text("shortDescription"));
    for (const auto& association : each.stating("association")) {
      association.allow({"antigen", "associationBeginAge", "associationEndAge"});
      data.cvx[id].associations.push_back({Codes(data).antigen(association, "antigen"),
                                           association.age_window("associationBeginAge", "associationEndAge")});
    }
    if (data.cvx[id].associations.empty()) each.fail("the CVX " + code + " has no antigen");
  }
}

void load_observations(const XmlElement& root, SupportingData& data) {
  const auto list = root.child("observations");
  if (!list) return;
  list->allow({"observation"});
  for (const auto& each : list->stating("observation")) {
    // codedValues holds codes of other systems, among them SNOMED CT, whose licence is its own: named and not read.
    each.allow({"observationCode", "observationTitle", "group", "indicationText", "contraindicationText",
                "clarifyingText", "codedValues"});
    const auto code = each.required_text("observationCode");
    if (!data.observation_by_code.try_emplace(code, position(each, data.observations)).second) {
      each.fail("the observation " + code + " stands twice");
    }
    data.observations.push_back({code, each.text("observationTitle")});
  }
}

// A conflicting vaccine can be one that holds no antigen of these data: it is known by its row here.
CvxId conflict_party(const XmlElement& row, const char* name, SupportingData& data) {
  const auto party = row.required(name);
  party.allow({"vaccineType", "cvx"});
  return declare_cvx(party, data, party.required_text("cvx"), party.text("vaccineType"));
}

Duration required_duration(const XmlElement& row, const char* name) {
  const auto value = row.duration(name);
  if (!value) row.fail_at(name, "is empty");
  return *value;
}

void load_conflicts(const XmlElement& root, SupportingData& data) {
  const auto list = root.child("liveVirusConflicts");
  if (!list) return;
  list->allow({"liveVirusConflict"});
  for (const auto& each : list->stating("liveVirusConflict")) {
    each.allow({"previous", "current", "conflictBeginInterval", "minConflictEndInterval", "conflictEndInterval"});
    const auto previous = conflict_party(each, "previous", data);
    const auto current = conflict_party(each, "current", data);
    data.cvx[current].conflicts.push_back({previous, required_duration(each, "conflictBeginInterval"),
                                           required_duration(each, "minConflictEndInterval"),
                                           required_duration(each, "conflictEndInterval")});
  }
}

}  // namespace

CvxId Codes::cvx_named(const XmlElement& at, const char* child, const std::string& code) const {
  const auto id = data_.find_cvx(code);
  if (id == no_id || data_.cvx[id].associations.empty()) {
    at.fail_at(child, "no CVX '" + code.substr(0, 80) + "' in cvxToAntigenMap");
  }
  return id;
}

CvxId Codes::cvx(const XmlElement& at, const char* child) const {
  return cvx_named(at, child, at.required_text(child));
}

std::vector<CvxId> Codes::cvx_list(const XmlElement& at, const char* child) const {
  std::vector<CvxId> out;
  for (const auto& code : split(at.text(child), ';')) out.push_back(cvx_named(at, child, code));
  return out;
}

ObservationId Codes::observation(const XmlElement& at, const char* child) const {
  const auto code = at.required_text(child);
  const auto id = data_.find_observation(code);
  if (id == no_id) at.fail_at(child, "no observation '" + code.substr(0, 80) + "' is declared");
  return id;
}

AntigenId Codes::antigen_named(const XmlElement& at, const std::string& name) const {
  const auto found = data_.antigen_by_name.find(name);
  if (found == data_.antigen_by_name.end()) at.fail("no vaccine group holds the antigen '" + name.substr(0, 80) + "'");
  return found->second;
}

AntigenId Codes::antigen(const XmlElement& at, const char* child) const {
  return antigen_named(at.required(child), at.required_text(child));
}

void load_schedule(const XmlElement& root, SupportingData& data) {
  root.allow({"liveVirusConflicts", "vaccineGroups", "vaccineGroupToAntigenMap", "cvxToAntigenMap", "observations"});
  load_groups(root, data);
  load_cvx(root, data);
  load_observations(root, data);
  load_conflicts(root, data);
}

}  // namespace relais::vaccine
