// SPDX-License-Identifier: Apache-2.0
// The decision: may this assistant do this action of this task for this patient at this instant? A pure function of the
// question: equal questions, equal answers. Source: "The fiche de poste", sections 5, 9 and 10.
//
// Limits: does not decide for a host cut off from its practice, and does not read the rules of `escalade` (the caller
// says which hold, see escalation.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "domain/fiche.h"
#include "domain/reasons.h"
#include "domain/training.h"

namespace relais::fiche {

// Who established the signatures of a fiche. `declared`: only the file says so; worth nothing unless the question
// accepts it (case files). `verified`: the caller checked them (signature.h) against the canonical hash.
enum class Trust { declared, verified };

struct Established {
  struct Answer {
    LocalTime at{};
    AnswerKind kind = AnswerKind::accepte;
    std::vector<std::string> declined;
  };
  Trust trust = Trust::declared;
  std::optional<LocalTime> signed_at;  // by the doctor of the fiche
  std::optional<Answer> answer;        // of its assistant
};

struct KnownFiche {
  std::shared_ptr<const Fiche> fiche;  // never null
  Established signatures;
};

// The fiche with the signatures that it declares.
KnownFiche as_declared(Fiche fiche);

// Facts of the practice.
struct Practice {
  std::set<std::string> doctors;               // a prescriber outside this set is external
  std::vector<std::string> deciders;           // decide CAB tasks together
  std::map<std::string, CivilDate> departures; // last day of a doctor who leaves: every fiche ends with it
};

// The practice as its fiches describe it: latest version of each; deciders only from the actor's fiches.
Practice practice_of(const std::vector<KnownFiche>& fiches, const std::string& actor);

struct PatientFacts {
  std::string id;
  std::optional<std::string> mt, rdv, presc, dest;  // doctor ids
  bool to_practice = false;                         // the message is addressed to the practice
  std::optional<std::string> category;              // restricted category of the item
  bool kinship = false;                             // with the actor; unknown counts as none
  bool is_actor = false;
  std::vector<Opposition> opposition;  // unknown counts as none
  std::optional<int> age;              // completed years; unknown fails any age bound
};

struct LocumPeriod {
  std::string doctor;        // the one who is replaced
  Moment from{};             // included
  std::optional<Moment> to;  // a bare date is included, an instant is not; absent: still replaced
  std::string by{};          // who replaces; empty: not said
};

// Whether the period holds at `at`, local time of the practice.
bool covers(const LocumPeriod& period, LocalTime at);
// Whether one of `periods` covers this doctor at `at`, local time of the practice.
bool is_replaced(const std::vector<LocumPeriod>& periods, const std::string& doctor, LocalTime at);

// Something that asks each doctor whether the grants stand, such as a suspended aid (section 6): from that day on the
// assistant's function counts as over (R01) with every doctor who has not answered that they do.
struct Suspension {
  CivilDate from{};
  std::set<std::string> kept_by;  // doctors
};

struct Context {
  bool authenticated = false;  // personally
  bool account_known = false;
  bool enabled = false;               // the assistant has switched the task on
  std::optional<bool> doctor_present; // unknown counts as absent
  std::vector<std::string> alerts;    // immediate rules that matched
  bool to_see = false;                // item of category `a_voir` or above: clinical whatever the task
  int done_today = 0;
  std::vector<LocumPeriod> locums;
  std::vector<WithdrawnTitle> withdrawn;
  std::vector<Attestation> attested;  // added since the fiche was signed, with their proof
  // Known apart from the fiche; the narrower of the two holds. Both included.
  std::optional<CivilDate> function_start, function_end;
  std::vector<Suspension> suspensions;
  HolidayRegion holidays = HolidayRegion::france;
  std::vector<DayPeriod> away;  // exceptional absences of the actor, closures of the practice: nothing is done then (R13)
  bool clock_trusted = true;  // false: the device clock is more than five minutes off, reading only
};

struct Question {
  std::vector<KnownFiche> fiches;  // every version of every doctor that the host knows
  bool accept_declared = false;    // case files only
  Practice practice;
  std::string actor;
  Action action = Action::voir;
  std::string task;
  std::optional<std::string> variant;  // a never-delegable act or a « jamais » variant, when the act is one
  PatientFacts patient;
  std::variant<Instant, LocalTime> at;  // an instant, or the practice's wall clock
  Context context;
};

enum class Obligation { trace, validation_medecin, vu_requis, escalade_immediate };
std::string_view text(Obligation obligation);

struct Decision {
  bool authorised = false;
  Mode mode = Mode::non;           // effective; `non` when refused before a grant is established
  std::optional<Refusal> refusal;  // first failing rule, in the order of the steps
  std::set<Warning> warnings;
  std::set<Obligation> obligations;   // only when authorised
  std::vector<std::string> doctors;   // of reference: one, or the deciders; empty when nobody is
  std::string fiche_id;               // of the version that decided, empty when none did
  int fiche_version = 0;
  bool validated_by_locum = false;    // the doctor is replaced under `maintenir`: validations go to the locum
  friend bool operator==(const Decision&, const Decision&) = default;
};

// An act of a person: all the steps.
Decision decide(const Question& question);

// A plugin run: `activer` (steps 1 to 8), then the patient (step 9) without kinship. The question's action is not read.
Decision decide_run(const Question& question);

}  // namespace relais::fiche
