// SPDX-License-Identifier: Apache-2.0
// Conditions and treatments of a synthesis. Source: CI-SIS templates FR-Liste-des-problemes, FR-Probleme and FR-Traitement
// as they stand in the official VSM and IPS-FR examples.
#include <algorithm>
#include <array>
#include <string_view>

#include "records/formats/cda_parts.h"

namespace relais::formats {
namespace {

using xml::attribute;
using xml::has_template;

constexpr std::string_view icd10 = "2.16.840.1.113883.6.3";
constexpr std::string_view atc = "2.16.840.1.113883.6.73";
constexpr std::string_view absent_or_unknown = "2.16.840.1.113883.5.1150.1";  // IPS: « no known problem »
// IHE PCC and CI-SIS: a list of problems, a problem in it, a treatment.
constexpr std::array<std::string_view, 2> concern_templates = {"1.3.6.1.4.1.19376.1.5.3.1.4.5.2", "1.2.250.1.213.1.1.3.39"};
constexpr std::array<std::string_view, 2> problem_templates = {"1.3.6.1.4.1.19376.1.5.3.1.4.5", "1.2.250.1.213.1.1.3.37"};
constexpr std::array<std::string_view, 2> treatment_templates = {"1.3.6.1.4.1.19376.1.5.3.1.4.7", "1.2.250.1.213.1.1.3.42"};
// Sections that are there for conditions or treatments: active problems, past history, treatments.
constexpr std::array<std::string_view, 3> context_sections = {"11450-4", "11348-0", "10160-0"};

template <std::size_t N>
bool has_any(pugi::xml_node node, const std::array<std::string_view, N>& templates) {
  return std::any_of(templates.begin(), templates.end(), [&](auto wanted) { return has_template(node, wanted); });
}

bool negated(pugi::xml_node node) { return std::string_view(node.attribute("negationInd").value()) == "true"; }

class ContextReader {
 public:
  ContextReader(const xml::Tree& tree, CdaDocument& out) : tree_(tree), out_(out) {}

  void read() {
    xml::walk(tree_.clinical_document, [this](pugi::xml_node node) {
      const std::string_view name = node.name();
      if (name == "section") look_at_section(node);
      // Another person's history stands in the same document.
      if (node.child("subject").child("relatedSubject")) return false;
      if (name == "act" && has_any(node, concern_templates)) read_concern(node);
      const bool own = std::string_view(node.parent().name()) == "entry";
      if (name == "substanceAdministration" && own && has_any(node, treatment_templates)) read_treatment(node);
      return true;
    });
  }

 private:
  void say(AnomalyCode code) {
    out_.anomalies.push_back({code, "contexts[" + std::to_string(out_.contexts.size()) + "]"});
  }

  void look_at_section(pugi::xml_node section) {
    const std::string_view code = section.child("code").attribute("code").value();
    if (std::find(context_sections.begin(), context_sections.end(), code) == context_sections.end()) return;
    if (!section.child("entry") && !section.child("component") && !xml::folded_text(section.child("text")).empty()) {
      say(AnomalyCode::cda_context_unread);
    }
  }

  void read_concern(pugi::xml_node act) {
    for (const auto& relation : act.children("entryRelationship")) {
      const auto problem = relation.child("observation");
      if (problem && has_any(problem, problem_templates)) read_problem(act, problem);
    }
  }

  void read_problem(pugi::xml_node act, pugi::xml_node problem) {
    const auto value = problem.child("value");
    if (negated(problem) || negated(act) || absent_or_unknown == value.attribute("codeSystem").value()) {
      return say(AnomalyCode::cda_context_negated);
    }
    CdaContext context;
    take_code(value, icd10, context);
    if (!context.label) context.label = xml::resolve(tree_, problem.child("text")).text;
    take_period(problem.child("effectiveTime"), context);
    if (!context.from && !context.until) take_period(act.child("effectiveTime"), context);
    keep(std::move(context), AnomalyCode::cda_condition_not_icd10);
  }

  void read_treatment(pugi::xml_node given) {
    const std::string_view mood = given.attribute("moodCode").value();
    if (mood != "EVN") return;  // planned or asked for, not taken
    const auto material = given.child("consumable").child("manufacturedProduct").child("manufacturedMaterial");
    if (negated(given) || absent_or_unknown == material.child("code").attribute("codeSystem").value()) {
      return say(AnomalyCode::cda_context_negated);
    }
    CdaContext context;
    context.treatment = true;
    take_code(material.child("code"), atc, context);
    // The substance class stands deeper, in the names of another standard: only the code system tells it.
    xml::walk(material, [&](pugi::xml_node node) {
      if (!context.code && atc == node.attribute("codeSystem").value()) {
        context.code = attribute(node, "code");
        context.written.reset();
      }
      return true;
    });
    if (!context.label) {
      if (auto name = xml::folded_text(material.child("name")); !name.empty()) context.label = std::move(name);
    }
    if (!context.label) context.label = xml::resolve(tree_, given.child("text")).text;
    // The first effectiveTime is the period, the others the rhythm.
    take_period(given.child("effectiveTime"), context);
    keep(std::move(context), AnomalyCode::cda_treatment_not_atc);
  }

  void take_code(pugi::xml_node code, std::string_view wanted, CdaContext& context) {
    const auto consider = [&](pugi::xml_node one) {
      const auto read = xml::code_of(one);
      if (!read.code) return;
      if (!context.code && read.code_system == std::string(wanted)) context.code = read.code;
      if (!context.written && read.code_system != std::string(wanted)) context.written = read;
    };
    consider(code);
    for (const auto& translation : code.children("translation")) consider(translation);
    if (context.code) context.written.reset();
    context.label = attribute(code, "displayName");
    if (!context.label) context.label = xml::resolve(tree_, code.child("originalText")).text;
  }

  static void take_period(pugi::xml_node time, CdaContext& context) {
    context.from = attribute(time.child("low"), "value");
    if (!context.from) context.from = attribute(time, "value");
    context.until = attribute(time.child("high"), "value");
  }

  void keep(CdaContext context, AnomalyCode when_uncoded) {
    if (!context.code && !context.label) return say(AnomalyCode::cda_context_unread);
    if (!context.code) say(when_uncoded);
    out_.contexts.push_back(std::move(context));
  }

  const xml::Tree& tree_;
  CdaDocument& out_;
};

}  // namespace

void read_contexts(const xml::Tree& tree, CdaDocument& out) { ContextReader(tree, out).read(); }

}  // namespace relais::formats
