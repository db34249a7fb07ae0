// SPDX-License-Identifier: Apache-2.0
#include "records/formats/base64.h"
#include "records/formats/cda_parts.h"

namespace relais::formats {
namespace {

using xml::attribute;
using xml::has_template;

// Templates of IHE PALM and of the CI-SIS; source: biologie.md section 5.
constexpr std::string_view lab_observation_templates[] = {"1.3.6.1.4.1.19376.1.3.1.6", "1.2.250.1.213.1.1.3.80"};
constexpr std::string_view comment_template = "1.2.250.1.213.1.1.3.32";
constexpr std::string_view specimen_template = "1.3.6.1.4.1.19376.1.3.1.2";
constexpr std::string_view uncoded_results_section = "101792-0";
constexpr std::size_t max_results = 20'000;

bool is_lab_observation(pugi::xml_node node) {
  for (const auto& wanted : lab_observation_templates) {
    if (has_template(node, wanted)) return true;
  }
  return false;
}

// What stands around the element being read.
struct Around {
  std::optional<CdaCode> section;
  std::optional<CdaPanel> panel;
  std::optional<CdaCode> isolate;
  std::optional<std::size_t> result;  // index of the enclosing result
  bool history = false;               // below an entryRelationship REFR
};

class BodyReader {
 public:
  BodyReader(const xml::Tree& tree, CdaDocument& out) : tree_(tree), out_(out) {}

  void read(pugi::xml_node root) {
    for (const auto& component : root.children("component")) {
      if (const auto text = component.child("nonXMLBody").child("text")) {
        out_.level = 1;
        attach(text, {});
      }
    }
    visit_children(root, {});
  }

 private:
  // Recursion is bounded by the depth limit of xml::load.
  void visit_children(pugi::xml_node node, const Around& around) {
    for (const auto& child : node.children()) {
      if (child.type() == pugi::node_element) visit(child, around);
    }
  }

  void visit(pugi::xml_node node, Around around) {
    const std::string_view name = node.name();
    if (name == "section") enter_section(node, around);
    if (name == "organizer") enter_organizer(node, around);
    if (name == "entryRelationship" && std::string_view(node.attribute("typeCode").value()) == "REFR") around.history = true;
    if (name == "observation") read_observation(node, around);
    if (name == "act" && has_template(node, comment_template)) read_comment(node, around);
    if (name == "procedure" && has_template(node, specimen_template)) read_specimen(node);
    if (name == "observationMedia") attach(node.child("value"), around.section ? around.section->code : Text{});
    visit_children(node, around);
  }

  void enter_section(pugi::xml_node node, Around& around) {
    around.section.emplace();
    if (const auto code = node.child("code")) around.section = xml::code_of(code);
    CdaSection section;
    section.code = around.section->code;
    if (auto title = xml::folded_text(node.child("title")); !title.empty()) section.title = std::move(title);
    section.narrative = xml::folded_text(node.child("text"));
    if (section.code == std::string(uncoded_results_section)) uncoded(out_.sections.size());
    out_.sections.push_back(std::move(section));
  }

  void uncoded(std::size_t index) {
    out_.anomalies.push_back({AnomalyCode::cda_uncoded_attachment, "sections[" + std::to_string(index) + "]"});
  }

  void enter_organizer(pugi::xml_node node, Around& around) {
    const std::string_view kind = node.attribute("classCode").value();
    if (kind == "BATTERY") {
      const auto code = node.child("code");
      const auto original = xml::resolve(tree_, code.child("originalText"));
      around.panel = CdaPanel{attribute(code, "code"), attribute(code, "displayName"), original.text};
    }
    if (kind == "CLUSTER") {
      const auto germ =
          node.child("specimen").child("specimenRole").child("specimenPlayingEntity").child("code");
      if (germ) around.isolate = xml::code_of(germ);
    }
  }

  void read_observation(pugi::xml_node node, Around& around) {
    const bool lab = is_lab_observation(node);
    if (around.history) return read_prior(node, lab, around);
    if (!lab) {
      ++out_.other_observations;
      return;
    }
    if (out_.results.size() >= max_results) {
      if (!has(out_.anomalies, AnomalyCode::cda_too_many_results)) {
        out_.anomalies.push_back({AnomalyCode::cda_too_many_results, "results"});
      }
      return;
    }
    around.result = out_.results.size();
    read_result(node, around);
  }

