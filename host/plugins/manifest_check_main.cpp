// SPDX-License-Identifier: Apache-2.0
// relais-manifest-check: what relais_add_plugin() runs, with the code of the loader.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "plugins/manifest.h"

int main(int argc, char** argv) {
  try {
    std::string path;
    std::string id;
    std::string version;
    CLI::App app("Vérifie le manifeste d'un plugin Relais.");
    app.add_option("MANIFESTE", path, "manifest.yaml")->required()->check(CLI::ExistingFile);
    app.add_option("--id", id, "identifiant attendu");
    app.add_option("--version", version, "version attendue");
    CLI11_PARSE(app, argc, argv);

    std::ifstream file(path, std::ios::binary);
    const std::string yaml{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto manifest = relais::plugins::read_manifest(yaml);
    if (!manifest) {
      const relais::Error& error = manifest.error();
      std::cerr << fmt::format("{}: {} [{}] {}{}{}\n", path, relais::french(error.code), relais::stable_code(error.code),
                               error.place, error.place.empty() ? "" : ": ", error.detail);
      return 1;
    }
    if ((!id.empty() && id != manifest->id) || (!version.empty() && version != manifest->version)) {
      std::cerr << fmt::format("{}: {} {} au lieu de {} {}\n", path, manifest->id, manifest->version, id, version);
      return 1;
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
