// SPDX-License-Identifier: Apache-2.0
#include <date/date.h>
#include <fmt/format.h>

#include "domain/civil_time.h"
#include "scenario.h"

namespace demo {

std::string write_fiche(const Scenario& scenario, std::size_t doctor, const std::string& today) {
  const date::sys_days day = relais::fiche::parse_date(today).value();
  const auto shifted = [&](int days) { return date::format("%F", day + date::days(days)); };
  const auto& signer = scenario.doctors.at(doctor);
  // The first doctor delegates the sorting of biology, supervised; the second reads her own.
  const std::string tasks = doctor == 0 ? R"(  - {id: accueil-patient, mode: autonome}
  - {id: numerisation, mode: autonome}
  - {id: bio-reception, mode: autonome}
  - id: bio-triage
    mode: faire-puis-valider
    validation_h: 24
    escalade: {immediate: ["K >= 6.0 mmol/L", "Hb < 8 g/dL"], vers: medecin}
    note: "les normales je les signe en lot le soir"
  - {id: constantes, mode: faire-puis-valider}
  - {id: ald-renewal-alert, mode: autonome, note: "me le dire à 3 mois, avec le prochain rendez-vous"}
  - {id: rdv-prise, mode: autonome}
  - {id: vaccin-tracabilite, mode: faire-puis-valider}
  - {id: vaccine-recall, mode: autonome, note: "un refus ou une contre-indication me revient"})"
                                        : R"(  - {id: accueil-patient, mode: autonome}
  - {id: numerisation, mode: autonome}
  - {id: bio-triage, mode: "non", note: "je lis toutes mes biologies"})";
  return fmt::format(R"(format: relais-fiche/1
fiche: {{id: fp-{0}-{1}, version: 1}}
cabinet: {{nom: Cabinet de démonstration, commune: ville fictive, fuseau: Europe/Paris}}
employeur: {{type: scm, decideurs: [rouault, nguyen]}}
medecin: {{id: {0}, nom: {2}}}
assistant:
  id: {1}
  nom: {3}
  profil: autre
  prise_de_fonction: {4}
  fin_de_fonction: null
  quotite_etp: 1.0
  contrat_aide: {{signe_le: {5}, option_etp: 1.0}}
  formation: {{voie: cqp, inscrite_le: {6}, jours_absence: [mardi, jeudi]}}
  attestations: []
encadrement_formation: true
validite: {{du: {6}, au: {7}}}
temps:
  - {{jours: [lundi, mercredi, vendredi], heures: ["08:30-12:30", "13:30-18:30"]}}
donnees: {{niveau_max: D3, categories_autorisees: []}}
exclusions: {{lien_familial: true, ids: [], age_min: null, age_max: null}}
remplacement: {{regle: suspendre}}
defaut: "non"
repli_general: {{vers: medecin, delai_h: 24}}
taches:
{8}
engagements: [secret professionnel, jamais ma session ni ma carte, dire ses erreurs]
)",
                     signer.id, scenario.assistant_id, signer.name, scenario.assistant_name, shifted(-300),
                     shifted(-310), shifted(-120), shifted(240), tasks);
}

}  // namespace demo
