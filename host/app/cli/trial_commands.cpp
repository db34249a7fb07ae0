// SPDX-License-Identifier: Apache-2.0
// What would have been, and what was: commands that change nothing in the practice.
#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "app/text_file.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"

namespace relais::cli {
namespace {

struct PreviewOptions {
  std::string file;
  int days = 30;
  int examples = 3;
};

std::string counted(int number, const std::string& one, const std::string& several) {
  return fmt::format("{} {}", number, number > 1 ? several : one);
}

template <class Counts>
void print_counts(const std::string& what, const Counts& counts) {
  if (counts.empty()) return;
  // By code, so that two previews compare line by line.
  const std::map<std::string, int> sorted(counts.begin(), counts.end());
  std::cout << "  " << what << " :";
  for (const auto& [code, count] : sorted) std::cout << ' ' << code << " × " << count;
  std::cout << '\n';
}

void print(const v1::TaskPreview& task) {
  std::cout << '\n' << task.task_id();
  if (!task.plugin_id().empty()) std::cout << " (" << task.plugin_id() << ' ' << task.plugin_version() << ')';
  std::cout << '\n';
  if (!task.not_previewed().empty()) {
    std::cout << "  " << task.not_previewed() << " (" << task.not_previewed_code() << ")\n";
    return;
  }
  std::cout << "  " << counted(task.subjects(), "compte rendu reçu", "comptes rendus reçus") << '\n';
  for (int category = v1::CATEGORY_CRITIQUE; category >= v1::CATEGORY_NORMAL; --category) {
    const auto found = task.items_by_category().find(category);
    if (found != task.items_by_category().end())
      std::cout << fmt::format("  {:<22} {}\n", category_label(static_cast<v1::Category>(category)), found->second);
  }
  if (task.doctor_only() > 0) std::cout << "  dont " << task.doctor_only() << " que seul le médecin aurait pu clore\n";
  if (task.immediate() > 0)
    std::cout << "  dont " << task.immediate() << " montrés aussitôt au médecin par ses règles d'alerte\n";
  print_counts("non triés, le plugin n'aurait pas pu tourner", task.run_refusals());
  print_counts("non évalués", task.not_evaluated());
  print_counts("refusés à l'assistant à leur arrivée", task.act_refusals());
  for (const auto& example : task.examples()) {
    std::cout << fmt::format("  exemple, {} : {} — {}{}\n", instant_label(example.at_ms()),
                             category_label(example.category()), example.title(),
                             example.act_refusal().empty() ? "" : " [" + example.act_refusal() + "]");
    for (const auto& reason : example.reasons()) std::cout << "    " << reason << '\n';
  }
}

void preview(const Connection& connection, const PreviewOptions& options) {
  const auto yaml = app::read_text_file(options.file);
  if (!yaml) throw CallFailed{"Fichier illisible : " + options.file + ".", "cli.file", {}, {}};
  const Session session(connection);
  const auto stub = v1::DelegationService::NewStub(session.channel());
  v1::PreviewFicheRequest request;
  request.set_yaml(*yaml);
  request.set_days(options.days);
  request.set_examples(options.examples);
  const auto seen = call<v1::PreviewFicheResponse>(session, *stub, &v1::DelegationService::Stub::PreviewFiche, request);
  std::cout << fmt::format("Aperçu de {} version {}, pour {}, du {} au {}. Rien n'est enregistré.\n", seen.fiche_id(),
                           seen.version(), seen.assistant_id(), instant_label(seen.start_ms()),
                           instant_label(seen.end_ms()));
  for (const auto& task : seen.tasks()) print(task);
}

void replay(const Connection& connection, const v1::ReplayItemRequest& request) {
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  const auto seen = call<v1::ReplayItemResponse>(session, *stub, &v1::PluginService::Stub::ReplayItem, request);
  std::cout << fmt::format("{} {}, rejoué avec la version {}, à l'état du {}.\n", seen.plugin_id(),
                           seen.made_with_version(), seen.replayed_with_version(), instant_label(seen.as_of_ms()));
  if (!seen.same_declaration())
    std::cout << "Ce que le plugin déclare lire, ou vos réglages, ont changé depuis : une différence peut en venir.\n";
  if (!seen.not_evaluated().empty()) {
    std::cout << "Non évalué : " << seen.not_evaluated() << '\n';
    throw CLI::RuntimeError(1);
  }
  if (seen.same()) {
    std::cout << "Mêmes constats.\n";
    return;
  }
  for (const auto& difference : seen.differences())
    std::cout << "  " << difference.kind() << " — " << difference.sentence() << '\n';
  throw CLI::RuntimeError(1);
}

void shadow(const Connection& connection, const v1::ShadowPluginRequest& request) {
  const Session session(connection);
  const auto stub = v1::PluginService::NewStub(session.channel());
  const auto seen = call<v1::ShadowPluginResponse>(session, *stub, &v1::PluginService::Stub::ShadowPlugin, request);
  std::cout << fmt::format("{} : version {} en service, version {} dans l'ombre ; rien n'est changé.\n", seen.plugin_id(),
                           seen.version_in_use(), seen.version_in_shadow());
  if (!seen.withheld().empty()) std::cout << "Droits demandés et non donnés à cet essai :\n";
  for (const auto& line : seen.withheld()) std::cout << "  + " << line << '\n';
  std::cout << fmt::format("{} : {} sans différence, {} avec.\n", counted(seen.subjects(), "arrivée", "arrivées"),
                           seen.same(), seen.different());
  print_counts("non évalués en service", seen.not_evaluated_in_use());
  print_counts("non évalués dans l'ombre", seen.not_evaluated_in_shadow());
  for (int category = v1::CATEGORY_CRITIQUE; category >= v1::CATEGORY_NORMAL; --category) {
    const auto count = [&](const auto& items) { return items.contains(category) ? items.at(category) : 0; };
    const int before = count(seen.items_in_use());
    const int after = count(seen.items_in_shadow());
    if (before != 0 || after != 0)
      std::cout << fmt::format("  {:<22} {} en service, {} dans l'ombre\n",
                               category_label(static_cast<v1::Category>(category)), before, after);
  }
  for (const auto& one : seen.differences()) {
    std::cout << fmt::format("  {}, {} ({})\n", instant_label(one.at_ms()), category_label(one.category()), one.item_id());
    for (const auto& difference : one.differences())
      std::cout << "    " << difference.kind() << " — " << difference.sentence() << '\n';
  }
}

}  // namespace

void add_trial_commands(CLI::App& app, const Connection& connection) {
  auto* command = app.add_subcommand("preview", "Ce qu'une fiche aurait donné ces derniers jours, sans rien changer");
  auto& options = kept<PreviewOptions>();
  command->add_option("--fiche", options.file, "Brouillon de la fiche, en YAML")->required();
  command->add_option("--days", options.days, "Jours passés")->check(CLI::Range(1, 366))->capture_default_str();
  command->add_option("--examples", options.examples, "Exemples par tâche")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command->callback([&] { preview(connection, options); });

  auto* again = app.get_subcommand("plugin")->add_subcommand(
      "replay", "Rejouer ce qui a donné un élément (médecin) : 0 si les constats sont les mêmes, 1 sinon");
  auto& request = kept<v1::ReplayItemRequest>();
  again
      ->add_option_function<std::string>(
          "item", [&](const std::string& id) { request.set_item_id(id); }, "Identifiant de l'élément")
      ->required();
  again->add_option_function<std::string>(
      "--version", [&](const std::string& version) { request.set_plugin_version(version); },
      "Version du plugin ; par défaut celle qui a donné l'élément");
  again->callback([&] { replay(connection, request); });

  auto* beside = app.get_subcommand("plugin")->add_subcommand(
      "shadow", "Ce qu'une autre version aurait trouvé ces derniers jours, à côté de celle en service (médecin)");
  auto& shadowed = kept<v1::ShadowPluginRequest>();
  beside
      ->add_option_function<std::string>(
          "plugin", [&](const std::string& id) { shadowed.set_plugin_id(id); }, "Identifiant du plugin")
      ->required();
  beside
      ->add_option_function<std::string>(
          "version", [&](const std::string& version) { shadowed.set_version(version); }, "Version à regarder")
      ->required();
  beside->add_option_function<int>("--days", [&](int days) { shadowed.set_days(days); }, "Jours passés ; par défaut 30");
  beside->add_option_function<int>(
      "--examples", [&](int examples) { shadowed.set_examples(examples); }, "Différences montrées ; par défaut 20");
  beside->callback([&] { shadow(connection, shadowed); });
}

}  // namespace relais::cli
