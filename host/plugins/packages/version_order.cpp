// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/version_order.h"

#include <algorithm>

namespace relais::plugins {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::strong_ordering compare_numbers(std::string_view left, std::string_view right) {
  left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
  right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

std::string_view next_part(std::string_view& rest) {
  const auto dot = rest.find('.');
  const auto part = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return part;
}

// Dotted identifiers: numbers below words, the shorter list below the longer one that it begins.
std::strong_ordering compare_parts(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    const auto a = next_part(left);
    const auto b = next_part(right);
    const bool number_a = is_number(a);
    const bool number_b = is_number(b);
    std::strong_ordering order = std::strong_ordering::equal;
    if (number_a && number_b) {
      order = compare_numbers(a, b);
    } else if (number_a != number_b) {
      order = number_a ? std::strong_ordering::less : std::strong_ordering::greater;
    } else {
      order = a.compare(b) <=> 0;
    }
    if (order != std::strong_ordering::equal) return order;
  }
  return !left.empty() <=> !right.empty();
}

}  // namespace

std::strong_ordering compare_versions(std::string_view left, std::string_view right) {
  const auto dash_left = left.find('-');
  const auto dash_right = right.find('-');
  const auto numbers = compare_parts(left.substr(0, dash_left), right.substr(0, dash_right));
  if (numbers != std::strong_ordering::equal) return numbers;
  const bool final_left = dash_left == std::string_view::npos;
  const bool final_right = dash_right == std::string_view::npos;
  // A version comes after what precedes it.
  if (final_left || final_right) return final_left <=> final_right;
  return compare_parts(left.substr(dash_left + 1), right.substr(dash_right + 1));
}

}  // namespace relais::plugins
