// SPDX-License-Identifier: Apache-2.0
// From an author's key to a plugin that runs, as people type it.
#include <sys/wait.h>

#include <cstdio>

#include "package_practice.h"

using namespace relais::test;
namespace v1 = relais::v1;

CATCH_TRANSLATE_EXCEPTION(const relais::cli::CallFailed& failed) { return failed.code + " " + failed.sentence; }

namespace {

struct Typed {
  int status = 0;
  std::string text;
};

// What the tool says, with the account that types it.
class Terminal {
 public:
  explicit Terminal(const PackagePractice& practice) : folder_(practice.path()) {
    ::setenv("RELAIS_ADDRESS", practice.connection().address.c_str(), 1);
    ::setenv("RELAIS_KEY_PASSWORD", "une-cle-bien-gardee", 1);
    ::setenv("TZ", "Europe/Paris", 1);
  }

  Typed type(const std::string& who, const std::string& arguments) const {
    ::setenv("RELAIS_ACCOUNT", who.c_str(), 1);
    const auto command = "cd '" + folder_.string() + "' && '" + RELAIS_CLI + "' plugin " + arguments + " 2>&1";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    Typed typed;
    char part[512];
    while (const auto read = std::fread(part, 1, sizeof part, pipe)) typed.text.append(part, read);
    typed.status = WEXITSTATUS(::pclose(pipe));
    return typed;
  }

  void says(const std::string& who, const std::string& arguments, const std::string& words, int status = 0) const {
    const auto typed = type(who, arguments);
    INFO(arguments << "\n" << typed.text);
    CHECK(typed.status == status);
    CHECK(typed.text.find(words) != std::string::npos);
  }

 private:
  const fs::path folder_;
};

}  // namespace

TEST_CASE("an author packs and signs and a practice trusts installs accepts and removes at the command line") {
  PackagePractice practice;
  practice.open_account("martin", v1::ROLE_DOCTOR);
  const Terminal terminal(practice);
  const std::string built = ESSAI_VERSIONS;

  terminal.says("", "keygen auteur.cle", "Empreinte à leur lire au téléphone : ");
  terminal.says("", "keygen auteur.cle", "relais.io", 1);
  CHECK((fs::status(practice.path() / "auteur.cle").permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  terminal.says("", "pack " + built + "/1.0.0", "essai 1.0.0 : essai-1.0.0.relais");
  terminal.says("", "pack " + built + "/2.0.0 --output deux.relais", "relais plugin sign deux.relais");
  terminal.says("admin", "install essai-1.0.0.relais", "package.unsigned", 1);
  ::setenv("RELAIS_KEY_PASSWORD", "un autre mot de passe", 1);
  terminal.says("", "sign essai-1.0.0.relais --key auteur.cle", "package.key-password", 1);
  ::setenv("RELAIS_KEY_PASSWORD", "une-cle-bien-gardee", 1);
  terminal.says("", "sign essai-1.0.0.relais --key auteur.cle.pub", "package.key-file", 1);
  terminal.says("", "sign essai-1.0.0.relais --key auteur.cle", "est signé par la clé ");
  terminal.says("", "sign deux.relais --key auteur.cle", "est signé par la clé ");

  terminal.says("admin", "install essai-1.0.0.relais", "package.unknown-key", 1);
  terminal.says("admin", "trust add auteur.cle.pub --label 'Éditions du Test'", "Vérifiez cette empreinte");
  terminal.says("martin", "trust list", "de confiance");
  // What a first version may read, propose and send is said as it is installed.
  const auto first = terminal.type("admin", "install essai-1.0.0.relais");
  INFO(first.text);
  CHECK(first.status == 0);
  for (const char* line : {"  sert la tâche bio-triage\n", "  lit : lab_report\n", "  n'envoie rien à l'extérieur\n",
                           "  signé par Éditions du Test"}) {
    CHECK(first.text.find(line) != std::string::npos);
  }
  terminal.says("admin", "install deux.relais", "Un médecin accepte avec : relais plugin accept essai 2.0.0");
  terminal.says("admin", "accept essai 2.0.0 --yes", "api.role", 1);
  terminal.says("martin", "accept essai 2.0.0 < /dev/null", "Rien n'est accepté", 1);
  terminal.says("martin", "list", "bloqué : droits à accepter");
  terminal.says("martin", "accept essai 2.0.0 --yes", "  + action proposée « message »");
  terminal.says("martin", "accept essai 2.0.0 --yes", "plugin.nothing-to-accept", 1);
  terminal.says("martin", "list", "essai 2.0.0 — Essai : en marche");
  terminal.says("admin", "install essai-1.0.0.relais", "ajoutez --downgrade", 1);
  terminal.says("admin", "install essai-1.0.0.relais --downgrade", "essai 1.0.0 — Essai : en marche");
  terminal.says("martin", "logs essai", "essai 1.0.0  started");
  terminal.says("martin", "shadow essai 2.0.0 --days 3", "version 1.0.0 en service, version 2.0.0 dans l'ombre");
  terminal.says("martin", "shadow-live start essai 2.0.0 --days 3", "version 1.0.0 en service, version 2.0.0 dans l'ombre depuis");
  terminal.says("martin", "shadow-live show essai", "En cours jusqu'à");
  terminal.says("martin", "shadow-live stop essai", "(shadow.stopped)");

  terminal.says("", "keygen autre.cle", "Clé de signature écrite");
  terminal.says("", "rotate --key auteur.cle --new autre.cle.pub --output suite.json", "remplace l'ancienne");
  terminal.says("admin", "trust replace suite.json", "Éditions du Test");
  terminal.says("admin", "trust list", "remplacée");
  const auto key = practice.keys().front().id();
  std::ofstream(practice.path() / "revoquees.txt") << "# volées\n" << key << "  # la première\n";
  terminal.says("admin", "trust revoke --list revoquees.txt --reason 'clé volée'", "1 clé(s) révoquée(s)");
  terminal.says("admin", "uninstall essai", "essai 1.0.0 est désinstallé");
  terminal.says("admin", "list", "");
  CHECK(practice.list().empty());
}
