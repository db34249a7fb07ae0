// SPDX-License-Identifier: Apache-2.0
// The parts of the CDA reader, each in its own file. Private to the reader.
#pragma once

#include "records/formats/cda.h"
#include "records/formats/cda_xml.h"

namespace relais::formats {

void read_header(const xml::Tree& tree, CdaDocument& out);
void read_body(const xml::Tree& tree, CdaDocument& out);
// Conditions and treatments.
void read_contexts(const xml::Tree& tree, CdaDocument& out);
// After the header: dates are compared with the birth.
void read_immunizations(const xml::Tree& tree, CdaDocument& out);

// The value of an observation; `place` is where anomalies are said to be.
CdaValue read_value(const xml::Tree& tree, pugi::xml_node value, const std::string& place, Anomalies& anomalies);
std::optional<CdaRange> read_reference(const xml::Tree& tree, pugi::xml_node observation);

// Raises what can only be seen once everything is read: contradictions between flag, range, text and dates.
void check(const xml::Tree& tree, CdaDocument& out);

}  // namespace relais::formats
