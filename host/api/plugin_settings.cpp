// SPDX-License-Identifier: Apache-2.0
#include "api/plugin_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace relais::api {
namespace {

using plugins::SettingDeclaration;

v1::SettingValue shown(const SettingDeclaration& declared, const practice::PluginSetting* stored) {
  v1::SettingValue value;
  value.set_key(declared.key);
  value.set_is_default(stored == nullptr);
  const double number = stored == nullptr ? declared.default_number : stored->number;
  if (declared.type == "number") {
    value.set_number(number);
  } else if (declared.type == "boolean") {
    value.set_boolean(number != 0);
  } else {
    value.set_choice(stored == nullptr ? declared.default_text : stored->text);
  }
  return value;
}

Answer<practice::PluginSetting> wanted(const SettingDeclaration& declared, const v1::SettingValue& value,
                                       const std::string& place) {
  practice::PluginSetting setting;
  setting.key = declared.key;
  const auto kind = value.value_case();
  const auto other_type = [&] { return refuse(Code::invalid_argument, "not a " + declared.type, place); };
  if (declared.type == "number") {
    if (kind != v1::SettingValue::kNumber) return other_type();
    if (!std::isfinite(value.number()) || value.number() < declared.minimum || value.number() > declared.maximum) {
      return refuse(Code::plugin_setting_bounds, declared.key, place);
    }
    setting.number = value.number();
  } else if (declared.type == "boolean") {
    if (kind != v1::SettingValue::kBoolean) return other_type();
    setting.number = value.boolean() ? 1 : 0;
  } else {
    if (kind != v1::SettingValue::kChoice) return other_type();
    if (std::ranges::find(declared.choices, value.choice()) == declared.choices.end()) {
      return refuse(Code::plugin_setting_bounds, declared.key, place);
    }
    setting.text = value.choice();
  }
  return setting;
}

}  // namespace

std::vector<v1::SettingValue> settings_shown(const plugins::Manifest& manifest,
                                             const std::vector<practice::PluginSetting>& stored) {
  std::vector<v1::SettingValue> values;
  for (const auto& declared : manifest.settings) {
    const auto found = std::ranges::find(stored, declared.key, &practice::PluginSetting::key);
    values.push_back(shown(declared, found == stored.end() ? nullptr : &*found));
  }
  return values;
}

Answer<std::vector<practice::PluginSetting>> settings_wanted(const plugins::Manifest& manifest,
                                                             const SettingValues& values) {
  std::vector<practice::PluginSetting> settings;
  std::set<std::string> named;
  for (int i = 0; i < values.size(); ++i) {
    const auto place = fmt::format("values[{}]", i);
    const auto& value = values[i];
    const auto declared = std::ranges::find(manifest.settings, value.key(), &SettingDeclaration::key);
    if (declared == manifest.settings.end()) return refuse(Code::invalid_argument, "no such setting", place + ".key");
    if (!named.insert(value.key()).second) return refuse(Code::invalid_argument, "named twice", place + ".key");
    auto setting = wanted(*declared, value, place);
    if (!setting) return tl::unexpected(setting.error());
    settings.push_back(std::move(*setting));
  }
  return settings;
}

}  // namespace relais::api
