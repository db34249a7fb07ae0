// SPDX-License-Identifier: Apache-2.0
#include "app/kit/package_check.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "app/kit/elf_file.h"
#include "app/kit/yaml_place.h"
#include "app/text_file.h"
#include "support/scratch_folder.h"

namespace fs = std::filesystem;
using namespace relais::app;
using relais::test::Scratch;

namespace {

constexpr const char* good_manifest = R"(id: essai
version: 1.0.0
label: "Essai"
description: "Essai."
vendor: "Relais"
abi: {major: 1, minor: 0}
tasks: [bio-triage]
triggers: [lab_report.available]
slice:
  - kind: lab_report
settings:
  - key: seuil
    label: "Seuil"
    type: number
    minimum: 1
    maximum: 3
    default: 2
    source: "essai"
minimum_profile: T
)";

// What `check` says of the good manifest with one text replaced.
std::vector<CheckedPart> checked(const std::string& old_text, const std::string& new_text) {
  const Scratch folder;
  std::string text = good_manifest;
  if (!old_text.empty()) text.replace(text.find(old_text), old_text.size(), new_text);
  std::ofstream(folder.path() / "manifest.yaml") << text;
  return check_package(folder.path() / "manifest.yaml", {folder.path() / "relais", folder.path() / "relais-worker"});
}

}  // namespace

TEST_CASE("a manifest that is right has nothing against it") {
  const auto parts = checked("", "");
  std::ostringstream out;
  CHECK(print_checked(parts, out) == 0);
  CHECK(out.str().ends_with("2 passed, 0 failed, 0 skipped\n"));
}

TEST_CASE("each mistake in a manifest is told with its line and what to write instead") {
  struct Mistake {
    const char *from, *to, *where, *instead;
  };
  const Mistake mistakes[] = {
      {"triggers:", "trigers:", "manifest.yaml:8", "« triggers »"},
      {"lab_report.available", "lab_report.availabel", "manifest.yaml:8 (triggers[0])", "« lab_report.available »"},
      {"kind: lab_report", "kind: labreport", "manifest.yaml:10 (slice[0].kind)", "« lab_report »"},
      {"vendor: \"Relais\"\n", "", "manifest.yaml", "« vendor: … »"},
      {"version: 1.0.0", "version: 1.0", "manifest.yaml:2 (version)", "1.0.0"},
      {"minimum_profile: T", "minimum_profile: X", "manifest.yaml:19 (minimum_profile)", "T, Q, S, IDE"},
      {"bio-triage", "bio-tirage", "manifest.yaml:7 (tasks[0])", "« bio-triage »"},
      {"minor: 0", "minor: 99", "manifest.yaml:6 (abi)", "ou moins"},
      {"default: 2", "default: 9", "manifest.yaml:17 (settings[0].default)", "entre « minimum » et « maximum »"},
      {"    minimum: 1\n", "", "manifest.yaml:12 (settings[0])", "« minimum » et « maximum »"},
      {"id: essai", "id: essai\nid: essai", "manifest.yaml", "chaque clé une seule fois"},
  };
  for (const auto& mistake : mistakes) {
    INFO(mistake.to);
    const auto parts = checked(mistake.from, mistake.to);
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].state == CheckedPart::State::wrong);
    INFO(parts[0].advice.what << " / " << parts[0].advice.where << " / " << parts[0].advice.instead);
    CHECK(parts[0].advice.where.find(mistake.where) != std::string::npos);
    CHECK(parts[0].advice.instead.find(mistake.instead) != std::string::npos);
  }
}

TEST_CASE("a trigger whose data is not declared is told") {
  const auto parts = checked("kind: lab_report", "kind: patient");
  REQUIRE(parts.size() == 2);
  CHECK(parts[1].state == CheckedPart::State::wrong);
  CHECK(parts[1].advice.instead.find("- kind: lab_report") != std::string::npos);
}

TEST_CASE("an effect without anywhere to go is told") {
  const auto parts = checked("minimum_profile", "effects: [dmp.publish]\nminimum_profile");
  REQUIRE(parts.size() == 2);
  CHECK(parts[1].advice.what.find("dmp.publish") != std::string::npos);
}

TEST_CASE("a source folder that was never built is told to build") {
  const Scratch folder;
  std::ofstream(folder.path() / "manifest.yaml") << good_manifest;
  const auto parts = check_package(folder.path(), {folder.path() / "relais", folder.path() / "relais-worker"});
  REQUIRE(parts.size() == 3);
  CHECK(parts[2].part == "paquet");
  CHECK(parts[2].advice.instead.find("cmake --build build") != std::string::npos);
}

TEST_CASE("the shipped plugins declare only what can be of use") {
  for (const auto& folder : fs::directory_iterator(SHIPPED_PLUGINS)) {
    if (!fs::exists(folder.path() / "manifest.yaml")) continue;
    INFO(folder.path());
    const auto parts = check_package(folder.path() / "manifest.yaml", {"relais", "relais-worker"});
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].state == CheckedPart::State::good);
    CHECK(parts[1].state == CheckedPart::State::good);
  }
}

TEST_CASE("a place is found again in the text") {
  CHECK(steps_of("settings[0].minimum").size() == 3);
  CHECK(line_of("a: 1\nb:\n  - c: 1\n  - d: 2\n", steps_of("b[1].d")) == 4);
  CHECK(line_of("a: 1\nb: 2\n", steps_of("b.c")) == 2);
  CHECK_FALSE(line_of("a: [", steps_of("a")).has_value());
}

TEST_CASE("what is no library is refused whatever its bytes") {
  const Scratch folder;
  const auto file = folder.path() / "libx.so";
  CHECK_FALSE(read_elf(file).has_value());
  std::ofstream(file) << "hello";
  CHECK_FALSE(read_elf(file).has_value());
  // A library cut at every length: refused or read, never a crash.
  const auto own = *read_text_file("/proc/self/exe").or_else([](const auto&) -> relais::Result<std::string> {
    return std::string("\x7f" "ELF\x02\x01\x01", 7);
  });
  for (std::size_t length = 0; length < std::min<std::size_t>(own.size(), 4096); length += 37) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << own.substr(0, length);
    static_cast<void>(read_elf(file));
  }
}
