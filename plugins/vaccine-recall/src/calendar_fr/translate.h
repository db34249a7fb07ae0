// SPDX-License-Identifier: Apache-2.0
// From a French record to the engine's patient.
#pragma once

#include "calendar_fr/answer.h"

namespace relais::vaccine::fr {

// `last_day`: doses known by month or year are taken on the last day of their range, else on the first.
tl::expected<Patient, std::string> translate(const Calendar& calendar, const Record& record, bool last_day);

}  // namespace relais::vaccine::fr
