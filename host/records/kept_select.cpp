// SPDX-License-Identifier: Apache-2.0
#include "records/kept_select.h"

#include <algorithm>
#include <string_view>

namespace relais::records {

BoundText bind_instants(const std::string& text) {
  // Shorter numbers are statuses and limits: they are the same each time.
  constexpr std::size_t shortest_instant = 9;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_word = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  BoundText bound;
  std::vector<std::string_view> names;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at + 1;
    if (text[at] == '\'') quoted = !quoted;
    const bool starts = !quoted && (at == 0 || !is_word(text[at - 1]));
    if (starts && (is_digit(text[at]) || text[at] == ':')) {
      while (end < text.size() && is_word(text[end])) ++end;
    }
    const std::string_view piece(text.data() + at, end - at);
    if (starts && piece.size() >= shortest_instant && std::ranges::all_of(piece, is_digit)) {
      bound.placeholders.emplace_back(std::stoll(std::string(piece)));
      bound.text += '?';
    } else {
      if (piece.size() > 1 && piece.front() == ':' && std::ranges::find(names, piece) == names.end()) {
        names.push_back(piece);
        bound.placeholders.emplace_back(std::nullopt);
      }
      bound.text += piece;
    }
    at = end;
  }
  return bound;
}

void bind(practice::SqliteCursor& cursor, const BoundText& bound, const std::vector<std::string>& texts) {
  std::size_t text = 0;
  int placeholder = 0;
  for (const auto& number : bound.placeholders) {
    ++placeholder;
    if (number) {
      cursor.bind(placeholder, *number);
    } else {
      cursor.bind(placeholder, texts.at(text++));
    }
  }
}

}  // namespace relais::records
