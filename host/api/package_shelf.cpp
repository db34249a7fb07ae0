// SPDX-License-Identifier: Apache-2.0
#include "api/package_shelf.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "plugins/packages/package_archive.h"
#include "plugins/packages/package_signature.h"

namespace relais::api {
namespace {

namespace fs = std::filesystem;

constexpr auto staging_prefix = ".arrivee-";

// What a power cut leaves of the package is what was read: its row is durable too.
void make_durable(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::syncfs(descriptor);
  ::close(descriptor);
}

bool lies_below(const fs::path& path, const fs::path& folder) {
  std::error_code failed;
  const auto inside = fs::weakly_canonical(path, failed);
  const auto outside = failed ? fs::path() : fs::weakly_canonical(folder, failed);
  if (failed || outside.empty() || outside == outside.root_path()) return false;
  return std::mismatch(outside.begin(), outside.end(), inside.begin(), inside.end()).first == outside.end();
}

}  // namespace

StagingFolder& StagingFolder::operator=(StagingFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<StagingFolder> PackageShelf::stage() const {
  std::error_code failed;
  fs::create_directories(places_.kept, failed);
  if (failed) return fail(Code::io, failed.message(), "plugins");
  auto pattern = (places_.kept / (std::string(staging_prefix) + "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) return fail(Code::io, "no folder to read the package into", "plugins");
  return StagingFolder(pattern);
}

Result<OfferedPackage> PackageShelf::open_file(const fs::path& file) const {
  std::error_code failed;
  // A pipe would keep its reader waiting.
  if (!fs::is_regular_file(file, failed)) return fail(Code::package_unreadable, "not a file", "package");
  auto staging = stage();
  if (!staging) return tl::unexpected(staging.error());
  const auto files = staging->path() / "files";
  if (!fs::create_directory(files, failed)) return fail(Code::io, failed.message(), "plugins");
  const auto listing = plugins::extract_archive(file, files);
  if (!listing) return tl::unexpected(listing.error());
  if (!listing->signature) return fail(Code::package_unsigned, "no entry SIGNATURE");
  const auto signature = plugins::read_signature(*listing->signature);
  if (!signature) return tl::unexpected(signature.error());
  if (auto same = plugins::check_files(signature->contents, listing->files); !same) return tl::unexpected(same.error());
  std::ofstream out(files / plugins::signature_entry, std::ios::binary);
  out << *listing->signature;
  out.close();
  if (!out) return fail(Code::io, "cannot be written", std::string(plugins::signature_entry));
  auto package = plugins::open_package(files);
  if (!package) return tl::unexpected(package.error());
  // The author signed another name than the manifest's: neither can be believed.
  if (package->manifest.id != signature->contents.id || package->manifest.version != signature->contents.version) {
    return fail(Code::package_altered, "signed for another plugin or version", "manifest.yaml");
  }
  package->digest = signature->digest;
  return OfferedPackage{std::move(*package), signature->key_id, plugins::to_base64(signature->key), std::move(*staging)};
}

Result<OfferedPackage> PackageShelf::open_folder(const fs::path& directory) const {
  std::error_code failed;
  const auto signature_file = directory / plugins::signature_entry;
  if (fs::is_regular_file(fs::symlink_status(signature_file, failed))) {
    std::ifstream in(signature_file, std::ios::binary);
    const std::string signature{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto files = plugins::files_of_folder(directory);
    if (!files) return tl::unexpected(files.error());
    const auto staging = stage();
    if (!staging) return tl::unexpected(staging.error());
    const auto file = staging->path() / "package.relais";
    if (auto written = plugins::write_archive(file, directory, *files, signature); !written) {
      return tl::unexpected(written.error());
    }
    return open_file(file);
  }
  auto package = plugins::open_package(directory);
  if (!package) return tl::unexpected(package.error());
  if (!places_.unsigned_anywhere && !is_shipped(directory)) return fail(Code::package_unsigned, "no SIGNATURE", "directory");
  return OfferedPackage{std::move(*package), {}, {}, {}};
}

bool PackageShelf::is_shipped(const fs::path& directory) const {
  return std::ranges::any_of(places_.shipped, [&](const auto& folder) { return lies_below(directory, folder); });
}

Result<void> PackageShelf::keep(OfferedPackage& offered) const {
  if (offered.key_id.empty()) return {};
  const auto& manifest = offered.package.manifest;
  const auto place = places_.kept / manifest.id / manifest.version;
  const auto before = offered.staging.path() / "before";
  make_durable(offered.package.directory);
  std::error_code failed;
  fs::create_directories(place.parent_path(), failed);
  if (!failed && fs::exists(place)) fs::rename(place, before, failed);
  if (!failed) fs::rename(offered.package.directory, place, failed);
  if (failed) return fail(Code::io, failed.message(), "plugins");
  make_durable(place.parent_path());
  auto opened = plugins::open_package(place);
  if (!opened) return tl::unexpected(opened.error());
  opened->digest = offered.package.digest;
  offered.package = std::move(*opened);
  return {};
}

Result<plugins::Package> PackageShelf::open(const practice::InstalledPlugin& row) {
  auto package = plugins::open_package(row.directory);
  if (package) package->digest = row.digest;
  return package;
}

void PackageShelf::remove(const practice::InstalledPlugin& row) const {
  std::error_code ignored;
  // Only what this class has laid there.
  if (row.key_id.empty() || fs::path(row.directory) != places_.kept / row.id / row.version) return;
  fs::remove_all(row.directory, ignored);
  fs::remove(places_.kept / row.id, ignored);  // when it is empty
}

void PackageShelf::sweep() const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(places_.kept, ignored))
    if (entry.path().filename().string().starts_with(staging_prefix)) fs::remove_all(entry.path(), ignored);
}

}  // namespace relais::api
