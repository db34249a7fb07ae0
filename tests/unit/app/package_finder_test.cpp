// SPDX-License-Identifier: Apache-2.0
#include "app/package_finder.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/scratch_folder.h"

namespace fs = std::filesystem;
using relais::app::find_package;
using relais::test::Scratch;

namespace {

void write_manifest(const fs::path& folder) {
  fs::create_directories(folder);
  std::ofstream(folder / "manifest.yaml") << R"({"id": "essai", "version": "1.0.0", "label": "Essai",
    "description": "Essai.", "vendor": "Relais", "abi": {"major": 1, "minor": 0}, "tasks": ["bio-triage"],
    "triggers": ["nightly"], "slice": [{"kind": "patient"}], "minimum_profile": "T"})";
}

void write_package(const fs::path& folder) {
  write_manifest(folder);
  std::ofstream(folder / "libessai.so") << "library";
}

}  // namespace

TEST_CASE("a package folder is itself the package") {
  const Scratch folder;
  write_package(folder.path() / "p");
  const auto found = find_package(folder.path() / "p", "/nowhere/bin/relais");
  REQUIRE(found.has_value());
  CHECK(found->directory == folder.path() / "p");
}

TEST_CASE("a source folder finds its package in the build folder of the running program") {
  const Scratch folder;
  write_manifest(folder.path() / "source");
  write_package(folder.path() / "build" / "plugins" / "essai-projet" / "packages" / "essai");
  const auto found = find_package(folder.path() / "source", folder.path() / "build" / "host" / "app" / "relais");
  REQUIRE(found.has_value());
  CHECK(found->directory == folder.path() / "build" / "plugins" / "essai-projet" / "packages" / "essai");
}

TEST_CASE("a source folder finds its package in an installation") {
  const Scratch folder;
  write_manifest(folder.path() / "source");
  write_package(folder.path() / "prefix" / "lib" / "relais" / "plugins" / "essai");
  const auto found = find_package(folder.path() / "source", folder.path() / "prefix" / "bin" / "relais");
  REQUIRE(found.has_value());
  CHECK(found->directory == folder.path() / "prefix" / "lib" / "relais" / "plugins" / "essai");
}

TEST_CASE("a source folder that was never built and a folder without manifest are refused") {
  const Scratch folder;
  write_manifest(folder.path() / "source");
  const auto unbuilt = find_package(folder.path() / "source", folder.path() / "prefix" / "bin" / "relais");
  REQUIRE_FALSE(unbuilt.has_value());
  CHECK(unbuilt.error().code == relais::Code::plugin_package);
  CHECK_FALSE(find_package(folder.path() / "absent", "/bin/relais").has_value());
}
