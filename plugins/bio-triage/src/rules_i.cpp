// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

using relais::ObservationStatus;
using relais::ReportStatus;

constexpr std::string_view own_choice = "choix de Relais";
constexpr std::chrono::days partial_delay{7};

// I6: asked and not given. Potassium and INR cannot wait.
void asked_and_not_rendered(const Measure& measure, Reasons& reasons) {
  const bool cannot_wait = measure.analyte != nullptr && (measure.analyte->id == "K" || measure.analyte->id == "INR");
  std::string text = fr::name(measure) + " : demandé et non rendu par le laboratoire";
  if (!measure.observation.comment().empty()) text += " (« " + fr::quoted(measure.observation.comment(), 200) + " »)";
  reasons.add("I6", cannot_wait ? Category::aujourdhui : Category::a_voir, text + ", à prélever de nouveau.",
              own_choice, measure.observation.id(), measure.observation.id());
}

// I8: text outranks silence.
void comment(const Situation& situation, std::string_view words, const std::string& about, std::string_view evidence,
             Reasons& reasons) {
  if (words.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  const bool urgent = situation.words().urgent(words);
  reasons.add("I8", urgent ? Category::aujourdhui : Category::a_voir,
              about + " : commentaire du laboratoire" + (urgent ? " avec un mot d'urgence" : "") + " : « " +
                  fr::quoted(words, 600) + " »",
              own_choice, evidence, evidence);
}

void partial(const Situation& situation, Reasons& reasons) {
  if (!incomplete(situation)) return;
  const auto received = situation.report().received();
  const bool late = received && situation.slice().as_of() - *received >= partial_delay;
  reasons.add("I5", late ? Category::a_voir : Category::none,
              late ? "Compte rendu partiel : la suite n'est pas arrivée après 7 jours."
                   : "Compte rendu partiel : la suite est attendue, l'élément reste ouvert.",
              own_choice, "", situation.report().id());
}

// Whatever the host could not give raises. Without a settled patient nothing is asked of the history (I1 says so).
void withheld(const Situation& situation, Reasons& reasons) {
  if (!situation.settled()) return;
  for (const std::string_view kind : {"lab_report", "observation"}) {
    if (situation.slice().completeness(kind) == relais::Completeness::complete) continue;
    reasons.add("I-TRANCHE", Category::a_voir, "Toutes les données de ce compte rendu n'ont pas pu être lues.",
                own_choice, "slice", situation.report().id());
  }
}

}  // namespace

void integrity(const Situation& situation, Reasons& reasons) {
  const relais::LabReport& report = situation.report();
  withheld(situation, reasons);
  comment(situation, report.comment(), "Compte rendu", report.id(), reasons);
  // What a cancelled report held is no result any more.
  if (report.status() == ReportStatus::cancelled) return;
  if (report.status() == ReportStatus::unknown) {
    reasons.add("I5", Category::a_voir, "Le compte rendu ne dit pas s'il est définitif.", own_choice, "status",
                report.id());
  }
  partial(situation, reasons);
  if (report.uncoded_content()) {
    reasons.add("I7", Category::a_voir, "Une partie du compte rendu (PDF, texte ou pièce jointe) n'est pas lisible par la machine : à lire.",
                own_choice, "uncoded", report.id());
  } else if (situation.measures().empty()) {
    reasons.add("I7", Category::a_voir, "Aucun résultat lisible par la machine : à lire.", own_choice, "uncoded",
                report.id());
  }
  for (const Measure& measure : situation.measures()) {
    if (measure.observation.status() == ObservationStatus::cancelled) {
      reasons.add("I4", Category::a_voir, fr::name(measure) + " : résultat annulé par le laboratoire.", own_choice,
                  measure.observation.id(), measure.observation.id());
      continue;
    }
    if (not_rendered(situation, measure)) {
      asked_and_not_rendered(measure, reasons);
      // The comment says why it was not rendered; it is told there, unless it raises an alarm.
      if (!situation.words().urgent(measure.observation.comment())) continue;
    }
    comment(situation, measure.observation.comment(), fr::name(measure), measure.observation.id(), reasons);
  }
}

Category settle(const Situation& situation, Reasons& reasons) {
  const relais::LabReport& report = situation.report();
  if (!situation.settled()) {
    const char* const why = report.identity() == relais::Identity::ambiguous    ? "plusieurs dossiers sont possibles"
                            : report.identity() == relais::Identity::discordant ? "l'identité écrite est discordante"
                                                                                : "aucun dossier ne correspond";
    reasons.add("I1", Category::a_classer,
                std::string("Ce compte rendu attend, identité à résoudre : ") + why +
                    ". Trié sans antériorité ni contexte ; ne rien attacher à un dossier sans rapprochement humain.",
                "RNIV 1.2 ; guide d'implémentation ANS, erreurs 902 à 905", "", report.id());
  }
  const auto so_far = [&] {
    const Category worst = reasons.worst();
    if (situation.settled()) return worst;
    return worst >= Category::aujourdhui ? worst : Category::a_classer;
  };
  const Category before = report.replaced_category();
  if (report.status() == ReportStatus::cancelled) {
    const bool mattered = report.replaced_seen() || before >= Category::aujourdhui;
    reasons.add("I4", mattered ? Category::aujourdhui : Category::a_voir,
                std::string("Compte rendu annulé par le laboratoire") +
                    (report.replaced_seen() ? ", déjà vu par un médecin" : "") +
                    (before == Category::none ? "" : " ; il était classé « " + fr::category(before) + " »") +
                    ". Les valeurs annulées restent lisibles et sortent des tendances.",
                "SFBC 2012, résultats erronés ; choix de Relais", "", report.id());
    return so_far();
  }
  if (report.status() == ReportStatus::corrected) {
    const Category now = so_far();
    const bool differs = before != Category::none && before != now;
    std::string text = "Compte rendu corrigé par le laboratoire";
    if (before != Category::none) text += " : l'ancien était classé « " + fr::category(before) + " »";
    if (differs) text += ", celui-ci « " + fr::category(now) + " »";
    reasons.add("I3", differs ? Category::aujourdhui : Category::a_voir,
                text + (report.replaced_seen() ? ". L'ancien avait été vu par un médecin." : "."),
                "SFBC 2012, correction des résultats erronés ; choix de Relais", "", report.id());
  }
  return so_far();
}

}  // namespace bio
