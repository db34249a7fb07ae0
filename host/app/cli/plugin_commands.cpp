// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>

#include "app/cli/commands.h"
#include "app/cli/installed_text.h"
#include "app/cli/pages.h"
#include "app/cli/text_fr.h"
#include "app/plugin_cases.h"
#include "relais/v1/plugin.grpc.pb.h"

namespace relais::cli {
namespace {

using PluginStub = v1::PluginService::Stub;

// One rule: what it says, when it fires, where it comes from, what a physician must still confirm.
void print(const v1::Rule& rule) {
  std::cout << fmt::format("  {:<10} {:<20} {}\n", rule.id(), category_label(rule.category()), rule.sentence());
  if (!rule.threshold().empty()) std::cout << fmt::format("{:13}seuil       {}\n", "", rule.threshold());
  std::cout << fmt::format("{:13}source      {}\n", "", rule.source());
  if (rule.to_confirm())
    std::cout << fmt::format("{:13}à confirmer {}\n", "", rule.confirm().empty() ? "par un médecin" : rule.confirm());
}

void status(const Connection& connection, const std::string& id, bool rules) {
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  bool found = false;
  each_page<v1::ListPluginsResponse>(session, *stub, &PluginStub::ListPlugins, v1::ListPluginsRequest(),
                                     [&](const auto& answer) {
                                       for (const auto& plugin : answer.plugins()) {
                                         if (!id.empty() && plugin.id() != id) continue;
                                         found = true;
                                         print_plugin(plugin);
                                         if (!id.empty()) print_rights(plugin);
                                       }
                                     });
  if (!id.empty() && !found) throw CallFailed{"Aucun plugin « " + id + " » n'est installé.", "cli.no-plugin", {}, {}};
  if (!rules) return;
  v1::ListRulesRequest request;
  request.set_plugin_id(id);
  const auto rule_answer = call<v1::ListRulesResponse>(session, *stub, &PluginStub::ListRules, request);
  for (const auto& rule : rule_answer.rules()) print(rule);
}

template <class Request, class Response>
void change(CLI::App& plugin, const Connection& connection, const std::string& name, const std::string& help,
            grpc::Status (PluginStub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  auto* command = plugin.add_subcommand(name, help);
  auto& id = kept<std::string>();
  command->add_option("plugin", id, "Identifiant du plugin")->required();
  command->callback([&, method] {
    const Session session(connection);
    const auto stub = v1::PluginService::NewStub(session.channel());
    Request request;
    request.set_plugin_id(id);
    print_plugin(call<Response>(session, *stub, method, request).plugin());
  });
}

struct TestOptions {
  std::string directory;
  std::string cases;
};

}  // namespace

void add_plugin_commands(CLI::App& app, const Connection& connection) {
  auto* plugin = app.add_subcommand("plugin", "Les plugins de tâches déléguées");
  plugin->require_subcommand(1);

  auto* test = plugin->add_subcommand("test", "Jouer un fichier de cas dans le plugin construit, sans hôte");
  auto& options = kept<TestOptions>();
  test->add_option("directory", options.directory, "Dossier source du plugin, ou dossier d'un paquet")->required();
  test->add_option("--cases", options.cases, "Fichier de cas")->required();
  test->callback(
      [&] { throw CLI::RuntimeError(app::plugin_test_command(options.directory, options.cases, std::cout)); });

  plugin->add_subcommand("list", "Les plugins installés et leur état")->callback([&] {
    status(connection, {}, false);
  });

  auto* status_command = plugin->add_subcommand("status", "Un plugin : état, droits, règles");
  auto& id = kept<std::string>();
  auto& rules = kept<bool>();
  status_command->add_option("plugin", id, "Identifiant du plugin")->required();
  status_command->add_flag("--rules", rules, "Chaque règle, avec son seuil, sa source et ce qu'un médecin doit encore confirmer");
  status_command->callback([&] { status(connection, id, rules); });

  change<v1::EnablePluginRequest, v1::EnablePluginResponse>(
      *plugin, connection, "enable", "Remettre un plugin en marche (administrateur)", &PluginStub::EnablePlugin);
  change<v1::DisablePluginRequest, v1::DisablePluginResponse>(
      *plugin, connection, "disable", "Arrêter un plugin pour le cabinet", &PluginStub::DisablePlugin);
}

}  // namespace relais::cli
