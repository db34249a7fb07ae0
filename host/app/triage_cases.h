// SPDX-License-Identifier: Apache-2.0
// Reads a file of triage cases, shape relais.triage.cases/1. The shape is closed: a key, a word or a type that is not
// in it makes the whole file an error, so that a misspelt expectation never passes unread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"
#include "relais/v1/record.pb.h"

namespace relais::app {

// An earlier result, in a report of its own that a doctor has seen or not.
struct CaseHistory {
  v1::Observation observation;
  bool cancelled = false;
  bool seen = true;
};

struct CasePatient {
  v1::IdentityMatch match = v1::IDENTITY_MATCH_UNSPECIFIED;
  v1::Patient patient;                  // birth date and sex only
  std::vector<std::string> words;       // conditions and treatments, by word of clinical context
  std::optional<double> pregnancy_weeks;
  std::vector<v1::Target> targets;
  std::vector<v1::KnownAnomaly> known_anomalies;
};

struct ExpectedKidney {
  std::string rule;                     // "A0" to "A3"; empty: none of them
  std::optional<double> ratio;          // two decimals
};

struct CaseExpectation {
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  std::vector<std::string> rules;       // must be among the reasons
  std::vector<std::string> must_not;    // rules, category words or "clos"
  std::string must_show;
  std::optional<bool> complete;
  std::optional<ExpectedKidney> kidney;
};

struct TriageCase {
  std::string id;
  std::string title;
  CasePatient patient;
  std::vector<CaseHistory> history;
  v1::LabReport report;                 // without identifiers of patient and report
  std::vector<v1::Observation> results;
  Instant received;                     // the clock of the evaluation
  CaseExpectation expected;
};

// The word of a category in case files and answers, such as "a_voir"; empty when there is none.
std::string_view category_word(v1::Category category);

// `context_words` is the closed list of words of clinical context. Error: cases_invalid with the place.
Result<std::vector<TriageCase>> read_triage_cases(std::string_view json, const std::vector<std::string>& context_words);

}  // namespace relais::app
