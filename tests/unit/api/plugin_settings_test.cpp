// SPDX-License-Identifier: Apache-2.0
#include "api/plugin_settings.h"

#include <limits>

#include "support/service_practice.h"

namespace relais::api {
namespace {

using test::outcome;

plugins::Manifest manifest() {
  plugins::Manifest made;
  plugins::SettingDeclaration potassium;
  potassium.key = "potassium-high";
  potassium.type = "number";
  potassium.minimum = 5;
  potassium.maximum = 7;
  potassium.default_number = 6;
  plugins::SettingDeclaration quiet;
  quiet.key = "quiet";
  quiet.type = "boolean";
  quiet.default_number = 1;
  plugins::SettingDeclaration order;
  order.key = "order";
  order.type = "choice";
  order.choices = {"date", "gravité"};
  order.default_text = "date";
  made.settings = {potassium, quiet, order};
  return made;
}

v1::PutSettingsRequest number(double value) {
  v1::PutSettingsRequest request;
  auto& setting = *request.add_values();
  setting.set_key("potassium-high");
  setting.set_number(value);
  return request;
}

TEST_CASE("settings show the default until a doctor changes them") {
  const auto values = settings_shown(manifest(), {{"potassium-high", 5.5, ""}});
  REQUIRE(values.size() == 3);
  CHECK(values[0].number() == 5.5);
  CHECK_FALSE(values[0].is_default());
  CHECK(values[1].boolean());
  CHECK(values[1].is_default());
  CHECK(values[2].choice() == "date");
}

TEST_CASE("a setting is taken up to its bounds and refused beyond") {
  for (const double value : {5.0, 5.5, 7.0}) {
    const auto wanted = settings_wanted(manifest(), number(value).values());
    REQUIRE(wanted);
    CHECK(wanted->front().number == value);
  }
  for (const double value : {4.99, 7.01, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
    CHECK(outcome(settings_wanted(manifest(), number(value).values())) == "plugin.setting-bounds values[0]");
  }
}

TEST_CASE("a choice outside the list or another type or an unknown or repeated key is refused with its place") {
  auto request = number(6);
  auto& second = *request.add_values();
  second.set_key("order");
  second.set_choice("hasard");
  CHECK(outcome(settings_wanted(manifest(), request.values())) == "plugin.setting-bounds values[1]");
  second.set_number(1);
  CHECK(outcome(settings_wanted(manifest(), request.values())) == "relais.invalid-argument values[1]");
  second.set_key("quiet");
  CHECK(outcome(settings_wanted(manifest(), request.values())) == "relais.invalid-argument values[1]");
  second.set_boolean(false);
  CHECK(outcome(settings_wanted(manifest(), request.values())) == "ok");
  second.set_key("potassium-high");
  CHECK(outcome(settings_wanted(manifest(), request.values())) == "relais.invalid-argument values[1].key");
  second.set_key("inconnu");
  CHECK(outcome(settings_wanted(manifest(), request.values())) == "relais.invalid-argument values[1].key");
}

}  // namespace
}  // namespace relais::api
