// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <pugixml.hpp>
#include <string_view>

#include "records/formats/base64.h"
#include "records/formats/cda_xml.h"
#include "records/formats/fhir_parts.h"

namespace relais::formats::fhir {
namespace {

constexpr std::array<std::string_view, 10> known_report_statuses = {"registered", "partial",   "preliminary", "final",
                                                             "amended",    "corrected", "appended",    "cancelled",
                                                             "entered-in-error", "unknown"};
constexpr std::size_t max_observations = 20'000;

void take_attachments(Node node, const std::string& place, FhirReport& out) {
  std::size_t index = 0;
  for (const auto& form : node.list("presentedForm")) {
    const auto here = place + ".presentedForm[" + std::to_string(index++) + "]";
    FhirAttachment attachment{form.text("contentType"), form.text("title"), {}, true};
    const auto data = form.text("data");
    if (data.empty()) {
      attachment.decoded = false;
      out.anomalies.push_back({AnomalyCode::fhir_attachment_by_link, here});
    } else if (auto decoded = decode_base64(data)) {
      attachment.bytes = std::move(decoded->bytes);
      if (attachment.media_type == "application/pdf" && !attachment.bytes.starts_with("%PDF")) {
        out.anomalies.push_back({AnomalyCode::fhir_media_type_mismatch, here});
      }
    } else {
      attachment.decoded = false;
      out.anomalies.push_back({AnomalyCode::fhir_unreadable_attachment, here});
    }
    out.attachments.push_back(std::move(attachment));
  }
}

// Gathers the words of XHTML; elements that stand apart on a page begin a line.
class Words : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node& node) override {
    static constexpr std::array<std::string_view, 5> in_line = {"b", "i", "a", "span", "sub"};
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      lines_.back() += node.value();
    } else if (std::string_view(node.name()) == "td" || std::string_view(node.name()) == "th") {
      lines_.back() += ' ';
    } else if (std::find(in_line.begin(), in_line.end(), node.name()) == in_line.end()) {
      lines_.emplace_back();
    }
    return true;
  }
  std::string text() const {
    std::string all;
    for (const auto& line : lines_) {
      const auto folded = xml::fold(line);
      if (folded.empty()) continue;
      if (!all.empty()) all += '\n';
      all += folded;
    }
    return all;
  }

 private:
  std::vector<std::string> lines_{1};
};

// The narrative without its tags.
std::string narrative_of(Node node) {
  const auto div = node["text"].text("div");
  pugi::xml_document tree;
  if (div.empty() || !tree.load_buffer(div.data(), div.size(), pugi::parse_default, pugi::encoding_utf8)) return {};
  Words words;
  tree.traverse(words);
  return words.text();
}

void take_order(Node reference, const Resource& from, const Resources& resources, FhirReport& out) {
  const auto add = [&](Node identifier) {
    auto id = identifier_of(identifier).joined();
    if (!id.empty() && std::find(out.order_ids.begin(), out.order_ids.end(), id) == out.order_ids.end()) {
      out.order_ids.push_back(std::move(id));
    }
  };
  add(reference["identifier"]);
  const auto request = resources.resolve(reference, from);
  if (!request) {
    if (!reference.text("reference").empty()) {
      out.anomalies.push_back({AnomalyCode::fhir_unresolved_reference, from.place + ".basedOn"});
    }
    return;
  }
  for (const auto& identifier : request->node.list("identifier")) add(identifier);
  add(request->node["requisition"]);
  if (out.prescriber_national_id.empty()) {
    out.prescriber_national_id = national_id(request->node["requester"], *request, resources);
  }
}

void take_laboratory(Node node, const Resource& resource, const Resources& resources, FhirReport& out) {
  for (const auto& performer : node.list("performer")) {
    auto found = resources.resolve(performer, resource);
    if (found && found->type == "PractitionerRole") found = resources.resolve(found->node["organization"], *found);
    if (found && found->type == "Organization") {
      out.laboratory = found->node.text("name");
      for (const auto& identifier : found->node.list("identifier")) {
        if (out.laboratory_id.empty()) out.laboratory_id = identifier_of(identifier).joined();
      }
      return;
    }
    if (const auto identifier = identifier_of(performer["identifier"]); !identifier.value.empty()) {
      out.laboratory_id = identifier.joined();
      out.laboratory = performer.text("display");
      return;
    }
    if (out.laboratory.empty()) out.laboratory = performer.text("display");
  }
}

