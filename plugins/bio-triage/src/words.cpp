// SPDX-License-Identifier: Apache-2.0
#include "words.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "table.h"

namespace bio {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::array<std::string_view, 15> family_names{
    "urgent", "non_rendu", "negatif", "code_negatif", "negation", "positif", "malin", "annonce",
    "immunite", "hemoculture", "culture_urine", "hors_culture", "germe", "coli", "enterobacterie"};

// Where `stem` stands at the beginning of a word of `text`, from `from` on; npos when nowhere.
std::size_t find_word(std::string_view text, std::string_view stem, std::size_t from = 0) {
  for (std::size_t at = text.find(stem, from); at != std::string_view::npos; at = text.find(stem, at + 1)) {
    if (at == 0 || !is_word(text[at - 1])) return at;
  }
  return std::string_view::npos;
}

// Whether the whole word, or the expression that ends with an apostrophe, stands in `text`: "ni" is not in "nitrites".
bool holds_word(std::string_view text, std::string_view word) {
  for (std::size_t at = find_word(text, word); at != std::string_view::npos; at = find_word(text, word, at + 1)) {
    const std::size_t end = at + word.size();
    if (end >= text.size() || !is_word(word.back()) || !is_word(text[end])) return true;
  }
  return false;
}

// The beginning of the clause that stands before `at`. A comma goes on with "de", "d'" or "ni".
std::string_view clause_before(std::string_view text, std::size_t at) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < at; ++i) {
    if (text[i] == '.' || text[i] == ';' || text[i] == '!' || text[i] == '\n') begin = i + 1;
    if (text[i] == ',') {
      const std::size_t next = text.find_first_not_of(' ', i + 1);
      const std::string_view rest = next == std::string_view::npos ? std::string_view{} : text.substr(next);
      if (!rest.starts_with("de ") && !rest.starts_with("d'") && !rest.starts_with("ni ")) begin = i + 1;
    }
    if (text.substr(i).starts_with(" mais ")) begin = i + 1;
  }
  return text.substr(begin, at - begin);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view around = " \t\n.:;,!*()";
  const std::size_t first = text.find_first_not_of(around);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(around) - first + 1);
}

}  // namespace

std::string folded(std::string_view text) {
  // Latin-1 letters of French as their second UTF-8 byte after 0xC3, capitals being 0x20 below.
  static constexpr std::array<std::pair<unsigned char, char>, 17> letters{
      {{0xa0, 'a'}, {0xa1, 'a'}, {0xa2, 'a'}, {0xa4, 'a'}, {0xa7, 'c'}, {0xa8, 'e'}, {0xa9, 'e'}, {0xaa, 'e'},
       {0xab, 'e'}, {0xae, 'i'}, {0xaf, 'i'}, {0xb4, 'o'}, {0xb6, 'o'}, {0xb9, 'u'}, {0xbb, 'u'}, {0xbc, 'u'},
       {0xb1, 'n'}}};
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : static_cast<unsigned char>(0);
    if (byte == 0xc3) {
      const unsigned char lower = next < 0xa0 ? static_cast<unsigned char>(next + 0x20) : next;
      const auto* const letter =
          std::find_if(letters.begin(), letters.end(), [&](const auto& one) { return one.first == lower; });
      if (letter != letters.end()) {
        plain += letter->second;
        ++at;
        continue;
      }
    }
    // Combining accents (U+0300 to U+036F) of decomposed text.
    if ((byte == 0xcc && next >= 0x80) || (byte == 0xcd && next < 0xb0)) {
      ++at;
      continue;
    }
    plain += text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] - 'A' + 'a') : text[at];
  }
  return plain;
}

Words Words::load(const std::filesystem::path& path) {
  static_assert(family_names.size() == family_count);
  Words words;
  for (const Row& row : read_table(path, {"famille", "mot"})) {
    const std::string& word = row[1];
    if (word.empty()) throw std::runtime_error("mots.csv: empty word");
    if (row[0] != "code_negatif" && folded(word) != word) throw std::runtime_error("mots.csv: accents in " + word);
    const auto* const family = std::find(family_names.begin(), family_names.end(), row[0]);
    if (family == family_names.end()) throw std::runtime_error("mots.csv: unknown family " + row[0]);
    words.words_[static_cast<std::size_t>(family - family_names.begin())].push_back(word);
  }
  for (std::size_t at = 0; at < family_count; ++at) {
    if (words.words_[at].empty()) throw std::runtime_error("mots.csv: no word of family " + std::string(family_names[at]));
  }
  return words;
}

bool Words::begins(Family family, std::string_view text) const {
  const std::string plain = folded(text);
  const auto& stems = of(family);
  return std::any_of(stems.begin(), stems.end(),
                     [&](const std::string& stem) { return find_word(plain, stem) != std::string_view::npos; });
}

bool Words::affirms(Family family, std::string_view text) const {
  const std::string plain = folded(text);
  const auto negated = [&](std::size_t at) {
    const std::string_view before = clause_before(plain, at);
    const auto& stems = of(Family::negation);
    return std::any_of(stems.begin(), stems.end(), [&](const std::string& word) { return holds_word(before, word); });
  };
  for (const std::string& stem : of(family)) {
    for (std::size_t at = find_word(plain, stem); at != std::string_view::npos; at = find_word(plain, stem, at + 1)) {
      if (!negated(at)) return true;
    }
  }
  return false;
}

bool Words::negative(std::string_view text, std::string_view code) const {
  const auto holds = [](const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  const std::string plain = folded(text);
  const std::string_view answer = trimmed(plain);
  if (!code.empty() && holds(of(Family::negative_code), code)) {
    return answer.empty() || holds(of(Family::negative), answer);
  }
  return holds(of(Family::negative), answer);
}

}  // namespace bio
