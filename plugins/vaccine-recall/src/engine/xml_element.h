// SPDX-License-Identifier: Apache-2.0
// One element of supporting data, read strictly: what the shape does not name is refused with its place.
#pragma once

#include <initializer_list>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/load.h"
#include "engine/text.h"

namespace relais::vaccine {

// Thrown inside the loader and caught at its one guard, load_texts().
struct LoadFailure {
  LoadError error;
};

class XmlElement {
 public:
  XmlElement(pugi::xml_node node, const std::string& file) : node_(node), file_(&file) {}

  [[noreturn]] void fail(const std::string& reason) const;
  [[noreturn]] void fail_at(const char* child, const std::string& reason) const;

  // Refuses attributes, stray text and every child that is not named here.
  void allow(std::initializer_list<const char*> names) const;
  // No child element and no text: states nothing.
  bool empty() const;

  std::vector<XmlElement> children(const char* name) const;
  // As children(), without those that state nothing.
  std::vector<XmlElement> stating(const char* name) const;
  std::optional<XmlElement> child(const char* name) const;  // at most one
  XmlElement required(const char* name) const;

  std::string own_text() const;  // trimmed; refuses child elements
  std::string text(const char* name) const;  // of the only child of that name, "" when absent
  std::string required_text(const char* name) const;
  MaybeDuration duration(const char* name) const;
  MaybeDay compact_day(const char* name) const;
  bool yes_no(const char* name, const char* yes, const char* no, bool if_empty) const;
  int number(const char* name, int lowest, int highest) const;
  AgeWindow age_window(const char* begin, const char* end) const;

 private:
  pugi::xml_node node_;
  const std::string* file_;
};

// Well formed, without a document type, not nested beyond 64 levels, in UTF-8 or ASCII: pugixml alone accepts more.
// Throws LoadFailure.
void check_well_formed(std::string_view text, const std::string& file);

}  // namespace relais::vaccine
