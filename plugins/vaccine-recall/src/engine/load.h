// SPDX-License-Identifier: Apache-2.0
// Reads a folder of supporting data of the published shape: ScheduleSupportingData.xml and one file per antigen, by
// pattern and never by a list of names. Nothing is skipped in silence: an unknown element or word, a duration that does
// not parse or a code that nothing declares refuses the whole folder. SNOMED CT codes are not read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "engine/supporting_data.h"

namespace relais::vaccine {

struct LoadError {
  std::string file;     // name without its folder
  std::string element;  // where: series[3] "Hib 4-dose".seriesDose[2].age.minAge
  std::string reason;
  std::string text() const { return file + ": " + element + ": " + reason; }
};

tl::expected<SupportingData, LoadError> load_folder(const std::filesystem::path& folder);

// The same from memory: the schedule file, then (name, text) of each antigen file.
tl::expected<SupportingData, LoadError> load_texts(
    std::string_view schedule, const std::vector<std::pair<std::string, std::string_view>>& antigens);

}  // namespace relais::vaccine
