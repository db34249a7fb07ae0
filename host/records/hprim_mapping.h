// SPDX-License-Identifier: Apache-2.0
// From an HPRIM file to the record's messages. Pure, as lab_report_mapping.h.
// Source: biologie.md, sections 2, 3, 7, 9 and 10.
#pragma once

#include <date/tz.h>

#include <vector>

#include "records/formats/hprim.h"
#include "records/lab_report_mapping.h"

namespace relais::records {

struct MappedHprim {
  MappedReport mapped;
  bool cancels = false;  // the laboratory takes the whole order back (OBR-26 D or X)
};

// One report for each patient and order of the laboratory, in the order of the file. HPRIM numbers no version: set_id is
// what the laboratory calls the same report, document_id is drawn from what the report says, so that the same words again
// are a duplicate and other words are the next version.
std::vector<MappedHprim> map_hprim(const formats::HprimFile& file, const date::time_zone& zone);

}  // namespace relais::records
