// SPDX-License-Identifier: Apache-2.0
// The files of a plugin's package, as its author's signature names them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"

namespace relais::plugins {

// The entry that holds the signature; it is not among the files that are signed.
inline constexpr std::string_view signature_entry = "SIGNATURE";

// What one package may hold. Bytes of one file, of all of them, and their number.
struct PackageLimits {
  std::uint64_t file = std::uint64_t{128} << 20U;
  std::uint64_t total = std::uint64_t{256} << 20U;
  std::size_t files = 4096;
};

struct PackageFile {
  std::string path;    // from the package's folder, with '/'
  std::uint64_t size = 0;
  std::string sha256;  // lower-case hexadecimal
  bool operator==(const PackageFile&) const = default;
};

// What a signature covers.
struct PackageContents {
  std::string id;
  std::string version;
  std::vector<PackageFile> files;  // by path, each once
};

// Whether a file of this path may stand in a package: relative, no "." or "..", letters without accent, digits and
// "._+-", at most 200 bytes (so that every tar writes it alike).
bool is_package_path(std::string_view path);

// Canonical JSON (RFC 8785) of {format, id, version, files}: the bytes that are signed.
Result<std::string> canonical(const PackageContents& contents);
// SHA-256 of `canonical`, lower-case hexadecimal: names one content of a package.
Result<std::string> digest(const PackageContents& contents);

// Reads every file below `directory` but its SIGNATURE, sorted by path. package.bad-entry, with the path as place, for
// what is neither a folder nor a plain file or has another name than is_package_path allows; package.too-large.
Result<std::vector<PackageFile>> files_of_folder(const std::filesystem::path& directory, const PackageLimits& limits = {});

}  // namespace relais::plugins
