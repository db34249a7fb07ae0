// SPDX-License-Identifier: Apache-2.0
// The codes of decisions (R, W) and of signing checks (E), from reasons.def.
#pragma once

#include <optional>
#include <string_view>

namespace relais::fiche {

enum class Refusal {
#define RELAIS_REFUSAL(identifier, name, french, unblock) identifier,
#define RELAIS_WARNING(identifier, french, unblock)
#define RELAIS_SIGNING(identifier, french, remedy)
#include "domain/reasons.def"
#undef RELAIS_REFUSAL
#undef RELAIS_WARNING
#undef RELAIS_SIGNING
};

enum class Warning {
#define RELAIS_REFUSAL(identifier, name, french, unblock)
#define RELAIS_WARNING(identifier, french, unblock) identifier,
#define RELAIS_SIGNING(identifier, french, remedy)
#include "domain/reasons.def"
#undef RELAIS_REFUSAL
#undef RELAIS_WARNING
#undef RELAIS_SIGNING
};

enum class SigningError {
#define RELAIS_REFUSAL(identifier, name, french, unblock)
#define RELAIS_WARNING(identifier, french, unblock)
#define RELAIS_SIGNING(identifier, french, remedy) identifier,
#include "domain/reasons.def"
#undef RELAIS_REFUSAL
#undef RELAIS_WARNING
#undef RELAIS_SIGNING
};

// One row of reasons.def. `name` is empty for W and E. Static storage.
struct Reason {
  std::string_view code;     // "R08"
  std::string_view name;     // "NON_ACCORDEE"
  std::string_view french;   // one sentence for people
  std::string_view unblock;  // who can change it, or what to change, in French
};

Reason reason(Refusal refusal);
Reason reason(Warning warning);
Reason reason(SigningError error);

// The reason with this code ("R08", "W1", "E10"), or nothing.
std::optional<Reason> find_reason(std::string_view code);
// The refusal or warning with this code, or nothing.
std::optional<Refusal> find_refusal(std::string_view code);
std::optional<Warning> find_warning(std::string_view code);

}  // namespace relais::fiche
