// SPDX-License-Identifier: Apache-2.0
// A fictitious record as case files and the sample practice tell it, in the domain's words: a patient, reports with
// results, and the rest of the record. Documented for plugin authors in sdk/README.md.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/closed_json.h"
#include "domain/clock.h"
#include "practice/database.h"
#include "relais/v1/record.pb.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

struct CaseRecord {
  struct Report {
    v1::LabReport report;
    std::vector<v1::Observation> results;
    bool seen = false;  // by a doctor
  };
  std::optional<v1::Patient> patient;  // nothing: nobody knows whose it is
  std::vector<Report> reports;
  std::vector<v1::Observation> results;  // outside any report: history
  std::vector<v1::ContextWord> context_words;
  std::vector<v1::Target> targets;
  std::vector<v1::KnownAnomaly> known_anomalies;
  std::vector<v1::Condition> conditions;
  std::vector<v1::MedicationStatement> medications;
  std::vector<v1::Immunization> immunizations;
  std::vector<v1::LongTermCondition> long_term_conditions;
  std::vector<std::pair<v1::Document, std::string>> documents;  // with their bytes
  std::vector<v1::Appointment> appointments;
  std::vector<v1::Message> messages;

  // Some row that may be evaluated has this id.
  bool has_item(const std::string& id) const;
};

// An instant "2026-03-10T07:30:00+01:00"; the offset must be there.
Instant case_instant(const ClosedJson& value);

// The closed shape of `record`; what is wrong is told through `from`.
CaseRecord read_case_record(const ClosedJson& from);

// Writes it under `patient_id`; every id that the record tells is written behind `prefix`. Received and created at
// `now` where nothing is told.
void put_case_record(practice::Transaction& tx, const CaseRecord& record, const std::string& patient_id,
                     const std::string& prefix, Instant now);

// Takes `prefix` off the ids of a slice: the plugin and the author then speak of the same ids.
void unprefix(worker::v1::Slice& slice, const std::string& prefix);

}  // namespace relais::app
