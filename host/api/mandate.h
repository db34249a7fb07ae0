// SPDX-License-Identifier: Apache-2.0
// Third step of admission: does a fiche de poste in force allow this action on this subject? Asked for assistants only:
// doctors act on their own authority, the other roles never reach a method that asks for an action.
#pragma once

#include "api/caller.h"
#include "api/failure.h"
#include "relais/v1/common.pb.h"
#include "relais/v1/options.pb.h"

namespace relais::api {

// What a mandate gave, for the handler to cut what it shows.
struct Mandate {
  v1::Decision decision;
  // Highest data level that may be shown; D5 when no fiche was asked for (a doctor).
  v1::DataLevel shown = v1::DATA_LEVEL_D5;
};

// Answers from the stored fiches. Thread-safe.
class MandateGate {
 public:
  virtual ~MandateGate() = default;
  // The decision, refused ones included; an Error only when it could not be taken.
  virtual Result<Mandate> decide(const Caller& caller, v1::DelegatedAction action, const v1::Subject& subject) = 0;
};

// Refused with api.mandate, the rule, its sentence and who can unblock it.
Answer<Mandate> check_mandate(MandateGate& gate, const Caller& caller, v1::DelegatedAction action,
                              const v1::Subject& subject);

}  // namespace relais::api
