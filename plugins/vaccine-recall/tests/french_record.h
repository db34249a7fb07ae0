// SPDX-License-Identifier: Apache-2.0
// French records for tests, and one answer of the shipped schedule.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "calendar_fr/answer.h"

namespace relais::vaccine::test {

inline Day on(std::string_view text) { return parse_iso_day(text).value(); }

inline const fr::Calendar& calendar() {
  static const auto loaded = fr::load_calendar(VACCINE_DATA);
  if (!loaded) FAIL(loaded.error().text());
  return *loaded;
}

struct Shot {
  std::string date;  // "" when it is not known
  std::vector<std::string> valences;
  std::string product = "";
};

inline const std::vector<std::string> hexavalent{"D", "T", "Ca", "IPV", "Hib", "HB"};
inline const std::vector<std::string> ror{"measles", "mumps", "rubella"};
inline const std::vector<std::string> dtcap{"d", "T", "ca", "IPV"};

inline fr::Record record(std::string_view birth, std::string_view assessed, const std::vector<Shot>& shots = {},
                         const std::vector<fr::RecordedObservation>& observations = {}) {
  fr::Record out;
  out.birth = on(birth);
  out.assessed = on(assessed);
  out.gender = Gender::female;
  out.observations = observations;
  for (const auto& shot : shots) {
    fr::RecordedDose dose;
    if (!shot.date.empty()) dose.first = dose.last = on(shot.date);
    dose.valences = shot.valences;
    dose.product = shot.product;
    out.doses.push_back(dose);
  }
  return out;
}

inline fr::Answer answer_for(const std::string& group, const fr::Record& who) {
  const auto answers = fr::answer(calendar(), who);
  if (!answers) FAIL(answers.error());
  for (const auto& each : *answers) {
    if (each.group == group) return each;
  }
  FAIL("no answer for " + group);
  return {};
}

}  // namespace relais::vaccine::test
