// SPDX-License-Identifier: Apache-2.0
// What a stable code means to who meets it. Everything comes from codes.def and codes_help.def; nothing here allocates
// but explanation(), and everything lives as long as the program.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/error.h"

namespace relais {

// Every code, in the order of codes.def.
std::span<const Code> all_codes();
// The code of a stable text such as "store.full"; nothing for another text.
std::optional<Code> find_code(std::string_view stable);

// What the code is about, in French: "Base de données du cabinet". Empty when codes_help.def knows no such area.
std::string_view area_of(Code code);
// What to do, in French: the code's own advice, or that of its area.
std::string_view what_to_do(Code code);
// How a gRPC call that fails with it ends, as gRPC spells it: "FAILED_PRECONDITION".
std::string_view grpc_status_name(Code code);
// Whether the same request may be sent again later without a change.
bool may_retry(Code code);

// All of it in French lines, for a terminal. Ends with a line break.
std::string explanation(Code code);

}  // namespace relais
