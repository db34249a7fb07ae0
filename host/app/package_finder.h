// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "plugins/manifest.h"

namespace relais::app {

// The package that `directory` names: itself when it holds a library beside its manifest, else the built package with
// the id of its manifest, looked for around `program` (the running executable), in a build folder (plugins/*/packages/ID,
// install/lib/relais/plugins/ID) and in an installation (../lib/relais/plugins/ID). Errors: those of reading the
// manifest, plugin.package with the places that were searched.
Result<plugins::Package> find_package(const std::filesystem::path& directory, const std::filesystem::path& program);

// Grammars of the plugins whose manifests stand in these folders; without any folder, of those found around `program`.
class FoundGrammars final : public escalation::Grammars {
 public:
  // A folder that is named and whose manifest cannot be read is an Error; one that is found is passed over.
  static Result<FoundGrammars> open(const std::vector<std::filesystem::path>& folders,
                                    const std::filesystem::path& program);
  std::shared_ptr<const escalation::Grammar> of_task(std::string_view task) const override;

 private:
  std::vector<std::shared_ptr<const plugins::Manifest>> manifests_;
};

}  // namespace relais::app
