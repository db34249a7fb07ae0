// SPDX-License-Identifier: Apache-2.0
#include "layout.h"

#include <relais/relais.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

std::string text_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("every field of 1.0 is where it was and as long as it was") {
  REQUIRE(frozen_count == current_count);
  for (std::size_t index = 0; index < frozen_count; ++index) {
    INFO(frozen_layout[index].structure << "." << frozen_layout[index].field);
    CHECK(current_layout[index].offset == frozen_layout[index].offset);
    CHECK(current_layout[index].size == frozen_layout[index].size);
  }
}

TEST_CASE("the list of fields holds every struct of the frozen header") {
  const std::string header = text_of(ABI_FROZEN);
  std::set<std::string> listed;
  for (std::size_t index = 0; index < frozen_count; ++index) listed.insert(frozen_layout[index].structure);
  const std::regex definition("struct (relais_[a-z_]+) \\{");
  std::set<std::string> defined;
  for (std::sregex_iterator at(header.begin(), header.end(), definition), end; at != end; ++at) {
    defined.insert((*at)[1].str());
  }
  CHECK(defined.size() > 25);
  CHECK(listed == defined);
}

TEST_CASE("the header is the frozen one until its minor version says that it grew") {
  if (RELAIS_ABI_MAJOR == 1U && RELAIS_ABI_MINOR == 0U) CHECK(text_of(ABI_CURRENT) == text_of(ABI_FROZEN));
  CHECK(RELAIS_ABI_MAJOR == 1U);
}

TEST_CASE("texts and rows never grow") {
  CHECK(sizeof(relais_str) == 2 * sizeof(void*));
  CHECK(sizeof(relais_rows) == 3 * sizeof(void*));
}
