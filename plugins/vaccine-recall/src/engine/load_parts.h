// SPDX-License-Identifier: Apache-2.0
// The two kinds of files behind load_folder(). All throw LoadFailure.
#pragma once

#include "engine/xml_element.h"

namespace relais::vaccine {

// Codes by name while files are read: a code that the schedule file does not declare is refused at its place.
class Codes {
 public:
  explicit Codes(SupportingData& data) : data_(data) {}
  CvxId cvx(const XmlElement& at, const char* child) const;
  std::vector<CvxId> cvx_list(const XmlElement& at, const char* child) const;  // separated by ';'
  ObservationId observation(const XmlElement& at, const char* child) const;
  AntigenId antigen(const XmlElement& at, const char* child) const;
  AntigenId antigen_named(const XmlElement& at, const std::string& name) const;
  SupportingData& data() const { return data_; }

 private:
  CvxId cvx_named(const XmlElement& at, const char* child, const std::string& code) const;
  SupportingData& data_;
};

// Vaccine groups, antigens by name, CVX codes, observations, conflicts.
void load_schedule(const XmlElement& root, SupportingData& data);
void load_antigen(const XmlElement& root, const Codes& codes);
SeriesDose load_series_dose(const XmlElement& element, const Codes& codes, int number);
ConditionalSkip load_conditional_skip(const XmlElement& element, const Codes& codes);

}  // namespace relais::vaccine
