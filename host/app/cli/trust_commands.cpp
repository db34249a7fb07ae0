// SPDX-License-Identifier: Apache-2.0
// `relais plugin trust`: the keys of plugin authors that the practice trusts.
#include <fmt/format.h>

#include <iostream>
#include <map>
#include <sstream>

#include "app/cli/commands.h"
#include "app/cli/or_failed.h"
#include "app/cli/text_fr.h"
#include "app/package_tool.h"
#include "app/text_file.h"
#include "plugins/packages/package_signature.h"
#include "relais/v1/plugin.grpc.pb.h"

namespace relais::cli {
namespace {

using PluginStub = v1::PluginService::Stub;

struct TrustArguments {
  std::string key, label, file, reason;
  std::vector<std::string> ids;
};

const std::map<v1::KeyState, std::string> key_states{{v1::KEY_STATE_TRUSTED, "de confiance"},
                                                     {v1::KEY_STATE_REPLACED, "remplacée"},
                                                     {v1::KEY_STATE_REVOKED, "révoquée"}};

void print_key(const v1::TrustedKey& key) {
  const auto state = key_states.find(key.state());
  std::cout << fmt::format("{}  {:<12} depuis le {}  {}", key.id(),
                           state == key_states.end() ? "état inconnu" : state->second, instant_label(key.since_ms()),
                           key.label());
  if (!key.replaces().empty()) std::cout << "  (remplace " << key.replaces() << ')';
  if (!key.reason().empty()) std::cout << "  — " << key.reason();
  std::cout << '\n';
}

std::string text_of(const std::string& file) {
  const auto text = app::read_text_file(file);
  if (!text) throw CallFailed{"Fichier illisible : " + file + ".", "cli.file", {}, {}};
  return *text;
}

void list(const Connection& connection) {
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  const auto known =
      call<v1::ListTrustedKeysResponse>(session, *stub, &PluginStub::ListTrustedKeys, v1::ListTrustedKeysRequest{});
  for (const auto& key : known.keys()) print_key(key);
}

void add(const Connection& connection, const TrustArguments& arguments) {
  const auto key = or_failed(app::read_public_key(arguments.key));
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  v1::TrustKeyRequest request;
  request.set_public_key(plugins::to_base64(key));
  request.set_label(arguments.label);
  print_key(call<v1::TrustKeyResponse>(session, *stub, &PluginStub::TrustKey, request).key());
  std::cout << "Vérifiez cette empreinte auprès de l'auteur, par un autre chemin que le fichier.\n";
}

void replace(const Connection& connection, const TrustArguments& arguments) {
  const auto statement = text_of(arguments.file);
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  v1::ReplaceKeyRequest request;
  request.set_statement(statement);
  print_key(call<v1::ReplaceKeyResponse>(session, *stub, &PluginStub::ReplaceKey, request).key());
}

void revoke(const Connection& connection, const TrustArguments& arguments) {
  v1::RevokeKeysRequest request;
  for (const auto& id : arguments.ids) request.add_key_ids(id);
  if (!arguments.file.empty()) {
    std::istringstream lines(text_of(arguments.file));
    for (std::string line; std::getline(lines, line);) {
      const auto id = line.substr(0, line.find_first_of(" \t\r#"));
      if (!id.empty()) request.add_key_ids(id);
    }
  }
  request.set_reason(arguments.reason);
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  const auto answer = call<v1::RevokeKeysResponse>(session, *stub, &PluginStub::RevokeKeys, request);
  std::cout << fmt::format("{} clé(s) révoquée(s), pour toujours.\n", request.key_ids_size());
  for (const auto& id : answer.stopped_plugins()) std::cout << "Arrêté : " << id << '\n';
}

}  // namespace

void add_trust_commands(CLI::App& app, const Connection& connection) {
  auto* trust = app.get_subcommand("plugin")->add_subcommand(
      "trust", "Les clés des auteurs de plugins auxquelles le cabinet fait confiance");
  trust->require_subcommand(1);
  auto& arguments = kept<TrustArguments>();
  trust->add_subcommand("list", "Les clés connues et leur état")->callback([&] { list(connection); });

  auto* command = trust->add_subcommand("add", "Faire confiance à une clé (administrateur)");
  command->add_option("key", arguments.key, "Clé publique : fichier .pub ou texte")->required();
  command->add_option("--label", arguments.label, "De qui est cette clé")->required();
  command->callback([&] { add(connection, arguments); });

  command = trust->add_subcommand("replace", "Suivre un auteur qui change de clé (administrateur)");
  command->add_option("statement", arguments.file, "Déclaration faite par « relais plugin rotate »")->required();
  command->callback([&] { replace(connection, arguments); });

  command = trust->add_subcommand("revoke", "Ne plus jamais faire confiance à des clés (administrateur)");
  command->add_option("ids", arguments.ids, "Empreintes");
  command->add_option("--list", arguments.file, "Fichier d'empreintes, une par ligne");
  command->add_option("--reason", arguments.reason, "Pourquoi")->required();
  command->callback([&] { revoke(connection, arguments); });
}

}  // namespace relais::cli
