// SPDX-License-Identifier: Apache-2.0
// A doctor's settings of one plugin: what the manifest allows, what is stored, what is shown.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <vector>

#include "api/failure.h"
#include "plugins/manifest.h"
#include "practice/plugin_state.h"
#include "relais/v1/plugin.pb.h"

namespace relais::api {

using SettingValues = google::protobuf::RepeatedPtrField<v1::SettingValue>;

// Every setting of the manifest, in its order: the stored value, or the default.
std::vector<v1::SettingValue> settings_shown(const plugins::Manifest& manifest,
                                             const std::vector<practice::PluginSetting>& stored);

// What to store. Refuses the whole with plugin.setting-bounds for a value out of the manifest's bounds or choices, and
// relais.invalid-argument for an unknown or repeated key or another type; the place names the value.
Answer<std::vector<practice::PluginSetting>> settings_wanted(const plugins::Manifest& manifest,
                                                             const SettingValues& values);

}  // namespace relais::api
