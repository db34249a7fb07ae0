// SPDX-License-Identifier: Apache-2.0
// One line: every version of one fiche id. Which version is in force, which wait for acceptance, what is revoked, what
// a veto outlives. Used by decision.cpp only.
#pragma once

#include <vector>

#include "domain/decision_version.h"

namespace relais::fiche {

struct Line {
  std::string doctor;
  std::string assistant;
  std::vector<const KnownFiche*> versions;  // ascending; never empty
};

// The lines of the question, ordered by doctor, assistant and fiche id.
std::vector<Line> lines_of(const Question& question);

// At the question's instant the function of the assistant is over or has not begun (R01).
bool outside_function(const Question& question, const Line& line);

// Steps 1 (function), 4 to 16 for one line. A version that waits for acceptance can only lower the one in force.
Outcome evaluate_line(const Asked& asked, const Line& line);

// The line grants the task at the instant: in force and a mode above `non`, not declined, not revoked.
bool grants_task(const Question& question, const Line& line, const std::string& task);

// The line holds a veto on the task, whether or not it is revoked or over. `as_accepted`: count the newest version that
// its doctor signed as accepted.
bool holds_veto(const Question& question, const Line& line, const std::string& task, bool as_accepted);

// The line, accepted and later signed than `held`'s veto, lists the task without veto while `held` is over.
bool lifts_veto(const Question& question, const Line& line, const Line& held, const std::string& task);

}  // namespace relais::fiche
