// SPDX-License-Identifier: Apache-2.0
// The parts of the HL7 v2 reader. Private to the reader.
#pragma once

#include "records/formats/hl7v2.h"
#include "records/formats/hl7v2_segments.h"

namespace relais::formats {

// Empty text is absent in HL7 v2; so is `""`, by which a sender says that a value is no more.
Text present(std::string text);

// The document of an OBX of type ED, decoded and, when it is a CDA, read.
Hl7Document read_document(const hl7::Segment& obx, Anomalies& anomalies);

// Identity between PID and documents, agreement of action, and what the metadata asks for.
void check(Hl7Message& message);

}  // namespace relais::formats
