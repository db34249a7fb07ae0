// SPDX-License-Identifier: Apache-2.0
// The .relais file: a pax tar of one package, the same bytes for the same package. Not supported: compression, links,
// folders as entries, access rights.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "plugins/packages/package_contents.h"

namespace relais::plugins {

struct ArchiveListing {
  std::vector<PackageFile> files;        // sorted by path
  std::optional<std::string> signature;  // text of the entry SIGNATURE
};

// Given the bytes of the files in pieces: first once with the path and nothing, when the file begins. An Error ends the
// reading and is its answer.
using TakeBytes = std::function<Result<void>(const std::string& path, std::string_view bytes)>;

// Reads the whole archive. Only paths that are allowed are given to `take`, each once, and never more bytes than the
// limits: package.unreadable, package.bad-entry with the path as place, package.too-large.
Result<ArchiveListing> read_archive(const std::filesystem::path& file, const TakeBytes& take,
                                    const PackageLimits& limits = {});
Result<ArchiveListing> read_archive(std::string_view bytes, const TakeBytes& take, const PackageLimits& limits = {});

// Writes every file into `directory`, which exists and is empty, as read_archive gives them.
Result<ArchiveListing> extract_archive(const std::filesystem::path& file, const std::filesystem::path& directory,
                                       const PackageLimits& limits = {});

// Writes the files of `directory` that `files` names, after the signature when there is one: names sorted, times zero,
// owner 0. Replaces `file` as a whole or not at all. package.altered when a file is not as listed; relais.io.
Result<void> write_archive(const std::filesystem::path& file, const std::filesystem::path& directory,
                           const std::vector<PackageFile>& files, const std::optional<std::string>& signature);

}  // namespace relais::plugins
