// SPDX-License-Identifier: Apache-2.0
#include "app/cli/installed_text.h"

#include <fmt/format.h>

#include <iostream>
#include <map>
#include <string>

namespace relais::cli {
namespace {

const std::map<v1::PluginState, std::string> states{
    {v1::PLUGIN_STATE_IDLE, "installé"},        {v1::PLUGIN_STATE_RUNNING, "en marche"},
    {v1::PLUGIN_STATE_RESTARTING, "redémarre"}, {v1::PLUGIN_STATE_FAILED, "arrêté sur échecs"},
    {v1::PLUGIN_STATE_DISABLED, "arrêté"},      {v1::PLUGIN_STATE_BLOCKED, "bloqué : droits à accepter"}};

}  // namespace

void print_plugin(const v1::Plugin& plugin) {
  const auto state = states.find(plugin.state());
  std::cout << fmt::format("{} {} — {} : {}{}\n", plugin.id(), plugin.version(), plugin.label(),
                           state == states.end() ? "état inconnu" : state->second,
                           plugin.reason().empty() ? "" : " — " + plugin.reason());
}

void print_rights(const v1::Plugin& plugin) {
  std::cout << plugin.description() << '\n';
  for (const auto& task : plugin.tasks()) std::cout << "  sert la tâche " << task << '\n';
  for (const auto& kind : plugin.slice())
    std::cout << "  lit : " << kind.kind()
              << (kind.codes().empty() ? "" : fmt::format(" ({} codes)", kind.codes_size()))
              << (kind.has_days() ? fmt::format(", sur {} jours", kind.days()) : "") << '\n';
  for (const auto& effect : plugin.effects()) std::cout << "  peut proposer : " << effect << '\n';
  if (plugin.egress().empty()) std::cout << "  n'envoie rien à l'extérieur\n";
  for (const auto& destination : plugin.egress()) std::cout << "  envoie vers : " << destination << '\n';
  if (!plugin.key_id().empty())
    std::cout << fmt::format("  signé par {} (clé {})\n", plugin.signed_by(), plugin.key_id());
}

void print_difference(const v1::Plugin& plugin) {
  if (plugin.asks_more().empty()) return;
  std::cout << fmt::format("La version {} demande en plus de celle en service :\n", plugin.version());
  for (const auto& line : plugin.asks_more()) std::cout << "  + " << line << '\n';
}

}  // namespace relais::cli
