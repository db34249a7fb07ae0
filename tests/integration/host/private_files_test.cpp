// SPDX-License-Identifier: Apache-2.0
// relais-host itself, as a person starts it under the usual mask of a login shell.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/scratch.h"

namespace fs = std::filesystem;

TEST_CASE("a practice is created so that no other account of the machine can read it") {
  const relais::test::Scratch scratch;
  ::umask(022);
  const auto data = scratch.path() / "parent" / "data";
  const std::string command = std::string("RELAIS_PASSWORD=demonstration-relais '") + RELAIS_HOST + "' init --data '" +
                              data.string() + "' --practice 'Cabinet fictif' --demonstration >/dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
  const auto others = fs::perms::group_all | fs::perms::others_all;
  CHECK((fs::status(scratch.path() / "parent").permissions() & others) == fs::perms::none);
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    INFO(entry.path().filename().string());
    CHECK((entry.status().permissions() & others) == fs::perms::none);
    files += entry.is_regular_file() ? 1 : 0;
  }
  CHECK(files >= 3);  // database, configuration, a key
}
