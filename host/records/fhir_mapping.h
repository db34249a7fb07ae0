// SPDX-License-Identifier: Apache-2.0
// From a FHIR file to the record's messages. Pure, as lab_report_mapping.h. Source: biologie.md, sections 6, 7 and 10.
#pragma once

#include <date/tz.h>

#include <vector>

#include "records/formats/fhir.h"
#include "records/lab_report_mapping.h"

namespace relais::records {

struct MappedFhir {
  MappedReport mapped;
  bool cancels = false;          // cancelled, or entered in error
  bool patient_differs = false;  // a result names another patient than its report
};

// A report for each DiagnosticReport, and one for each patient whose results stand in no report; for each patient whose
// conditions, treatments, vaccinations or past results are told, a document of history. A report's set_id is what its sender calls it,
// document_id is drawn from what it says.
std::vector<MappedFhir> map_fhir(const formats::FhirDocument& document, const date::time_zone& zone);

}  // namespace relais::records
