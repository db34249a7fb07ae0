// SPDX-License-Identifier: Apache-2.0
#include "domain/signing.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/catalogue.h"
#include "domain/training.h"

namespace relais::fiche {
namespace {

constexpr int most_months = 24;

bool attests(const Assistant& assistant, AttestationKind kind) {
  return std::any_of(assistant.attestations.begin(), assistant.attestations.end(),
                     [kind](const Attestation& held) { return held.kind == kind; });
}

// Neither the profile nor an attestation opens the class, now or later.
bool never_qualifies(const Assistant& assistant, TaskClass task_class) {
  const bool nurse = assistant.profile == Profile::ide || attests(assistant, AttestationKind::dei);
  if (task_class == TaskClass::IDE) return !nurse;
  if (task_class == TaskClass::S)
    return !nurse && assistant.profile == Profile::autre && !attests(assistant, AttestationKind::deas) &&
           !attests(assistant, AttestationKind::deap);
  return false;
}

std::shared_ptr<const escalation::Grammar> grammar_of(const escalation::Grammars* grammars, const std::string& task) {
  return grammars == nullptr ? nullptr : grammars->of_task(task);
}

// Rules are read in the grammar of the plugin that does the task; marked as judged by the doctor they are free text.
void check_rules(const Grant& grant, const std::string& place, const escalation::Grammars* grammars,
                 std::vector<SigningFinding>& findings) {
  if (!grant.escalation || grant.escalation->judged_by_doctor) return;
  const auto grammar = grammar_of(grammars, grant.id);
  if (grammar == nullptr) return;
  const auto& rules = grant.escalation->immediate;
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (const auto read = escalation::read_rule(rules[i], *grammar); !read)
      findings.push_back({SigningError::E11, fmt::format("{}.escalade.immediate[{}]", place, i),
                          fmt::format("{}, « {} » : {}", grant.id, rules[i], read.error().french)});
}

void check_grant(const Fiche& fiche, const Grant& grant, const std::string& place,
                 const escalation::Grammars* grammars, std::vector<SigningFinding>& findings) {
  const auto add = [&](SigningError code, const char* field) {
    findings.push_back({code, place + field, grant.id});
  };
  if (grant.regime == Regime::transfert) add(SigningError::E5, ".regime");
  if (find_never(grant.id) != nullptr) return add(SigningError::E2, ".id");
  const auto* task = find_task(grant.id);
  if (task == nullptr) return add(SigningError::E1, ".id");
  if (grant.mode == Mode::non) return;
  if (grant.mode > task->ceiling) add(SigningError::E3, ".mode");
  if (never_qualifies(fiche.assistant, task->task_class)) add(SigningError::E4, ".mode");
  const bool acts = grant.mode >= Mode::faire_puis_valider;
  if (acts && task->level >= DataLevel::D3 && !grant.fallback && !fiche.fallback) add(SigningError::E10, ".repli");
  check_rules(grant, place, grammars, findings);
}

}  // namespace

std::vector<SigningFinding> check_signing(const Fiche& fiche, std::span<const Fiche> others,
                                          const std::optional<SigningSession>& session,
                                          const escalation::Grammars* grammars) {
  std::vector<SigningFinding> findings;
  for (std::size_t i = 0; i < fiche.assistant.attestations.size(); ++i) {
    const auto& held = fiche.assistant.attestations[i];
    if (!held.proof || held.proof->empty())
      findings.push_back(
          {SigningError::E9, fmt::format("assistant.attestations[{}].preuve", i), std::string(text(held.kind))});
  }
  const bool same_start = std::any_of(others.begin(), others.end(), [&](const Fiche& other) {
    return other.id == fiche.id && other.version != fiche.version && other.valid_from == fiche.valid_from;
  });
  if (same_start) findings.push_back({SigningError::E6, "validite.du", format(fiche.valid_from)});
  // Both dates are included: twenty-four months end on the eve of the same day two years later.
  if (!fiche.valid_to || *fiche.valid_to >= plus_months(fiche.valid_from, most_months))
    findings.push_back({SigningError::E8, "validite.au", fiche.valid_to ? format(*fiche.valid_to) : ""});
  for (std::size_t i = 0; i < fiche.grants.size(); ++i)
    check_grant(fiche, fiche.grants[i], fmt::format("taches[{}]", i), grammars, findings);
  if (session && (session->signer_id != fiche.doctor_id || session->session_actor_id != session->signer_id))
    findings.push_back({SigningError::E7, "signatures.medecin", session->signer_id});
  return findings;
}

std::vector<JudgedRules> judged_rules(const Fiche& fiche, const escalation::Grammars* grammars) {
  std::vector<JudgedRules> judged;
  for (std::size_t i = 0; i < fiche.grants.size(); ++i) {
    const auto& grant = fiche.grants[i];
    const auto* task = find_task(grant.id);
    if (task == nullptr || grant.mode == Mode::non || !grant.escalation || grant.escalation->immediate.empty()) continue;
    const auto grammar = grammar_of(grammars, grant.id);
    const auto& rules = grant.escalation->immediate;
    std::string why;
    if (grant.escalation->judged_by_doctor)
      why = "le médecin juge lui-même ses règles d'alerte immédiate";
    else if (grammar == nullptr)
      why = "aucun plugin installé ne lit ses règles d'alerte immédiate ; le médecin les juge";
    else if (std::any_of(rules.begin(), rules.end(),
                         [&](const std::string& rule) { return !escalation::read_rule(rule, *grammar); }))
      why = "le plugin ne comprend pas toutes ses règles d'alerte immédiate ; le médecin les juge";
    else
      continue;
    judged.push_back({fmt::format("taches[{}].escalade", i), grant.id,
                      fmt::format("« {} » : {}. Chaque élément de la tâche va au médecin, qui le clôt.", task->label,
                                  why)});
  }
  return judged;
}

std::vector<TrainingCap> training_caps(const Fiche& fiche, CivilDate on, std::span<const WithdrawnTitle> withdrawn,
                                       std::span<const Attestation> added) {
  std::vector<TrainingCap> caps;
  const auto training = training_at(fiche.assistant, on, withdrawn, added);
  for (std::size_t i = 0; i < fiche.grants.size(); ++i) {
    const auto& grant = fiche.grants[i];
    const auto* task = find_task(grant.id);
    if (task == nullptr || grant.mode == Mode::non) continue;
    auto effective = std::min(grant.mode, task->ceiling);
    const auto before = effective;
    std::string why;
    if (training.state == TrainingState::echu && task->task_class != TaskClass::T) {
      effective = Mode::non;
      why = "le délai de formation est dépassé";
    } else if (task->task_class == TaskClass::Q && training.state == TrainingState::a_inscrire) {
      effective = std::min(effective, Mode::preparer);
      why = "l'assistant médical n'est pas encore inscrit en formation";
    } else if (task->task_class == TaskClass::Q && training.state == TrainingState::en_formation) {
      effective = std::min(effective, fiche.supervises_training ? Mode::faire_puis_valider : Mode::preparer);
      why = fiche.supervises_training ? "en formation, avec le médecin à côté" : "en formation, sans encadrement";
    }
    if (effective < before)
      caps.push_back({fmt::format("taches[{}].mode", i), grant.id, grant.mode, effective,
                      fmt::format("« {} » : confié « {} », possible aujourd'hui « {} » ({}). La limite se lève avec "
                                  "l'attestation.",
                                  task->label, text(grant.mode), text(effective), why)});
  }
  return caps;
}

}  // namespace relais::fiche
