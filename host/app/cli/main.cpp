// SPDX-License-Identifier: Apache-2.0
// relais: what practice staff, editors and plugin authors type.
#include <iostream>

#include "app/cli/commands.h"

int main(int argc, char** argv) {
  CLI::App app{"Relais : la fiche de poste rendue exécutable"};
  app.require_subcommand(1);
  relais::cli::Connection connection;
  app.add_option("--address", connection.address, "Adresse de l'hôte : unix:CHEMIN ou 127.0.0.1:PORT")
      ->envname("RELAIS_ADDRESS");
  app.add_option("--account", connection.account, "Votre compte")->envname("RELAIS_ACCOUNT");
  app.add_option("--ca", connection.ca_file, "Certificat (PEM) de l'autorité de l'hôte")->envname("RELAIS_CA");
  app.fallthrough();  // the shared options may follow the command

  relais::cli::add_worklist_commands(app, connection);
  relais::cli::add_digest_command(app, connection);
  relais::cli::add_practice_commands(app, connection);
  relais::cli::add_ald_commands(app, connection);
  relais::cli::add_vaccine_commands(app, connection);
  relais::cli::add_agenda_commands(app, connection);
  relais::cli::add_ingest_commands(app, connection);
  relais::cli::add_fiche_commands(app, connection);
  relais::cli::add_plugin_commands(app, connection);
  relais::cli::add_package_commands(app, connection);
  relais::cli::add_trust_commands(app, connection);
  relais::cli::add_trial_commands(app, connection);
  relais::cli::add_live_shadow_commands(app, connection);
  relais::cli::add_kit_commands(app);
  relais::cli::add_validate_commands(app);
  relais::cli::add_audit_commands(app, connection);
  relais::cli::add_trace_command(app, connection);
  relais::cli::add_account_commands(app, connection);
  relais::cli::add_agenda_exchange_commands(app, connection);
  relais::cli::add_contact_commands(app, connection);
  relais::cli::add_backup_commands(app);
  relais::cli::add_explain_command(app);
  relais::cli::add_conformance_command(app);

  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const relais::cli::CallFailed& failed) {
    std::cerr << failed.sentence << " (" << (failed.rule.empty() ? "" : failed.rule + ", ") << failed.code << ")\n";
    if (!failed.unblocked_by.empty()) std::cerr << "Peut débloquer : " << failed.unblocked_by << '\n';
    if (!failed.call_id.empty()) std::cerr << "Référence de l'appel : " << failed.call_id << '\n';
    return 1;
  } catch (const std::exception& error) {
    std::cerr << "Erreur inattendue : " << error.what() << '\n';
    return 3;
  }
  return 0;
}
