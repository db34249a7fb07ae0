// SPDX-License-Identifier: Apache-2.0
#include "app/kit/new_plugin.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "app/golden_cases.h"
#include "app/kit/kit_folder.h"
#include "app/text_file.h"
#include "plugins/manifest.h"
#include "support/scratch_folder.h"

namespace fs = std::filesystem;
using relais::Code;
using relais::app::new_plugin;
using relais::app::read_text_file;
using relais::test::Scratch;

TEST_CASE("a new plugin has a manifest that the loader takes and cases that are read") {
  const Scratch folder;
  const auto made = new_plugin("recu-tard", folder.path(), KIT_FOLDER);
  REQUIRE(made.has_value());
  const auto manifest = relais::plugins::read_manifest(*read_text_file(*made / "manifest.yaml"));
  REQUIRE(manifest.has_value());
  CHECK(manifest->id == "recu-tard");
  const auto cases = relais::app::read_golden_cases(*read_text_file(*made / "tests" / "cases.json"));
  REQUIRE(cases.has_value());
  CHECK_FALSE(cases->empty());
  CHECK(read_text_file(*made / "src" / "plugin.cpp")->find("class RecuTard final") != std::string::npos);
}

TEST_CASE("no mark of the template is left in what is written") {
  const Scratch folder;
  const auto made = new_plugin("recu-tard", folder.path(), KIT_FOLDER);
  REQUIRE(made.has_value());
  std::size_t files = 0;
  for (const auto& one : fs::recursive_directory_iterator(*made)) {
    if (!one.is_regular_file()) continue;
    ++files;
    const auto text = read_text_file(one.path());
    INFO(one.path());
    CHECK(text->find("@id@") == std::string::npos);
    CHECK(text->find("@Class@") == std::string::npos);
  }
  CHECK(files >= 6);
}

TEST_CASE("a name that is no plugin id is refused and nothing is written") {
  const Scratch folder;
  for (const char* name : {"", "Majuscule", "1er", "été", "../ailleurs", "a--b", "a-", "with space"}) {
    INFO(name);
    const auto made = new_plugin(name, folder.path(), KIT_FOLDER);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == Code::kit_name);
  }
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a folder that exists is left as it is") {
  const Scratch folder;
  fs::create_directory(folder.path() / "mien");
  std::ofstream(folder.path() / "mien" / "notes") << "à garder";
  const auto made = new_plugin("mien", folder.path(), KIT_FOLDER);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == Code::kit_exists);
  CHECK(*read_text_file(folder.path() / "mien" / "notes") == "à garder");
}

TEST_CASE("the kit is found in an installation and in a source tree and told when it is missing") {
  const Scratch folder;
  const auto kit = folder.path() / "prefix" / "share" / "relais" / "kit";
  fs::create_directories(kit / "cpp");
  std::ofstream(kit / "cpp" / "manifest.yaml") << "id: x\n";
  CHECK(*relais::app::kit_folder(folder.path() / "prefix" / "bin" / "relais") == kit);
  const auto source = folder.path() / "tree" / "sdk" / "kit";
  fs::create_directories(source / "cpp");
  std::ofstream(source / "cpp" / "manifest.yaml") << "id: x\n";
  CHECK(*relais::app::kit_folder(folder.path() / "tree" / "build" / "dev" / "host" / "app" / "relais") == source);
  const auto none = relais::app::kit_folder(folder.path() / "elsewhere" / "bin" / "relais");
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == Code::kit_files);
}
