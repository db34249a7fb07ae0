// SPDX-License-Identifier: Apache-2.0
// The packages of a practice: installed, accepted, started, stopped, removed, and started again with the host. The
// database says what should run and whom the practice trusts; the supervisor runs it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/package_shelf.h"
#include "plugins/manifest.h"
#include "plugins/worker/supervisor.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "practice/plugin_state.h"
#include "practice/trusted_keys.h"

namespace relais::api {

// Thread-safe. One installation, start or stop at a time.
class InstalledPlugins {
 public:
  // All must outlive it.
  InstalledPlugins(practice::Database& database, practice::Ledger& ledger, plugins::Supervisor& supervisor,
                   PackagePlaces places)
      : database_(database), ledger_(ledger), supervisor_(supervisor), shelf_(std::move(places)) {}

  // One version, as it stands.
  struct Installed {
    practice::InstalledPlugin row;
    // Null when its folder does not hold the package any more.
    std::shared_ptr<const plugins::Package> package;
    // What it asks for beyond the version in use: French lines. Empty unless it is blocked.
    std::vector<std::string> asks_more;
    plugins::PluginState runs = {};  // of the version in use
    std::string signed_by = {};      // as the practice calls the key; empty for what is not signed

    bool blocked() const;
    // Neither blocked nor superseded by another version.
    bool in_use() const { return row.state != practice::PluginState::installed; }
    // Names this package and what it asks for; empty unless it is blocked.
    std::string rights_sha256() const;
  };

  struct Offer {
    std::filesystem::path directory;
    std::filesystem::path file;  // .relais, instead of a folder
    bool allow_downgrade = false;
  };

  // Installs a package; nothing of it runs before its signature and its manifest are accepted. `by` is the ledger's
  // entry of who does it, without an action. The first version is enabled and started, and so is one that asks for
  // nothing more than the version in use, of the same author; any other stays blocked, and the version in use goes on.
  // One that does not start stays installed and disabled, with the reason, and the version before goes on. A version
  // takes the place of the running one without a moment in which nothing evaluates.
  // As PackageShelf for what the package itself is; package.unknown-key, package.revoked-key, package.replaced-key;
  // plugin.downgrade; plugin.version-installed when this version is in use and the other one asks for more, or is not
  // what was signed.
  Result<Installed> install(const Offer& offer, practice::LedgerEntry by);
  // A doctor accepts what a blocked version asks for; it then takes the place of the version in use, as when it is
  // installed. plugin.nothing-to-accept; plugin.rights-changed; package.* as before each start.
  Result<Installed> accept(const std::string& id, const std::string& version, const std::string& rights_sha256,
                           practice::LedgerEntry by);
  // Stops what is removed and forgets it with its files; `version` empty: all versions. The versions that were there.
  // What the version in use could do is remembered: one that comes later and asks for more waits for a doctor too.
  // relais.not-found.
  Result<std::vector<std::string>> uninstall(const std::string& id, const std::string& version,
                                             practice::LedgerEntry by);
  // Keys that are trusted no more; the plugins that one of them signed are stopped. Their ids.
  Result<std::vector<std::string>> revoke_keys(const std::vector<std::string>& key_ids, const std::string& reason,
                                               practice::LedgerEntry by);
  // Starts the version in use. relais.not-found; plugin.blocked; the plugin's own code when it does not start.
  Result<Installed> enable(const std::string& id, practice::LedgerEntry by);
  // Stops the version in use. relais.not-found.
  Result<Installed> disable(const std::string& id, practice::LedgerEntry by);

  // By id, the version in use first; versions that were superseded are left out.
  Result<std::vector<Installed>> list();
  // The version in use; relais.not-found (place "plugin_id").
  Result<Installed> in_use(const std::string& id);

  // Packages that evaluate. A snapshot: cheap, never blocks on an installation.
  std::vector<std::shared_ptr<const plugins::Package>> enabled() const;
  // Packages that are stopped: what they would have evaluated is not evaluated.
  std::vector<std::shared_ptr<const plugins::Package>> disabled() const;

  // At the start of the host: starts what is enabled. A package that does not start is disabled with its reason, and
  // the others go on. An Error only of the database.
  Result<void> load_enabled();

  // The supervisor has disabled a plugin: it stays so after a restart. For the supervisor's observer.
  Result<void> failed(const plugins::PluginEvent& event);

 private:
  using Row = practice::InstalledPlugin;
  using PackagePtr = std::shared_ptr<const plugins::Package>;

  Result<std::vector<Row>> rows() const;
  PackagePtr package_of(const Row& row);
  Result<void> check_signed(const Row& row) const;
  Result<std::vector<std::string>> difference(const Row* current, const Row& next, const plugins::Manifest& wanted);
  Result<void> run_next(const Row& next, const plugins::Package& package, const Row* current,
                        const practice::LedgerEntry& by);
  Result<Installed> found(const std::string& id, const std::string& version);
  Result<void> set_state(const Row& row, practice::PluginState state, const std::string& reason,
                         practice::LedgerEntry by, std::string action);
  Result<void> start(const Row& row, const plugins::Package& package, const practice::LedgerEntry& by);
  Result<void> upgrade(const Row& next, const plugins::Package& package, const Row* current,
                       const practice::LedgerEntry& by);
  Result<void> swap(const Row& next, const plugins::Package& package, const practice::LedgerEntry& by);
  Result<void> refresh();

  practice::Database& database_;
  practice::Ledger& ledger_;
  plugins::Supervisor& supervisor_;
  const PackageShelf shelf_;

  std::mutex operations_;  // held while something is installed, started or stopped

  mutable std::mutex mutex_;  // guards the fields below
  std::map<std::string, PackagePtr> opened_;  // by directory
  std::vector<PackagePtr> enabled_;
  std::vector<PackagePtr> disabled_;
};

// The package of a row, if what signed it may still run. package.revoked-key, package.unknown-key; plugin.package,
// plugin.manifest.*. Throws soci::soci_error.
Result<plugins::Package> open_installed(soci::session& sql, const practice::InstalledPlugin& row);

}  // namespace relais::api
