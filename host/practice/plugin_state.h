// SPDX-License-Identifier: Apache-2.0
// What Relais remembers of plugins: packages installed, subjects that killed a worker, settings that doctors tuned.
// Functions run inside Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "practice/database.h"

namespace relais::practice {

enum class PluginState {
  installed,  // there, not switched on
  enabled,
  disabled,   // stopped, by a human or by Relais: the reason says
};

std::string_view name(PluginState state);

struct InstalledPlugin {
  std::string id;
  std::string version;
  std::string directory;
  PluginState state = PluginState::installed;
  std::string reason_code;  // stable code of why it is disabled
  Instant changed{};
  // Of a signed package: which content it is, and the key that signed it. Both empty for one that is not signed.
  std::string digest;
  std::string key_id;
};

// Adds a package, or changes where the one of that id and version lies and who signed it; its state stays.
void install_plugin(Transaction& tx, const std::string& id, const std::string& version, const std::string& directory,
                    const std::string& digest = {}, const std::string& key_id = {});
// Forgets one version; false when it was not there.
bool forget_plugin(Transaction& tx, const std::string& id, const std::string& version);

// What a plugin could do before it was uninstalled.
struct RemovedPlugin {
  std::string version;
  std::string manifest;  // YAML
  std::string key_id;
};
void remember_removed(Transaction& tx, const std::string& id, const RemovedPlugin& removed);
std::optional<RemovedPlugin> removed_plugin(soci::session& sql, const std::string& id);
// At most one version of a plugin is enabled: enabling one leaves the others installed. relais.not-found when that
// version is not installed.
Result<void> set_plugin_state(Transaction& tx, const std::string& id, const std::string& version, PluginState state,
                              const std::string& reason_code = {});
// By id, then version as text.
std::vector<InstalledPlugin> installed_plugins(soci::session& sql);

// The unit that a plugin evaluates.
struct SubjectKey {
  std::string item_id;
  std::string patient_id;
  std::string doctor_id;
  std::string task_id;
  bool operator==(const SubjectKey&) const = default;
};

struct Poison {
  SubjectKey subject;
  std::int64_t slice_version = 0;
  std::string reason_code;
  Instant since{};
};

// Remembers that this subject, at this slice version, killed a worker. Told again, the first instant stays.
void remember_poison(Transaction& tx, const std::string& plugin, const std::string& version, const SubjectKey& subject,
                     std::int64_t slice_version, const std::string& reason_code);
// What is remembered of a subject, whatever its slice version: the caller lets a newer slice be tried again.
std::optional<Poison> poison_of(soci::session& sql, const std::string& plugin, const std::string& version,
                                const SubjectKey& subject);
std::vector<Poison> poisons(soci::session& sql, const std::string& plugin, const std::string& version);
// False when nothing was remembered.
bool forget_poison(Transaction& tx, const std::string& plugin, const std::string& version, const SubjectKey& subject);

struct PluginSetting {
  std::string key;
  double number = 0;
  std::string text;
};

// One doctor's setting of one plugin. Bounds are the manifest's: the caller checks them before, the slice after.
void set_plugin_setting(Transaction& tx, const std::string& plugin, const std::string& doctor_id,
                        const PluginSetting& setting, const std::string& set_by);
std::vector<PluginSetting> plugin_settings(soci::session& sql, const std::string& plugin, const std::string& doctor_id);

}  // namespace relais::practice
