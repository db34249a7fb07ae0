// SPDX-License-Identifier: Apache-2.0
#include "domain/trace.h"

#include <algorithm>

namespace relais {
namespace {

constexpr std::size_t id_digits = 32;
constexpr std::size_t parent_digits = 16;
// "00-" trace-id "-" parent-id "-" flags.
constexpr std::size_t header_length = 3 + id_digits + 1 + parent_digits + 1 + 2;

bool hexadecimal(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool means_something(std::string_view digits) {
  return hexadecimal(digits) && digits.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

bool is_trace_id(std::string_view text) { return text.size() == id_digits && means_something(text); }

std::optional<std::string> trace_of(std::string_view traceparent) {
  if (traceparent.size() < header_length) return std::nullopt;
  const auto version = traceparent.substr(0, 2);
  const auto id = traceparent.substr(3, id_digits);
  const auto parent = traceparent.substr(3 + id_digits + 1, parent_digits);
  const auto flags = traceparent.substr(header_length - 2, 2);
  if (!hexadecimal(version) || version == "ff" || !hexadecimal(flags)) return std::nullopt;
  if (traceparent[2] != '-' || traceparent[3 + id_digits] != '-' || traceparent[header_length - 3] != '-') {
    return std::nullopt;
  }
  if (!means_something(id) || !means_something(parent)) return std::nullopt;
  // A later version may go on after the flags; version 00 ends there.
  if (traceparent.size() > header_length && (version == "00" || traceparent[header_length] != '-')) return std::nullopt;
  return std::string(id);
}

}  // namespace relais
