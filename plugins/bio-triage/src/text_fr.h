// SPDX-License-Identifier: Apache-2.0
// What people read, in French: sober sentences with value, threshold, range, flag and previous value.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "situation.h"

namespace bio::fr {

// Decimal comma, at most six significant digits: 6.8 is "6,8".
std::string number(double value);

// A UCUM unit as people write it: "umol/L" is "µmol/L", "{ratio}" nothing.
std::string unit(std::string_view ucum);

// A number with its canonical unit: "6,5 mmol/L".
std::string quantity(double value, std::string_view ucum);

// "6,8 mmol/L", "< 0,01 mUI/L": as it was measured.
std::string value(const Measure& measure);

// "Potassium 6,8 mmol/L".
std::string named(const Measure& measure);
std::string name(const Measure& measure);
// ", soit 78 g/L" when it was measured in another unit than the canonical one, else empty.
std::string converted(const Measure& measure);

// "(intervalle du laboratoire 3,5 à 5,1 ; drapeau HH ; valeur précédente 4,2 mmol/L, il y a 23 jours)", empty when
// there is nothing to tell.
std::string details(const Situation& situation, const Measure& measure);

std::string range(const Measure& measure);

// "il y a 3 jours", "il y a 40 heures": told as a duration, which no time zone changes.
std::string ago(std::chrono::milliseconds duration);

// The first `limit` bytes of a laboratory's words, cut at a character, on one line.
std::string quoted(std::string_view words, std::size_t limit);

std::string category(relais::Category category);

}  // namespace bio::fr
