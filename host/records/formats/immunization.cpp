// SPDX-License-Identifier: Apache-2.0
#include "records/formats/immunization.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "records/formats/timestamp.h"

namespace relais::formats {
namespace {

// OIDs as they stand in the official CDA examples; addresses of HL7's and of the ANS' code systems.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> systems = {{
    {"1.2.250.1.213.2.3.1", "cis"},
    {"1.2.250.1.213.2.3.3", "cip"},
    {"2.16.840.1.113883.6.73", "atc"},
    {"http://www.whocc.no/atc", "atc"},
    {"2.16.840.1.113883.12.292", "cvx"},
    {"http://hl7.org/fhir/sid/cvx", "cvx"},
    {"2.16.840.1.113883.6.96", "snomed"},
    {"http://snomed.info/sct", "snomed"},
    {"https://smt.esante.gouv.fr/terminologie-atc", "atc"},
    {"https://smt.esante.gouv.fr/terminologie-bdpm", "cis"},
}};
// Last words of the addresses that French medication profiles give.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> endings = {{
    {"/cis", "cis"},
    {"/codecis", "cis"},
    {"/cip", "cip"},
    {"/codecip", "cip"},
    {"/cip13", "cip"},
    {"/ucd", "ucd"},
    {"/codeucd", "ucd"},
}};

bool date_digits_only(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::string vaccine_system(std::string_view written) {
  std::string name(written);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.starts_with("urn:oid:")) name.erase(0, 8);
  while (name.ends_with('/')) name.pop_back();
  for (const auto& [known, word] : systems)
    if (name == known || name == word) return std::string(word);
  for (const auto& [ending, word] : endings)
    if (name.ends_with(ending)) return std::string(word);
  if (name == "cip" || name == "ucd") return name;
  return std::string(written);
}

std::string partial_day(std::string_view written) {
  const auto until = [&](std::size_t year_to_day) { return written.substr(0, year_to_day); };
  // FHIR's form without its dashes is HL7's.
  const bool dashed = written.size() > 4 && written[4] == '-' && (written.size() < 8 || written[7] == '-');
  std::string plain(until(4));
  if (dashed) {
    if (written.size() >= 7) plain += written.substr(5, 2);
    if (written.size() >= 10) plain += written.substr(8, 2);
    if (written.size() != 7 && written.size() < 10) return {};
  } else {
    const auto end = std::min(written.find_first_of("+-."), written.size());
    const auto length = std::min<std::size_t>(end, 8);
    // "1975+0100" is a year, "1975-6-3" is nothing.
    const auto offset = written.find_first_of("+-");
    if (offset != std::string_view::npos && (written.size() != offset + 5 || !date_digits_only(written.substr(offset + 1))))
      return {};
    plain = until(length == 5 || length == 7 ? 0 : length);
  }
  if (plain.size() < 4 || !date_digits_only(plain) || plain.starts_with("0000")) return {};
  // The first of the month, of the year: whether it exists says whether the part does.
  std::string whole = plain;
  if (whole.size() == 4) whole += "01";
  if (whole.size() == 6) whole += "01";
  if (whole.size() != 8 || !timestamp_day(whole)) return {};
  std::string out = plain.substr(0, 4);
  if (plain.size() >= 6) out += "-" + plain.substr(4, 2);
  if (plain.size() == 8) out += "-" + plain.substr(6, 2);
  return out;
}

}  // namespace relais::formats
