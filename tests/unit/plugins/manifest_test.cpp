// SPDX-License-Identifier: Apache-2.0
#include "plugins/manifest.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/scratch_folder.h"

using nlohmann::json;
using relais::Code;
using relais::plugins::read_manifest;

namespace {

// JSON is YAML: a manifest is changed as a tree, so that each case shows only its fault.
json good() {
  return json::parse(R"({
    "id": "bio-triage", "version": "1.0.0", "label": "Tri", "description": "Trie les biologies.", "vendor": "Relais",
    "abi": {"major": 1, "minor": 0},
    "tasks": ["bio-triage"], "triggers": ["lab_report.available"],
    "slice": [{"kind": "lab_report"}, {"kind": "observation", "codes": ["2823-3"], "days": 365}],
    "effects": ["dmp.publish"],
    "settings": [
      {"key": "k-haut", "label": "Potassium haut", "type": "number", "minimum": 6, "maximum": 7, "default": 6.5,
       "unit": "mmol/L", "source": "RCPath G158"},
      {"key": "strict", "label": "Strict", "type": "boolean", "default": true, "source": "choix"},
      {"key": "ordre", "label": "Ordre", "type": "choice", "choices": ["date", "nom"], "default": "date",
       "source": "choix"}],
    "escalation": ["analyte.threshold"], "minimum_profile": "T", "egress": ["dmp"], "log_codes": ["bio.subject"],
    "budget": {"memory_mb": 128, "batch_deadline_ms": 2000, "batch_bytes": 65536, "findings_per_subject": 4}
  })");
}

relais::Error refusal(const json& manifest) {
  const auto read = read_manifest(manifest.dump());
  REQUIRE_FALSE(read.has_value());
  return read.error();
}

struct Fault {
  const char* name;
  const char* pointer;  // where the good manifest is spoilt
  json value;           // discarded: the member is removed
  const char* place;
};

const json removed = json::parse("", nullptr, false);

