// SPDX-License-Identifier: Apache-2.0
// The fiche de poste, model relais-fiche/1: what one doctor grants to one assistant. Plain values, no behaviour.
// Source: "The fiche de poste", section 3.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/civil_time.h"
#include "domain/words.h"

namespace relais::fiche {

// Minutes since midnight, [start, end); end may be 1440.
struct Hours {
  int start = 0;
  int end = 0;
  friend bool operator==(const Hours&, const Hours&) = default;
};

struct Slot {
  std::vector<Day> days;
  std::vector<Hours> hours;
  friend bool operator==(const Slot&, const Slot&) = default;
};

struct Attestation {
  AttestationKind kind{};
  CivilDate on{};
  std::optional<std::string> proof;
  friend bool operator==(const Attestation&, const Attestation&) = default;
};

struct Training {
  std::optional<TrainingPath> path;
  std::optional<CivilDate> enrolled_on;
  std::vector<Day> away_days;
  std::optional<CivilDate> planned_end;
  friend bool operator==(const Training&, const Training&) = default;
};

struct AidContract {
  std::optional<CivilDate> signed_on;
  std::optional<double> fte_option;
  friend bool operator==(const AidContract&, const AidContract&) = default;
};

struct Assistant {
  std::string id;
  std::string name;
  Profile profile = Profile::autre;
  CivilDate function_start{};
  std::optional<CivilDate> function_end;  // inclusive
  std::optional<double> fte;
  std::optional<std::string> digital_identity;  // identite_numerique: kind of card or account, in words
  std::optional<AidContract> aid_contract;
  std::optional<Training> training;
  std::vector<Attestation> attestations;
  friend bool operator==(const Assistant&, const Assistant&) = default;
};

// Patients the assistant does not handle. Ages in completed years, both bounds handled.
struct Exclusions {
  bool kinship = true;
  std::vector<std::string> ids;
  std::optional<int> age_min;
  std::optional<int> age_max;
  friend bool operator==(const Exclusions&, const Exclusions&) = default;
};

struct Fallback {
  FallbackTo to = FallbackTo::medecin;
  std::optional<double> delay_h;
  friend bool operator==(const Fallback&, const Fallback&) = default;
};

struct Escalation {
  std::vector<std::string> immediate;
  std::optional<std::string> to;
  bool judged_by_doctor = false;  // jugee_par_le_medecin: every such item goes to the doctor
  friend bool operator==(const Escalation&, const Escalation&) = default;
};

struct Grant {
  std::string id;
  Mode mode = Mode::non;
  std::vector<Slot> slots;  // plages; empty: `temps` applies
  bool presence_required = false;
  std::optional<DataLevel> data_max;
  std::optional<Exclusions> exclusions;  // `kinship` has no meaning here
  std::optional<Escalation> escalation;
  std::optional<double> validation_h;
  std::optional<int> daily_quota;
  std::optional<Fallback> fallback;
  Regime regime = Regime::delegation;
  bool veto = false;
  std::optional<std::string> note;
  friend bool operator==(const Grant&, const Grant&) = default;
};

struct DoctorSignature {
  Moment at{};
  std::string means;
  friend bool operator==(const DoctorSignature&, const DoctorSignature&) = default;
};

struct AssistantAnswer {
  Moment at{};
  std::string means;
  AnswerKind kind = AnswerKind::accepte;
  std::vector<std::string> declined;  // taches_refusees
  friend bool operator==(const AssistantAnswer&, const AssistantAnswer&) = default;
};

struct Revocation {
  Moment at{};
  std::string by;
  std::string scope;  // "fiche" or a task id
  std::optional<std::string> reason;
  friend bool operator==(const Revocation&, const Revocation&) = default;
};

struct Fiche {
  std::string id;
  int version = 1;
  std::optional<std::string> previous_sha256;  // precedent_sha256
  std::string practice_name;
  std::string town;
  std::string zone = "Europe/Paris";
  EmployerKind employer = EmployerKind::medecin;
  std::vector<std::string> deciders;
  std::string doctor_id;
  std::string doctor_name;
  Assistant assistant;
  bool supervises_training = false;
  CivilDate valid_from{};
  std::optional<CivilDate> valid_to;  // inclusive; absent only in a draft (E8)
  std::vector<Slot> time;
  DataLevel data_max = DataLevel::D0;
  std::vector<Category> open_categories;
  Exclusions exclusions;
  LocumRule locum = LocumRule::suspendre;
  std::optional<Fallback> fallback;
  std::vector<Grant> grants;  // each task at most once
  std::vector<std::string> commitments;
  std::optional<CivilDate> review_on;
  // Outside the signed content. Declared ones are worth nothing until a caller has established them (acceptance.h).
  std::optional<DoctorSignature> doctor_signature;
  std::optional<AssistantAnswer> answer;
  std::vector<Revocation> revocations;
  friend bool operator==(const Fiche&, const Fiche&) = default;
};

// The grant of a task, or null when it is not listed. Points into the fiche.
const Grant* find_grant(const Fiche& fiche, std::string_view task);

}  // namespace relais::fiche
