// SPDX-License-Identifier: Apache-2.0
#include "app/deadline_notices.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "domain/training.h"

namespace relais::app {
namespace {

using fiche::CivilDate;
using fiche::Fiche;

constexpr int far_days = 60, near_days = 15;

int days_until(CivilDate day, CivilDate today) {
  return static_cast<int>((date::sys_days{day} - date::sys_days{today}).count());
}

std::string spoken(CivilDate day) {
  return fmt::format("{:02}/{:02}/{}", static_cast<unsigned>(day.day()), static_cast<unsigned>(day.month()),
                     static_cast<int>(day.year()));
}

bool both_signed(const fiche::KnownFiche& known) {
  const auto& signatures = known.signatures;
  return signatures.trust == fiche::Trust::verified && signatures.signed_at && signatures.answer &&
         signatures.answer->kind != fiche::AnswerKind::refuse;
}

bool revoked(const Fiche& fiche) {
  return std::any_of(fiche.revocations.begin(), fiche.revocations.end(),
                     [](const fiche::Revocation& one) { return one.scope == "fiche"; });
}

// The last threshold reached, in words that tell one notice from the next.
std::optional<std::string> threshold(int days) {
  if (days <= 0) return "0";
  if (days <= near_days) return std::to_string(near_days);
  if (days <= far_days) return std::to_string(far_days);
  return std::nullopt;
}

void tell_both(std::vector<practice::NewNotice>& notices, const Fiche& fiche, const char* kind, const std::string& about,
               const std::string& occasion, const std::string& sentence) {
  for (const auto& account : {fiche.doctor_id, fiche.assistant.id})
    notices.push_back({account, kind, about, occasion, sentence});
}

void fiche_end(std::vector<practice::NewNotice>& notices, const Fiche& fiche, CivilDate today) {
  if (!fiche.valid_to) return;
  // Its last day is still a day of work: it is over on the day after.
  const auto days = days_until(*fiche.valid_to, today);
  const auto reached = threshold(days < 0 ? days : std::max(days, 1));
  if (!reached) return;
  const auto who = fmt::format("La fiche de poste de {} avec {}", fiche.assistant.name, fiche.doctor_name);
  const auto sentence =
      days < 0 ? fmt::format("{} a pris fin le {} : plus rien n'est délégué. Elle n'est pas reconduite tacitement.", who,
                             spoken(*fiche.valid_to))
               : fmt::format("{} prend fin le {} (dans {} jour{}) : sans nouvelle version signée, plus rien ne sera "
                             "délégué ensuite.",
                             who, spoken(*fiche.valid_to), days, days > 1 ? "s" : "");
  tell_both(notices, fiche, fiche_end_notice, fiche.id,
            fmt::format("{}/{}", fiche::format(*fiche.valid_to), *reached), sentence);
}

void one_training(std::vector<practice::NewNotice>& notices, const Fiche& fiche, CivilDate deadline, CivilDate today,
                  const std::string& before, const std::string& after) {
  const auto days = days_until(deadline, today);
  const auto reached = threshold(days);
  if (!reached) return;
  const auto when = days > 0 ? fmt::format("avant le {} (dans {} jour{}) : {}", spoken(deadline), days,
                                           days > 1 ? "s" : "", before)
                             : fmt::format("avant le {}, date dépassée : {}", spoken(deadline), after);
  tell_both(notices, fiche, training_notice, "training/" + fiche.assistant.id,
            fmt::format("{}/{}", fiche::format(deadline), *reached),
            fmt::format("{} doit avoir terminé sa formation {}", fiche.assistant.name, when));
}

void training(std::vector<practice::NewNotice>& notices, const Fiche& fiche, CivilDate today,
              const practice::AssistantTerms& terms) {
  const auto& assistant = fiche.assistant;
  for (const auto& end : {assistant.function_end, terms.function_end})
    if (end && *end < today) return;
  const auto status = fiche::training_at(assistant, today, terms.withdrawn, terms.attested);
  if (!status.deadline) return;
  // For a carer the rule of the aid contract (two years) and that of the arrêté (three years) differ: both are told.
  if (assistant.profile != fiche::Profile::autre)
    one_training(notices, fiche, fiche::plus_years(assistant.function_start, 2), today,
                 "ensuite, l'aide conventionnelle est menacée, sans que la fonction cesse (W2).",
                 "l'aide conventionnelle est menacée, la fonction reste permise jusqu'à trois ans (W2).");
  one_training(notices, fiche, *status.deadline, today,
               "ensuite, seules les tâches administratives resteront permises (W1).",
               "seules les tâches administratives restent permises (W1).");
}

}  // namespace

std::vector<practice::NewNotice> deadline_notices(const std::vector<fiche::KnownFiche>& fiches, CivilDate today,
                                                  const EnteredTerms& terms) {
  std::map<std::string, const Fiche*> latest;
  for (const auto& known : fiches) {
    if (!both_signed(known)) continue;
    auto& kept = latest[known.fiche->id];
    if (kept == nullptr || kept->version < known.fiche->version) kept = known.fiche.get();
  }
  std::vector<practice::NewNotice> notices;
  for (const auto& [id, fiche] : latest) {
    if (revoked(*fiche)) continue;
    fiche_end(notices, *fiche, today);
    const bool over = fiche->valid_to && *fiche->valid_to < today;
    if (over) continue;
    const auto entered = terms.find(fiche->assistant.id);
    training(notices, *fiche, today, entered == terms.end() ? practice::AssistantTerms{} : entered->second);
  }
  return notices;
}

}  // namespace relais::app
