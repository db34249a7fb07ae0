// SPDX-License-Identifier: Apache-2.0
// The families of rules, in the order in which they run. Each adds its reasons and lowers nobody else's, but X2 to X4,
// which are the doctor's own words. One family stands in its own files: a test takes each out and must see cases fail.
#pragma once

#include <string_view>
#include <vector>

#include "reasons.h"
#include "situation.h"

namespace bio {

// I: integrity of the report, but I1, I3 and I4 which need the category of the rest.
void integrity(const Situation& situation, Reasons& reasons);

// A: acute kidney injury, NHS England algorithm.
void kidney(const Situation& situation, Reasons& reasons);
// True once A1, A2 or A3 has fired: an estimated filtration rate means nothing then.
inline bool kidney_injury(const Reasons& reasons) {
  return reasons.fired("A1") || reasons.fired("A2") || reasons.fired("A3");
}

// C: critical thresholds of data/seuils.csv, and C-COMBI.
void critical_thresholds(const Situation& situation, Reasons& reasons);
void combinations(const Situation& situation, Reasons& reasons);

// J: thresholds of the day of data/seuils.csv.
void today_thresholds(const Situation& situation, Reasons& reasons);

// F: what the laboratory says.
void laboratory(const Situation& situation, Reasons& reasons);

// T: trends, and T-RCV which explains a change and gives it rank, never a category.
void trends(const Situation& situation, Reasons& reasons);

// D: decisions tied to one analyte; cultures; announcements that only the doctor makes.
void decisions(const Situation& situation, Reasons& reasons);
void cultures(const Situation& situation, Reasons& reasons);
void announcement(const Situation& situation, Reasons& reasons);

// X1, X5, X6, X7: the ground that makes a value more or less dangerous.
void ground(const Situation& situation, Reasons& reasons);
// X2, X3, X4: known anomalies and targets of the doctor, which may explain what the other rules said.
void doctors_words(const Situation& situation, Reasons& reasons);

// The filtration rate that the laboratory did not give (CKD-EPI 2009), shown and never judged.
void estimated_filtration(const Situation& situation, Reasons& reasons);

// I1, I3, I4, and the category of the whole report.
Category settle(const Situation& situation, Reasons& reasons);

// Everything above. Never none: a report with nothing to say is to be seen.
Category triage(const Situation& situation, Reasons& reasons);

// What the doctor is shown before anything is switched on.
std::vector<relais::Rule> describe(const Data& data);

}  // namespace bio
