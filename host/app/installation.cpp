// SPDX-License-Identifier: Apache-2.0
#include "app/installation.h"

namespace relais::app {
namespace fs = std::filesystem;

fs::path worker_executable() {
  const auto folder = fs::read_symlink("/proc/self/exe").parent_path();
  const auto beside = folder / "relais-worker";
  return fs::exists(beside) ? beside : folder.parent_path() / "libexec" / "relais" / "relais-worker";
}

std::vector<fs::path> shipped_plugins() {
  const auto folder = fs::read_symlink("/proc/self/exe").parent_path();
  const auto around = fs::path("lib") / "relais" / "plugins";
  // bin/ of an installation; host/app/ of a build folder.
  std::vector<fs::path> found{folder.parent_path() / around, folder.parent_path().parent_path() / "install" / around};
  std::erase_if(found, [](const auto& path) { return !fs::is_directory(path); });
  return found;
}

}  // namespace relais::app
