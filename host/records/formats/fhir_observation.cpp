// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "records/formats/fhir_parts.h"
#include "records/formats/written_number.h"

namespace relais::formats::fhir {
namespace {

constexpr std::array<std::string_view, 8> known_statuses = {"registered", "preliminary", "final", "amended", "corrected",
                                                            "cancelled",  "entered-in-error", "unknown"};
// v3 ObservationInterpretation, as listed in biologie.md section 5.
constexpr std::array<std::string_view, 43> known_flags = {
    "H",  "HH", "HU", "HX",  "L",   "LL",  "LU", "LX",  "A",   "AA",    "N",     "<",   ">",  "U",  "D",
    "B",  "W",  "POS", "NEG", "DET", "ND",  "IND", "E",  "I",   "IE",    "R",     "RR",  "S",  "SDD", "SYN-R",
    "SYN-S", "NS", "NCL", "NR", "WR", "EX", "EXP", "CAR", "UNE", "MS", "VS", "H>", "L<"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& known, std::string_view text) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

// The unit to compute with: UCUM when the sender says so.
std::string unit_of(Node quantity) {
  const auto system = quantity.text("system"), code = quantity.text("code"), unit = quantity.text("unit");
  const bool ucum = system == "http://unitsofmeasure.org" || system == "urn:oid:2.16.840.1.113883.6.8";
  return (ucum || unit.empty()) && !code.empty() ? code : unit;
}

void take_quantity(Node quantity, FhirObservation& out) {
  out.kind = FhirValueKind::quantity;
  out.value = quantity.text("value");
  out.comparator = quantity.text("comparator");
  out.unit = unit_of(quantity);
}

void take_text(const std::string& text, FhirObservation& out) {
  out.value = text;
  if (text.empty()) return;
  out.kind = FhirValueKind::text;
  const auto number = written_measure(text);
  if (!number) return;
  out.kind = FhirValueKind::quantity;
  out.comparator = number->comparator;
  out.value = number->digits;
  out.unit = number->rest;
}

std::string in_words(Node quantity) {
  const auto unit = unit_of(quantity);
  return quantity.text("comparator") + quantity.text("value") + (unit.empty() ? "" : " " + unit);
}

// A range as a value: one bound is a comparison, two are a text.
void take_range(Node range, FhirObservation& out) {
  const auto low = range["low"], high = range["high"];
  if (low && high) {
    out.kind = FhirValueKind::text;
    out.value = in_words(low) + " - " + in_words(high);
  } else if (low || high) {
    take_quantity(low ? low : high, out);
    out.comparator = low ? ">=" : "<=";
  }
}

void take_ratio(Node ratio, FhirObservation& out) {
  const auto below = ratio["denominator"];
  if (below.text("value") == "1" && unit_of(below).empty()) return take_quantity(ratio["numerator"], out);
  out.kind = FhirValueKind::text;
  out.value = in_words(ratio["numerator"]) + " : " + in_words(below);
}

void take_value(Node node, const std::string& place, FhirObservation& out, Anomalies& anomalies) {
  const auto say = [&](AnomalyCode code) { anomalies.push_back({code, place}); };
  std::vector<std::string> present;
  for (const auto& [name, unused] : node.raw()->items()) {
    if (name.starts_with("value") && name.size() > 5) present.push_back(name);
  }
  if (present.size() > 1) say(AnomalyCode::fhir_several_values);
  if (present.empty()) return;
  const auto& name = present.front();
  const auto value = node[name.c_str()];
  if (name == "valueQuantity") {
    take_quantity(value, out);
  } else if (name == "valueString") {
    take_text(value.own_text(), out);
    if (out.kind == FhirValueKind::quantity) say(AnomalyCode::fhir_value_as_text);
  } else if (name == "valueCodeableConcept") {
    const auto words = concept_of(value);
    out.kind = words.codings.empty() ? FhirValueKind::text : FhirValueKind::coded;
    if (!words.codings.empty()) out.coded = words.codings.front();
    out.value = label_of(words).empty() ? out.coded.code : label_of(words);
  } else if (name == "valueInteger") {
    out.kind = FhirValueKind::quantity;
    out.value = value.own_text();
  } else if (name == "valueBoolean") {
    out.kind = FhirValueKind::text;
    out.value = value.own_text() == "true" ? "oui" : "non";
  } else if (name == "valueRange") {
    take_range(value, out);
  } else if (name == "valueRatio") {
    take_ratio(value, out);
  } else if (name == "valueDateTime" || name == "valueTime") {
    out.kind = FhirValueKind::text;
    out.value = value.own_text();
  } else {
    say(AnomalyCode::fhir_unread_value);
    out.kind = FhirValueKind::text;
  }
  if (out.kind == FhirValueKind::quantity && !decimal(out.value)) {
    // Something stands where a number should: shown, not computed with.
    say(AnomalyCode::fhir_unread_value);
    out.kind = out.value.empty() ? FhirValueKind::none : FhirValueKind::text;
  }
  if (out.kind == FhirValueKind::quantity && out.unit.empty()) say(AnomalyCode::fhir_number_without_unit);
}

void take_ranges(Node node, const std::string& place, FhirObservation& out, Anomalies& anomalies) {
  std::vector<Node> normal;
  for (const auto& range : node.list("referenceRange")) {
    const auto type = first_code(range["type"]);
    if (type.empty() || type == "normal") normal.push_back(range);
  }
  // Among several nobody says here which is this patient's.
  if (normal.size() > 1) anomalies.push_back({AnomalyCode::fhir_several_ranges, place});
  if (normal.size() != 1) return;
  const auto& only = normal.front();
  FhirRange range{only["low"].text("value"), only["high"].text("value"), {}, only.text("text")};
  const auto low_unit = unit_of(only["low"]), high_unit = unit_of(only["high"]);
  range.unit = low_unit.empty() ? high_unit : low_unit;
  if (range.low.empty() && range.high.empty()) {
    if (const auto told = written_range(range.text); told && !told->low_excluded && !told->high_excluded) {
      range.low = told->low;
      range.high = told->high;
    }
  }
  const auto low = decimal(range.low), high = decimal(range.high);
  const auto say = [&](AnomalyCode code) { anomalies.push_back({code, place}); };
  if (low && high && *low == *high) say(AnomalyCode::fhir_degenerate_range);
  if (low && high && *low > *high) say(AnomalyCode::fhir_inverted_range);
  const bool other_unit = (!range.unit.empty() && range.unit != out.unit) ||
                          (!low_unit.empty() && !high_unit.empty() && low_unit != high_unit);
  if (other_unit) say(AnomalyCode::fhir_range_unit_differs);
  const auto value = out.kind == FhirValueKind::quantity && out.comparator.empty() ? decimal(out.value) : std::nullopt;
  if (value && !other_unit && !out.flags.empty() && (low || high)) {
    const bool below = low && *value < *low, above = high && *value > *high;
    const auto& flag = out.flags.front();
    const bool says_low = flag.starts_with('L'), says_high = flag.starts_with('H');
    if ((flag == "N" && (below || above)) || (says_low && !below) || (says_high && !above)) {
      say(AnomalyCode::fhir_flag_contradicts_range);
    }
  }
  out.range = std::move(range);
}

void take_flags(Node node, const std::string& place, FhirObservation& out, Anomalies& anomalies) {
  for (const auto& interpretation : node.list("interpretation")) {
    auto code = first_code(interpretation);
    if (code.empty()) {
      anomalies.push_back({AnomalyCode::fhir_unknown_flag, place});
      if (auto text = interpretation.text("text"); !text.empty()) out.comments.push_back(std::move(text));
      continue;
    }
    if (!among(known_flags, code)) anomalies.push_back({AnomalyCode::fhir_unknown_flag, place});
    out.flags.push_back(std::move(code));
  }
  if (out.flags.size() > 1) anomalies.push_back({AnomalyCode::fhir_several_flags, place});
}

void check_code(const FhirObservation& out, const std::string& place, Anomalies& anomalies) {
  const auto& codings = out.code.codings;
  const bool coded = std::any_of(codings.begin(), codings.end(), [](const auto& one) { return !one.code.empty(); });
  const bool loinc = std::any_of(codings.begin(), codings.end(), [](const auto& one) { return is_loinc(one.system); });
  if (!coded) {
    anomalies.push_back({AnomalyCode::fhir_no_code, place});
  } else if (!loinc) {
    anomalies.push_back({AnomalyCode::fhir_local_code, place});
  }
}

// What an observation and a component have alike.
void take_measure(Node node, const std::string& place, FhirObservation& out, Anomalies& anomalies) {
  out.code = concept_of(node["code"]);
  check_code(out, place, anomalies);
  take_flags(node, place, out, anomalies);
  take_value(node, place, out, anomalies);
  take_ranges(node, place, out, anomalies);
  out.absent_reason = first_code(node["dataAbsentReason"]);
  if (out.absent_reason.empty()) out.absent_reason = node["dataAbsentReason"].text("text");
  if (!out.absent_reason.empty()) anomalies.push_back({AnomalyCode::fhir_absent_value, place});
  if (!node.list("modifierExtension").empty()) anomalies.push_back({AnomalyCode::fhir_modifier_extension, place});
}

std::string collected_of(Node node, const Resource& resource, const Resources& resources, FhirObservation& out,
                         Anomalies& anomalies) {
  std::string written;
  if (const auto reference = node["specimen"]) {
    if (const auto specimen = resources.resolve(reference, resource)) {
      out.specimen = label_of(concept_of(specimen->node["type"]));
      written = specimen->node["collection"].text("collectedDateTime");
      if (written.empty()) written = specimen->node["collection"]["collectedPeriod"].text("end");
    } else if (!reference.text("reference").empty()) {
      anomalies.push_back({AnomalyCode::fhir_unresolved_reference, resource.place + ".specimen"});
    }
  }
  if (written.empty()) written = node.text("effectiveDateTime");
  if (written.empty()) written = node.text("effectiveInstant");
  if (written.empty()) written = node["effectivePeriod"].text("end");
  if (written.empty()) written = node["effectivePeriod"].text("start");
  auto time = hl7_time(written);
  if (time.empty() && !written.empty()) anomalies.push_back({AnomalyCode::fhir_invalid_date, resource.place + ".effective"});
  return time;
}

void check_status(const FhirObservation& out, bool panel, const std::string& place, Anomalies& anomalies) {
  const auto say = [&](AnomalyCode code) { anomalies.push_back({code, place}); };
  if (!among(known_statuses, out.status) || out.status == "unknown") say(AnomalyCode::fhir_unknown_status);
  if (out.status == "entered-in-error") say(AnomalyCode::fhir_entered_in_error);
  if (out.status == "cancelled") say(AnomalyCode::fhir_cancelled_result);
  if (out.status == "preliminary") say(AnomalyCode::fhir_not_validated);
  const bool awaited = out.status == "registered" || out.status == "cancelled" || out.status == "entered-in-error";
  if (out.kind == FhirValueKind::none && out.absent_reason.empty() && !awaited && !panel) say(AnomalyCode::fhir_no_value);
}

}  // namespace

std::vector<FhirObservation> read_observation(const Resource& resource, const Resources& resources, FhirDocument& document,
                                              Anomalies& anomalies) {
  const auto node = resource.node;
  const auto components = node.list("component");
  const bool panel = !components.empty() || !node.list("hasMember").empty();
  FhirObservation main;
  take_measure(node, resource.place, main, anomalies);
  main.status = node.text("status");
  check_status(main, panel, resource.place, anomalies);
  main.collected = collected_of(node, resource, resources, main, anomalies);
  main.patient = patient_key(node["subject"], resource, resources, document, anomalies);
  for (const auto& note : node.list("note")) {
    if (auto text = note.text("text"); !text.empty()) main.comments.push_back(std::move(text));
  }
  std::vector<FhirObservation> out;
  // A panel without a value of its own is only the name of what it holds.
  if (!panel || main.kind != FhirValueKind::none || !main.comments.empty() || !main.flags.empty()) out.push_back(main);
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto place = resource.place + ".component[" + std::to_string(i) + "]";
    FhirObservation part;
    take_measure(components[i], place, part, anomalies);
    part.status = main.status;
    part.collected = main.collected;
    part.specimen = main.specimen;
    part.patient = main.patient;
    if (part.kind == FhirValueKind::none && part.absent_reason.empty()) anomalies.push_back({AnomalyCode::fhir_no_value, place});
    out.push_back(std::move(part));
  }
  return out;
}

}  // namespace relais::formats::fhir
