// SPDX-License-Identifier: Apache-2.0
// Vaccinations. Source: CI-SIS templates FR-Vaccination, FR-Rang-de-la-vaccination and FR-Produit-de-sante as they
// stand in the official VAC and IPS-FR examples. Vaccinations that are recommended or planned (moodCode INT) are no
// acts.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "records/formats/cda_parts.h"

namespace relais::formats {
namespace {

using xml::has_template;

constexpr std::array<std::string_view, 2> vaccination_templates = {"1.3.6.1.4.1.19376.1.5.3.1.4.12",
                                                                   "1.2.250.1.213.1.1.3.45"};
constexpr std::string_view vaccinations_section = "11369-6";
constexpr std::string_view dose_number_code = "30973-2";
constexpr std::string_view practitioners = "1.2.250.1.71.4.2.1";
// IPS: « no information », « no known immunizations ».
constexpr std::string_view no_information = "2.16.840.1.113883.5.1150.1";
constexpr std::size_t most_acts = 500;

std::string_view value_of(pugi::xml_node node, const char* name) { return node.attribute(name).value(); }

class ImmunizationReader {
 public:
  ImmunizationReader(const xml::Tree& tree, CdaDocument& out) : tree_(tree), out_(out) {}

  void read() {
    xml::walk(tree_.clinical_document, [this](pugi::xml_node node) {
      const std::string_view name = node.name();
      if (name == "section") look_at_section(node);
      // Another person's history stands in the same document.
      if (node.child("subject").child("relatedSubject")) return false;
      if (name != "substanceAdministration") return true;
      const bool vaccination = std::any_of(vaccination_templates.begin(), vaccination_templates.end(),
                                           [&](auto wanted) { return has_template(node, wanted); });
      if (vaccination && value_of(node, "moodCode") == "EVN") read_act(node);
      return !vaccination;
    });
    // An identifier that several acts bear names none of them: identifiers of acts are not relied on.
    for (const auto& [id, bearers] : bearers_) {
      if (bearers.size() < 2) continue;
      for (const auto index : bearers) say(AnomalyCode::cda_immunization_same_id, index);
    }
  }

 private:
  void say(AnomalyCode code, std::size_t index) {
    out_.anomalies.push_back({code, "immunizations[" + std::to_string(index) + "]"});
  }

  void look_at_section(pugi::xml_node section) {
    if (value_of(section.child("code"), "code") != vaccinations_section) return;
    const bool coded = section.child("entry") || section.child("component");
    if (!coded && !xml::folded_text(section.child("text")).empty()) {
      say(AnomalyCode::cda_immunization_unread, out_.immunizations.size());
    }
  }

  void read_act(pugi::xml_node act) {
    const auto index = out_.immunizations.size();
    if (index >= most_acts) {
      if (!has(out_.anomalies, AnomalyCode::cda_too_many_results)) {
        out_.anomalies.push_back({AnomalyCode::cda_too_many_results, "immunizations"});
      }
      return;
    }
    ToldImmunization told;
    const auto material = act.child("consumable").child("manufacturedProduct").child("manufacturedMaterial");
    if (no_information == value_of(material.child("code"), "codeSystem")) return;
    take_product(material, told);
    if (told.label.empty()) told.label = xml::resolve(tree_, act.child("text")).text.value_or("");
    told.lot = xml::folded_text(material.child("lotNumberText"));
    told.status = status_of(act);
    told.proof = proof_of(act);
    const auto written = xml::time_of(act.child("effectiveTime"));
    told.given = partial_day(written.value_or(""));
    told.site = words_of(act.child("approachSiteCode"));
    told.route = words_of(act.child("routeCode"));
    take_performer(act, told);
    for (const auto& relation : act.children("entryRelationship")) take_relation(relation, told);
    if (told.codes.empty() && told.label.empty()) return say(AnomalyCode::cda_immunization_unread, index);
    if (told.codes.empty()) say(AnomalyCode::cda_immunization_not_coded, index);
    if (told.given.empty() && written && !written->empty()) say(AnomalyCode::cda_invalid_date, index);
    const auto birth = partial_day(out_.patient.birth_date.value_or(""));
    // Compared at the precision of the vaguer of the two.
    const auto common = std::min(birth.size(), told.given.size());
    if (common != 0 && told.given.substr(0, common) < birth.substr(0, common)) {
      say(AnomalyCode::cda_immunization_before_birth, index);
    }
    const auto id = xml::id_of(act.child("id"));
    if (id.root && !id.root->empty()) bearers_[*id.root + "|" + id.extension.value_or("")].push_back(index);
    out_.immunizations.push_back(std::move(told));
  }

