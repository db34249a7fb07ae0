// SPDX-License-Identifier: Apache-2.0
// relais plugin shadow-live: another version beside the one in use, while it works.
#include <fmt/format.h>

#include <iostream>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "relais/v1/plugin.grpc.pb.h"

namespace relais::cli {
namespace {

using PluginStub = v1::PluginService::Stub;

template <class Counts>
void print_codes(const std::string& what, const Counts& counts) {
  for (const auto& [code, count] : counts) std::cout << fmt::format("  {} : {} ({})\n", what, count, code);
}

void print(const v1::LiveShadow& shadow) {
  std::cout << fmt::format("{} : version {} en service, version {} dans l'ombre depuis {}\n", shadow.plugin_id(),
                           shadow.version_in_use(), shadow.version_in_shadow(), instant_label(shadow.started_ms()));
  if (shadow.has_ended_ms()) {
    std::cout << fmt::format("Terminé {} ({})\n", instant_label(shadow.ended_ms()), shadow.ended_code());
  } else {
    std::cout << fmt::format("En cours jusqu'à {}\n", instant_label(shadow.until_ms()));
  }
  if (!shadow.withheld().empty()) std::cout << "Droits demandés et non donnés à cet essai :\n";
  for (const auto& line : shadow.withheld()) std::cout << "  + " << line << '\n';
  std::cout << fmt::format("{} {} : {} sans différence, {} avec.\n", shadow.subjects(),
                           shadow.subjects() > 1 ? "évaluations" : "évaluation", shadow.same(), shadow.different());
  if (shadow.waiting() != 0) std::cout << fmt::format("  {} en attente\n", shadow.waiting());
  if (shadow.skipped() != 0) std::cout << fmt::format("  {} non comparées : trop attendaient\n", shadow.skipped());
  print_codes("non évalués en service", shadow.not_evaluated_in_use());
  print_codes("non évalués dans l'ombre", shadow.not_evaluated_in_shadow());
  for (int category = v1::CATEGORY_CRITIQUE; category >= v1::CATEGORY_NORMAL; --category) {
    const auto count = [&](const auto& items) { return items.contains(category) ? items.at(category) : 0; };
    const int used = count(shadow.items_in_use());
    const int shadowed = count(shadow.items_in_shadow());
    if (used != 0 || shadowed != 0)
      std::cout << fmt::format("  {:<22} {} en service, {} dans l'ombre\n",
                               category_label(static_cast<v1::Category>(category)), used, shadowed);
  }
  for (const auto& one : shadow.differences()) {
    std::cout << fmt::format("  {}, {} ({})\n", instant_label(one.at_ms()), category_label(one.category()),
                             one.item_id().empty() ? one.patient_id() : one.item_id());
    for (const auto& difference : one.differences())
      std::cout << "    " << difference.kind() << " — " << difference.sentence() << '\n';
  }
}

}  // namespace

void add_live_shadow_commands(CLI::App& app, const Connection& connection) {
  auto* live = app.get_subcommand("plugin")->add_subcommand(
      "shadow-live", "Une autre version à côté de celle en service, pendant qu'elle travaille (médecin)");
  live->require_subcommand(1);

  auto* start = live->add_subcommand("start", "Commencer ; les constats de l'autre version ne vont sur aucune liste");
  auto& started = kept<v1::StartLiveShadowRequest>();
  start
      ->add_option_function<std::string>(
          "plugin", [&](const std::string& id) { started.set_plugin_id(id); }, "Identifiant du plugin")
      ->required();
  start
      ->add_option_function<std::string>(
          "version", [&](const std::string& version) { started.set_version(version); }, "Version à regarder")
      ->required();
  start->add_option_function<int>("--days", [&](int days) { started.set_days(days); }, "Durée en jours ; par défaut 7")
      ->check(CLI::Range(1, 31));
  start->callback([&] {
    const Session session(connection);
    const auto stub = v1::PluginService::NewStub(session.channel());
    print(call<v1::StartLiveShadowResponse>(session, *stub, &PluginStub::StartLiveShadow, started).shadow());
  });

  auto* show = live->add_subcommand("show", "Ce que l'essai a trouvé");
  auto& shown = kept<v1::GetLiveShadowRequest>();
  show->add_option_function<std::string>(
          "plugin", [&](const std::string& id) { shown.set_plugin_id(id); }, "Identifiant du plugin")
      ->required();
  show->add_option_function<int>(
          "--examples", [&](int examples) { shown.set_examples(examples); }, "Différences montrées ; par défaut 20")
      ->check(CLI::Range(1, 100));
  show->callback([&] {
    const Session session(connection);
    const auto stub = v1::PluginService::NewStub(session.channel());
    print(call<v1::GetLiveShadowResponse>(session, *stub, &PluginStub::GetLiveShadow, shown).shadow());
  });

  auto* stop = live->add_subcommand("stop", "L'arrêter");
  auto& stopped = kept<v1::StopLiveShadowRequest>();
  stop->add_option_function<std::string>(
          "plugin", [&](const std::string& id) { stopped.set_plugin_id(id); }, "Identifiant du plugin")
      ->required();
  stop->callback([&] {
    const Session session(connection);
    const auto stub = v1::PluginService::NewStub(session.channel());
    print(call<v1::StopLiveShadowResponse>(session, *stub, &PluginStub::StopLiveShadow, stopped).shadow());
  });
}

}  // namespace relais::cli
