// SPDX-License-Identifier: Apache-2.0
// relais backup: typed on the machine of the host, under the account that owns the practice's folder. No call of the
// host carries a backup: an administrator of the practice has no right to its patients' data, the owner of its files
// already holds them.
#include <date/date.h>
#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "app/backup.h"
#include "app/cli/commands.h"
#include "app/cli/or_failed.h"
#include "app/cli/text_fr.h"
#include "app/private_process.h"

namespace relais::cli {
namespace {

struct Arguments {
  std::string data, file;
  app::RestoreOptions restore;
};

std::string password() {
  return read_secret("RELAIS_BACKUP_PASSWORD", "Mot de passe de la sauvegarde : ");
}

// What these commands hold and write is the practice's: as the host.
void prepare() {
  app::keep_files_private();
  or_failed(app::leave_no_memory_image());
}

std::string said(const app::BackupContent& content) {
  const auto last = content.last_entry ? instant_label(content.last_entry->time_since_epoch().count()) : "—";
  return fmt::format("cabinet « {} », journal vérifié jusqu'à l'entrée {} ({})", content.practice,
                     content.ledger_entries, last);
}

void create(const Arguments& arguments) {
  prepare();
  const SystemClock clock;
  const auto made = or_failed(app::create_backup(arguments.data, arguments.file, password(), clock));
  std::cout << "Sauvegarde écrite : " << made.string()
            << "\nElle contient les données des patients et la clé du journal, chiffrées : sans son mot de passe, elle "
               "est perdue.\n";
}

void verify(const Arguments& arguments) {
  prepare();
  std::cout << "Sauvegarde intacte : " << said(or_failed(app::verify_backup(arguments.file, password()))) << ".\n";
}

void restore(const Arguments& arguments) {
  prepare();
  const SystemClock clock;
  const auto done =
      or_failed(app::restore_backup(arguments.file, password(), arguments.data, arguments.restore, clock));
  std::cout << "Restauré dans " << arguments.data << " : " << said(done.content) << ".\n";
  if (done.put_aside.empty()) return;
  std::cout << "L'ancien dossier est gardé : " << done.put_aside.string() << '\n';
  if (done.lost_entries > 0)
    std::cout << fmt::format("{} entrées du journal, postérieures à la sauvegarde, sont abandonnées.\n",
                             done.lost_entries);
  if (done.head_unknown)
    std::cout << "La tête du journal de l'ancien dossier est illisible : on ne sait pas ce qui est perdu.\n";
  std::cout << "Les fichiers reçus depuis la sauvegarde sont dans " << (done.put_aside / "reception").string()
            << " : remettez-les dans « reception », un doublon ne compte qu'une fois.\n";
}

void accept_older(const Arguments& arguments) {
  prepare();
  const SystemClock clock;
  or_failed(app::accept_older_database(arguments.data, clock));
  std::cout << "La base ancienne est acceptée ; le journal garde le nombre d'entrées perdues.\n";
}

}  // namespace

void add_backup_commands(CLI::App& app) {
  auto* backup = app.add_subcommand("backup", "Sauvegarder et restaurer un cabinet, sur la machine de l'hôte");
  backup->require_subcommand(1);
  auto& arguments = kept<Arguments>();
  const auto with_data = [&](CLI::App* command) {
    command->add_option("--data", arguments.data, "Dossier du cabinet")->required();
    return command;
  };
  const auto with_file = [&](CLI::App* command, const char* what) {
    command->add_option("file", arguments.file, what)->required();
    return command;
  };
  with_file(with_data(backup->add_subcommand("create", "Sauvegarder, pendant que l'hôte travaille ou non")),
            "Fichier à écrire, ou dossier où l'écrire")
      ->callback([&] { create(arguments); });
  with_file(backup->add_subcommand("verify", "Relire une sauvegarde entière"), "Sauvegarde")->callback([&] {
    verify(arguments);
  });
  auto* restored = with_file(with_data(backup->add_subcommand("restore", "Restaurer, l'hôte arrêté")), "Sauvegarde");
  restored->add_flag("--replace", arguments.restore.replace, "Mettre de côté le cabinet qui est dans le dossier");
  restored->add_flag("--accept-loss", arguments.restore.accept_loss,
                     "Abandonner les actes postérieurs à la sauvegarde ; le journal en garde la trace");
  restored->callback([&] { restore(arguments); });
  with_data(backup->add_subcommand("accept-older",
                                   "Accepter une base remise en place, plus ancienne que la tête du journal"))
      ->callback([&] { accept_older(arguments); });
}

}  // namespace relais::cli
