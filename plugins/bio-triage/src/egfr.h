// SPDX-License-Identifier: Apache-2.0
// Estimated glomerular filtration rate from creatinine (HAS 2011: CKD-EPI 2009 with an enzymatic method, no factor of
// origin). Not under 18, not in pregnancy, not during an acute injury: the caller's to know.
#pragma once

#include <string_view>

#include <relais/values.h>

namespace bio {

// mL/min/1.73 m², from a creatinine in µmol/L over 0, age in years; `sex` is female or male.
double ckd_epi_2009(double creatinine, int age, relais::Sex sex);
// Published coefficients written from memory: shown nowhere until they are checked.
double ckd_epi_2021(double creatinine, int age, relais::Sex sex);

// KDIGO 2024: "G1" to "G5".
std::string_view filtration_stage(double rate);

}  // namespace bio
