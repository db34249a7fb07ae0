// SPDX-License-Identifier: Apache-2.0
// `relais plugin check`: what the loader would refuse, told before anything is installed, with the loader's own code.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "app/kit/advice.h"
#include "plugins/manifest.h"

namespace relais::app {

struct CheckedPart {
  enum class State { good, wrong, skipped };
  std::string part;          // "manifeste", "bibliothèque", …
  State state = State::good;
  std::string told;          // what was found; why it was skipped
  Advice advice;             // when it is wrong
};

struct CheckOptions {
  std::filesystem::path program;  // the running executable: packages are looked for around it
  std::filesystem::path worker;   // relais-worker
};

// `path`: a source folder, a package, a .relais file (signed or not yet) or a manifest alone. One line for each part, in the order of loading.
std::vector<CheckedPart> check_package(const std::filesystem::path& path, const CheckOptions& options);

// What a manifest declares and could never use: a trigger without the kind of data that it is about, an effect or a
// setting that is nobody's. French, one sentence each.
std::vector<Advice> check_declarations(const plugins::Manifest& manifest);

// Prints them, then "N passed, M failed, K skipped" alone on the last line. 0 when nothing is wrong.
int print_checked(const std::vector<CheckedPart>& parts, std::ostream& out);

}  // namespace relais::app
