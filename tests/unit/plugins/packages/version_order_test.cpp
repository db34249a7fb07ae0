// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/version_order.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace relais::plugins {
namespace {

TEST_CASE("versions are ordered as semantic versioning orders them") {
  // The example of section 11 of Semantic Versioning 2.0.0, with releases around it.
  const std::vector<std::string> in_order{"0.9.9",      "0.10.0",     "1.0.0-alpha",   "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                          "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",    "1.0.0",
                                          "1.0.1",      "1.2.0",      "1.10.0",        "2.0.0",         "10.0.0"};
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    for (std::size_t j = 0; j < in_order.size(); ++j) {
      INFO(in_order[i] << " " << in_order[j]);
      CHECK((compare_versions(in_order[i], in_order[j]) < 0) == (i < j));
      CHECK((compare_versions(in_order[i], in_order[j]) > 0) == (i > j));
    }
  }
  CHECK((compare_versions("1.0.99999999999999999999", "1.0.100000000000000000000") < 0));
}

}  // namespace
}  // namespace relais::plugins