  void take_product(pugi::xml_node material, ToldImmunization& told) {
    const auto code = material.child("code");
    const auto take = [&](pugi::xml_node one) {
      const auto read = xml::code_of(one);
      if (!read.code || read.code->empty()) return;
      ToldCode kept{vaccine_system(read.code_system.value_or("")), *read.code, read.label.value_or("")};
      if (std::find(told.codes.begin(), told.codes.end(), kept) == told.codes.end())
        told.codes.push_back(std::move(kept));
    };
    take(code);
    for (const auto& translation : code.children("translation")) take(translation);
    told.label = code.attribute("displayName").value();
    if (told.label.empty()) told.label = xml::folded_text(material.child("name"));
    if (told.label.empty()) told.label = xml::resolve(tree_, code.child("originalText")).text.value_or("");
    if (told.label.empty() && !told.codes.empty()) told.label = told.codes.front().display;
  }

  static ToldStatus status_of(pugi::xml_node act) {
    const auto status = value_of(act.child("statusCode"), "code");
    if (status == "nullified") return ToldStatus::in_error;
    const bool ended = status == "aborted" || status == "cancelled";
    if (ended || value_of(act, "negationInd") == "true") return ToldStatus::not_done;
    return status.empty() || status == "completed" ? ToldStatus::done : ToldStatus::unknown;
  }

  // A professional's document is one that was seen, unless the patient or a relative is who tells it.
  static ToldProof proof_of(pugi::xml_node act) {
    const auto informant = act.child("informant");
    return informant.child("relatedEntity") && !informant.child("assignedEntity") ? ToldProof::declared
                                                                                  : ToldProof::seen;
  }

  std::string words_of(pugi::xml_node code) {
    if (const std::string label = code.attribute("displayName").value(); !label.empty()) return label;
    if (auto original = xml::resolve(tree_, code.child("originalText")).text; original && !original->empty())
      return *original;
    return code.attribute("code").value();
  }

  void take_performer(pugi::xml_node act, ToldImmunization& told) {
    const auto entity = act.child("performer").child("assignedEntity");
    for (const auto& id : entity.children("id")) {
      if (value_of(id, "root") == practitioners) told.performer_national_id = id.attribute("extension").value();
    }
    const auto name = entity.child("assignedPerson").child("name");
    const auto given = xml::folded_text(name.child("given"));
    const auto family = xml::folded_text(name.child("family"));
    told.performer_name = given.empty() || family.empty() ? given + family : given + " " + family;
    if (told.performer_name.empty()) told.performer_name = xml::folded_text(name);
    if (told.performer_name.empty()) {
      told.performer_name = xml::folded_text(entity.child("representedOrganization").child("name"));
    }
    told.performer_role = entity.child("code").attribute("displayName").value();
  }

  void take_relation(pugi::xml_node relation, ToldImmunization& told) {
    const auto observation = relation.child("observation");
    if (value_of(observation.child("code"), "code") == dose_number_code) {
      const auto number = value_of(observation.child("value"), "value");
      int rank = 0;
      const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), rank);
      const bool whole = error == std::errc() && stop == number.data() + number.size();
      if (whole && rank > 0 && rank < 100) told.dose_number = rank;
    }
    // Why it was not done, whatever kind of act says it.
    if (value_of(relation, "typeCode") != "RSON" || !told.reason.empty()) return;
    for (const auto& why : relation.children()) {
      told.reason = words_of(why.child("value"));
      if (told.reason.empty()) told.reason = words_of(why.child("code"));
      if (told.reason.empty()) told.reason = xml::resolve(tree_, why.child("text")).text.value_or("");
      if (!told.reason.empty()) return;
    }
  }

  const xml::Tree& tree_;
  CdaDocument& out_;
  std::map<std::string, std::vector<std::size_t>> bearers_;  // of the identifiers of acts
};

}  // namespace

void read_immunizations(const xml::Tree& tree, CdaDocument& out) { ImmunizationReader(tree, out).read(); }

}  // namespace relais::formats
