// SPDX-License-Identifier: Apache-2.0
// From what is stored to the decision rules: may this person do this action of this task on this subject, may this
// plugin run for this doctor. Answers from verified signatures only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "domain/escalation.h"
#include "practice/accounts.h"
#include "practice/fiche_store.h"

namespace relais::practice {

// What is known of one assistant apart from the fiches.
struct AssistantTerms {
  std::vector<fiche::WithdrawnTitle> withdrawn;
  std::vector<fiche::Attestation> attested;
  std::optional<fiche::CivilDate> function_start, function_end;
  std::vector<fiche::Suspension> suspensions;
  std::vector<fiche::DayPeriod> away;  // the own absences and the practice's closures
};

// Facts that the fiches do not hold. `at` asks what was known at that instant (now, when it is still to come) about that
// instant. The defaults are the safe ones: presence unknown (absent), nobody replaced, no title added or withdrawn, no
// absence, kinship and opposition unknown (none), no restricted category known, age unknown.
// Thread-safe in every implementation.
class DecisionFacts {
 public:
  virtual ~DecisionFacts() = default;
  // Takes in what was recorded since; to be called before the others. An Error: nothing may be decided.
  virtual Result<void> refresh() { return {}; }
  virtual std::optional<bool> doctor_present(const std::string& /*doctor*/, Instant /*at*/) { return std::nullopt; }
  virtual std::vector<fiche::LocumPeriod> locums(Instant /*at*/) { return {}; }
  virtual AssistantTerms terms(const std::string& /*assistant*/, Instant /*at*/) { return {}; }
  // Last days of the doctors who leave.
  virtual std::map<std::string, fiche::CivilDate> departures(Instant /*at*/) { return {}; }
  virtual fiche::HolidayRegion holidays(Instant /*at*/) { return fiche::HolidayRegion::france; }
  virtual bool kinship(const std::string& /*assistant*/, const std::string& /*patient*/, Instant /*at*/) {
    return false;
  }
  virtual std::vector<fiche::Opposition> opposition(const std::string& /*patient*/, Instant /*at*/) { return {}; }
  // Restricted category (D5) of the item, such as "vih-ist".
  virtual std::optional<std::string> category(const std::string& /*item*/, Instant /*at*/) { return std::nullopt; }
  // In completed years at that instant.
  virtual std::optional<int> age(const std::string& /*patient*/, Instant /*at*/) { return std::nullopt; }
  // What immediate rules are judged on: results of the item, and earlier values of the patient for these LOINC codes.
  // By default the record does not answer.
  virtual escalation::Evaluated evaluated(const std::string& /*item*/, const std::string& /*patient*/,
                                          const std::vector<std::string>& /*earlier_codes*/, Instant /*at*/) {
    escalation::Evaluated nothing;
    nothing.readable = false;
    return nothing;
  }
};

// Puts into `question` what is known apart from the fiches of its actor and its practice at `at`.
void know(fiche::Question& question, DecisionFacts& facts, Instant at);

// What is decided about. The doctor of reference is that of the item, already established: see reference_doctor().
struct MandateSubject {
  std::string task;
  std::string item_id;
  std::string patient_id;
  std::string doctor_id;
  bool to_see = false;  // category « à voir » or above
};

struct MandateAnswer {
  fiche::Decision decision;
  // Highest level that may be shown: donnees_max of the task, else niveau_max of the fiche. D0 when refused before any
  // fiche decided.
  fiche::DataLevel shown = fiche::DataLevel::D0;
  // The doctor's immediate rules that hold for the item or that the doctor judges; every assistant's who does this task
  // for this doctor. Empty when the question is not about an item.
  std::vector<escalation::Judgement> immediate;
  std::string sentence;      // French; of the refusal, empty when authorised
  std::string unblocked_by;  // French
  std::string validated_by;  // the replacement doctor to whom validations go, when decision.validated_by_locum
};

// Under which fiches a plugin runs for one subject.
struct RunMandate {
  bool allowed = false;
  std::string doctor_id;  // of reference; empty when nobody is
  // Switched on and authorised, one for each assistant; the first is whom the run is recorded under.
  struct Holder {
    std::string assistant_id;
    std::string fiche_id;
    int fiche_version = 0;
    std::vector<std::string> immediate_rules;  // as the doctor wrote them; the run uses the union
  };
  std::vector<Holder> holders;
  // The union of the holders' rules, those that hold for the item or that the doctor judges.
  std::vector<escalation::Judgement> immediate;
  // Why not: the refusal nearest to allowing, none when no assistant has switched the task on (not delegated: quiet).
  std::optional<fiche::Refusal> refusal;
};

class MandateGate {
 public:
  // All must outlive the gate. Without `grammars` no plugin is installed: the doctor judges every immediate rule.
  MandateGate(FicheStore& fiches, Accounts& accounts, Ledger& ledger, DecisionFacts& facts, const Clock& clock,
              const escalation::Grammars* grammars = nullptr)
      : fiches_(fiches), accounts_(accounts), ledger_(ledger), facts_(facts), clock_(clock), grammars_(grammars) {}

  // An act of a person. `at` absent: now. The ledger counts what was done today for `quota_jour`.
  Result<MandateAnswer> decide(const std::string& actor, fiche::Action action, const MandateSubject& subject,
                               std::optional<Instant> at = std::nullopt) const;

  // A plugin run for a task on an item of a patient whose doctors are given: `activer` and the patient's own reasons.
  Result<RunMandate> decide_run(const std::string& task, const fiche::PatientFacts& patient,
                                const std::string& item_id) const;

  // The doctor whom this replacement doctor replaces now, by the practice's own clock in `zone`; empty outside every
  // known period. A period that does not say who replaces is for the locums whose account names its doctor (`named`).
  std::string replaced_by(const std::string& locum, const std::string& named, const std::string& zone) const;

  // Public holidays of the practice, now.
  fiche::HolidayRegion holidays() const;
  // The exceptional absence or closure that keeps this assistant away on that day, by what is known now.
  std::optional<fiche::DayPeriod> away(const std::string& assistant, fiche::CivilDate day) const;
  // What is known now of this assistant apart from the fiches.
  Result<AssistantTerms> terms(const std::string& assistant) const;

  // The doctor whose fiche decides for this task, by its « Réf »; nothing when nobody in the practice is.
  Result<std::optional<std::string>> reference_doctor(const std::string& task,
                                                      const fiche::PatientFacts& patient) const;

 private:
  // Fiches, practice and context common to every question about `actor`.
  Result<fiche::Question> question(const std::string& actor, const std::string& task, Instant at) const;
  // Immediate rules of one doctor for one task: those of `own`, and of every other assistant who may run it.
  struct Rules;
  Result<void> add_rules_of_others(Rules& rules, const std::string& doctor, const std::string& task,
                                   const std::string& except, const std::vector<fiche::KnownFiche>& known,
                                   Instant at) const;
  std::vector<escalation::Judgement> judge(const Rules& rules, const std::string& task, const std::string& item,
                                           const std::string& patient, Instant at) const;
  Result<int> done_today(const std::string& actor, const MandateSubject& subject, const std::string& zone,
                         Instant at) const;

  FicheStore& fiches_;
  Accounts& accounts_;
  Ledger& ledger_;
  DecisionFacts& facts_;
  const Clock& clock_;
  const escalation::Grammars* grammars_;
};

}  // namespace relais::practice
