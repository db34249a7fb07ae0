// SPDX-License-Identifier: Apache-2.0
// What changes which packages there are: installed, accepted, replaced, removed, no longer trusted.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "api/installed_plugins.h"
#include "api/plugin_rights.h"
#include "api/plugin_rows.h"
#include "plugins/packages/version_order.h"

namespace relais::api {

using practice::PluginState;

// Only one version of a plugin is in use. One that runs goes on until the next one has started, and for good when it
// does not start.
Result<void> InstalledPlugins::upgrade(const Row& next, const plugins::Package& package, const Row* current,
                                       const practice::LedgerEntry& by) {
  const auto status = supervisor_.state(next.id).status;
  const bool runs = status == plugins::PluginStatus::running || status == plugins::PluginStatus::restarting;
  if (runs && current != nullptr && current->state == PluginState::enabled) return swap(next, package, by);
  if (status != plugins::PluginStatus::stopped) {
    if (auto stopped = supervisor_.unload(next.id); !stopped) return stopped;
  }
  const bool stopped_by_a_person =
      current != nullptr && current->state == PluginState::disabled && current->reason_code.empty();
  if (stopped_by_a_person) {
    // Who stopped the plugin did not ask for another version of it to run.
    if (auto set = set_state(next, PluginState::disabled, {}, by, "plugin.installed"); !set) return set;
    if (current->version == next.version) return {};
    return set_state(*current, PluginState::installed, {}, by, "plugin.superseded");
  }
  return start(next, package, by);
}

Result<void> InstalledPlugins::swap(const Row& next, const plugins::Package& package, const practice::LedgerEntry& by) {
  auto started = check_signed(next);
  if (started) started = supervisor_.replace(package);
  if (!started) {
    const std::string reason(stable_code(started.error().code));
    if (auto told = set_state(next, PluginState::disabled, reason, by, "plugin.disabled"); !told) return told;
    return started;
  }
  if (auto kept = set_state(next, PluginState::enabled, {}, by, "plugin.enabled"); !kept) {
    supervisor_.put_back(next.id);
    return kept;
  }
  // Whoever asks which packages evaluate is told of the next one before the one before can no longer be held.
  auto refreshed = refresh();
  supervisor_.settle(next.id);
  return refreshed;
}

// A version that does not start is installed all the same, and says why: only the database's errors end here.
Result<void> InstalledPlugins::run_next(const Row& next, const plugins::Package& package, const Row* current,
                                        const practice::LedgerEntry& by) {
  auto ran = upgrade(next, package, current, by);
  if (ran) return ran;
  const auto stands = found(next.id, next.version);
  if (!stands) return tl::unexpected(stands.error());
  return stands->row.state == PluginState::disabled ? Result<void>{} : ran;
}

// What `next` asks for beyond the version in use, or that was in use before the plugin was uninstalled: its rights, and
// its author when that is another one. A plugin that was never there has nothing to be compared with.
Result<std::vector<std::string>> InstalledPlugins::difference(const Row* current, const Row& next,
                                                              const plugins::Manifest& wanted) {
  // A version that cannot be read any more gives no rights to compare with.
  plugins::Manifest held;
  std::string held_key;
  if (current != nullptr) {
    if (const auto package = package_of(*current)) held = package->manifest;
    held_key = current->key_id;
  } else {
    const auto removed = database_.read([&](soci::session& sql) -> Result<std::optional<practice::RemovedPlugin>> {
      return practice::removed_plugin(sql, next.id);
    });
    if (!removed) return tl::unexpected(removed.error());
    if (!*removed) return std::vector<std::string>{};
    if (auto read = plugins::read_manifest((*removed)->manifest)) held = std::move(*read);
    held_key = (*removed)->key_id;
  }
  auto lines = rights_added(held, wanted);
  if (held_key == next.key_id) return lines;
  return database_.read([&](soci::session& sql) -> Result<std::vector<std::string>> {
    auto key = practice::trusted_key(sql, next.key_id);
    const auto author = [](const std::optional<practice::TrustedKey>& one) {
      return one ? "« " + one->label + " »" : std::string("un auteur sans signature");
    };
    const auto signed_now = author(key);
    // The same author under a newer key.
    for (int steps = 0; key && steps < 64; ++steps) {
      if (!key->replaces.empty() && key->replaces == held_key) return lines;
      key = practice::trusted_key(sql, key->replaces);
    }
    lines.push_back("auteur : " + signed_now + ", alors que la version en service vient de " +
                    author(practice::trusted_key(sql, held_key)));
    return lines;
  });
}

Result<InstalledPlugins::Installed> InstalledPlugins::install(const Offer& offer, practice::LedgerEntry by) {
  const bool is_file = !offer.file.empty();
  const auto& source = is_file ? offer.file : offer.directory;
  const auto* place = is_file ? "package" : "directory";
  if (is_file && !offer.directory.empty()) return fail(Code::invalid_argument, "a folder or a file, not both", place);
  if (!source.is_absolute()) return fail(Code::invalid_argument, "the path is absolute", place);
  const std::lock_guard operation(operations_);
  auto offered = is_file ? shelf_.open_file(source) : shelf_.open_folder(source);
  if (!offered) return tl::unexpected(offered.error());
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());

