// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/package_contents.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "domain/canonical.h"
#include "plugins/packages/file_hash.h"

namespace relais::plugins {
namespace {

namespace fs = std::filesystem;

constexpr auto contents_format = "relais-package/1";
constexpr std::size_t longest_path = 200;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '+' ||
         c == '-';
}

Result<PackageFile> read_file(const fs::path& file, std::string path, std::uint64_t most) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(Code::io, "cannot be read", path);
  PackageFile read{std::move(path), 0, {}};
  FileHash hash;
  std::array<char, 64 * 1024> buffer{};
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto size = static_cast<std::size_t>(in.gcount());
    hash.add({buffer.data(), size});
    read.size += size;
    if (read.size > most) return fail(Code::package_too_large, "a file", read.path);
  }
  if (in.bad()) return fail(Code::io, "cannot be read", read.path);
  read.sha256 = hash.hex();
  return read;
}

}  // namespace

bool is_package_path(std::string_view path) {
  if (path.empty() || path.size() > longest_path) return false;
  if (path.starts_with(signature_entry) && path.substr(signature_entry.size()).starts_with('/')) return false;
  while (true) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    if (part.empty() || part == "." || part == ".." || !std::ranges::all_of(part, is_plain)) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

Result<std::string> canonical(const PackageContents& contents) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const auto& file : contents.files)
    files.push_back({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  return fiche::canonical_json(nlohmann::ordered_json{{"format", contents_format},
                                {"id", contents.id},
                                {"version", contents.version},
                                {"files", std::move(files)}});
}

Result<std::string> digest(const PackageContents& contents) {
  const auto text = canonical(contents);
  if (!text) return text;
  return fiche::sha256_hex(*text);
}

Result<std::vector<PackageFile>> files_of_folder(const fs::path& directory, const PackageLimits& limits) {
  std::vector<PackageFile> files;
  std::uint64_t total = 0;
  std::error_code failed;
  fs::recursive_directory_iterator entry(directory, failed);
  if (failed) return fail(Code::io, failed.message(), directory.filename().string());
  for (const fs::recursive_directory_iterator end; entry != end; entry.increment(failed)) {
    auto path = entry->path().lexically_relative(directory).generic_string();
    const auto status = entry->symlink_status(failed);
    if (failed) break;
    if (fs::is_directory(status)) continue;
    if (path == signature_entry && fs::is_regular_file(status)) continue;
    if (!fs::is_regular_file(status) || !is_package_path(path)) {
      return fail(Code::package_bad_entry, "neither a plain file nor of a plain name", path);
    }
    if (files.size() == limits.files) return fail(Code::package_too_large, "too many files", path);
    auto file = read_file(entry->path(), std::move(path), limits.file);
    if (!file) return tl::unexpected(file.error());
    total += file->size;
    if (total > limits.total) return fail(Code::package_too_large, "all files together", file->path);
    files.push_back(std::move(*file));
  }
  if (failed) return fail(Code::io, failed.message(), directory.filename().string());
  std::ranges::sort(files, {}, &PackageFile::path);
  return files;
}

}  // namespace relais::plugins