const Fault schema_faults[] = {
    {"no id", "/id", removed, ""},
    {"an id with capitals", "/id", "Bio", "id"},
    {"an id with a path in it", "/id", "../bio", "id"},
    {"an id too long", "/id", std::string(65, 'a'), "id"},
    {"an id that is a number", "/id", 12, "id"},
    {"no version", "/version", removed, ""},
    {"a version of two numbers", "/version", "1.0", "version"},
    {"a version with leading zeros", "/version", "01.0.0", "version"},
    {"a version too long", "/version", "1.0.0-" + std::string(60, 'a'), "version"},
    {"no label", "/label", removed, ""},
    {"an empty label", "/label", "", "label"},
    {"a label too long", "/label", std::string(81, 'a'), "label"},
    {"no description", "/description", removed, ""},
    {"an empty description", "/description", "", "description"},
    {"a description too long", "/description", std::string(2001, 'a'), "description"},
    {"no vendor", "/vendor", removed, ""},
    {"an empty vendor", "/vendor", "", "vendor"},
    {"a vendor too long", "/vendor", std::string(121, 'a'), "vendor"},
    {"no abi", "/abi", removed, ""},
    {"an abi that is a number", "/abi", 1.0, "abi"},
    {"an abi without major", "/abi/major", removed, "abi"},
    {"an abi without minor", "/abi/minor", removed, "abi"},
    {"an abi with another word", "/abi/patch", 1, "abi"},
    {"an abi major of zero", "/abi/major", 0, "abi.major"},
    {"an abi major beyond sense", "/abi/major", 1001, "abi.major"},
    {"an abi minor below zero", "/abi/minor", -1, "abi.minor"},
    {"an abi minor beyond sense", "/abi/minor", 1001, "abi.minor"},
    {"an abi minor that is no integer", "/abi/minor", 0.5, "abi.minor"},
    {"no tasks", "/tasks", removed, ""},
    {"an empty list of tasks", "/tasks", json::array(), "tasks"},
    {"a task given twice", "/tasks/1", "bio-triage", "tasks"},
    {"a task with a space", "/tasks/0", "bio triage", "tasks[0]"},
    {"a task too long", "/tasks/0", std::string(65, 'a'), "tasks[0]"},
    {"no triggers", "/triggers", removed, ""},
    {"an empty list of triggers", "/triggers", json::array(), "triggers"},
    {"a trigger given twice", "/triggers/1", "lab_report.available", "triggers"},
    {"an unknown trigger", "/triggers/0", "always", "triggers[0]"},
    {"no slice", "/slice", removed, ""},
    {"an empty slice", "/slice", json::array(), "slice"},
    {"a slice entry without kind", "/slice/0/kind", removed, "slice[0]"},
    {"an unknown kind", "/slice/0/kind", "everything", "slice[0].kind"},
    {"a slice entry with another word", "/slice/0/all", true, "slice[0]"},
    {"an empty list of codes", "/slice/1/codes", json::array(), "slice[1].codes"},
    {"a code given twice", "/slice/1/codes/1", "2823-3", "slice[1].codes"},
    {"an empty code", "/slice/1/codes/0", "", "slice[1].codes[0]"},
    {"a code too long", "/slice/1/codes/0", std::string(65, 'a'), "slice[1].codes[0]"},
    {"no day of history", "/slice/1/days", 0, "slice[1].days"},
    {"more than a century of history", "/slice/1/days", 36526, "slice[1].days"},
    {"a depth that is a text", "/slice/1/days", "un an", "slice[1].days"},
    {"an effect given twice", "/effects/1", "dmp.publish", "effects"},
    {"an effect with a space", "/effects/0", "dmp publish", "effects[0]"},
    {"an effect too long", "/effects/0", std::string(65, 'a'), "effects[0]"},
    {"a setting without key", "/settings/0/key", removed, "settings[0]"},
    {"a setting with a bad key", "/settings/0/key", "K haut", "settings[0].key"},
    {"a setting key too long", "/settings/0/key", std::string(65, 'a'), "settings[0].key"},
    {"a setting without label", "/settings/0/label", removed, "settings[0]"},
    {"a setting with an empty label", "/settings/0/label", "", "settings[0].label"},
    {"a setting label too long", "/settings/0/label", std::string(201, 'a'), "settings[0].label"},
    {"a setting without type", "/settings/0/type", removed, "settings[0]"},
    {"a setting of unknown type", "/settings/0/type", "date", "settings[0].type"},
    {"a setting without default", "/settings/0/default", removed, "settings[0]"},
    {"a setting whose default is a list", "/settings/0/default", json::array(), "settings[0].default"},
    {"a setting without source", "/settings/0/source", removed, "settings[0]"},
    {"a setting with an empty source", "/settings/0/source", "", "settings[0].source"},
    {"a setting source too long", "/settings/0/source", std::string(401, 'a'), "settings[0].source"},
    {"a setting unit too long", "/settings/0/unit", std::string(41, 'a'), "settings[0].unit"},
    {"a setting with another word", "/settings/0/hidden", true, "settings[0]"},
    {"a minimum that is a text", "/settings/0/minimum", "bas", "settings[0].minimum"},
    {"a maximum that is a text", "/settings/0/maximum", "haut", "settings[0].maximum"},
    {"a single choice", "/settings/2/choices", json::array({"date"}), "settings[2].choices"},
    {"a choice given twice", "/settings/2/choices/1", "date", "settings[2].choices"},
    {"an empty choice", "/settings/2/choices/1", "", "settings[2].choices[1]"},
    {"a choice too long", "/settings/2/choices/1", std::string(81, 'a'), "settings[2].choices[1]"},
    {"an unknown escalation form", "/escalation/0", "regex", "escalation[0]"},
    {"an escalation form given twice", "/escalation/1", "analyte.threshold", "escalation"},
    {"no minimum profile", "/minimum_profile", removed, ""},
    {"an unknown profile", "/minimum_profile", "A", "minimum_profile"},
    {"a destination with a scheme", "/egress/0", "https://example.org", "egress[0]"},
    {"a destination given twice", "/egress/1", "dmp", "egress"},
    {"a destination too long", "/egress/0", std::string(65, 'a'), "egress[0]"},
    {"a log code with a space", "/log_codes/0", "un texte", "log_codes[0]"},
    {"a log code given twice", "/log_codes/1", "bio.subject", "log_codes"},
    {"a log code too long", "/log_codes/0", std::string(65, 'a'), "log_codes[0]"},
    {"too little memory", "/budget/memory_mb", 15, "budget.memory_mb"},
    {"too much memory", "/budget/memory_mb", 4097, "budget.memory_mb"},
    {"a deadline too short", "/budget/batch_deadline_ms", 49, "budget.batch_deadline_ms"},
    {"a deadline too long", "/budget/batch_deadline_ms", 60001, "budget.batch_deadline_ms"},
    {"batches too small", "/budget/batch_bytes", 65535, "budget.batch_bytes"},
    {"batches beyond a message", "/budget/batch_bytes", 3145729, "budget.batch_bytes"},
    {"no finding allowed", "/budget/findings_per_subject", 0, "budget.findings_per_subject"},
    {"too many findings", "/budget/findings_per_subject", 1001, "budget.findings_per_subject"},
    {"a budget with another word", "/budget/cpu", 1, "budget"},
    {"another word at the top", "/network", true, ""},
};

}  // namespace

