// SPDX-License-Identifier: Apache-2.0
#include "records/formats/anomaly.h"

#include <catch2/catch.hpp>
#include <set>
#include <string_view>

using namespace relais::formats;

TEST_CASE("every anomaly has a code of its own and a French sentence") {
  std::set<std::string_view> codes;
#define RELAIS_ANOMALY(identifier, stable, text)                        \
  CHECK(codes.insert(stable).second);                                   \
  CHECK(stable_code(AnomalyCode::identifier) == std::string_view(stable)); \
  CHECK(french(AnomalyCode::identifier).back() == '.');
#include "records/formats/anomalies.def"
#undef RELAIS_ANOMALY
  CHECK(codes.size() > 40);
}
