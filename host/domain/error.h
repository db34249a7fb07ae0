// SPDX-License-Identifier: Apache-2.0
// One status type for the whole host: a function returns a value or an Error, never both.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace relais {

// Every stable code, from codes.def.
enum class Code {
#define RELAIS_CODE(identifier, stable, french) identifier,
#include "domain/codes.def"
#undef RELAIS_CODE
};

// The stable, documented text of a code, such as "relais.not-found". Never null, never localised.
std::string_view stable_code(Code code);

// One French sentence for doctors and assistants.
std::string_view french(Code code);

// What went wrong. `detail` is for developers and logs: it names files, fields and identifiers of code, never health
// data. `place` says where in the input (a path such as "taches[3].mode"), empty when there is no place.
struct Error {
  Code code;
  std::string detail;
  std::string place = {};
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Code code, std::string detail, std::string place = {}) {
  return tl::unexpected<Error>(Error{code, std::move(detail), std::move(place)});
}

}  // namespace relais
