// SPDX-License-Identifier: Apache-2.0
// The sentences of a recall, in French.
#pragma once

#include <string>
#include <vector>

#include "recall/visits.h"

namespace recall {

// "a, b et c", at most as long as a reader would read.
std::string joined(const std::vector<std::string>& words);
// "Vaccins : 1 en retard, 2 à faire".
std::string title_words(const std::vector<Line>& lines);
// One vaccine: what, since when, by which rule, with the letter of its confidence.
std::string line_words(const Line& line, const fr::Calendar& calendar);
std::string line_source(const Line& line, const fr::Calendar& calendar);
std::string visit_words(const Visit& visit, std::size_t number, Day today, const Settings& settings);
// Every rule beside the others, and none chosen.
std::string question_words(const fr::Answer& answer, const fr::Calendar& calendar);
// "03/12/2026 à 10 h 30".
std::string appointment_words(relais::LocalMinute at);
// To the patient: no reason, no illness, no vaccine. It is a draft that people complete and send.
std::string message_words(bool child, int minutes);

}  // namespace recall
