// SPDX-License-Identifier: Apache-2.0
// Packages of plugins: what their authors type without any host, and what a practice does with them.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/cli/commands.h"
#include "app/cli/installed_text.h"
#include "app/cli/or_failed.h"
#include "app/cli/pages.h"
#include "app/cli/text_fr.h"
#include "app/package_finder.h"
#include "app/package_tool.h"
#include "plugins/packages/package_rotation.h"
#include "plugins/packages/package_signature.h"
#include "relais/v1/plugin.grpc.pb.h"

namespace relais::cli {
namespace {

namespace fs = std::filesystem;
using PluginStub = v1::PluginService::Stub;

std::string key_password() {
  return read_secret("RELAIS_KEY_PASSWORD", "Mot de passe de la clé de signature : ");
}

struct AuthorArguments {
  std::string source, file, key, fresh, output;
};

void keygen(const AuthorArguments& arguments) {
  const auto key = or_failed(app::make_signing_key(arguments.file, key_password()));
  std::cout << "Clé de signature écrite dans " << arguments.file
            << ", scellée par son mot de passe : gardez les deux, personne ne peut les refaire.\n"
            << "Moitié publique à donner aux cabinets : " << arguments.file << ".pub\n"
            << "Empreinte à leur lire au téléphone : " << plugins::key_id(key) << '\n';
}

void pack(const AuthorArguments& arguments) {
  const auto package = or_failed(app::find_package(arguments.source, fs::read_symlink("/proc/self/exe")));
  const auto& manifest = package.manifest;
  const auto target = arguments.output.empty() ? manifest.id + "-" + manifest.version + ".relais" : arguments.output;
  or_failed(app::pack(package, target));
  std::cout << fmt::format("{} {} : {}\nPour le signer : relais plugin sign {} --key CLÉ\n", manifest.id,
                           manifest.version, target, target);
}

void sign(const AuthorArguments& arguments) {
  const auto key = or_failed(app::open_signing_key(arguments.key, key_password()));
  const auto id = or_failed(app::sign_file(arguments.file, key.bytes()));
  std::cout << fmt::format("{} est signé par la clé {}.\n", arguments.file, id);
}

void rotate(const AuthorArguments& arguments) {
  const auto fresh = or_failed(app::read_public_key(arguments.fresh));
  const auto key = or_failed(app::open_signing_key(arguments.key, key_password()));
  const auto statement = or_failed(plugins::sign_rotation(key.bytes(), fresh));
  std::ofstream out(arguments.output, std::ios::binary);
  out << statement << '\n';
  out.close();
  if (!out) throw CallFailed{"Fichier impossible à écrire : " + arguments.output + ".", "cli.file", {}, {}};
  std::cout << fmt::format("La clé {} remplace l'ancienne. À donner aux cabinets : {}\n", plugins::key_id(fresh),
                           arguments.output);
}

void add_author_commands(CLI::App& plugin) {
  auto& arguments = kept<AuthorArguments>();
  auto* command = plugin.add_subcommand("keygen", "Créer une clé de signature de paquets, scellée par un mot de passe");
  command->add_option("file", arguments.file, "Fichier à créer ; la moitié publique va dans FICHIER.pub")->required();
  command->callback([&] { keygen(arguments); });

  command = plugin.add_subcommand("pack", "Faire un paquet .relais d'un plugin construit");
  command->add_option("directory", arguments.source, "Dossier source du plugin, ou dossier d'un paquet")->required();
  command->add_option("--output", arguments.output, "Fichier à écrire ; par défaut ID-VERSION.relais");
  command->callback([&] { pack(arguments); });

  command = plugin.add_subcommand("sign", "Signer un paquet .relais");
  command->add_option("file", arguments.file, "Paquet")->required();
  command->add_option("--key", arguments.key, "Fichier de la clé de signature")->required();
  command->callback([&] { sign(arguments); });

  command = plugin.add_subcommand("rotate", "Déclarer qu'une autre clé remplace la vôtre");
  command->add_option("--key", arguments.key, "Fichier de la clé remplacée, qui signe la déclaration")->required();
  command->add_option("--new", arguments.fresh, "Nouvelle clé : son fichier, son .pub, ou son texte")->required();
  command->add_option("--output", arguments.output, "Déclaration à écrire")->required();
  command->callback([&] { rotate(arguments); });
}

struct HostArguments {
  std::string source, id, version;
  bool downgrade = false, yes = false;
};

void install(const Connection& connection, const HostArguments& arguments) {
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  v1::InstallPluginRequest request;
  const auto source = fs::absolute(arguments.source);
  fs::is_directory(source) ? request.set_directory(source.string()) : request.set_package(source.string());
  request.set_allow_downgrade(arguments.downgrade);
  const auto installed = call<v1::InstallPluginResponse>(session, *stub, &PluginStub::InstallPlugin, request).plugin();
  print_plugin(installed);
  print_rights(installed);
  print_difference(installed);
  if (installed.state() == v1::PLUGIN_STATE_BLOCKED)
    std::cout << fmt::format("Un médecin accepte avec : relais plugin accept {} {}\n", installed.id(),
                             installed.version());
}

void uninstall(const Connection& connection, const HostArguments& arguments) {
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  v1::UninstallPluginRequest request;
  request.set_plugin_id(arguments.id);
  request.set_version(arguments.version);
  const auto gone = call<v1::UninstallPluginResponse>(session, *stub, &PluginStub::UninstallPlugin, request);
  for (const auto& version : gone.versions())
    std::cout << fmt::format("{} {} est désinstallé ; ce qu'il a mis sur les listes y reste.\n", arguments.id, version);
}

// The difference is shown before it is accepted: what is accepted is what was read.
void accept(const Connection& connection, const HostArguments& arguments) {
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  v1::AcceptPluginRightsRequest request;
  request.set_plugin_id(arguments.id);
  request.set_version(arguments.version);
  each_page<v1::ListPluginsResponse>(session, *stub, &PluginStub::ListPlugins, v1::ListPluginsRequest(),
                                     [&](const auto& listed) {
                                       for (const auto& plugin : listed.plugins()) {
                                         if (plugin.id() != arguments.id || plugin.version() != arguments.version)
                                           continue;
                                         print_difference(plugin);
                                         request.set_rights_sha256(plugin.rights_sha256());
                                       }
                                     });
  if (!request.rights_sha256().empty() && !arguments.yes) {
    std::cout << "Accepter ? (oui/non) " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "oui") {
      std::cout << "Rien n'est accepté : la version en service continue.\n";
      throw CLI::RuntimeError(1);
    }
  }
  print_plugin(call<v1::AcceptPluginRightsResponse>(session, *stub, &PluginStub::AcceptPluginRights, request).plugin());
}

void logs(const Connection& connection, const HostArguments& arguments) {
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  v1::ListPluginEventsRequest request;
  request.set_plugin_id(arguments.id);
  const auto answer = call<v1::ListPluginEventsResponse>(session, *stub, &PluginStub::ListPluginEvents, request);
  for (const auto& event : answer.events()) {
    std::cout << fmt::format("{}  {} {}  {}", instant_label(event.at_ms()), event.plugin_id(), event.plugin_version(),
                             event.kind());
    if (!event.code().empty()) std::cout << "  " << event.code();
    if (event.call_id() != 0) std::cout << fmt::format("  appel {} : {}", event.call_id(), event.number());
    if (event.subjects() > 0) std::cout << fmt::format("  {} sujet(s)", event.subjects());
    std::cout << '\n';
  }
}

}  // namespace

