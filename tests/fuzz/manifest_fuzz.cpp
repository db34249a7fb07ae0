// SPDX-License-Identifier: Apache-2.0
// Any bytes as a plugin's manifest: read whole or refused with a code of the manifest's; what is read keeps its rules.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/catalogue.h"
#include "plugins/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = relais::plugins::read_manifest({reinterpret_cast<const char*>(data), size});
  if (!manifest) {
    if (!relais::stable_code(manifest.error().code).starts_with("plugin.manifest.")) std::abort();
    return 0;
  }
  if (manifest->id.empty() || manifest->version.empty() || manifest->tasks.empty()) std::abort();
  for (const auto& task : manifest->tasks)
    if (relais::fiche::find_task(task) == nullptr) std::abort();
  return 0;
}
