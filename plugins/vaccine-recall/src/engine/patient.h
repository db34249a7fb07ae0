// SPDX-License-Identifier: Apache-2.0
// What the engine is told of a patient. Dates are civil days; the assessment date is an argument, never the clock.
#pragma once

#include <string>
#include <vector>

#include "engine/supporting_data.h"

namespace relais::vaccine {

struct Dose {
  Day date = 0;
  CvxId cvx = no_id;         // no_id: a code that the data do not know; reported as not evaluable
  std::string mvx;
  MaybeDay lot_expiry;       // the last day of the month when only the month is known (CALCDTLOTEXP-1)
  bool condition_flag = false;  // recall, broken cold chain, misadministration
  double volume = 0;         // millilitres, 0 when not known
  // The record says that the dose was given in time and does not say when: it satisfies a target dose that accepts its
  // vaccine without tests of age and interval, and is no reference for later intervals. Its date only orders it.
  bool undated = false;
};

struct ObservationFact {
  ObservationId observation = no_id;
  MaybeDay date;
};

struct Patient {
  Day birth = 0;
  Gender gender = Gender::unknown;
  std::string birth_country;
  std::vector<Dose> doses;  // any order; the order of doses of one day is kept
  std::vector<ObservationFact> observations;  // active ones only
};

}  // namespace relais::vaccine
