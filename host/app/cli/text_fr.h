// SPDX-License-Identifier: Apache-2.0
// Words of the contract as people read them on a screen.
#pragma once

#include <cstdint>
#include <string>

#include "relais/v1/worklist.pb.h"

namespace relais::cli {

// "Critique", "À voir aujourd'hui", …
std::string category_label(v1::Category category);
// The word of the catalogue: "critique", "aujourdhui", "a_voir", "normal", "a_classer"; empty when there is none.
std::string category_word(v1::Category category);
// "à traiter", "pris en charge", …
std::string state_label(v1::ItemState state);
// "23/11/2026 16:45" in the time zone of the machine's TZ, Europe/Paris by default.
std::string instant_label(std::int64_t ms);
// Milliseconds of "2026-11-23T14:00" or "2026-11-23" in the same time zone. `end`: a bare day is included. Throws
// CallFailed for anything else.
std::int64_t instant_of(const std::string& text, bool end = false);
// "NOM Prénom (12/03/1957)", or "patient non identifié".
std::string patient_label(const v1::PatientLabel& patient);
// An item on one line, its reasons indented below.
std::string item_text(const v1::WorklistItem& item);
std::string not_evaluated_text(const v1::NotEvaluated& entry);
std::string notice_text(const v1::Notice& notice);

}  // namespace relais::cli
