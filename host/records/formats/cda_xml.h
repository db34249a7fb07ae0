// SPDX-License-Identifier: Apache-2.0
// Safe loading of CDA XML and the few accessors the reader is made of. Private to the reader.
#pragma once

#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/error.h"
#include "records/formats/cda.h"

namespace relais::formats::xml {

// A parsed tree whose names are resolved: elements of urn:hl7-org:v3 carry their bare local name, those of another
// namespace "{uri}local", and the xsi:type attribute is always "xsi:type". Prefixes no longer matter.
struct Tree {
  pugi::xml_document document;
  pugi::xml_node clinical_document;
  Text wrapper;
  std::unordered_map<std::string, pugi::xml_node> by_id;  // narrative elements by @ID
  Anomalies anomalies;
};

Result<void> load(std::string_view bytes, Tree& tree);

// Attribute as text; nothing when absent.
Text attribute(pugi::xml_node node, const char* name);

// All text below, tags dropped, white space folded to single spaces and trimmed.
std::string folded_text(pugi::xml_node node);
std::string fold(std::string_view text);

// Visits the elements below `root` in document order without recursion; `visit` returns false to skip a subtree.
template <class Visit>
void walk(pugi::xml_node root, Visit visit) {
  pugi::xml_node node = root.first_child();
  while (node) {
    const bool descend = node.type() == pugi::node_element && visit(node);
    if (descend && node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node && node != root && !node.next_sibling()) node = node.parent();
    if (!node || node == root) return;
    node = node.next_sibling();
  }
}

bool has_template(pugi::xml_node node, std::string_view root);

CdaId id_of(pugi::xml_node node);
CdaCode code_of(pugi::xml_node node);

// The text an originalText or text element holds or refers to. `broken` is set when the reference leads nowhere.
struct Resolved {
  Text text, reference;
  bool broken = false;
};
Resolved resolve(const Tree& tree, pugi::xml_node text_node);

// @value, else low/@value, else high/@value.
Text time_of(pugi::xml_node effective_time);

}  // namespace relais::formats::xml
