// SPDX-License-Identifier: Apache-2.0
#include "domain/folded_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace relais {
namespace {

constexpr auto folded = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"à", "a"}, {"â", "a"}, {"ä", "a"}, {"á", "a"}, {"ã", "a"}, {"å", "a"}, {"ç", "c"}, {"é", "e"},
    {"è", "e"}, {"ê", "e"}, {"ë", "e"}, {"î", "i"}, {"ï", "i"}, {"í", "i"}, {"ì", "i"}, {"ñ", "n"},
    {"ô", "o"}, {"ö", "o"}, {"ó", "o"}, {"ò", "o"}, {"õ", "o"}, {"ù", "u"}, {"û", "u"}, {"ü", "u"},
    {"ú", "u"}, {"ÿ", "y"}, {"œ", "oe"}, {"æ", "ae"}, {"À", "a"}, {"Â", "a"}, {"Ä", "a"}, {"Á", "a"},
    {"Ã", "a"}, {"Å", "a"}, {"Ç", "c"}, {"É", "e"}, {"È", "e"}, {"Ê", "e"}, {"Ë", "e"}, {"Î", "i"},
    {"Ï", "i"}, {"Í", "i"}, {"Ñ", "n"}, {"Ô", "o"}, {"Ö", "o"}, {"Ó", "o"}, {"Ù", "u"}, {"Û", "u"},
    {"Ü", "u"}, {"Ú", "u"}, {"Ÿ", "y"}, {"Œ", "oe"}, {"Æ", "ae"}, {"\u2019", "'"}, {"\u2018", "'"}, {"\u00a0", " "},
    {"\u202f", " "}, {"\u2009", " "}, {"\u2010", "-"}, {"\u2011", "-"}, {"\u2013", "-"}, {"\u2212", "-"},
    {"\u00b5", "u"}, {"\u03bc", "u"}});

// Letters written as a base and a combining accent.
bool combining(std::string_view rest) {
  return rest.size() >= 2 && rest[0] == '\xCC' && static_cast<unsigned char>(rest[1]) >= 0x80;
}

}  // namespace

std::string fold(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  const auto add = [&](char c) {
    if (c == ' ' && (plain.empty() || plain.back() == ' ')) return;
    plain += c;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    if (combining(rest)) {
      at += 2;
      continue;
    }
    const auto found = static_cast<unsigned char>(rest.front()) < 0x80
                           ? folded.end()
                           : std::find_if(folded.begin(), folded.end(),
                                          [&](const auto& pair) { return rest.starts_with(pair.first); });
    if (found != folded.end()) {
      for (const char c : found->second) add(c);
      at += found->first.size();
      continue;
    }
    const char c = text[at++];
    if (c >= 'A' && c <= 'Z')
      add(static_cast<char>(c - 'A' + 'a'));
    else
      add(c == '\t' || c == '\r' || c == '\n' ? ' ' : c);
  }
  while (!plain.empty() && plain.back() == ' ') plain.pop_back();
  return plain;
}

std::vector<std::string> words_of(std::string_view folded_text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : folded_text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte >= 0x80) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace relais
