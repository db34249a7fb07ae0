// SPDX-License-Identifier: Apache-2.0
// The CDSi forecasting engine, logic specification 4.6: evaluation of every dose, forecast, best series, vaccine
// groups. Pure: same data, patient and assessment date give the same answer. Thread-safe: it keeps nothing between
// calls.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "engine/result.h"

namespace relais::vaccine {

struct Trace;

struct InputError {
  std::string reason;  // for developers; holds no health data
};

// Evaluates and forecasts every vaccine group. Refused: an assessment before birth, a dose after the assessment (the
// specification assumes none), more than 1,000 doses. `trace`, when given, receives every decision with its rule.
tl::expected<Assessment, InputError> assess(const SupportingData& data, const Patient& patient, Day assessed,
                                            Trace* trace = nullptr);

}  // namespace relais::vaccine
