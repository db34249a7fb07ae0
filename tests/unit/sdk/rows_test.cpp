// SPDX-License-Identifier: Apache-2.0
#include <relais/slice.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

static_assert(std::forward_iterator<relais::rows<relais::Setting>::iterator>);

TEST_CASE("rows step by the stride of the host whatever it is") {
  struct Longer {
    relais_setting setting;
    char later[40];
  };
  std::vector<Longer> written(3);
  for (std::size_t index = 0; index < written.size(); ++index) {
    written[index].setting.size = sizeof(Longer);
    written[index].setting.number = static_cast<double>(index);
  }
  const relais::rows<relais::Setting> rows(relais_rows{written.data(), written.size(), sizeof(Longer)});
  CHECK(rows.size() == 3);
  double sum = 0;
  for (const auto setting : rows) sum += setting.number();
  CHECK(sum == 3);
  CHECK(rows[2].number() == 2);
  CHECK(std::count_if(rows.begin(), rows.end(), [](auto setting) { return setting.number() > 0; }) == 2);
}

TEST_CASE("a field that the host did not fill has its default") {
  relais_observation written{};
  written.size = offsetof(relais_observation, seen_by_doctor);
  written.has_value = 1;
  written.value = 6.8;
  written.seen_by_doctor = 1;
  written.history = 1;
  const relais::Observation observation(&written);
  CHECK(observation.history());
  CHECK_FALSE(observation.value() == 6.8);
  CHECK_FALSE(observation.seen_by_doctor());
  CHECK_FALSE(observation.collected().has_value());
  CHECK(observation.code().empty());
}

TEST_CASE("rows without memory are empty") {
  const relais::rows<relais::Setting> none;
  CHECK(none.empty());
  const relais::rows<relais::Setting> lying(relais_rows{nullptr, 4, 8});
  CHECK(lying.begin() == lying.end());
}

TEST_CASE("text without memory is empty") {
  CHECK(relais::view({nullptr, 3}).empty());
  CHECK(relais::view({"abc", 2}) == "ab");
}