TEST_CASE("a good manifest gives what it declares") {
  const auto read = read_manifest(good().dump());
  REQUIRE(read.has_value());
  CHECK(read->id == "bio-triage");
  CHECK(read->version == "1.0.0");
  CHECK(read->abi_major == 1);
  CHECK(read->tasks == std::vector<std::string>{"bio-triage"});
  REQUIRE(read->slice.size() == 2);
  CHECK_FALSE(read->slice[0].days.has_value());
  CHECK(read->slice[1].codes == std::vector<std::string>{"2823-3"});
  CHECK(read->slice[1].days == 365);
  CHECK(read->effects == std::vector<std::string>{"dmp.publish"});
  REQUIRE(read->settings.size() == 3);
  CHECK(read->settings[0].default_number == 6.5);
  CHECK(read->settings[0].maximum == 7);
  CHECK(read->settings[1].default_number == 1);
  CHECK(read->settings[2].default_text == "date");
  CHECK(read->minimum_profile == "T");
  CHECK(read->log_codes == std::vector<std::string>{"bio.subject"});
  CHECK(read->budget.memory_mb == 128);
  CHECK(read->budget.batch_deadline == std::chrono::milliseconds(2000));
  CHECK(read->budget.findings_per_subject == 4);
}

TEST_CASE("a manifest without optional parts has no effects and the default budget") {
  json least = good();
  for (const char* key : {"effects", "settings", "escalation", "egress", "log_codes", "budget"}) least.erase(key);
  const auto read = read_manifest(least.dump());
  REQUIRE(read.has_value());
  CHECK(read->effects.empty());
  CHECK(read->settings.empty());
  CHECK(read->budget.memory_mb == 256);
}

TEST_CASE("each rule of the schema refuses with the place of the fault") {
  for (const Fault& fault : schema_faults) {
    INFO(fault.name);
    json manifest = good();
    const json::json_pointer pointer(fault.pointer);
    if (fault.value.is_discarded()) {
      manifest[pointer.parent_pointer()].erase(pointer.back());
    } else {
      manifest[pointer] = fault.value;
    }
    const relais::Error error = refusal(manifest);
    CHECK(relais::stable_code(error.code) == "plugin.manifest.schema");
    CHECK(error.place == fault.place);
  }
}

TEST_CASE("lists longer than their limit are refused") {
  const auto many = [](int count, const std::string& prefix) {
    json list = json::array();
    for (int i = 0; i < count; ++i) list.push_back(prefix + std::to_string(i));
    return list;
  };
  const struct { const char* pointer; json value; const char* place; } faults[] = {
      {"/tasks", many(17, "t"), "tasks"},         {"/slice/1/codes", many(2001, "c"), "slice[1].codes"},
      {"/effects", many(33, "e"), "effects"},     {"/egress", many(17, "e"), "egress"},
      {"/log_codes", many(129, "l"), "log_codes"}, {"/settings/2/choices", many(33, "c"), "settings[2].choices"},
      {"/slice", json(33, good()["slice"][0]), "slice"}, {"/settings", json(65, good()["settings"][1]), "settings"}};
  for (const auto& fault : faults) {
    INFO(fault.place);
    json manifest = good();
    manifest[json::json_pointer(fault.pointer)] = fault.value;
    const relais::Error error = refusal(manifest);
    CHECK(relais::stable_code(error.code) == "plugin.manifest.schema");
    CHECK(error.place == fault.place);
  }
}

