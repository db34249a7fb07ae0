// SPDX-License-Identifier: Apache-2.0
// From the record's coded conditions, treatments and the doctor's words to the observations of the schedule, by
// risques.csv. What is not written there opens nothing: an indication is the doctor's.
#pragma once

#include <relais/slice.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "calendar_fr/answer.h"

namespace recall {

struct Situation {
  std::vector<relais::vaccine::fr::RecordedObservation> observations;
  std::vector<std::string> evidence;      // rows that an observation of letter C rests on
  std::vector<std::string> without_rule;  // rows whose scheme is not in these data
  bool pregnant = false;
  bool whole_history = false;  // the booklet was copied in full
  bool history_told = false;   // the doctor said since when the history is known
};

class Risks {
 public:
  // Throws std::runtime_error on a bad file.
  static Risks load(const std::filesystem::path& edition, const relais::vaccine::fr::Calendar& calendar);
  Situation of(const relais::Slice& slice) const;

 private:
  struct Line {
    std::string observation, code;
    char mark = 'A';
  };
  std::vector<Line> icd10_, atc_, words_;
};

}  // namespace recall
