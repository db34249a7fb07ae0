// SPDX-License-Identifier: Apache-2.0
// What a plugin declares before any of its code is loaded. Read from manifest.yaml, checked by manifest.schema.json,
// shown to the doctor in French. What is not declared here does not exist for the plugin.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "domain/escalation.h"

namespace relais::plugins {

// One kind of the slice that the plugin reads: the privilege and the prefetch.
struct SliceKind {
  std::string kind;                       // "lab_report", "observation", "condition", …: the names of the schema
  std::vector<std::string> codes;         // empty: every code of the kind
  std::optional<int> days;                // depth of history; nullopt: the current item only
};

// A setting that a doctor may tune within bounds.
struct SettingDeclaration {
  std::string key;
  std::string label_fr;
  std::string type;                       // "number", "boolean", "choice"
  double minimum = 0, maximum = 0;        // numbers only
  double default_number = 0;              // numbers and booleans (0 or 1)
  std::vector<std::string> choices;       // choices only
  std::string default_text;               // choices only
  std::string unit;
  std::string source;                     // where default and bounds come from
};

// What a worker may use. Enforced by the sandbox and by the dispatcher.
struct Budget {
  std::uint64_t memory_mb = 256;
  std::chrono::milliseconds batch_deadline{5000};
  std::uint64_t batch_bytes = 1U << 20U;
  std::uint32_t findings_per_subject = 64;
};

struct Manifest {
  std::string id;                         // "bio-triage"
  std::string version;                    // semantic version
  std::string label_fr;
  std::string description_fr;
  std::string vendor;
  std::uint32_t abi_major = 1;
  std::uint32_t abi_minor_min = 0;
  std::vector<std::string> tasks;         // delegated task ids of the catalogue
  std::vector<std::string> triggers;      // "lab_report.available", …
  std::vector<SliceKind> slice;
  std::vector<std::string> effects;       // effect types it may propose
  std::vector<SettingDeclaration> settings;
  std::vector<std::string> escalation;    // forms of the escalation grammar a doctor may write for it
  // The same with its vocabulary: what reads a doctor's immediate rules. None when forms on analytes are declared
  // without a vocabulary: the doctor then judges every rule.
  std::optional<relais::escalation::Grammar> grammar;
  std::string minimum_profile;            // "T", "Q", "S" or "IDE"
  std::vector<std::string> egress;        // destinations, normally none
  std::vector<std::string> log_codes;     // the only codes it may log
  Budget budget;
};

// A package on disk: a folder with manifest.yaml, one shared library and data/.
struct Package {
  std::filesystem::path directory;
  std::filesystem::path library;
  std::filesystem::path data;             // directory / "data", may not exist
  Manifest manifest;
  // Of a signed package: the contents that its files must be at each load (plugins/packages). Empty: not signed.
  std::string digest = {};
};

// Reads and checks one manifest. Every rule of the schema refuses with plugin.manifest.* and the place; a task that is
// never delegable or not in the catalogue is refused too, as is an ABI that this host does not speak (both versions
// are named).
Result<Manifest> read_manifest(std::string_view yaml);

// Reads the package in `directory`. Refuses a package without its library.
Result<Package> open_package(const std::filesystem::path& directory);

}  // namespace relais::plugins
