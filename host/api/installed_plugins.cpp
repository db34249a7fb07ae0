// SPDX-License-Identifier: Apache-2.0
#include "api/installed_plugins.h"

#include <algorithm>

#include "api/plugin_rows.h"
#include "domain/canonical.h"
#include "plugins/packages/package_signature.h"

namespace relais::api {

using practice::PluginState;

bool InstalledPlugins::Installed::blocked() const {
  return row.state == PluginState::installed && row.reason_code == blocked_code();
}

std::string InstalledPlugins::Installed::rights_sha256() const {
  if (!blocked()) return {};
  auto text = row.id + '\n' + row.version + '\n' + row.digest + '\n';
  for (const auto& line : asks_more) text += line + '\n';
  return fiche::sha256_hex(text);
}

Result<plugins::Package> open_installed(soci::session& sql, const practice::InstalledPlugin& row) {
  if (!row.key_id.empty()) {
    const auto trusted = practice::check_key(practice::trusted_key(sql, row.key_id), row.key_id, true);
    if (!trusted) return tl::unexpected(trusted.error());
  }
  return PackageShelf::open(row);
}

Result<std::vector<practice::InstalledPlugin>> InstalledPlugins::rows() const {
  return database_.read(
      [](soci::session& sql) -> Result<std::vector<Row>> { return practice::installed_plugins(sql); });
}

InstalledPlugins::PackagePtr InstalledPlugins::package_of(const Row& row) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = opened_.find(row.directory); known != opened_.end()) {
      const auto& manifest = known->second->manifest;
      const bool same = manifest.id == row.id && manifest.version == row.version;
      if (same && known->second->digest == row.digest) return known->second;
    }
  }
  auto opened = PackageShelf::open(row);
  if (!opened || opened->manifest.id != row.id || opened->manifest.version != row.version) return nullptr;
  auto package = std::make_shared<const plugins::Package>(std::move(*opened));
  const std::lock_guard lock(mutex_);
  opened_[row.directory] = package;
  return package;
}

// Before each start: whom the practice trusts may have changed, and so may the files.
Result<void> InstalledPlugins::check_signed(const Row& row) const {
  if (row.key_id.empty()) return {};
  const auto trusted = database_.read([&](soci::session& sql) -> Result<void> {
    return practice::check_key(practice::trusted_key(sql, row.key_id), row.key_id, true);
  });
  if (!trusted) return trusted;
  return plugins::check_package_folder(row.directory, row.digest);
}

Result<void> InstalledPlugins::set_state(const Row& row, PluginState state, const std::string& reason,
                                         practice::LedgerEntry by, std::string action) {
  by.action = std::move(action);
  by.plugin_id = row.id;
  by.plugin_version = row.version;
  if (!reason.empty()) by.rule_codes.push_back(reason);
  return database_.write([&](practice::Transaction& tx) -> Result<void> {
    if (auto set = practice::set_plugin_state(tx, row.id, row.version, state, reason); !set) return set;
    if (auto entry = ledger_.append(tx, by); !entry) return tl::unexpected(entry.error());
    return {};
  });
}

// Starts a package that nothing else runs, or says in the database why it does not.
Result<void> InstalledPlugins::start(const Row& row, const plugins::Package& package, const practice::LedgerEntry& by) {
  const auto status = supervisor_.state(row.id).status;
  auto started = check_signed(row);
  if (started && status == plugins::PluginStatus::stopped) {
    started = supervisor_.load(package);
  } else if (started && status == plugins::PluginStatus::disabled) {
    started = supervisor_.enable(row.id);
  }
  if (started) return set_state(row, PluginState::enabled, {}, by, "plugin.enabled");
  const std::string reason(stable_code(started.error().code));
  if (auto told = set_state(row, PluginState::disabled, reason, by, "plugin.disabled"); !told) return told;
  return started;
}

Result<InstalledPlugins::Installed> InstalledPlugins::enable(const std::string& id, practice::LedgerEntry by) {
  const std::lock_guard operation(operations_);
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  const auto* current = current_of(*known, id);
  if (current == nullptr) {
    const bool blocked = std::ranges::any_of(*known, [&](const Row& row) { return row.id == id; });
    if (blocked) return fail(Code::plugin_blocked, "no version of it may run", "plugin_id");
    return fail(Code::not_found, "no such plugin", "plugin_id");
  }
  const auto package = package_of(*current);
  if (package == nullptr) return fail(Code::plugin_package, "its folder does not hold it any more", "plugin_id");
  auto started = start(*current, *package, by);
  if (auto refreshed = refresh(); !refreshed) return tl::unexpected(refreshed.error());
  if (!started) return tl::unexpected(started.error());
  return found(id, current->version);
}

