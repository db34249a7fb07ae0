// SPDX-License-Identifier: Apache-2.0
#include "app/kit/archive_check.h"

#include <fmt/format.h>

#include <cstdlib>

#include "plugins/packages/package_archive.h"
#include "plugins/packages/package_signature.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;

// A folder of its own, removed at the end.
class UnpackedFolder {
 public:
  UnpackedFolder() {
    std::string name = (fs::temp_directory_path() / "relais-check-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~UnpackedFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  UnpackedFolder(const UnpackedFolder&) = delete;
  UnpackedFolder& operator=(const UnpackedFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

CheckedPart wrong_archive(std::string part, const Error& error, const fs::path& file, std::string instead) {
  const auto where = file.filename().string() + (error.place.empty() ? "" : " (" + error.place + ")");
  return {std::move(part),
          CheckedPart::State::wrong,
          {},
          {fmt::format("{} [{}] {}", french(error.code), stable_code(error.code), error.detail), where, std::move(instead)}};
}

}  // namespace

std::vector<CheckedPart> check_archive(const fs::path& file, const CheckOptions& options) {
  std::vector<CheckedPart> parts;
  const UnpackedFolder folder;
  if (folder.path().empty()) {
    parts.push_back(wrong_archive("archive", {Code::io, "no folder to unpack in"}, file, "un dossier temporaire où écrire"));
    return parts;
  }
  const auto listing = plugins::extract_archive(file, folder.path());
  if (!listing) {
    parts.push_back(wrong_archive("archive", listing.error(), file, "un fichier fait par « relais plugin pack »"));
    return parts;
  }
  parts.push_back({"archive", CheckedPart::State::good, fmt::format("{} fichiers", listing->files.size()), {}});
  if (!listing->signature) {
    parts.push_back({"signature", CheckedPart::State::skipped, "pas encore signé : relais plugin sign", {}});
  } else {
    const auto read = plugins::read_signature(*listing->signature);
    const auto same = read ? plugins::check_files(read->contents, listing->files) : Result<void>{};
    if (!read || !same) {
      parts.push_back(wrong_archive("signature", read ? same.error() : read.error(), file,
                                    "le paquet tel que son auteur l'a signé ; ou signez de nouveau"));
      return parts;
    }
    parts.push_back({"signature", CheckedPart::State::good, "signée par la clé " + read->key_id, {}});
  }
  for (auto& part : check_package(folder.path(), options)) parts.push_back(std::move(part));
  return parts;
}

}  // namespace relais::app
