// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/cli/commands.h"
#include "domain/code_help.h"

namespace relais::cli {

void add_explain_command(CLI::App& app) {
  auto* explain = app.add_subcommand("explain", "Dire ce que veut dire un code d'erreur, et que faire");
  auto& stable = kept<std::string>();
  explain->add_option("code", stable, "Code, comme store.full ; sans lui, tous les codes");
  explain->callback([&] {
    if (stable.empty()) {
      for (const auto code : all_codes()) std::cout << stable_code(code) << "  " << french(code) << '\n';
      return;
    }
    const auto code = find_code(stable);
    if (!code) throw CallFailed{"Aucun code ne s'appelle « " + stable + " » ; « relais explain » les nomme tous.", "cli.no-code", {}, {}};
    std::cout << explanation(*code);
  });
}

}  // namespace relais::cli
