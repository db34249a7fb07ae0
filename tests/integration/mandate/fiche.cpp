// SPDX-License-Identifier: Apache-2.0
#include "fiche.h"

#include <fmt/format.h>

namespace relais::mandate {

std::string Fiche::yaml() const {
  const auto training =
      enrolled.empty() ? std::string("{voie: cqp}") : fmt::format("{{voie: cqp, inscrite_le: {}}}", enrolled);
  return fmt::format(R"(format: relais-fiche/1
fiche: {{id: {id}, version: {version}}}
cabinet: {{nom: Cabinet d'essai, commune: ville fictive, fuseau: Europe/Paris}}
employeur: {{type: scm, decideurs: [{deciders}]}}
medecin: {{id: {doctor}, nom: Dr {doctor}}}
assistant:
  id: {assistant}
  nom: {assistant}
  profil: {profile}
  prise_de_fonction: {start}
  fin_de_fonction: {end}
  quotite_etp: 1.0
  contrat_aide: {{signe_le: {contract}, option_etp: 1.0}}
  formation: {training}
  attestations: [{attestations}]
encadrement_formation: {supervises}
validite: {{du: {from}, au: {to}}}
temps:
  - {{jours: [{days}], heures: [{hours}]}}
donnees: {{niveau_max: {level}, categories_autorisees: []}}
exclusions: {exclusions}
remplacement: {{regle: {locum}}}
defaut: "non"
{fallback}taches:{none}
{tasks}engagements: [secret professionnel]
)",
                     fmt::arg("id", name()), fmt::arg("version", version), fmt::arg("deciders", deciders),
                     fmt::arg("doctor", doctor), fmt::arg("assistant", assistant), fmt::arg("profile", profile),
                     fmt::arg("start", function_start), fmt::arg("end", function_end), fmt::arg("contract", contract),
                     fmt::arg("training", training), fmt::arg("attestations", attestations),
                     fmt::arg("supervises", supervises), fmt::arg("from", from),
                     fmt::arg("to", to.empty() ? "null" : to), fmt::arg("days", days), fmt::arg("hours", hours),
                     fmt::arg("level", level), fmt::arg("exclusions", exclusions), fmt::arg("locum", locum),
                     fmt::arg("fallback", fallback.empty() ? "" : "repli_general: " + fallback + "\n"),
                     fmt::arg("none", tasks.empty() ? " []" : ""), fmt::arg("tasks", tasks));
}

}  // namespace relais::mandate
