// SPDX-License-Identifier: Apache-2.0
#include "plugins/manifest_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace relais::plugins {
namespace {

using nlohmann::json;

tl::unexpected<Error> refuse(const char* why, const std::string& place) {
  return fail(Code::plugin_manifest_setting, why, place);
}

Result<void> read_number(const json& declared, const std::string& place, SettingDeclaration& setting) {
  if (!declared.contains("minimum") || !declared.contains("maximum")) return refuse("a number needs bounds", place);
  if (declared.contains("choices")) return refuse("a number has no choices", place + ".choices");
  if (!declared.at("default").is_number()) return refuse("the default is not a number", place + ".default");
  setting.minimum = declared.at("minimum").get<double>();
  setting.maximum = declared.at("maximum").get<double>();
  setting.default_number = declared.at("default").get<double>();
  if (setting.minimum > setting.maximum) return refuse("the bounds are reversed", place + ".minimum");
  if (setting.default_number < setting.minimum || setting.default_number > setting.maximum) {
    return refuse("the default is outside its bounds", place + ".default");
  }
  return {};
}

Result<void> read_choice(const json& declared, const std::string& place, SettingDeclaration& setting) {
  if (!declared.contains("choices")) return refuse("a choice needs choices", place);
  if (!declared.at("default").is_string()) return refuse("the default is not a text", place + ".default");
  setting.choices = declared.at("choices").get<std::vector<std::string>>();
  setting.default_text = declared.at("default").get<std::string>();
  if (std::find(setting.choices.begin(), setting.choices.end(), setting.default_text) == setting.choices.end()) {
    return refuse("the default is not one of the choices", place + ".default");
  }
  return {};
}

Result<void> read_value(const json& declared, const std::string& place, SettingDeclaration& setting) {
  if (setting.type == "number") return read_number(declared, place, setting);
  if (declared.contains("minimum") || declared.contains("maximum")) return refuse("only a number has bounds", place);
  if (setting.type == "choice") return read_choice(declared, place, setting);
  if (declared.contains("choices")) return refuse("a boolean has no choices", place + ".choices");
  if (!declared.at("default").is_boolean()) return refuse("the default is not a boolean", place + ".default");
  setting.default_number = declared.at("default").get<bool>() ? 1 : 0;
  return {};
}

}  // namespace

Result<std::vector<SettingDeclaration>> settings_of(const json& manifest) {
  std::vector<SettingDeclaration> settings;
  if (!manifest.contains("settings")) return settings;
  std::set<std::string> keys;
  for (const json& declared : manifest.at("settings")) {
    const std::string place = fmt::format("settings[{}]", settings.size());
    SettingDeclaration setting;
    setting.key = declared.at("key").get<std::string>();
    setting.label_fr = declared.at("label").get<std::string>();
    setting.type = declared.at("type").get<std::string>();
    setting.unit = declared.value("unit", std::string());
    setting.source = declared.at("source").get<std::string>();
    if (!keys.insert(setting.key).second) return refuse("the key is given twice", place + ".key");
    if (auto read = read_value(declared, place, setting); !read) return tl::unexpected(read.error());
    settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace relais::plugins