class Gatherer {
 public:
  Gatherer(const Resources& resources, FhirDocument& document, std::set<std::string>& told, FhirReport& out)
      : resources_(resources), document_(document), told_(told), out_(out) {}

  // Depth first, so that a panel's members stand together. A member met twice counts once, which ends every cycle.
  void gather(const std::vector<Node>& references, const Resource& from) {
    std::vector<std::pair<Node, Resource>> waiting;
    const auto push = [&](const std::vector<Node>& more, const Resource& container) {
      for (auto at = more.rbegin(); at != more.rend(); ++at) waiting.emplace_back(*at, container);
    };
    push(references, from);
    while (!waiting.empty()) {
      const auto [reference, container] = waiting.back();
      waiting.pop_back();
      const auto found = resources_.resolve(reference, container);
      if (!found || found->type != "Observation") {
        out_.anomalies.push_back({AnomalyCode::fhir_unresolved_reference, container.place + ".result"});
        continue;
      }
      if (!seen_.insert(found->key).second || out_.observations.size() > max_observations) continue;
      told_.insert(found->key);
      for (auto& one : read_observation(*found, resources_, document_, out_.anomalies)) {
        if (one.patient.empty()) one.patient = out_.patient;
        if (one.patient != out_.patient) out_.patient_differs = true;
        out_.observations.push_back(std::move(one));
      }
      push(found->node.list("hasMember"), *found);
    }
  }

 private:
  const Resources& resources_;
  FhirDocument& document_;
  std::set<std::string>& told_;
  FhirReport& out_;
  std::set<std::string> seen_;
};

}  // namespace

FhirReport read_report(const Resource& resource, const Resources& resources, FhirDocument& document,
                       std::set<std::string>& told) {
  const auto node = resource.node;
  FhirReport out;
  if (!resource.full_url.empty() || !node.text("id").empty()) out.key = resource.key;
  const auto say = [&](AnomalyCode code) { out.anomalies.push_back({code, resource.place}); };
  for (const auto& identifier : node.list("identifier")) {
    if (auto one = identifier_of(identifier); !one.value.empty()) out.identifiers.push_back(std::move(one));
  }
  const auto version = node["meta"].text("versionId");
  std::from_chars(version.data(), version.data() + version.size(), out.version);
  out.status = node.text("status");
  const bool known = std::find(known_report_statuses.begin(), known_report_statuses.end(), out.status) != known_report_statuses.end();
  if (!known || out.status == "unknown") say(AnomalyCode::fhir_unknown_status);
  if (out.status == "entered-in-error") say(AnomalyCode::fhir_entered_in_error);
  out.code = concept_of(node["code"]);
  out.patient = patient_key(node["subject"], resource, resources, document, out.anomalies);
  if (out.patient.empty()) say(AnomalyCode::fhir_no_patient);
  const auto issued = node.text("issued");
  out.issued = hl7_time(issued);
  if (out.issued.empty() && !issued.empty()) say(AnomalyCode::fhir_invalid_date);
  auto effective = node.text("effectiveDateTime");
  if (effective.empty()) effective = node["effectivePeriod"].text("end");
  for (const auto& reference : node.list("specimen")) {
    const auto specimen = resources.resolve(reference, resource);
    if (!specimen) {
      say(AnomalyCode::fhir_unresolved_reference);
      continue;
    }
    const auto taken = specimen->node["collection"].text("collectedDateTime");
    if (!taken.empty()) effective = taken;
  }
  out.collected = hl7_time(effective);
  if (out.collected.empty() && !effective.empty()) say(AnomalyCode::fhir_invalid_date);
  take_laboratory(node, resource, resources, out);
  for (const auto& reference : node.list("basedOn")) take_order(reference, resource, resources, out);
  if (auto conclusion = node.text("conclusion"); !conclusion.empty()) out.comments.push_back(std::move(conclusion));
  for (const auto& concept_node : node.list("conclusionCode")) {
    if (auto label = label_of(concept_of(concept_node)); !label.empty()) out.comments.push_back(std::move(label));
  }
  out.narrative = narrative_of(node);
  if (!node.list("modifierExtension").empty()) say(AnomalyCode::fhir_modifier_extension);
  if (!node.list("media").empty()) say(AnomalyCode::fhir_attachment_by_link);
  take_attachments(node, resource.place, out);
  Gatherer(resources, document, told, out).gather(node.list("result"), resource);
  if (out.patient_differs) say(AnomalyCode::fhir_patient_differs);
  if (out.observations.empty()) say(AnomalyCode::fhir_no_structured_result);
  return out;
}

}  // namespace relais::formats::fhir
