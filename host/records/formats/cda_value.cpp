// SPDX-License-Identifier: Apache-2.0
#include "records/formats/cda_parts.h"

namespace relais::formats {
namespace {

using xml::attribute;

std::optional<CdaBound> bound(pugi::xml_node interval, const char* side) {
  const auto node = interval.child(side);
  // A bound said unknown or infinite (nullFlavor) bounds nothing.
  if (!node || !node.attribute("value")) return std::nullopt;
  return CdaBound{attribute(node, "value"), attribute(node, "unit"), attribute(node, "inclusive")};
}

Text one_sided(const std::optional<CdaBound>& low, const std::optional<CdaBound>& high) {
  if (low && !high) return low->is_inclusive() ? ">=" : ">";
  if (high && !low) return high->is_inclusive() ? "<=" : "<";
  return std::nullopt;
}

}  // namespace

CdaValue read_value(const xml::Tree& tree, pugi::xml_node value, const std::string& place, Anomalies& anomalies) {
  CdaValue out;
  if (const auto type = attribute(value, "xsi:type")) {
    const auto colon = type->find(':');
    out.type = colon == std::string::npos ? *type : type->substr(colon + 1);
  }
  out.null_flavor = attribute(value, "nullFlavor");
  out.value = attribute(value, "value");
  out.unit = attribute(value, "unit");
  out.low = bound(value, "low");
  out.high = bound(value, "high");
  // Of intervals of quantities only: an interval of dates with one end is no comparison.
  if (out.type == "IVL_PQ" || out.type == "IVL_REAL" || out.type == "IVL_INT") out.comparator = one_sided(out.low, out.high);
  const auto code = xml::code_of(value);
  out.code = code.code;
  out.code_system = code.code_system;
  out.label = code.label;
  if (const auto original = xml::resolve(tree, value.child("originalText")); original.text || original.reference) {
    out.original_text = original.text;
    out.original_text_ref = original.reference;
    if (original.broken) anomalies.push_back({AnomalyCode::cda_broken_reference, place + ".value"});
  }
  if (out.type == "ED" || out.type == "ST") {
    auto resolved = xml::resolve(tree, value);
    if (resolved.broken) anomalies.push_back({AnomalyCode::cda_broken_reference, place + ".value"});
    out.text = std::move(resolved.text);
  }
  if (out.type && out.type->starts_with("RTO")) {
    const auto numerator = value.child("numerator");
    const auto denominator = value.child("denominator");
    out.value = std::string(numerator.attribute("value").value()) + "/" + denominator.attribute("value").value();
    if (numerator.attribute("unit") || denominator.attribute("unit")) {
      out.unit = std::string(numerator.attribute("unit").value()) + "/" + denominator.attribute("unit").value();
    }
  }
  return out;
}

std::optional<CdaRange> read_reference(const xml::Tree& tree, pugi::xml_node observation) {
  std::optional<CdaRange> in_words;
  for (const auto& reference : observation.children("referenceRange")) {
    const auto range = reference.child("observationRange");
    // A range may also be that of abnormal values: its interpretation tells.
    const auto meaning = attribute(range.child("interpretationCode"), "code");
    if (!range || (meaning && *meaning != "N")) continue;
    CdaRange out;
    out.text = xml::resolve(tree, range.child("text")).text;
    const auto value = range.child("value");
    if (!out.text) out.text = xml::resolve(tree, value).text;  // a range told in words: ED or ST
    out.low = bound(value, "low");
    out.high = bound(value, "high");
    if (out.low || out.high) return out;
    if (out.text && !in_words) in_words = std::move(out);
  }
  return in_words;
}

}  // namespace relais::formats
