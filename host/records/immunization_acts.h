// SPDX-License-Identifier: Apache-2.0
// Which tellings are of one act of vaccination, and which acts contradict each other. Pure, and the same whatever came
// first; it knows codes and texts, no schedule and no product.
//
// Tellings are of one act when nothing in them disagrees and they share date and product (a code, or the whole name),
// or date and lot, or lot and product under a date told less precisely. What may be one act or cannot both be right is
// a conflict: shown, never settled here. ATC codes of a class (five characters) and brand names without the rest bring
// two acts into conflict, and are never enough to make one of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "relais/v1/patient_record.pb.h"
#include "relais/v1/record.pb.h"

namespace relais::records {

// Immunization.status and .proof (record.proto).
inline constexpr int immunization_done = 1;
inline constexpr int immunization_not_done = 2;
inline constexpr int immunization_in_error = 3;
inline constexpr int immunization_seen = 1;
inline constexpr int immunization_declared = 2;

// What one source says of one act.
struct TellingOfAct {
  std::string id;         // of the telling, in the order in which Relais came to know them
  std::string act_id;     // the act it was found to be of; empty while it is new
  std::string source_id;  // « doc-… »; empty when it was entered
  std::string kind;       // "cda", "fhir", "entered"
  std::string entered_by;
  std::string sender_key;  // equal keys: the same act, told again by its sender
  bool needs_doctor = false;
  std::string confirmed_by;
  bool withdrawn = false;  // a person of the practice took it back
  std::string reason;      // why
  std::int64_t told_ms = 0;
  v1::Immunization content;  // without id, sources, to_confirm, confirmed_by, conflicts_with
};

// What a doctor said of two acts.
struct ImmunizationRuling {
  std::string first_id, second_id;
  v1::ImmunizationResolution resolution = v1::IMMUNIZATION_RESOLUTION_UNSPECIFIED;
  std::string kept_id;
};

struct ImmunizationAct {
  v1::Immunization act;               // id empty when it is new
  std::vector<std::string> tellings;  // ids
  // The act of each telling, by itself: of two acts that a doctor said are one, its own. Empty: `act`'s, which is new.
  std::vector<std::string> act_ids;
  std::vector<std::string> other_ids;  // ids that its tellings had and that it no longer goes by
};

struct ActsInConflict {
  std::size_t first = 0, second = 0;  // of `acts`
  v1::ImmunizationConflictKind kind = v1::IMMUNIZATION_CONFLICT_KIND_UNSPECIFIED;
};

struct ImmunizationActs {
  std::vector<ImmunizationAct> acts;
  std::vector<ActsInConflict> conflicts;
};

// `vanished`: acts of the record that no telling names, whose ids are taken again by what tells the same.
ImmunizationActs acts_of(std::vector<TellingOfAct> tellings, const std::vector<ImmunizationRuling>& rulings,
                         const std::vector<v1::Immunization>& vanished = {});

// Why two acts of one patient contradict each other; unspecified when they do not. An act entered in error contradicts
// nothing here: only who told it says whether it does (acts_of).
v1::ImmunizationConflictKind contradiction(const v1::Immunization& a, const v1::Immunization& b);

// Sets product_code and product_system to the code that says most: a product, else a class, else what there is; keeps
// those that are set and in no code among the codes.
void prefer_code(v1::Immunization& act);

}  // namespace relais::records
