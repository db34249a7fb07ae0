// SPDX-License-Identifier: Apache-2.0
// Text across the boundary: a pointer and a length on one side, std::string_view on the other.
#pragma once

#include <string_view>

#include <relais/relais.h>

namespace relais {
inline namespace sdk {

// Borrowed: valid as long as what `text` points into.
[[nodiscard]] inline std::string_view view(relais_str text) noexcept {
  return text.data == nullptr ? std::string_view{} : std::string_view{text.data, text.length};
}

// Borrowed: `text` must outlive the result.
[[nodiscard]] inline relais_str borrow(std::string_view text) noexcept { return {text.data(), text.size()}; }

}  // namespace sdk
}  // namespace relais
