// SPDX-License-Identifier: Apache-2.0
// Everything that the plugin reads from its package, once.
#pragma once

#include <filesystem>

#include "analytes.h"
#include "changes.h"
#include "words.h"

namespace bio {

struct Data {
  AnalyteTable analytes;
  Words words;
  Changes changes;

  // Throws std::runtime_error on a bad file.
  static Data load(const std::filesystem::path& folder) {
    return {AnalyteTable::load(folder / "seuils.csv"), Words::load(folder / "mots.csv"),
            Changes::load(folder / "ecarts.csv")};
  }
};

}  // namespace bio
