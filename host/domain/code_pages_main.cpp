// SPDX-License-Identifier: Apache-2.0
// relais-code-pages FOLDER: one Markdown page for each stable code, and an index. Part of the build; what it writes is
// installed, never committed.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "domain/code_help.h"

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

std::string page(relais::Code code) {
  return fmt::format(
      "# {}\n\n*{}*\n\n## Ce que cela veut dire\n\n{}\n\n## Que faire\n\n{}\n\n## Pour un logiciel\n\n"
      "Un appel gRPC qui échoue ainsi se termine par `{}` ; le code est dans `relais.v1.ErrorDetail.code`. {}\n",
      relais::stable_code(code), relais::area_of(code), relais::french(code), relais::what_to_do(code),
      relais::grpc_status_name(code),
      relais::may_retry(code) ? "La même demande peut être renvoyée plus tard, avec le même `request_id`."
                              : "Renvoyer la même demande ne change rien.");
}

void write_all(const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::map<std::string_view, std::string> by_area;
  for (const auto code : relais::all_codes()) {
    const std::string stable(relais::stable_code(code));
    write(folder / (stable + ".md"), page(code));
    by_area[relais::area_of(code)] += fmt::format("- [{0}]({0}.md) : {1}\n", stable, relais::french(code));
  }
  std::string index = "# Les codes d'erreur de Relais\n\nUn code ne change jamais de sens et n'est jamais repris.\n";
  for (const auto& [area, lines] : by_area) index += fmt::format("\n## {}\n\n{}", area, lines);
  write(folder / "README.md", index);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: relais-code-pages FOLDER\n", stderr);
    return 2;
  }
  try {
    write_all(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "relais-code-pages: %s\n", error.what());
    return 1;
  }
}
