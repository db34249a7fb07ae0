// SPDX-License-Identifier: Apache-2.0
// The closed word lists of the fiche de poste, each with the French text it has in YAML, JSON and on screen.
// Source: model relais-fiche/1, "The fiche de poste", sections 3 and 4.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace relais::fiche {

// Ordered: a later mode allows all that an earlier one allows.
enum class Mode { non, preparer, faire_puis_valider, autonome };
enum class Action { activer, voir, preparer, realiser, finaliser };
enum class DataLevel { D0, D1, D2, D3, D4, D5 };
enum class Profile { ide, as, ap, autre };
enum class EmployerKind { medecin, sisa, scm, groupement };
enum class AttestationKind { dei, deas, deap, cqp, fae, afgsu1, afgsu2 };
enum class TrainingPath { cqp, fae };
// Restricted categories of data level D5. `notes_personnelles` can never be opened.
enum class Category {
  psychiatrie, vih_ist, violences, ivg_contraception, addictions, secret_mineur, genetique, notes_personnelles
};
enum class Day { lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche, feries };
enum class LocumRule { suspendre, maintenir };
enum class FallbackTo { medecin, secretariat, autre_am };
enum class Regime { delegation, transfert };
enum class AnswerKind { accepte, reserve, refuse };
enum class Opposition { acces_am, presence_am };

template <class E>
struct Words;

#define RELAIS_WORDS(Enum, N, ...)                                                        \
  template <>                                                                             \
  struct Words<Enum> {                                                                    \
    static constexpr std::array<std::pair<Enum, std::string_view>, N> all{{__VA_ARGS__}}; \
  };
#define W(Enum, identifier, text) \
  { Enum::identifier, text }
RELAIS_WORDS(Mode, 4, W(Mode, non, "non"), W(Mode, preparer, "preparer"),
             W(Mode, faire_puis_valider, "faire-puis-valider"), W(Mode, autonome, "autonome"))
RELAIS_WORDS(Action, 5, W(Action, activer, "activer"), W(Action, voir, "voir"), W(Action, preparer, "preparer"),
             W(Action, realiser, "realiser"), W(Action, finaliser, "finaliser"))
RELAIS_WORDS(DataLevel, 6, W(DataLevel, D0, "D0"), W(DataLevel, D1, "D1"), W(DataLevel, D2, "D2"),
             W(DataLevel, D3, "D3"), W(DataLevel, D4, "D4"), W(DataLevel, D5, "D5"))
RELAIS_WORDS(Profile, 4, W(Profile, ide, "ide"), W(Profile, as, "as"), W(Profile, ap, "ap"),
             W(Profile, autre, "autre"))
RELAIS_WORDS(EmployerKind, 4, W(EmployerKind, medecin, "medecin"), W(EmployerKind, sisa, "sisa"),
             W(EmployerKind, scm, "scm"), W(EmployerKind, groupement, "groupement"))
RELAIS_WORDS(AttestationKind, 7, W(AttestationKind, dei, "dei"), W(AttestationKind, deas, "deas"),
             W(AttestationKind, deap, "deap"), W(AttestationKind, cqp, "cqp"), W(AttestationKind, fae, "fae"),
             W(AttestationKind, afgsu1, "afgsu1"), W(AttestationKind, afgsu2, "afgsu2"))
RELAIS_WORDS(TrainingPath, 2, W(TrainingPath, cqp, "cqp"), W(TrainingPath, fae, "fae"))
RELAIS_WORDS(Category, 8, W(Category, psychiatrie, "psychiatrie"), W(Category, vih_ist, "vih-ist"),
             W(Category, violences, "violences"), W(Category, ivg_contraception, "ivg-contraception"),
             W(Category, addictions, "addictions"), W(Category, secret_mineur, "secret-mineur"),
             W(Category, genetique, "genetique"), W(Category, notes_personnelles, "notes-personnelles"))
RELAIS_WORDS(Day, 8, W(Day, lundi, "lundi"), W(Day, mardi, "mardi"), W(Day, mercredi, "mercredi"),
             W(Day, jeudi, "jeudi"), W(Day, vendredi, "vendredi"), W(Day, samedi, "samedi"),
             W(Day, dimanche, "dimanche"), W(Day, feries, "feries"))
RELAIS_WORDS(LocumRule, 2, W(LocumRule, suspendre, "suspendre"), W(LocumRule, maintenir, "maintenir"))
RELAIS_WORDS(FallbackTo, 3, W(FallbackTo, medecin, "medecin"), W(FallbackTo, secretariat, "secretariat"),
             W(FallbackTo, autre_am, "autre-am"))
RELAIS_WORDS(Regime, 2, W(Regime, delegation, "delegation"), W(Regime, transfert, "transfert"))
RELAIS_WORDS(AnswerKind, 3, W(AnswerKind, accepte, "accepte"), W(AnswerKind, reserve, "reserve"),
             W(AnswerKind, refuse, "refuse"))
RELAIS_WORDS(Opposition, 2, W(Opposition, acces_am, "acces-am"), W(Opposition, presence_am, "presence-am"))
#undef W
#undef RELAIS_WORDS

// The text of a word; static storage.
template <class E>
constexpr std::string_view text(E value) {
  for (const auto& [word, spelled] : Words<E>::all)
    if (word == value) return spelled;
  return {};
}

// The word with exactly this text, or nothing.
template <class E>
constexpr std::optional<E> word(std::string_view spelled) {
  for (const auto& [value, known] : Words<E>::all)
    if (known == spelled) return value;
  return std::nullopt;
}

}  // namespace relais::fiche
