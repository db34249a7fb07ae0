// SPDX-License-Identifier: Apache-2.0
// A Result of what runs in this program, for commands: its value, or what the user is told.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "app/cli/session.h"
#include "domain/error.h"

namespace relais::cli {

// Throws CallFailed with the French sentence of the code and its place.
template <class T>
T or_failed(Result<T> result) {
  if (!result) {
    const auto& error = result.error();
    const auto place = error.place.empty() ? std::string{} : " [" + error.place + "]";
    throw CallFailed{std::string(french(error.code)) + place, std::string(stable_code(error.code)), {}, {}};
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace relais::cli