TEST_CASE("an ABI that this host does not speak is refused with both versions") {
  for (const auto& [major, minor, wanted] : {std::tuple{2, 0, "2.0"}, std::tuple{1, 3, "1.3"}}) {
    json manifest = good();
    manifest["abi"] = {{"major", major}, {"minor", minor}};
    const relais::Error error = refusal(manifest);
    CHECK(error.code == Code::plugin_manifest_abi);
    CHECK(error.detail.find(wanted) != std::string::npos);
    CHECK(error.detail.find("1.2") != std::string::npos);
  }
}

TEST_CASE("a never-delegable act is refused") {
  json manifest = good();
  manifest["tasks"] = {"bio-triage", "x-interpreter-examen"};
  const relais::Error error = refusal(manifest);
  CHECK(error.code == Code::plugin_manifest_never);
  CHECK(error.place == "tasks[1]");
}

TEST_CASE("a task that is not in the catalogue is refused") {
  json manifest = good();
  manifest["tasks"] = {"tri-du-linge"};
  const relais::Error error = refusal(manifest);
  CHECK(error.code == Code::plugin_manifest_task);
  CHECK(error.place == "tasks[0]");
}

TEST_CASE("a slice kind declared twice or codes on a kind without codes are refused") {
  json twice = good();
  twice["slice"][1]["kind"] = "lab_report";
  twice["slice"][1].erase("codes");
  CHECK(refusal(twice).code == Code::plugin_manifest_slice);
  json codes = good();
  codes["slice"][0]["codes"] = {"2823-3"};
  CHECK(refusal(codes).place == "slice[0].codes");
}

TEST_CASE("a setting that contradicts itself is refused") {
  const struct { const char* name; const char* pointer; json value; } faults[] = {
      {"a default above the maximum", "/settings/0/default", 8},
      {"a default below the minimum", "/settings/0/default", 5},
      {"reversed bounds", "/settings/0/minimum", 9},
      {"a number without minimum", "/settings/0/minimum", removed},
      {"a number without maximum", "/settings/0/maximum", removed},
      {"a number whose default is a text", "/settings/0/default", "haut"},
      {"a number with choices", "/settings/0/choices", json::array({"a", "b"})},
      {"a boolean with bounds", "/settings/1/minimum", 0},
      {"a boolean with choices", "/settings/1/choices", json::array({"a", "b"})},
      {"a boolean whose default is a number", "/settings/1/default", 1},
      {"a choice without choices", "/settings/2/choices", removed},
      {"a choice whose default is no choice", "/settings/2/default", "hasard"},
      {"a choice whose default is a number", "/settings/2/default", 1},
      {"a key given twice", "/settings/1/key", "k-haut"}};
  for (const auto& fault : faults) {
    INFO(fault.name);
    json manifest = good();
    const json::json_pointer pointer(fault.pointer);
    if (fault.value.is_discarded()) {
      manifest[pointer.parent_pointer()].erase(pointer.back());
    } else {
      manifest[pointer] = fault.value;
    }
    const relais::Error error = refusal(manifest);
    CHECK(error.code == Code::plugin_manifest_setting);
    CHECK(error.place.starts_with("settings["));
  }
}

TEST_CASE("a package is a manifest with its library") {
  const relais::test::Scratch scratch;
  const auto& directory = scratch.path();
  CHECK(relais::plugins::open_package(directory).error().code == Code::plugin_package);
  std::ofstream(directory / "manifest.yaml") << good().dump();
  CHECK(relais::plugins::open_package(directory).error().code == Code::plugin_package);
  std::ofstream(directory / "libbio-triage.so") << "library";
  const auto package = relais::plugins::open_package(directory);
  REQUIRE(package.has_value());
  CHECK(package->library == directory / "libbio-triage.so");
  CHECK(package->data == directory / "data");
  CHECK(package->manifest.id == "bio-triage");
}
