// SPDX-License-Identifier: Apache-2.0
// Texts for patients about an appointment: date, hour, place, what to bring. No reason, no ALD, no vaccine: there is no
// field for them, and a text that tells of them is refused. Source: domain note "Scheduling", section 6, rule 6.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"

namespace relais::message {

// {date}, {heure}, {lieu} and {à apporter}; the last one also as {a apporter}.
struct Fields {
  std::string date, hour, place;
  std::vector<std::string> bring;
};

// message.unknown-field (the place is the field) and message.not-neutral (the place is the word). An empty text is
// relais.invalid-argument.
Result<void> check(std::string_view body);
// message.not-neutral for words to bring that tell why.
Result<void> check_neutral(std::string_view text);

// The text with its fields filled, as check() has let it in. relais.invalid-argument (place "bring") when the text asks
// what to bring and nothing is given.
Result<std::string> fill(std::string_view body, const Fields& fields);

// "mardi 1er décembre 2026" and "9 h 05" on the clocks of `zone`.
std::string french_date(Instant at, const std::string& zone);
std::string french_hour(Instant at, const std::string& zone);

}  // namespace relais::message