  void read_result(pugi::xml_node node, const Around& around) {
    const std::string place = "results[" + std::to_string(out_.results.size()) + "]";
    CdaResult r;
    const auto code = node.child("code");
    r.analyte = xml::code_of(code);
    for (const auto& t : code.children("translation")) r.translations.push_back(xml::code_of(t));
    auto original = xml::resolve(tree_, code.child("originalText"));
    if (original.broken) out_.anomalies.push_back({AnomalyCode::cda_broken_reference, place + ".code"});
    r.original_text = std::move(original.text);
    r.original_text_ref = std::move(original.reference);
    const auto value = node.child("value");
    if (value) r.value = read_value(tree_, value, place, out_.anomalies);
    if (value.next_sibling("value")) out_.anomalies.push_back({AnomalyCode::cda_several_values, place});
    r.status = attribute(node.child("statusCode"), "code");
    r.time = xml::time_of(node.child("effectiveTime"));
    for (const auto& flag : node.children("interpretationCode")) {
      if (auto c = attribute(flag, "code")) r.all_flags.push_back(std::move(*c));
    }
    if (const auto first = node.child("interpretationCode")) r.flag = attribute(first, "code");
    if (r.all_flags.size() > 1) out_.anomalies.push_back({AnomalyCode::cda_several_flags, place});
    r.reference = read_reference(tree_, node);
    if (node.child("referenceRange").next_sibling("referenceRange")) {
      out_.anomalies.push_back({AnomalyCode::cda_several_ranges, place});
    }
    r.panel = around.panel;
    r.isolate = around.isolate;
    r.section = around.section;
    out_.results.push_back(std::move(r));
  }

  void read_prior(pugi::xml_node node, bool lab, const Around& around) {
    const std::string place = "priors[" + std::to_string(out_.priors.size()) + "]";
    CdaPrior p;
    p.lab_template = lab;
    p.code = attribute(node.child("code"), "code");
    p.time = xml::time_of(node.child("effectiveTime"));
    p.status = attribute(node.child("statusCode"), "code");
    p.flag = attribute(node.child("interpretationCode"), "code");
    if (const auto value = node.child("value")) p.value = read_value(tree_, value, place, out_.anomalies);
    if (around.result) out_.results[*around.result].prior.push_back(p);
    out_.priors.push_back(std::move(p));
  }

  void read_comment(pugi::xml_node node, const Around& around) {
    auto text = xml::resolve(tree_, node.child("text"));
    if (text.broken) {
      out_.anomalies.push_back(
          {AnomalyCode::cda_broken_reference, "comments[" + std::to_string(out_.comments.size()) + "]"});
    }
    if (around.result && text.text) out_.results[*around.result].comments.push_back(*text.text);
    out_.comments.push_back(std::move(text.text));
  }

  void read_specimen(pugi::xml_node node) {
    CdaSpecimen s;
    const auto time = node.child("effectiveTime");
    s.collected = attribute(time.child("high"), "value");
    if (!s.collected) s.collected = xml::time_of(time);
    for (const auto& participant : node.children("participant")) {
      const auto code = participant.child("participantRole").child("playingEntity").child("code");
      if (!code) continue;
      s.specimen = attribute(code, "code");
      s.label = attribute(code, "displayName");
      break;
    }
    out_.specimens.push_back(std::move(s));
  }

  void attach(pugi::xml_node value, const Text& section_code) {
    const std::string place = "attachments[" + std::to_string(out_.attachments.size()) + "]";
    CdaAttachment a;
    a.media_type = attribute(value, "mediaType");
    a.section_code = section_code;
    a.holds_uncoded_results = section_code == std::string(uncoded_results_section);
    std::string content;
    for (const auto& child : value.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) content += child.value();
    }
    const bool plain_text = std::string_view(value.attribute("representation").value()) != "B64" && a.media_type &&
                            a.media_type->starts_with("text/");
    const auto blank = xml::fold(content).empty();
    if (plain_text && !blank) {
      a.bytes = content;  // its lines are part of what it says
    } else if (auto decoded = decode_base64(content); decoded && !blank) {
      a.bytes = std::move(decoded->bytes);
    } else {
      a.decoded = false;
      out_.anomalies.push_back({AnomalyCode::cda_unreadable_attachment, place});
    }
    if (a.decoded && a.media_type == "application/pdf" && !a.bytes.starts_with("%PDF")) {
      out_.anomalies.push_back({AnomalyCode::cda_media_type_mismatch, place});
    }
    out_.attachments.push_back(std::move(a));
  }

  const xml::Tree& tree_;
  CdaDocument& out_;
};

}  // namespace

void read_body(const xml::Tree& tree, CdaDocument& out) { BodyReader(tree, out).read(tree.clinical_document); }

}  // namespace relais::formats