Result<InstalledPlugins::Installed> InstalledPlugins::disable(const std::string& id, practice::LedgerEntry by) {
  const std::lock_guard operation(operations_);
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  const auto* current = current_of(*known, id);
  if (current == nullptr) return fail(Code::not_found, "no such plugin", "plugin_id");
  if (auto set = set_state(*current, PluginState::disabled, {}, by, "plugin.disabled"); !set) {
    return tl::unexpected(set.error());
  }
  if (supervisor_.state(id).status != plugins::PluginStatus::stopped) {
    if (auto stopped = supervisor_.unload(id); !stopped) return tl::unexpected(stopped.error());
  }
  if (auto refreshed = refresh(); !refreshed) return tl::unexpected(refreshed.error());
  return found(id, current->version);
}

Result<std::vector<InstalledPlugins::Installed>> InstalledPlugins::list() {
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  const auto keys = database_.read([](soci::session& sql) -> Result<std::vector<practice::TrustedKey>> {
    return practice::trusted_keys(sql);
  });
  if (!keys) return tl::unexpected(keys.error());
  std::vector<Installed> all;
  for (const auto& row : *known) {
    Installed one{row, package_of(row), {}, supervisor_.state(row.id)};
    const auto key = std::ranges::find(*keys, row.key_id, &practice::TrustedKey::id);
    if (key != keys->end()) one.signed_by = key->label;
    const auto* current = current_of(*known, row.id);
    if (one.in_use() && current != nullptr && current->version != row.version) continue;  // did not start
    if (!one.in_use() && !one.blocked()) continue;
    if (one.blocked() && one.package) {
      auto lines = difference(current, row, one.package->manifest);
      if (!lines) return tl::unexpected(lines.error());
      one.asks_more = std::move(*lines);
    }
    all.push_back(std::move(one));
  }
  std::ranges::stable_sort(all, [](const Installed& a, const Installed& b) {
    return a.row.id != b.row.id ? a.row.id < b.row.id : a.in_use() && !b.in_use();
  });
  return all;
}

Result<InstalledPlugins::Installed> InstalledPlugins::found(const std::string& id, const std::string& version) {
  auto all = list();
  if (!all) return tl::unexpected(all.error());
  for (auto& one : *all) {
    if (one.row.id == id && one.row.version == version) return std::move(one);
  }
  // A version that did not start while the one before goes on.
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  for (const auto& row : *known) {
    if (row.id == id && row.version == version) return Installed{row, package_of(row), {}};
  }
  return fail(Code::not_found, "no such plugin", "plugin_id");
}

Result<InstalledPlugins::Installed> InstalledPlugins::in_use(const std::string& id) {
  auto all = list();
  if (!all) return tl::unexpected(all.error());
  for (auto& one : *all) {
    if (one.row.id == id && one.in_use()) return std::move(one);
  }
  return fail(Code::not_found, "no such plugin", "plugin_id");
}

Result<void> InstalledPlugins::refresh() {
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  std::vector<PackagePtr> enabled;
  std::vector<PackagePtr> disabled;
  for (const auto& row : *known) {
    const auto* current = current_of(*known, row.id);
    if (current == nullptr || current->version != row.version) continue;
    if (auto package = package_of(row)) {
      (row.state == PluginState::enabled ? enabled : disabled).push_back(std::move(package));
    }
  }
  const std::lock_guard lock(mutex_);
  enabled_ = std::move(enabled);
  disabled_ = std::move(disabled);
  return {};
}

std::vector<std::shared_ptr<const plugins::Package>> InstalledPlugins::enabled() const {
  const std::lock_guard lock(mutex_);
  return enabled_;
}

std::vector<std::shared_ptr<const plugins::Package>> InstalledPlugins::disabled() const {
  const std::lock_guard lock(mutex_);
  return disabled_;
}

Result<void> InstalledPlugins::load_enabled() {
  const std::lock_guard operation(operations_);
  shelf_.sweep();
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  practice::LedgerEntry by;
  by.actor = "system";
  by.role = "system";
  for (const auto& row : *known) {
    if (row.state != PluginState::enabled) continue;
    const auto package = package_of(row);
    auto loaded = check_signed(row);
    if (loaded) {
      loaded = package ? supervisor_.load(*package) : fail(Code::plugin_package, "its folder does not hold it");
    }
    if (loaded) continue;
    const std::string reason(stable_code(loaded.error().code));
    if (auto told = set_state(row, PluginState::disabled, reason, by, "plugin.disabled"); !told) return told;
  }
  return refresh();
}

Result<void> InstalledPlugins::failed(const plugins::PluginEvent& event) {
  if (event.kind != plugins::PluginEventKind::disabled) return {};
  return database_.write([&](practice::Transaction& tx) -> Result<void> {
    return practice::set_plugin_state(tx, event.plugin_id, event.plugin_version, PluginState::disabled, event.code);
  });
}

}  // namespace relais::api
