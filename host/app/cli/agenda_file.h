// SPDX-License-Identifier: Apache-2.0
// An agenda's hours as a person writes them: YAML, or JSON, which is YAML too.
#pragma once

#include <string>

#include "relais/v1/scheduling.pb.h"

namespace relais::cli {

// id, personne, medecin, lieu, fuseau, rappels_par_jour, horaires [{jours, de, a, nature, minutes, du, au, feries,
// avec, sans}], fermetures [{de, a}]. Throws CallFailed naming what cannot be read; unknown keys are refused. The host
// judges the rest.
v1::Schedule read_agenda(const std::string& text);

// "ordinaire", "non programmé", …
std::string kind_label(v1::SlotKind kind);
// The word of `nature` in a file; throws CallFailed for another.
v1::SlotKind kind_of(const std::string& word);
std::string booking_label(v1::BookingState state);

}  // namespace relais::cli
