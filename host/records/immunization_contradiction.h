// SPDX-License-Identifier: Apache-2.0
// Why two acts of vaccination cannot both be right, from what can be compared of them. Pure. Private to the
// reconciliation of immunizations; immunization_acts.h has the same for two records.
#pragma once

#include "records/immunization_facts.h"
#include "relais/v1/patient_record.pb.h"

namespace relais::records {

// Of two acts neither of which was entered in error. Unspecified: both may be right.
v1::ImmunizationConflictKind contradiction(const ImmunizationFacts& a, const ImmunizationFacts& b);

// Of two acts one of which its sender entered in error: it takes back what the other still says. Else unspecified.
v1::ImmunizationConflictKind error_contradiction(const ImmunizationFacts& a, const ImmunizationFacts& b);

}  // namespace relais::records
