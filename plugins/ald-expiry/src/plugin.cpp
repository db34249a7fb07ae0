// SPDX-License-Identifier: Apache-2.0
// ald-expiry: says of one patient which rights come to their end, and drafts the request.
#include <relais/plugin.h>

#include <algorithm>

#include "judge.h"
#include "pack.h"
#include "words.h"

namespace ald {
namespace {

class AldExpiry final : public relais::Plugin {
 public:
  explicit AldExpiry(const relais::Setup& setup) : durations_(Durations::load(setup.data / "durees.csv")) {}

  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    if (slice.completeness("long_term_condition") == relais::Completeness::withheld) {
      findings.log(relais::LogLevel::warning, "ald-expiry.rights-withheld");
    }
    const auto all = lines(slice, durations_);
    if (slice.subject().task_id() == "ald-protocole-prefill") {
      const bool any = std::ranges::any_of(all, [&](const Line& line) { return to_prepare(line, durations_); });
      if (!any) return;
      findings.add(pack_finding(all, durations_));
      findings.propose(pack(slice, all, durations_));
    } else if (const auto found = alert(slice, all, durations_)) {
      findings.add(*found);
    }
  }

  std::vector<relais::Rule> rules() const override {
    std::vector<relais::Rule> rules;
    const auto add = [&](const char* id, const char* title, relais::Category category, const char* threshold,
                         const char* source) {
      relais::Rule rule;
      rule.id = id;
      rule.title = title;
      rule.source = source;
      rule.category = category;
      rule.to_confirm = true;
      rule.threshold = threshold;
      rule.confirm = "le jour de chaque étape et sa catégorie ; les durées de data/durees.csv";
      rules.push_back(std::move(rule));
    };
    const char* const own = "choix de Relais";
    const char* const page = "ameli.fr, « Renouvellement de l'ALD à réaliser »";
    for (const auto& [stage, threshold, source] :
         {std::tuple{Stage::watch, "fin dans moins de surveillance.mois mois", own},
          std::tuple{Stage::prepare, "fin dans moins de 3 mois", page}, std::tuple{Stage::due, "fin dans moins de 2 mois", page},
          std::tuple{Stage::critical, "fin dans critique.jours jours ou moins", own},
          std::tuple{Stage::expired, "fin passée", own}, std::tuple{Stage::unknown, "aucune date de fin", own}}) {
      add(std::string(rule_of(stage)).c_str(), std::string(advice(stage)).c_str(), category_of(stage), threshold, source);
    }
    using relais::Category;
    add("ALD-CAISSE", "renouvelée : seule la nouvelle date manque", Category::a_voir, "", page);
    add("ALD-ECART", "la date notifiée et celle des textes diffèrent", Category::a_voir, "plus d'un jour", own);
    add("ALD-INCOHERENCE", "dates ou numéro qui ne tiennent pas ensemble", Category::a_voir, "", own);
    add("ALD-REGIME", "période à cheval sur un changement des textes", Category::a_voir, "", own);
    add("ALD-A-REVOIR", "saisie de l'assistante, à revoir par le médecin", Category::a_voir, "", own);
    add("ALD-AUTRE", "autre ALD du patient, à déclarer dans la même demande", Category::none, "", page);
    add("ALD-RDV", "prochain rendez-vous, pour une seule visite", Category::none, "", own);
    add("ALD-INCOMPLET", "liste des ALD incomplète", Category::a_voir, "", own);
    add("ALD-DOSSIER", "brouillon de demande à compléter", Category::a_voir, "fin dans moins de 3 mois", own);
    return rules;
  }

 private:
  Durations durations_;
};

}  // namespace
}  // namespace ald

RELAIS_PLUGIN(ald::AldExpiry, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
