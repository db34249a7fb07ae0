// SPDX-License-Identifier: Apache-2.0
// relais-host: one practice as a daemon.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <iostream>
#include <typeinfo>

#include "app/cli/session.h"
#include "app/demonstration_clock.h"
#include "app/host.h"
#include "app/installation.h"
#include "app/mllp_listener.h"
#include "app/private_process.h"

namespace {

using relais::app::HostOptions;
using relais::app::PracticeConfig;

// Exit status of a host that stopped because its practice's file is damaged.
constexpr int damaged_status = 5;

int refuse(const relais::Error& error) {
  std::cerr << relais::french(error.code) << " (" << relais::stable_code(error.code)
            << (error.place.empty() ? "" : ", " + error.place) << ")\n";
  spdlog::error("host.refused code={} detail={}", relais::stable_code(error.code), error.detail);
  return 1;
}

struct InitArguments {
  std::string data, administrator = "admin";
  PracticeConfig config;
};

int init(InitArguments arguments) {
  if (!arguments.config.mllp.empty()) {
    if (const auto checked = relais::app::check_mllp(arguments.config.mllp); !checked) return refuse(checked.error());
  }
  if (!arguments.config.record.address.empty()) {
    if (const auto checked = relais::app::check_record_address(arguments.config.record); !checked)
      return refuse(checked.error());
  }
  if (arguments.config.database.empty()) arguments.config.database = "sqlite:practice.sqlite";
  const auto password = relais::cli::read_secret(
      "RELAIS_PASSWORD", "Mot de passe de l'administrateur « " + arguments.administrator + " » : ");
  const relais::SystemClock clock;
  const auto made =
      relais::app::init_practice(arguments.data, arguments.config, arguments.administrator, password, clock);
  if (!made) return refuse(made.error());
  std::cout << "Cabinet créé dans " << arguments.data << ". Pour le lancer : relais-host run --data " << arguments.data
            << '\n';
  return 0;
}

struct RunArguments {
  std::string data, demonstration_clock;
  std::vector<std::string> listen;
  std::string certificate, key, inbox;
};

int run(const RunArguments& arguments) {
  // Signals are taken by this thread alone, with sigwait: blocked before any other thread starts.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  relais::app::never_wait_for_readers();

  const auto clock = relais::app::practice_clock(arguments.data, arguments.demonstration_clock);
  if (!clock) return refuse(clock.error());
  HostOptions options;
  options.data = arguments.data;
  if (arguments.listen.empty()) options.listen.unix_socket = std::filesystem::absolute(arguments.data) / "relais.sock";
  for (const auto& address : arguments.listen)
    if (address.starts_with("unix:"))
      options.listen.unix_socket = address.substr(5);
    else
      options.listen.tcp = address;
  options.listen.certificate = arguments.certificate;
  options.listen.key = arguments.key;
  options.worker_executable = relais::app::worker_executable();
  options.shipped_plugins = relais::app::shipped_plugins();
  // What a laboratory sends of one report in a burst comes within seconds.
  options.burst = std::chrono::seconds{2};
  options.inbox = arguments.inbox;
  std::atomic<bool> damaged = false;
  options.on_damage = [&damaged](const relais::Error& error) {
    refuse(error);
    damaged = true;
    // Taken by sigwait below, as a person's.
    ::kill(::getpid(), SIGTERM);
  };
  auto host = relais::app::Host::start(std::move(options), **clock);
  if (!host) return refuse(host.error());
  if ((*host)->metrics_port() != 0) std::cout << "Mesures sur le port " << (*host)->metrics_port() << ".\n";
  if ((*host)->mllp_port() != 0) std::cout << "Écoute MLLP sur le port " << (*host)->mllp_port() << ".\n";
  std::cout << "Relais est prêt." << std::endl;
  int received = 0;
  sigwait(&signals, &received);
  (*host)->stop();
  return damaged ? damaged_status : 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"relais-host : l'hôte d'un cabinet"};
  app.require_subcommand(1);
  // The unit of the package gives its options in a file that people edit; a key it does not know is refused.
  app.set_config("--config", "", "Fichier des options, en TOML : [run] data = …");
  app.allow_config_extras(CLI::config_extras_mode::error);

  InitArguments init_arguments;
  auto* init_command = app.add_subcommand("init", "Créer un cabinet");
  init_command->add_option("--data", init_arguments.data, "Dossier du cabinet")->required();
  init_command->add_option("--practice", init_arguments.config.name, "Nom du cabinet")->required();
  init_command->add_option("--admin", init_arguments.administrator, "Compte du premier administrateur")
      ->capture_default_str();
  init_command->add_option("--database", init_arguments.config.database,
                           "sqlite:FICHIER ou postgresql://… ; par défaut un fichier du dossier");
  init_command->add_option("--time-zone", init_arguments.config.time_zone, "Fuseau horaire")->capture_default_str();
  init_command->add_option("--mllp", init_arguments.config.mllp,
                           "Écoute MLLP des laboratoires, ADRESSE:PORT sur ce poste seulement ; 0 : un port libre");
  init_command->add_option("--metrics", init_arguments.config.metrics,
                           "Mesures pour Prometheus, ADRESSE:PORT sur ce poste seulement ; 0 : un port libre");
  init_command->add_option("--record-reader", init_arguments.config.record.address,
                           "Dossiers tenus par votre logiciel : unix:/CHEMIN, ADRESSE:PORT de ce poste, ou ailleurs avec TLS");
  init_command->add_option("--record-reader-ca", init_arguments.config.record.ca,
                           "Autorité TLS (PEM) de ce logiciel ; chemin absolu, ou du dossier du cabinet");
  init_command->add_flag("--demonstration", init_arguments.config.demonstration,
                         "Cabinet fictif : permet une horloge de démonstration");

  RunArguments run_arguments;
  auto* run_command = app.add_subcommand("run", "Lancer l'hôte d'un cabinet");
  run_command->add_option("--data", run_arguments.data, "Dossier du cabinet")->required();
  run_command->add_option("--listen", run_arguments.listen,
                          "unix:CHEMIN, ou ADRESSE:PORT ; hors de cette machine, un certificat est exigé");
  run_command->add_option("--certificate", run_arguments.certificate, "Certificat TLS (PEM)");
  run_command->add_option("--key", run_arguments.key, "Clé du certificat (PEM)");
  run_command->add_option("--inbox", run_arguments.inbox,
                          "Dossier surveillé ; par défaut « reception » dans le dossier du cabinet");
  run_command->add_option("--demonstration-clock", run_arguments.demonstration_clock,
                          "Heure de départ AAAA-MM-JJTHH:MM, cabinet de démonstration seulement");
  CLI11_PARSE(app, argc, argv);

  relais::app::keep_files_private();
  if (const auto hidden = relais::app::leave_no_memory_image(); !hidden) return refuse(hidden.error());
  try {
    return init_command->parsed() ? init(init_arguments) : run(run_arguments);
  } catch (const std::exception& error) {
    // Its words could hold what was read.
    spdlog::critical("host.exception type={}", typeid(error).name());
    std::cerr << relais::french(relais::Code::internal) << '\n';
    return 3;
  }
}
