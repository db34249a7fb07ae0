// Signale un compte rendu de biologie reçu longtemps après le prélèvement.
#include <relais/plugin.h>

#include <chrono>

namespace {

class @Class@ final : public relais::Plugin {
 public:
  // Un sujet à la fois ; rien n'est gardé d'un appel à l'autre.
  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    const auto set = slice.setting("retard.jours");
    const double limit = set ? set->number() : 7;
    for (const auto report : slice.reports()) {
      if (!report.current() || !report.collected() || !report.received()) continue;
      const auto days = std::chrono::floor<std::chrono::days>(*report.received() - *report.collected()).count();
      if (static_cast<double>(days) < limit) continue;
      const auto text = "reçu " + std::to_string(days) + " jours après le prélèvement";
      findings.add({.kind = "late-report",
                    .title = "Compte rendu " + text,
                    .category = relais::Category::a_voir,
                    .reasons = {{.rule = "RETARD",
                                 .text = text,
                                 .source = "choix de l'auteur",
                                 .category = relais::Category::a_voir,
                                 .evidence = {std::string(report.id())}}}});
    }
  }

  // Ce qu'un médecin lit avant de confier la tâche.
  std::vector<relais::Rule> rules() const override {
    return {{.id = "RETARD", .title = "compte rendu reçu longtemps après le prélèvement", .source = "choix de l'auteur",
             .category = relais::Category::a_voir, .to_confirm = true, .threshold = "retard.jours jours ou plus",
             .confirm = "le nombre de jours"}};
  }
};

}  // namespace

RELAIS_PLUGIN(@Class@, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
