// SPDX-License-Identifier: Apache-2.0
#include "domain/reasons.h"

#include <cstddef>
#include <iterator>

namespace relais::fiche {
namespace {

constexpr Reason refusals[] = {
#define RELAIS_REFUSAL(identifier, name, french, unblock) {#identifier, name, french, unblock},
#define RELAIS_WARNING(identifier, french, unblock)
#define RELAIS_SIGNING(identifier, french, remedy)
#include "domain/reasons.def"
#undef RELAIS_REFUSAL
#undef RELAIS_WARNING
#undef RELAIS_SIGNING
};

constexpr Reason warnings[] = {
#define RELAIS_REFUSAL(identifier, name, french, unblock)
#define RELAIS_WARNING(identifier, french, unblock) {#identifier, "", french, unblock},
#define RELAIS_SIGNING(identifier, french, remedy)
#include "domain/reasons.def"
#undef RELAIS_REFUSAL
#undef RELAIS_WARNING
#undef RELAIS_SIGNING
};

constexpr Reason signing_errors[] = {
#define RELAIS_REFUSAL(identifier, name, french, unblock)
#define RELAIS_WARNING(identifier, french, unblock)
#define RELAIS_SIGNING(identifier, french, remedy) {#identifier, "", french, remedy},
#include "domain/reasons.def"
#undef RELAIS_REFUSAL
#undef RELAIS_WARNING
#undef RELAIS_SIGNING
};

template <class E, std::size_t N>
std::optional<E> find_in(const Reason (&rows)[N], std::string_view code) {
  for (std::size_t i = 0; i < N; ++i)
    if (rows[i].code == code) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace

Reason reason(Refusal refusal) { return refusals[static_cast<std::size_t>(refusal)]; }
Reason reason(Warning warning) { return warnings[static_cast<std::size_t>(warning)]; }
Reason reason(SigningError error) { return signing_errors[static_cast<std::size_t>(error)]; }

std::optional<Refusal> find_refusal(std::string_view code) { return find_in<Refusal>(refusals, code); }
std::optional<Warning> find_warning(std::string_view code) { return find_in<Warning>(warnings, code); }

std::optional<Reason> find_reason(std::string_view code) {
  if (const auto refusal = find_refusal(code)) return reason(*refusal);
  if (const auto warning = find_warning(code)) return reason(*warning);
  if (const auto error = find_in<SigningError>(signing_errors, code)) return reason(*error);
  return std::nullopt;
}

}  // namespace relais::fiche
