// SPDX-License-Identifier: Apache-2.0
// Cases of a corpus folder through the record, the slice builder and a shipped plugin in its worker.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

#include "app/package_finder.h"
#include "app/plugin_cases.h"
#include "app/text_file.h"
#include "integration/plugins/shipped_worker.h"

namespace relais::test {

inline std::filesystem::path corpus_root() {
  if (const char* chosen = std::getenv("RELAIS_CORPUS"); chosen && *chosen) return chosen;
  return std::filesystem::path(RELAIS_SOURCE_DIR) / ".." / "shared" / "corpus";
}

// Every case of `folder`/cases.json counts one; the last line is "N passed, M failed, K skipped".
inline int run_plugin_corpus(const std::string& folder, const std::string& plugin) {
  const auto broken = [&](const Error& error) {
    std::cout << folder << ": " << stable_code(error.code) << " " << error.place << " " << error.detail << "\n"
              << "0 passed, 1 failed, 0 skipped" << std::endl;
    return 1;
  };
  const auto cases_folder = corpus_root() / folder;
  if (!std::filesystem::is_directory(cases_folder)) {
    std::cout << "skipped: " << folder << " (no such folder in the corpus)\n0 passed, 0 failed, 1 skipped" << std::endl;
    return 0;
  }
  const auto package =
      app::find_package(std::filesystem::path(RELAIS_SOURCE_DIR) / "plugins" / plugin, RELAIS_WORKER);
  if (!package) return broken(package.error());
  const auto text = app::read_text_file(cases_folder / "cases.json");
  if (!text) return broken(text.error());
  const auto cases = app::read_plugin_cases(*text);
  if (!cases) return broken(cases.error());
  std::ostringstream out;
  const int code = app::run_plugin_cases(*package, *cases, in_worker, out);
  // Its own last line counts passed and failed.
  std::string told = out.str();
  while (!told.empty() && told.back() == '\n') told.pop_back();
  std::cout << told << ", 0 skipped" << std::endl;
  return code;
}

}  // namespace relais::test
