// SPDX-License-Identifier: Apache-2.0
// HL7 v2 text cut into segments, fields, repetitions and components. Knows no message type. Private to the reader.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "records/formats/anomaly.h"

namespace relais::formats::hl7 {

// Separators as MSH-1 and MSH-2 announce them, each one UTF-8 character (the repetition one may be several bytes).
struct Delimiters {
  std::string field, component, repetition, escape, subcomponent;
};

class Segment {
 public:
  Segment(std::string name, std::vector<std::string> fields, const Delimiters& delimiters)
      : name_(std::move(name)), fields_(std::move(fields)), delimiters_(&delimiters) {}

  const std::string& name() const { return name_; }
  // Field `index` counted from 1 as in the standard, still escaped; empty when absent.
  std::string_view field(std::size_t index) const;
  std::vector<std::string_view> repetitions(std::size_t index) const;
  // Component counted from 1, unescaped, of the first repetition.
  std::string component(std::size_t index, std::size_t component) const;
  // The same of any text that has components.
  std::string component_of(std::string_view text, std::size_t component) const;
  // Subcomponents, unescaped, of one component of a text; never empty.
  std::vector<std::string> subcomponents_of(std::string_view text, std::size_t component) const;
  std::string unescape(std::string_view text) const;

 private:
  std::string name_;
  std::vector<std::string> fields_;
  const Delimiters* delimiters_;
};

// One message. Not copyable: segments refer to its delimiters.
struct Segments {
  Delimiters delimiters;
  std::vector<Segment> all;
  std::string declared_charset;
  std::size_t carriage_returns = 0, line_feeds = 0;
  Anomalies anomalies;

  Segments() = default;
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;

  // The first segment of that name, or nullptr.
  const Segment* first(std::string_view name) const;
};

// Fills `out`. Errors: ingest_too_large, ingest_hl7v2_no_msh, ingest_hl7v2_delimiters, ingest_hl7v2_several_messages,
// ingest_hl7v2_too_complex.
Result<void> cut(std::string_view bytes, Segments& out);

}  // namespace relais::formats::hl7
