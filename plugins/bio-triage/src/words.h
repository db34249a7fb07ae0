// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bio {

// Lower case without accents, for words in French; other characters stay.
std::string folded(std::string_view text);

// The families of data/mots.csv, in the order of their names in words.cpp.
enum class Family {
  urgent,          // of alarm, in a laboratory's comment
  not_rendered,    // why a result could not be given
  negative,        // the whole answer is a negative
  negative_code,   // the same as a code
  negation,        // what turns the rest of its clause into an absence
  positive,
  malignant,
  announced,       // an examination whose positive answer only the doctor announces
  immunity,        // looks like one of them and tells an immunity
  blood_culture,
  urine_culture,
  beside_culture,  // stands in a urine report and is no culture
  germ,
  coli,            // Escherichia coli
  enterobacteria   // the others
};

// The words of data/mots.csv.
class Words {
 public:
  // Throws std::runtime_error on a bad file.
  static Words load(const std::filesystem::path& path);

  // A word of alarm in a laboratory's comment; a negation in front of it changes nothing: doubt goes up.
  bool urgent(std::string_view comment) const { return begins(Family::urgent, comment); }
  // Words that say why a result could not be given.
  bool not_rendered(std::string_view text) const { return begins(Family::not_rendered, text); }
  // The whole answer is a recognised negative, as a text or as a code.
  bool negative(std::string_view text, std::string_view code) const;

  // Some word of the text begins with a word of the family.
  bool begins(Family family, std::string_view text) const;
  // The same, and no negation stands before it in its clause: "absence de carcinome" affirms nothing.
  bool affirms(Family family, std::string_view text) const;

 private:
  static constexpr std::size_t family_count = static_cast<std::size_t>(Family::enterobacteria) + 1;
  const std::vector<std::string>& of(Family family) const { return words_[static_cast<std::size_t>(family)]; }

  std::array<std::vector<std::string>, family_count> words_;
};

}  // namespace bio
