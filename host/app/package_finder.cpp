// SPDX-License-Identifier: Apache-2.0
#include "app/package_finder.h"

#include <algorithm>
#include <vector>

#include "app/text_file.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;

// Packages of this id in and around one folder.
std::vector<fs::path> candidates(const fs::path& root, const std::string& id) {
  std::vector<fs::path> found{root / "lib" / "relais" / "plugins" / id,
                              root / "install" / "lib" / "relais" / "plugins" / id};
  std::error_code ignored;
  for (const auto& built : fs::directory_iterator(root / "plugins", ignored)) {
    found.push_back(built.path() / "packages" / id);
  }
  std::sort(found.begin() + 2, found.end());
  // What was built last stands in the build folder of the plugin itself.
  std::rotate(found.begin(), found.begin() + 2, found.end());
  return found;
}

}  // namespace

Result<plugins::Package> find_package(const fs::path& directory, const fs::path& program) {
  const auto yaml = read_text_file(directory / "manifest.yaml");
  if (!yaml) return tl::unexpected(yaml.error());
  const auto manifest = plugins::read_manifest(*yaml);
  if (!manifest) return tl::unexpected(manifest.error());
  std::error_code ignored;
  if (fs::is_regular_file(directory / ("lib" + manifest->id + ".so"), ignored)) {
    return plugins::open_package(fs::absolute(directory));
  }
  std::vector<fs::path> roots{directory / "build"};
  // An executable of a build folder lies a few folders deep; that of an installation in bin/.
  fs::path root = fs::absolute(program).parent_path();
  for (int up = 0; up < 4 && root.has_relative_path(); ++up, root = root.parent_path()) roots.push_back(root);
  if (fs::is_directory(directory / "build" / "packages" / manifest->id, ignored)) {
    return plugins::open_package(fs::absolute(directory / "build" / "packages" / manifest->id));
  }
  for (const fs::path& around : roots) {
    for (const fs::path& candidate : candidates(around, manifest->id)) {
      if (fs::is_regular_file(candidate / "manifest.yaml", ignored)) return plugins::open_package(candidate);
    }
  }
  return fail(Code::plugin_package, "no built package called " + manifest->id + " around " + program.string(),
              directory.string());
}

Result<FoundGrammars> FoundGrammars::open(const std::vector<fs::path>& folders, const fs::path& program) {
  FoundGrammars found;
  const auto read = [&](const fs::path& folder) -> Result<void> {
    const auto yaml = read_text_file(folder / "manifest.yaml");
    if (!yaml) return tl::unexpected(yaml.error());
    auto manifest = plugins::read_manifest(*yaml);
    if (!manifest) return tl::unexpected(manifest.error());
    found.manifests_.push_back(std::make_shared<const plugins::Manifest>(std::move(*manifest)));
    return {};
  };
  for (const auto& folder : folders)
    if (const auto done = read(folder); !done) return tl::unexpected(done.error());
  fs::path root = fs::absolute(program).parent_path();
  for (int up = 0; folders.empty() && up < 4 && root.has_relative_path(); ++up, root = root.parent_path()) {
    for (const auto& around : {root / "lib" / "relais" / "plugins", root / "install" / "lib" / "relais" / "plugins"}) {
      std::error_code ignored;
      std::vector<fs::path> packages;
      for (const auto& package : fs::directory_iterator(around, ignored)) packages.push_back(package.path());
      std::sort(packages.begin(), packages.end());
      for (const auto& package : packages) static_cast<void>(read(package));
    }
    if (!found.manifests_.empty()) break;
  }
  return found;
}

std::shared_ptr<const escalation::Grammar> FoundGrammars::of_task(std::string_view task) const {
  for (const auto& manifest : manifests_) {
    if (std::find(manifest->tasks.begin(), manifest->tasks.end(), task) == manifest->tasks.end()) continue;
    if (!manifest->grammar) return nullptr;
    return {manifest, &*manifest->grammar};
  }
  return nullptr;
}

}  // namespace relais::app
