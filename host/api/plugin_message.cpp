// SPDX-License-Identifier: Apache-2.0
#include "api/plugin_message.h"

#include "api/words.h"

namespace relais::api {
namespace {

void declare(v1::Plugin& message, const plugins::Manifest& manifest) {
  message.set_label(manifest.label_fr);
  message.set_description(manifest.description_fr);
  message.set_vendor(manifest.vendor);
  for (const auto& task : manifest.tasks) message.add_tasks(task);
  for (const auto& trigger : manifest.triggers) message.add_triggers(trigger);
  for (const auto& kind : manifest.slice) {
    auto& slice = *message.add_slice();
    slice.set_kind(kind.kind);
    for (const auto& code : kind.codes) slice.add_codes(code);
    if (kind.days) slice.set_days(*kind.days);
  }
  for (const auto& effect : manifest.effects) message.add_effects(effect);
  for (const auto& declared : manifest.settings) {
    auto& setting = *message.add_settings();
    setting.set_key(declared.key);
    setting.set_label(declared.label_fr);
    setting.set_type(declared.type == "number"    ? v1::SettingDeclaration::TYPE_NUMBER
                     : declared.type == "boolean" ? v1::SettingDeclaration::TYPE_BOOLEAN
                                                  : v1::SettingDeclaration::TYPE_CHOICE);
    setting.set_minimum(declared.minimum);
    setting.set_maximum(declared.maximum);
    setting.set_default_number(declared.default_number);
    for (const auto& choice : declared.choices) setting.add_choices(choice);
    setting.set_default_choice(declared.default_text);
    setting.set_unit(declared.unit);
    setting.set_source(declared.source);
  }
  for (const auto& destination : manifest.egress) message.add_egress(destination);
}

void say_why(v1::Plugin& message, const InstalledPlugins::Installed& installed) {
  const auto is = [&](v1::PluginState state, std::string reason = {}) {
    message.set_state(state);
    message.set_reason(std::move(reason));
  };
  message.set_since_ms(practice::to_ms(installed.row.changed));
  if (installed.row.state == practice::PluginState::installed) {
    std::string reason = sentence_of(installed.row.reason_code);
    for (std::size_t i = 0; i < installed.asks_more.size(); ++i) {
      reason += (i == 0 ? " En plus : " : " ; ") + installed.asks_more[i];
    }
    return is(v1::PLUGIN_STATE_BLOCKED, std::move(reason));
  }
  if (installed.row.state == practice::PluginState::disabled) {
    if (!installed.row.reason_code.empty()) {
      return is(v1::PLUGIN_STATE_FAILED, sentence_of(installed.row.reason_code));
    }
    return is(v1::PLUGIN_STATE_DISABLED, "Le plugin a été arrêté par une personne du cabinet.");
  }
  switch (installed.runs.status) {
    case plugins::PluginStatus::running:
      is(v1::PLUGIN_STATE_RUNNING);
      break;
    case plugins::PluginStatus::restarting:
      is(v1::PLUGIN_STATE_RESTARTING, sentence_of(installed.runs.code));
      break;
    case plugins::PluginStatus::disabled:
      is(v1::PLUGIN_STATE_FAILED, sentence_of(installed.runs.code));
      break;
    case plugins::PluginStatus::stopped:
      return is(v1::PLUGIN_STATE_IDLE);
  }
  if (installed.runs.since > installed.row.changed) message.set_since_ms(practice::to_ms(installed.runs.since));
}

}  // namespace

v1::Plugin to_message(const InstalledPlugins::Installed& installed) {
  v1::Plugin message;
  message.set_id(installed.row.id);
  message.set_version(installed.row.version);
  if (installed.package) declare(message, installed.package->manifest);
  for (const auto& line : installed.asks_more) message.add_asks_more(line);
  message.set_rights_sha256(installed.rights_sha256());
  message.set_signed_by(installed.signed_by);
  message.set_key_id(installed.row.key_id);
  say_why(message, installed);
  if (!installed.package) {
    message.set_state(v1::PLUGIN_STATE_FAILED);
    message.set_reason(sentence_of(stable_code(Code::plugin_package)));
  }
  return message;
}

}  // namespace relais::api
