// SPDX-License-Identifier: Apache-2.0
// From ICD-10 and ATC codes to words of clinical context, by a sourced data file. A code that maps to no word gives
// none; a row without a code cannot be mapped, and leaves its patient's context unknown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"

namespace relais::records {

class ContextMap {
 public:
  // contexte-clinique.csv as built into this host.
  static const ContextMap& built_in();

  // Reads the same form: comment lines with #, a header, then kind,word,label_fr,icd10,atc,confidence; codes separated
  // by spaces. relais.invalid-argument with the line for anything else.
  static Result<ContextMap> parse(std::string_view csv);

  // Words of an ICD-10 code of a condition, with or without its dot; none when unmapped.
  std::vector<std::string> words_of_icd10(std::string_view code) const;
  std::vector<std::string> words_of_atc(std::string_view code) const;
  // The code that tells this word and the fewest others, nothing for a word that no code gives.
  struct WordCode {
    std::string code;
    bool treatment = false;  // ATC; else ICD-10
  };
  std::optional<WordCode> code_of(std::string_view word) const;
  // The closed list of words, each once, in the order of the file.
  const std::vector<std::string>& words() const { return words_; }

 private:
  struct Rule {
    std::string prefix;
    std::string word;
  };
  static std::vector<std::string> matching(const std::vector<Rule>& rules, std::string_view code);

  std::vector<Rule> icd10_;
  std::vector<Rule> atc_;
  std::vector<std::string> words_;
};

// Upper case without dots and spaces: how codes are compared, "n18.3" as "N183".
std::string bare_code(std::string_view code);

}  // namespace relais::records
