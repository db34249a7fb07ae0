// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <map>

#include "app/cli/commands.h"
#include "relais/v1/identity.grpc.pb.h"

namespace relais::cli {
namespace {

using IdentityStub = v1::IdentityService::Stub;

const std::map<std::string, v1::Role> roles{
    {"medecin", v1::ROLE_DOCTOR},      {"remplacant", v1::ROLE_REPLACEMENT_DOCTOR},
    {"assistant", v1::ROLE_ASSISTANT}, {"secretaire", v1::ROLE_SECRETARY},
    {"logiciel", v1::ROLE_EDITOR},     {"administrateur", v1::ROLE_ADMINISTRATOR}};

std::string role_word(v1::Role role) {
  for (const auto& [word, value] : roles)
    if (value == role) return word;
  return "inconnu";
}

}  // namespace

void add_account_commands(CLI::App& app, const Connection& connection) {
  auto* account = app.add_subcommand("account", "Les comptes du cabinet");
  account->require_subcommand(1);

  auto* create = account->add_subcommand(
      "create", "Ouvrir un compte (administrateur) ; mot de passe initial : RELAIS_NEW_PASSWORD ou demandé");
  auto& request = kept<v1::CreateAccountRequest>();
  create
      ->add_option_function<std::string>(
          "id",
          [&](const std::string& id) {
            request.set_id(id);
            request.set_login(id);
          },
          "Identifiant, celui des fiches de poste")
      ->required();
  create
      ->add_option_function<std::string>(
          "--name", [&](const std::string& name) { request.set_display_name(name); }, "Nom affiché")
      ->required();
  create
      ->add_option_function<std::string>(
          "--role", [&](const std::string& word) { request.set_role(roles.at(word)); }, "Rôle")
      ->required()
      ->check(CLI::IsMember(roles));
  create->add_option_function<std::string>(
      "--replaces", [&](const std::string& id) { request.set_replaces_doctor_id(id); },
      "Médecin remplacé (remplaçants) ; n'ouvre rien sans remplacement déclaré");
  create->add_option_function<std::string>(
      "--national-id", [&](const std::string& id) { request.set_national_id(id); }, "Identifiant national (8 + RPPS)");
  create->callback([&] {
    const Session session(connection);
    const auto stub = v1::IdentityService::NewStub(session.channel());
    request.set_password(read_secret("RELAIS_NEW_PASSWORD", "Mot de passe initial de " + request.id() + " : "));
    const auto answer = call<v1::CreateAccountResponse>(session, *stub, &IdentityStub::CreateAccount, request);
    std::cout << "Compte ouvert : " << answer.account().id() << ", " << role_word(answer.account().role()) << ".\n";
  });

  account->add_subcommand("list", "Les comptes, fermés compris")->callback([&] {
    const Session session(connection);
    const auto stub = v1::IdentityService::NewStub(session.channel());
    v1::ListAccountsRequest list;
    do {
      const auto answer = call<v1::ListAccountsResponse>(session, *stub, &IdentityStub::ListAccounts, list);
      for (const auto& one : answer.accounts())
        std::cout << fmt::format("{:<16} {:<16} {}{}\n", one.id(), role_word(one.role()), one.display_name(),
                                 one.disabled() ? " (fermé)" : "");
      list.mutable_page()->set_token(answer.next_page_token());
    } while (!list.page().token().empty());
  });

  auto* key = account->add_subcommand("signing-key", "Créer votre clé de signature, protégée par votre mot de passe");
  key->callback([&] {
    const Session session(connection);
    const auto stub = v1::IdentityService::NewStub(session.channel());
    v1::SetSigningKeyRequest set;
    set.set_password(read_secret("RELAIS_PASSWORD", "Mot de passe : "));
    std::cout << "Clé publique : "
              << call<v1::SetSigningKeyResponse>(session, *stub, &IdentityStub::SetSigningKey, set).public_key()
              << '\n';
  });
}

}  // namespace relais::cli
