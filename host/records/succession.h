// SPDX-License-Identifier: Apache-2.0
// How two tellings of one report compare, whatever the format they came in. Pure.
// Source: biologie.md, section 10 (duplicate, addition, correction).
#pragma once

#include <vector>

#include "relais/v1/record.pb.h"

namespace relais::records {

enum class Telling {
  same,       // the same results
  fewer,      // some of them, unchanged
  more,       // all of them unchanged, and others
  different,  // a result that was told is told otherwise, or is gone
};

// What `arriving` tells against `held`. A result that is announced and not there yet counts for nothing, and neither does
// the order of results. A result taken back or not rendered is told otherwise.
Telling compare(const std::vector<v1::Observation>& held, const std::vector<v1::Observation>& arriving);

// Whether the laboratory's words around the values are the same: its comments, its text, its flags. Text outranks silence:
// the same values under other words are no mere repetition.
bool same_words(const v1::LabReport& held, const std::vector<v1::Observation>& held_results,
                const v1::LabReport& arriving, const std::vector<v1::Observation>& arriving_results);

// The results of `held` about which `arriving` says nothing: a laboratory that completes a file may send the new part
// only. Told again under another identifier; the analyte is what tells two results apart.
std::vector<v1::Observation> left_out(const std::vector<v1::Observation>& held,
                                      const std::vector<v1::Observation>& arriving);

// Whether the two reports can be compared by their results: what stands in a text or in an image cannot.
bool comparable(const v1::LabReport& a, const v1::LabReport& b);

// Both tell when they were issued, and `a` was first.
bool issued_before(const v1::LabReport& a, const v1::LabReport& b);

// Collected less than a day apart, or issued so when neither tells its collection; true when nothing can be compared.
bool same_day(const v1::LabReport& a, const v1::LabReport& b);

}  // namespace relais::records
