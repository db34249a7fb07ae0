// SPDX-License-Identifier: Apache-2.0
#include "plugins/manifest.h"

#include <fmt/format.h>
#include <relais/relais.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <set>

#include "domain/catalogue.h"
#include "plugins/manifest_schema.h"
#include "plugins/manifest_settings.h"
#include "plugins/yaml_json.h"

namespace relais::plugins {
namespace {

using nlohmann::json;

std::vector<std::string> texts(const json& object, const char* key) {
  return object.contains(key) ? object.at(key).get<std::vector<std::string>>() : std::vector<std::string>{};
}

// Kinds whose rows carry a code that a declaration may narrow.
bool has_codes(const std::string& kind) {
  static const std::set<std::string> coded{"observation", "context_word", "condition", "medication",
                                           "immunization", "document", "target", "known_anomaly"};
  return coded.contains(kind);
}

Result<std::vector<SliceKind>> slice_of(const json& manifest) {
  std::vector<SliceKind> slice;
  std::set<std::string> seen;
  for (const json& declared : manifest.at("slice")) {
    const std::string place = fmt::format("slice[{}]", slice.size());
    SliceKind kind;
    kind.kind = declared.at("kind").get<std::string>();
    kind.codes = texts(declared, "codes");
    if (declared.contains("days")) kind.days = declared.at("days").get<int>();
    if (!seen.insert(kind.kind).second) return fail(Code::plugin_manifest_slice, "the kind is declared twice", place);
    if (!kind.codes.empty() && !has_codes(kind.kind)) {
      return fail(Code::plugin_manifest_slice, "this kind has no codes", place + ".codes");
    }
    slice.push_back(std::move(kind));
  }
  return slice;
}

Result<void> check_tasks(const std::vector<std::string>& tasks) {
  for (std::size_t index = 0; index < tasks.size(); ++index) {
    const std::string place = fmt::format("tasks[{}]", index);
    if (fiche::find_never(tasks[index]) != nullptr) {
      return fail(Code::plugin_manifest_never, "never delegable: " + tasks[index], place);
    }
    if (fiche::find_task(tasks[index]) == nullptr) {
      return fail(Code::plugin_manifest_task, "not in the catalogue: " + tasks[index], place);
    }
  }
  return {};
}

Result<void> check_abi(std::uint32_t major, std::uint32_t minor) {
  if (major == RELAIS_ABI_MAJOR && minor <= RELAIS_ABI_MINOR) return {};
  return fail(Code::plugin_manifest_abi,
              fmt::format("plugin asks for ABI {}.{}, this host speaks {}.{}", major, minor, RELAIS_ABI_MAJOR,
                          RELAIS_ABI_MINOR),
              "abi");
}

// One declared unit: "mmol/L", "g/dL=10", "mmol/mol=0.09148+2.152", "=1" for a value without unit.
Result<relais::escalation::Unit> unit_of(const std::string& declared, const std::string& place) {
  relais::escalation::Unit unit;
  const auto equal = declared.rfind('=');
  unit.written = declared.substr(0, equal);
  if (equal == std::string::npos) return unit;
  const auto number = [](std::string_view text, double& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && error == std::errc() && end == text.data() + text.size();
  };
  const auto conversion = std::string_view(declared).substr(equal + 1);
  const auto plus = conversion.find('+');
  const bool read = number(conversion.substr(0, plus), unit.factor) &&
                    (plus == std::string_view::npos || number(conversion.substr(plus + 1), unit.offset));
  if (!read) return fail(Code::plugin_manifest_escalation, "no conversion: " + declared, place);
  return unit;
}

Result<std::optional<relais::escalation::Grammar>> grammar_of(const json& manifest) {
  relais::escalation::Grammar grammar;
  bool on_analytes = false;
  for (const auto& written : texts(manifest, "escalation")) {
    const auto form = relais::escalation::form(written);
    if (!form) return fail(Code::plugin_manifest_escalation, "unknown form: " + written, "escalation");
    grammar.forms.insert(*form);
    on_analytes = on_analytes || *form != relais::escalation::Form::words;
  }
  if (!manifest.contains("escalation_vocabulary")) {
    if (on_analytes) return std::nullopt;
    return grammar;
  }
  for (const json& declared : manifest.at("escalation_vocabulary").at("analytes")) {
    const auto place = fmt::format("escalation_vocabulary.analytes[{}]", grammar.analytes.size());
    auto& analyte = grammar.analytes.emplace_back();
    analyte.id = declared.at("id").get<std::string>();
    analyte.label = declared.at("label").get<std::string>();
    analyte.names = texts(declared, "names");
    analyte.codes = texts(declared, "codes");
    for (const auto& written : texts(declared, "units")) {
      const auto unit = unit_of(written, place + ".units");
      if (!unit) return tl::unexpected(unit.error());
      analyte.units.push_back(*unit);
    }
  }
  if (const auto checked = relais::escalation::check(grammar); !checked) return tl::unexpected(checked.error());
  return grammar;
}

Budget budget_of(const json& manifest) {
  Budget budget;
  if (!manifest.contains("budget")) return budget;
  const json& declared = manifest.at("budget");
  budget.memory_mb = declared.value("memory_mb", budget.memory_mb);
  budget.batch_deadline = std::chrono::milliseconds(declared.value("batch_deadline_ms", budget.batch_deadline.count()));
  budget.batch_bytes = declared.value("batch_bytes", budget.batch_bytes);
  budget.findings_per_subject = declared.value("findings_per_subject", budget.findings_per_subject);
  return budget;
}

Result<Manifest> manifest_of(const json& document) {
  Manifest manifest;
  manifest.id = document.at("id").get<std::string>();
  manifest.version = document.at("version").get<std::string>();
  manifest.label_fr = document.at("label").get<std::string>();
  manifest.description_fr = document.at("description").get<std::string>();
  manifest.vendor = document.at("vendor").get<std::string>();
  manifest.abi_major = document.at("abi").at("major").get<std::uint32_t>();
  manifest.abi_minor_min = document.at("abi").at("minor").get<std::uint32_t>();
  manifest.tasks = texts(document, "tasks");
  manifest.triggers = texts(document, "triggers");
  manifest.effects = texts(document, "effects");
  manifest.escalation = texts(document, "escalation");
  manifest.minimum_profile = document.at("minimum_profile").get<std::string>();
  manifest.egress = texts(document, "egress");
  manifest.log_codes = texts(document, "log_codes");
  manifest.budget = budget_of(document);
  if (auto checked = check_abi(manifest.abi_major, manifest.abi_minor_min); !checked) {
    return tl::unexpected(checked.error());
  }
  if (auto checked = check_tasks(manifest.tasks); !checked) return tl::unexpected(checked.error());
  auto grammar = grammar_of(document);
  if (!grammar) return tl::unexpected(grammar.error());
  manifest.grammar = std::move(*grammar);
  auto slice = slice_of(document);
  if (!slice) return tl::unexpected(slice.error());
  manifest.slice = std::move(*slice);
  auto settings = settings_of(document);
  if (!settings) return tl::unexpected(settings.error());
  manifest.settings = std::move(*settings);
  return manifest;
}

}  // namespace

Result<Manifest> read_manifest(std::string_view yaml) {
  auto document = json_from_yaml(yaml, Code::plugin_manifest_yaml);
  if (!document) return tl::unexpected(document.error());
  if (auto checked = check_manifest_schema(*document); !checked) return tl::unexpected(checked.error());
  try {
    return manifest_of(*document);
  } catch (const json::exception& error) {
    return fail(Code::plugin_manifest_schema, error.what());
  }
}

Result<Package> open_package(const std::filesystem::path& directory) {
  Package package;
  package.directory = directory;
  package.data = directory / "data";
  std::ifstream file(directory / "manifest.yaml", std::ios::binary);
  if (!file) return fail(Code::plugin_package, "no manifest.yaml in the package", directory.filename().string());
  const std::string yaml{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto manifest = read_manifest(yaml);
  if (!manifest) return tl::unexpected(manifest.error());
  package.manifest = std::move(*manifest);
  package.library = directory / ("lib" + package.manifest.id + ".so");
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(package.library, ignored)) {
    return fail(Code::plugin_package, "the package has no " + package.library.filename().string(),
                package.manifest.id);
  }
  return package;
}

}  // namespace relais::plugins
