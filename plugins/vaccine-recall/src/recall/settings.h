// SPDX-License-Identifier: Apache-2.0
// What the doctor of reference chose, within the manifest's bounds; the manifest's defaults otherwise.
#pragma once

#include <relais/slice.h>

namespace recall {

// When the booklet of a patient with an unknown history is asked for. A child's always is, unless never.
enum class Booklet { never, with_appointment, always };

struct Settings {
  int horizon_days = 60;       // what becomes due within these days is told
  int minimum_delay_days = 3;  // between the call and the visit
  int grouping_days = 14;      // how long a due vaccine may wait for another one
  int injections = 4;          // of one visit
  int minutes = 15;            // of one visit
  int least_age = 0;           // years
  int most_age = 120;          // years
  bool influenza = true;
  bool covid = true;
  bool rsv = true;
  int season_after_opening_days = 0;
  int season_before_end_days = 7;
  int refusal_months = 12;      // how long a vaccine that was noted as not done is not proposed again
  bool declared_counts = true;  // a dose that nobody saw on a document
  bool children_by_doctor = false;
  bool adults_by_doctor = false;
  bool pregnancies_by_doctor = true;
  Booklet booklet = Booklet::with_appointment;
};

Settings read_settings(const relais::Slice& slice);

}  // namespace recall
