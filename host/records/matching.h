// SPDX-License-Identifier: Apache-2.0
// Whose report is it. Pure: the caller gives the files that could be meant. Never creates and never merges a file.
// Source: biologie.md, section 9 (choices built on RNIV and on error codes 902 to 905 of the ANS transmission guide).
#pragma once

#include <string>
#include <vector>

#include "relais/v1/record.pb.h"

namespace relais::records {

struct MatchingRules {
  bool test_identities_accepted = false;  // a practice of test patients; never mixed with production
  bool on_traits = true;                  // the practice may switch off « rapproché sur traits »
};

struct MatchRequest {
  v1::Ins ins;
  v1::Traits traits;
  // Traits that differ between the envelope (PID) and the document: never integrated by itself (error 904).
  std::vector<std::string> envelope_mismatch;
  // Files for which a human of the practice accepted this laboratory's patient id or this order id before.
  std::vector<std::string> accepted_files;
  // Dates that a year of two digits may mean: they name candidates to a human, and never a match.
  std::vector<std::string> birth_date_candidates = {};
  // A social security number of another sex or birth stands beside the traits.
  bool number_contradicts = false;
};

struct Match {
  v1::IdentityMatch outcome = v1::IDENTITY_MATCH_NONE;
  std::string patient_id;                // only when unique
  bool on_traits = false;                // « rapproché sur traits »
  std::string code;                      // stable code of why a human must decide; empty when unique
  int ans_error = 0;                     // 902 to 906 of the ANS guide, 0 when none applies
  std::vector<std::string> traits;       // names of the traits that differ or are missing
  std::vector<std::string> candidates;   // files a human may choose from, by id
  bool wrong_key = false;                // a test number whose key is wrong: attached, and said so
};

// `files` hold at least every file with the same INS value, and every file with the same birth date.
Match match(const MatchRequest& request, const std::vector<v1::Patient>& files, const MatchingRules& rules);

}  // namespace relais::records