  const auto& manifest = offered->package.manifest;
  Row next;
  next.id = manifest.id;
  next.version = manifest.version;
  next.digest = offered->package.digest;
  next.key_id = offered->key_id;
  by.plugin_id = next.id;
  by.plugin_version = next.version;
  if (!next.key_id.empty()) {
    const auto trusted = database_.read([&](soci::session& sql) -> Result<void> {
      return practice::check_key(practice::trusted_key(sql, next.key_id), next.key_id, false);
    });
    if (!trusted) return tl::unexpected(trusted.error());
  }
  const auto* current = current_of(*known, next.id);
  if (current != nullptr && !offer.allow_downgrade && plugins::compare_versions(next.version, current->version) < 0) {
    return fail(Code::plugin_downgrade, "a later version is in use", "version");
  }
  const auto asked = difference(current, next, manifest);
  if (!asked) return tl::unexpected(asked.error());
  const auto& more = *asked;
  const bool same_version = current != nullptr && current->version == next.version;
  if (same_version && (!more.empty() || current->digest != next.digest)) {
    return fail(Code::plugin_version_installed, "this version is in use and is another one", "version");
  }
  if (auto kept = shelf_.keep(*offered); !kept) return tl::unexpected(kept.error());
  const auto package = std::make_shared<const plugins::Package>(std::move(offered->package));
  next.directory = package->directory.string();

  by.action = more.empty() ? "plugin.installed" : "plugin.blocked";
  const auto stored = database_.write([&](practice::Transaction& tx) -> Result<void> {
    practice::install_plugin(tx, next.id, next.version, next.directory, next.digest, next.key_id);
    if (!more.empty()) {
      auto blocked = practice::set_plugin_state(tx, next.id, next.version, PluginState::installed, blocked_code());
      if (!blocked) return blocked;
    }
    if (auto entry = ledger_.append(tx, by); !entry) return tl::unexpected(entry.error());
    return {};
  });
  if (!stored) return tl::unexpected(stored.error());
  {
    const std::lock_guard lock(mutex_);
    opened_[next.directory] = package;
  }
  if (more.empty()) {
    if (auto ran = run_next(next, *package, current, by); !ran) return tl::unexpected(ran.error());
  }
  if (auto refreshed = refresh(); !refreshed) return tl::unexpected(refreshed.error());
  return found(next.id, next.version);
}

Result<InstalledPlugins::Installed> InstalledPlugins::accept(const std::string& id, const std::string& version,
                                                             const std::string& rights_sha256,
                                                             practice::LedgerEntry by) {
  const std::lock_guard operation(operations_);
  const auto blocked = found(id, version);
  if (!blocked) return tl::unexpected(blocked.error());
  if (!blocked->blocked()) return fail(Code::plugin_nothing_to_accept, "not blocked", "version");
  if (!blocked->package) return fail(Code::plugin_package, "its folder does not hold it any more", "plugin_id");
  if (blocked->rights_sha256() != rights_sha256) return fail(Code::plugin_rights_changed, "another difference", "rights_sha256");
  if (auto sound = check_signed(blocked->row); !sound) return tl::unexpected(sound.error());
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  const auto* current = current_of(*known, id);
  // No longer blocked, whatever becomes of its start: the doctor has decided.
  auto next = blocked->row;
  next.reason_code.clear();
  if (auto set = set_state(next, PluginState::installed, {}, by, "plugin.rights-accepted"); !set) {
    return tl::unexpected(set.error());
  }
  if (auto ran = run_next(next, *blocked->package, current, by); !ran) return tl::unexpected(ran.error());
  if (auto refreshed = refresh(); !refreshed) return tl::unexpected(refreshed.error());
  return found(id, version);
}

