// SPDX-License-Identifier: Apache-2.0
#include "recall/codes.h"

#include <relais/table.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "command/csv.h"
#include "engine/text.h"

namespace recall {
namespace {

using Valences = std::vector<std::string>;

// Every French letter with an accent is two bytes in UTF-8, the first of them C3 (or C5 for œ).
char plain(unsigned char first, unsigned char second) {
  if (first == 0xC5) return second == 0x92 || second == 0x93 ? 'o' : ' ';
  if (first != 0xC3) return ' ';
  const unsigned small = second | 0x20U;
  if (small >= 0xA0 && small <= 0xA5) return 'a';
  if (small == 0xA7) return 'c';
  if (small >= 0xA8 && small <= 0xAB) return 'e';
  if (small >= 0xAC && small <= 0xAF) return 'i';
  if (small >= 0xB2 && small <= 0xB6) return 'o';
  if (small >= 0xB9 && small <= 0xBC) return 'u';
  return ' ';
}

// Of several readings: what all of them hold, and what any of them holds.
Reading reading_of(const std::vector<Valences>& readings) {
  Reading made;
  made.read = true;
  for (const auto& valence : readings.front()) {
    const bool everywhere = std::ranges::all_of(
        readings, [&](const Valences& each) { return std::ranges::find(each, valence) != each.end(); });
    if (everywhere) made.sure.push_back(valence);
  }
  std::set<std::string> any;
  for (const auto& each : readings) any.insert(each.begin(), each.end());
  made.possible.assign(any.begin(), any.end());
  std::ranges::sort(made.sure);
  return made;
}

Reading outside_reading() {
  Reading made;
  made.read = made.outside = true;
  return made;
}

// The short name of a system; a system that is none of these is left as written.
std::string_view short_system(std::string_view system) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> known{
      {{"1.2.250.1.213.2.3.1", "cis"},
       {"urn:oid:1.2.250.1.213.2.3.1", "cis"},
       {"2.16.840.1.113883.6.73", "atc"},
       {"urn:oid:2.16.840.1.113883.6.73", "atc"},
       {"http://www.whocc.no/atc", "atc"},
       {"2.16.840.1.113883.12.292", "cvx"},
       {"urn:oid:2.16.840.1.113883.12.292", "cvx"},
       {"http://hl7.org/fhir/sid/cvx", "cvx"},
       {"http://data.esante.gouv.fr/ansm/medicament/cis", "cis"}}};
  for (const auto& [written, name] : known) {
    if (system == written) return name;
  }
  return system;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    char letter = ' ';
    if (byte < 0x80) {
      const bool capital = byte >= 'A' && byte <= 'Z';
      if (capital || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
        letter = static_cast<char>(capital ? byte + ('a' - 'A') : byte);
      }
    } else {
      if (byte >= 0xC0 && i + 1 < text.size()) letter = plain(byte, static_cast<unsigned char>(text[i + 1]));
      while (i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xC0U) == 0x80U) ++i;
    }
    if (letter != ' ') {
      made.push_back(letter);
    } else if (!made.empty() && made.back() != ' ') {
      made.push_back(' ');
    }
  }
  if (!made.empty() && made.back() == ' ') made.pop_back();
  return made;
}

Codes Codes::load(const std::filesystem::path& edition, const fr::Calendar& calendar) {
  const auto refuse = [](const std::string& why) { throw std::runtime_error("codes.csv: " + why); };
  Codes made;
  for (const auto& row :
       relais::read_table(edition / "codes.csv", {"systeme", "code", "lectures", "confiance", "source"})) {
    if (row[1].empty() || row[4].empty()) refuse("a line needs a code and a source");
    if (row[3].size() != 1 || std::string_view("ABC").find(row[3][0]) == std::string_view::npos) {
      refuse(row[1] + ": not a letter of confidence");
    }
    std::vector<Valences> readings;
    for (const auto& text : relais::split(row[2], '|')) {
      auto valences = relais::vaccine::split(text, ' ');
      if (valences.empty()) refuse(row[1] + ": an empty reading");
      readings.push_back(std::move(valences));
    }
    const bool outside = row[2] == "hors-regle";
    for (const auto& valences : readings) {
      for (const auto& valence : valences) {
        if (!outside && std::ranges::find(calendar.valences, valence) == calendar.valences.end()) {
          refuse(row[1] + ": unknown valence '" + valence + "'");
        }
      }
    }
    const Reading reading = outside ? outside_reading() : reading_of(readings);
    if (row[0] == "nom") {
      const auto word = folded(row[1]);
      if (word.empty() || !made.by_word_.emplace(word, reading).second) refuse(row[1] + ": stands twice");
    } else if (row[0] == "cis" || row[0] == "atc" || row[0] == "cvx") {
      if (!made.by_code_.emplace(row[0] + "/" + row[1], reading).second) refuse(row[1] + ": stands twice");
    } else {
      refuse("unknown system '" + row[0] + "'");
    }
  }

  std::string text;
  if (!relais::vaccine::read_file(edition / "produits.csv", text)) throw std::runtime_error("produits.csv: missing");
  const auto products = relais::vaccine::read_csv(text);
  if (!products) throw std::runtime_error("produits.csv: " + products.error());
  std::map<std::string, std::vector<std::pair<std::string, Valences>>> of_atc;
  for (std::size_t row = 0; row < products->rows.size(); ++row) {
    const auto& name = products->value(row, "produit");
    const auto& cis = products->value(row, "cis");
    const auto& atc = products->value(row, "atc");
    const auto& valences = calendar.products.at(name);
    Reading reading = reading_of({valences});
    reading.product = name;
    // A word of a record is no brand: it stands for itself only.
    if (atc.empty()) {
      made.by_word_.insert_or_assign(folded(name), reading);
    } else {
      made.by_word_.emplace(folded(name), reading);
      made.brands_.emplace_back(folded(name), reading);
      of_atc[atc].emplace_back(name, valences);
    }
    if (!cis.empty()) made.by_code_.insert_or_assign("cis/" + cis, reading);
  }
  for (const auto& [atc, all] : of_atc) {
    std::vector<Valences> readings;
    for (const auto& [name, valences] : all) readings.push_back(valences);
    Reading reading = reading_of(readings);
    if (all.size() == 1) reading.product = all.front().first;
    made.by_code_.emplace("atc/" + atc, reading);  // codes.csv says it better when it says it
  }
  std::ranges::stable_sort(made.brands_, [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  return made;
}

const Reading* Codes::named(std::string_view text) const {
  const auto words = folded(text);
  if (words.empty()) return nullptr;
  if (const auto found = by_word_.find(words); found != by_word_.end()) return &found->second;
  for (const auto& [brand, reading] : brands_) {
    if (words.starts_with(brand + " ")) return &reading;
  }
  return nullptr;
}

Reading Codes::read(std::string_view system, std::string_view code, std::string_view label) const {
  const auto name = short_system(system);
  if (name == "cis" || name == "atc" || name == "cvx") {
    const auto found = by_code_.find(std::string(name) + "/" + std::string(code));
    if (found != by_code_.end()) return found->second;
  } else if (const auto* const found = named(code)) {
    return *found;
  }
  const auto* const found = named(label);
  return found == nullptr ? Reading{} : *found;
}

}  // namespace recall