void add_package_commands(CLI::App& app, const Connection& connection) {
  auto* plugin = app.get_subcommand("plugin");
  add_author_commands(*plugin);
  auto& arguments = kept<HostArguments>();
  const auto with_id = [&](CLI::App* command) {
    command->add_option("plugin", arguments.id, "Identifiant du plugin")->required();
    return command;
  };

  auto* command = plugin->add_subcommand("install", "Installer un paquet que l'hôte peut lire (administrateur)");
  command->add_option("package", arguments.source, "Fichier .relais, ou dossier d'un paquet")
      ->required()
      ->check(CLI::ExistingPath);
  command->add_flag("--downgrade", arguments.downgrade, "Installer une version plus ancienne que celle en service");
  command->callback([&] { install(connection, arguments); });

  command = with_id(plugin->add_subcommand("uninstall", "Désinstaller un plugin (administrateur)"));
  command->add_option("--version", arguments.version, "Cette version seulement ; par défaut toutes");
  command->callback([&] { uninstall(connection, arguments); });

  command = with_id(plugin->add_subcommand("accept", "Lire puis accepter les droits d'une version bloquée (médecin)"));
  command->add_option("version", arguments.version, "Version")->required();
  command->add_flag("--yes", arguments.yes, "Accepter sans que la question soit posée");
  command->callback([&] { accept(connection, arguments); });

  command = plugin->add_subcommand("logs", "Ce que les plugins ont signalé depuis le démarrage de l'hôte, en codes");
  command->add_option("plugin", arguments.id, "Un plugin ; par défaut tous");
  command->callback([&] { logs(connection, arguments); });
}

}  // namespace relais::cli