Result<std::vector<std::string>> InstalledPlugins::uninstall(const std::string& id, const std::string& version,
                                                             practice::LedgerEntry by) {
  const std::lock_guard operation(operations_);
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  std::vector<Row> gone;
  for (const auto& row : *known)
    if (row.id == id && (version.empty() || row.version == version)) gone.push_back(row);
  if (gone.empty()) return fail(Code::not_found, "no such plugin or version", version.empty() ? "plugin_id" : "version");
  const auto* current = current_of(*known, id);
  const bool stops = current != nullptr &&
                     std::ranges::any_of(gone, [&](const Row& row) { return row.version == current->version; });
  by.action = "plugin.uninstalled";
  by.plugin_id = id;
  practice::RemovedPlugin removed;
  if (stops) {
    std::ifstream manifest(std::filesystem::path(current->directory) / "manifest.yaml", std::ios::binary);
    removed = {current->version,
               {std::istreambuf_iterator<char>(manifest), std::istreambuf_iterator<char>()},
               current->key_id};
  }
  const auto forgotten = database_.write([&](practice::Transaction& tx) -> Result<void> {
    if (stops) practice::remember_removed(tx, id, removed);
    for (const auto& row : gone) {
      practice::forget_plugin(tx, row.id, row.version);
      by.plugin_version = row.version;
      if (auto entry = ledger_.append(tx, by); !entry) return tl::unexpected(entry.error());
    }
    return {};
  });
  if (!forgotten) return tl::unexpected(forgotten.error());
  auto refreshed = refresh();
  if (stops && supervisor_.state(id).status != plugins::PluginStatus::stopped) {
    if (auto stopped = supervisor_.unload(id); !stopped) return tl::unexpected(stopped.error());
  }
  std::vector<std::string> versions;
  for (const auto& row : gone) {
    shelf_.remove(row);
    versions.push_back(row.version);
    const std::lock_guard lock(mutex_);
    opened_.erase(row.directory);
  }
  if (!refreshed) return tl::unexpected(refreshed.error());
  return versions;
}

Result<std::vector<std::string>> InstalledPlugins::revoke_keys(const std::vector<std::string>& key_ids,
                                                               const std::string& reason, practice::LedgerEntry by) {
  const std::lock_guard operation(operations_);
  const auto known = rows();
  if (!known) return tl::unexpected(known.error());
  std::vector<Row> stopped;
  for (const auto& row : *known) {
    const auto* current = current_of(*known, row.id);
    if (current != nullptr && current->version == row.version && std::ranges::count(key_ids, row.key_id) > 0) {
      stopped.push_back(row);
    }
  }
  const auto revoked = database_.write([&](practice::Transaction& tx) -> Result<void> {
    for (const auto& id : key_ids) {
      practice::revoke_key(tx, id, reason);
      auto entry = by;
      entry.action = "trust.key-revoked";
      entry.item_id = id;
      if (auto written = ledger_.append(tx, entry); !written) return tl::unexpected(written.error());
    }
    const std::string code(stable_code(Code::package_revoked_key));
    for (const auto& row : stopped) {
      if (auto set = practice::set_plugin_state(tx, row.id, row.version, PluginState::disabled, code); !set) return set;
      auto entry = by;
      entry.action = "plugin.disabled";
      entry.plugin_id = row.id;
      entry.plugin_version = row.version;
      entry.rule_codes.push_back(code);
      if (auto written = ledger_.append(tx, entry); !written) return tl::unexpected(written.error());
    }
    return {};
  });
  if (!revoked) return tl::unexpected(revoked.error());
  std::vector<std::string> ids;
  for (const auto& row : stopped) {
    ids.push_back(row.id);
    if (supervisor_.state(row.id).status == plugins::PluginStatus::stopped) continue;
    if (auto unloaded = supervisor_.unload(row.id); !unloaded) return tl::unexpected(unloaded.error());
  }
  if (auto refreshed = refresh(); !refreshed) return tl::unexpected(refreshed.error());
  return ids;
}

}  // namespace relais::api
