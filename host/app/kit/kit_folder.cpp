// SPDX-License-Identifier: Apache-2.0
#include "app/kit/kit_folder.h"

namespace relais::app {

namespace fs = std::filesystem;

Result<fs::path> kit_folder(const fs::path& program) {
  std::error_code ignored;
  fs::path root = fs::absolute(program).parent_path();
  for (int up = 0; up < 5 && root.has_relative_path(); ++up, root = root.parent_path()) {
    for (const fs::path& kit : {root / "share" / "relais" / "kit", root / "sdk" / "kit"}) {
      if (fs::is_regular_file(kit / "cpp" / "manifest.yaml", ignored)) return kit;
    }
  }
  return fail(Code::kit_files, "no share/relais/kit around " + program.string());
}

}  // namespace relais::app
