// SPDX-License-Identifier: Apache-2.0
// Any bytes as a .relais file, as the entry SIGNATURE and as the replacement of a key: read whole or refused with a code
// of packages; nothing is given out but plain files of plain names, within the limits and as they are listed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "domain/canonical.h"
#include "plugins/packages/package_archive.h"
#include "plugins/packages/package_rotation.h"
#include "plugins/packages/package_signature.h"

namespace {

using relais::plugins::PackageLimits;

constexpr PackageLimits limits{4096, 8192, 8};

template <class T>
void refused_by(const relais::Result<T>& result, std::string_view family) {
  if (!result && !relais::stable_code(result.error().code).starts_with(family)) std::abort();
}

void read_as_archive(std::string_view bytes) {
  std::map<std::string, std::string> given;
  const auto listing = relais::plugins::read_archive(
      bytes,
      [&](const std::string& path, std::string_view piece) -> relais::Result<void> {
        if (!relais::plugins::is_package_path(path) || path == relais::plugins::signature_entry) std::abort();
        given[path].append(piece);
        return {};
      },
      limits);
  refused_by(listing, "package.");
  std::size_t total = 0;
  for (const auto& [path, text] : given) {
    if (text.size() > limits.file) std::abort();
    total += text.size();
  }
  if (total > limits.total || given.size() > limits.files) std::abort();
  if (!listing) return;
  if (listing->files.size() != given.size()) std::abort();
  for (const auto& file : listing->files) {
    const auto text = given.find(file.path);
    if (text == given.end() || text->second.size() != file.size) std::abort();
    if (relais::fiche::sha256_hex(text->second) != file.sha256) std::abort();
  }
  if (listing->signature) refused_by(relais::plugins::read_signature(*listing->signature), "package.");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_as_archive(bytes);
  refused_by(relais::plugins::read_signature(bytes), "package.");
  refused_by(relais::plugins::read_rotation(bytes), "trust.rotation");
  return 0;
}
