// SPDX-License-Identifier: Apache-2.0
// French text as people mean it, for comparison only: never for display or storage.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace relais {

// Lower case, without accents or ligatures, typographic apostrophes, dashes and spaces made plain, runs of spaces made
// one, trimmed. Letters outside Latin-1 and œ stay as they are; bytes that are no UTF-8 too.
std::string fold(std::string_view text);

// The words of a folded text: runs of letters and digits.
std::vector<std::string> words_of(std::string_view folded);

}  // namespace relais
