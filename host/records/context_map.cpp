// SPDX-License-Identifier: Apache-2.0
#include "records/context_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/tokenizer.hpp>
#include <stdexcept>

namespace relais::records {

extern const std::string_view contexte_clinique_csv;

namespace {

constexpr std::string_view header = "kind,word,label_fr,icd10,atc,confidence";
enum Field { kind_field, word_field, label_field, icd10_field, atc_field, confidence_field, field_count };

std::vector<std::string> split_codes(const std::string& codes) {
  const boost::tokenizer<boost::char_separator<char>> parts(codes, boost::char_separator<char>(" "));
  return {parts.begin(), parts.end()};
}

}  // namespace

std::string bare_code(std::string_view code) {
  std::string bare;
  for (const char c : code) {
    if (c == '.' || c == ' ') continue;
    bare.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return bare;
}

Result<ContextMap> ContextMap::parse(std::string_view csv) {
  ContextMap map;
  bool header_seen = false;
  for (int number = 1; !csv.empty(); ++number) {
    const auto end = csv.find('\n');
    const std::string line(csv.substr(0, end));
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    const auto place = fmt::format("line {}", number);
    if (!header_seen) {
      if (line != header) return fail(Code::invalid_argument, "unexpected header", place);
      header_seen = true;
      continue;
    }
    std::vector<std::string> fields;
    try {
      const boost::tokenizer<boost::escaped_list_separator<char>> parts(line);
      fields.assign(parts.begin(), parts.end());
    } catch (const boost::escaped_list_error&) {
      return fail(Code::invalid_argument, "not a line of CSV", place);
    }
    if (fields.size() != field_count || fields[word_field].empty()) {
      return fail(Code::invalid_argument, "six fields and a word are needed", place);
    }
    const auto icd10 = split_codes(fields[icd10_field]);
    const auto atc = split_codes(fields[atc_field]);
    if (icd10.empty() && atc.empty()) return fail(Code::invalid_argument, "a word without a code", place);
    for (const auto& code : icd10) map.icd10_.push_back({bare_code(code), fields[word_field]});
    for (const auto& code : atc) map.atc_.push_back({bare_code(code), fields[word_field]});
    if (std::ranges::find(map.words_, fields[word_field]) == map.words_.end()) map.words_.push_back(fields[word_field]);
  }
  if (map.words_.empty()) return fail(Code::invalid_argument, "no word");
  return map;
}

const ContextMap& ContextMap::built_in() {
  static const ContextMap map = [] {
    auto parsed = parse(contexte_clinique_csv);
    // Built into the program and read by a test: it cannot fail in a host that was tested.
    if (!parsed) throw std::logic_error("contexte-clinique.csv: " + parsed.error().place);
    return std::move(*parsed);
  }();
  return map;
}

std::vector<std::string> ContextMap::matching(const std::vector<Rule>& rules, std::string_view code) {
  const auto bare = bare_code(code);
  std::vector<std::string> words;
  for (const auto& rule : rules) {
    if (bare.starts_with(rule.prefix) && std::ranges::find(words, rule.word) == words.end()) words.push_back(rule.word);
  }
  return words;
}

std::vector<std::string> ContextMap::words_of_icd10(std::string_view code) const { return matching(icd10_, code); }
std::vector<std::string> ContextMap::words_of_atc(std::string_view code) const { return matching(atc_, code); }

std::optional<ContextMap::WordCode> ContextMap::code_of(std::string_view word) const {
  std::optional<WordCode> best;
  std::size_t fewest = 0;
  const auto consider = [&](const std::vector<Rule>& rules, bool treatment) {
    for (const auto& rule : rules) {
      const auto others = matching(rules, rule.prefix).size();
      if (rule.word != word || (best && others >= fewest)) continue;
      best = WordCode{rule.prefix, treatment};
      fewest = others;
    }
  };
  consider(icd10_, false);
  consider(atc_, true);
  return best;
}

}  // namespace relais::records
