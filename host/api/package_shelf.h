// SPDX-License-Identifier: Apache-2.0
// Where the packages of a practice lie, and what a package offered for installation is found to be. Says nothing of
// whom the practice trusts.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "domain/error.h"
#include "plugins/manifest.h"
#include "practice/plugin_state.h"

namespace relais::api {

struct PackagePlaces {
  // Packages that were installed from a signed file lie in kept/ID/VERSION; made when it is missing.
  std::filesystem::path kept;
  // Folders below these came with Relais itself: they need no signature.
  std::vector<std::filesystem::path> shipped;
  // A demonstration practice: folders without a signature are accepted wherever they lie.
  bool unsigned_anywhere = false;
};

// A folder that goes with its holder.
class StagingFolder {
 public:
  StagingFolder() = default;
  explicit StagingFolder(std::filesystem::path path) : path_(std::move(path)) {}
  StagingFolder(StagingFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  StagingFolder& operator=(StagingFolder&& other) noexcept;
  ~StagingFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A package that was offered: its signature holds and its manifest was read; none of its code has run.
struct OfferedPackage {
  plugins::Package package;
  std::string key_id;      // who signed it; empty for an unsigned folder
  std::string public_key;  // base64
  StagingFolder staging;   // holds the files of a signed one until they are kept
};

// Not thread-safe: used by whoever holds the installation.
class PackageShelf {
 public:
  explicit PackageShelf(PackagePlaces places) : places_(std::move(places)) {}

  // A .relais file. package.unreadable, package.bad-entry, package.too-large, package.unsigned, package.signature,
  // package.altered; plugin.manifest.* and plugin.package as for a folder. Nothing is left of what is refused.
  Result<OfferedPackage> open_file(const std::filesystem::path& file) const;
  // A folder. One with a SIGNATURE is read as a .relais file would be; one without: package.unsigned unless it came with
  // Relais or the practice is a demonstration.
  Result<OfferedPackage> open_folder(const std::filesystem::path& directory) const;

  // Lays a signed package in its place, which then replaces what lay there; nothing to do for an unsigned folder.
  Result<void> keep(OfferedPackage& offered) const;
  // The package of a row, as its signature says it must be; its files are not read. plugin.package, plugin.manifest.*.
  static Result<plugins::Package> open(const practice::InstalledPlugin& row);
  // Removes the files of a package that lies in `kept`; others are left where they are.
  void remove(const practice::InstalledPlugin& row) const;
  // Removes what an installation that was cut short has left.
  void sweep() const;

 private:
  Result<StagingFolder> stage() const;
  bool is_shipped(const std::filesystem::path& directory) const;

  const PackagePlaces places_;
};

}  // namespace relais::api
