// SPDX-License-Identifier: Apache-2.0
// From a document as it was read to the record's messages. Pure: no identifiers of Relais are given here, nothing is
// matched, nothing is thrown away that the record has a place for. The raw message keeps the rest.
// Source: biologie.md, sections 5, 7 and 11.
#pragma once

#include <date/tz.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.h"
#include "records/formats/cda.h"
#include "records/immunization_acts.h"
#include "relais/v1/record.pb.h"

namespace relais::records {

// An HL7 timestamp as an instant; without a time zone it is local time of `zone`, a bare day its first instant. Nothing
// when it is impossible or has no day.
std::optional<Instant> hl7_instant(std::string_view text, const date::time_zone& zone);

// "YYYYMMDD…" as "YYYY-MM-DD"; the text as written when it is not a day.
std::string civil_day(std::string_view hl7);

// root^extension, or the root alone; empty without a root.
std::string joined(const formats::CdaId& id);

struct MappedReport {
  v1::LabReport report;                        // no id, no patient
  std::vector<v1::Observation> observations;   // results of the day
  std::vector<v1::Observation> history;        // told as history, or by a document that is not a laboratory report
  // Told by a synthesis: they belong to the patient from then on, and leave with the document.
  std::vector<v1::Condition> conditions;
  std::vector<v1::MedicationStatement> treatments;
  std::vector<v1::LongTermCondition> rights;
  std::vector<TellingOfAct> immunizations;     // content, sender_key and kind
  bool is_report = false;                      // CR de biologie or TROD: the only documents that make items
  // Documents it says it replaces (RPLC); an empty one when it does not say which.
  std::vector<std::string> parent_ids;
  std::vector<std::string> laboratory_patient_ids;  // the laboratory's own ids of the patient
  std::string laboratory_id;
  std::vector<std::string> addressee_national_ids;
  std::string type_code;                       // LOINC of the document
  bool number_contradicts = false;             // its social security number is of another sex or birth: a human decides
};

MappedReport map_cda(const formats::CdaDocument& document, const date::time_zone& zone);

}  // namespace relais::records
