// SPDX-License-Identifier: Apache-2.0
// From a vaccination as a document tells it to the record's message. Pure.
#pragma once

#include <string>

#include "records/formats/immunization.h"
#include "records/immunization_acts.h"

namespace relais::records {

TellingOfAct map_immunization(const formats::ToldImmunization& told, const std::string& kind);

}  // namespace relais::records
