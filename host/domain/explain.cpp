// SPDX-License-Identifier: Apache-2.0
#include "domain/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/catalogue.h"

namespace relais::fiche {
namespace {

std::string_view infinitive(Action action) {
  switch (action) {
    case Action::activer:
      return "activer la tâche";
    case Action::voir:
      return "voir";
    case Action::preparer:
      return "préparer";
    case Action::realiser:
      return "réaliser";
    case Action::finaliser:
      return "finaliser (clore, envoyer)";
  }
  return "";
}

std::string_view sentence(Obligation obligation) {
  switch (obligation) {
    case Obligation::trace:
      return "l'acte est inscrit au journal";
    case Obligation::validation_medecin:
      return "le médecin valide ensuite";
    case Obligation::vu_requis:
      return "le médecin doit voir l'élément ; lui seul le clôt";
    case Obligation::escalade_immediate:
      return "le médecin est prévenu immédiatement";
  }
  return "";
}

std::string label(const std::string& task) {
  if (const auto* row = find_task(task)) return std::string(row->label);
  if (const auto* act = find_never(task)) return std::string(act->label);
  return task;
}

}  // namespace

std::string explain(const Question& question, const Decision& decision) {
  auto out = fmt::format("{} demande à {} : « {} » ({}).\n", question.actor, infinitive(question.action),
                         label(question.task), question.task);
  if (!decision.doctors.empty())
    out += fmt::format("Médecin{} de référence : {}.\n", decision.doctors.size() > 1 ? "s" : "",
                       fmt::join(decision.doctors, ", "));
  if (!decision.fiche_id.empty())
    out += fmt::format("Fiche de poste : {}, version {}.\n", decision.fiche_id, decision.fiche_version);
  if (decision.authorised) {
    out += fmt::format("AUTORISÉ, mode « {} ».\n", text(decision.mode));
  } else if (decision.refusal) {
    const auto why = reason(*decision.refusal);
    out += fmt::format("REFUSÉ, {} {} : {}\nQui peut débloquer : {}\n", why.code, why.name, why.french, why.unblock);
    if (decision.mode != Mode::non) out += fmt::format("Reste possible, en mode « {} ».\n", text(decision.mode));
  }
  for (const auto warning : decision.warnings) {
    const auto why = reason(warning);
    out += fmt::format("Attention, {} : {} {}\n", why.code, why.french, why.unblock);
  }
  for (const auto obligation : decision.obligations) out += fmt::format("Obligation : {}.\n", sentence(obligation));
  if (decision.validated_by_locum) out += "Le médecin est remplacé : la validation va au remplaçant.\n";
  return out;
}

std::string explain(const SigningFinding& finding) {
  const auto why = reason(finding.code);
  return fmt::format("{} {}{} : {} {}\n", why.code, finding.place,
                     finding.detail.empty() ? "" : fmt::format(" ({})", finding.detail), why.french, why.unblock);
}

}  // namespace relais::fiche
