// SPDX-License-Identifier: Apache-2.0
// What people read. Numbers and dates only: the name of the illness stands in the draft, which fewer people see.
#pragma once

#include <string>
#include <string_view>

#include "rights.h"

namespace ald {

// "ALD-DUE": the rule that speaks for a stage; empty for none.
std::string_view rule_of(Stage stage);
relais::Category category_of(Stage stage);
// "fin le 01/05/2027 (estimée : 10 ans depuis le 02/05/2017)".
std::string end_words(const Right& right, const End& end);
// What to do at this stage.
std::string_view advice(Stage stage);
// "demande envoyée le 02/11/2026"; empty when nothing was done.
std::string step_words(const Right& right);
std::string ald(const Right& right);

// The day and hour of an appointment on the practice's clock: "03/12/2026 à 10 h 30".
std::string appointment_words(const relais::Appointment& appointment);

}  // namespace ald
