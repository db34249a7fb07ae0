// SPDX-License-Identifier: Apache-2.0
// Mandates of many runs of one task: what does not depend on the patient is read once.
#pragma once

#include <string>
#include <vector>

#include "practice/mandate_gate.h"

namespace relais::practice {

// Where a mandate is read. All must outlive what is made of it.
struct MandateSources {
  const FicheStore& fiches;
  const Accounts& accounts;
  DecisionFacts& facts;
};

// Fiches, practice and context common to every question about `actor`.
Result<fiche::Question> mandate_question(const MandateSources& sources, const std::string& actor,
                                         const std::string& task, Instant at);

// The fiche of a decision, null when none decided.
const fiche::Fiche* deciding(const std::vector<fiche::KnownFiche>& fiches, const std::string& id, int version);

// Of two refusals of a run, the one that failed later in the steps: nearest to allowing. Codes are not in the order of
// the steps, so what matters is told by whether a grant was reached.
bool nearer(const std::optional<fiche::Refusal>& kept, const fiche::Decision& candidate);

// Decides as MandateGate::decide_run does about a patient without an item, from what stood when it was loaded: a fiche
// that is signed or revoked meanwhile counts from the next loading on. Not thread-safe.
class MandateRuns {
 public:
  static Result<MandateRuns> load(const MandateSources& sources, const std::string& task, Instant at);
  // `patient` is whole: age, category and opposition are not asked again.
  RunMandate decide(const fiche::PatientFacts& patient);

 private:
  struct Switched {
    std::string doctor_id;
    fiche::Question question;  // of one assistant who has switched the task on
  };
  fiche::Question reference_;
  std::vector<Switched> switched_;
};

}  // namespace relais::practice
