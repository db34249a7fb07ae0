// SPDX-License-Identifier: Apache-2.0
#include "engine/text.h"

namespace relais::vaccine {

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  while (true) {
    const auto end = text.find(separator);
    if (auto part = trimmed(text.substr(0, end)); !part.empty()) out.push_back(std::move(part));
    if (end == text.npos) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace relais::vaccine
