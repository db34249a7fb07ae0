// SPDX-License-Identifier: Apache-2.0
// Why an answer is what it is: in rule identifiers for developers, in French for the assistant.
#pragma once

#include <string>
#include <vector>

#include "engine/trace.h"

namespace relais::vaccine {

// "CALCDTAGE-5 dose 2 age.absMinAge: 2024-11-10 -> 2024-12-18, met", in the order of the decisions, for the series of
// one forecast.
std::vector<std::string> explain_for_developers(const SupportingData& data, const Assessment& assessment,
                                                const GroupForecast& forecast, const Trace& trace);

// One sentence for each dose, then for the next one and what decides its dates.
std::vector<std::string> explain_in_french(const SupportingData& data, const Assessment& assessment,
                                           const GroupForecast& forecast, const Trace& trace);

// "trop jeune; trop tôt après la dose précédente", in the order age, interval, conflict, vaccine; "" without a reason.
std::string french_reasons(Reasons reasons);

}  // namespace relais::vaccine
