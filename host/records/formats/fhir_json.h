// SPDX-License-Identifier: Apache-2.0
// FHIR's JSON, read without surprise: an element of another shape than expected is an absent one. Private to the reader.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "records/formats/fhir.h"

namespace relais::formats::fhir {

using Json = nlohmann::json;

// Numbers with a decimal point are texts in the tree, so that "4.10" stays as it was written.
Result<Json> parse(std::string_view bytes);

// One element; false when it is absent. Refers to the tree.
class Node {
 public:
  Node() = default;
  explicit Node(const Json& json) : json_(&json) {}

  explicit operator bool() const { return json_ != nullptr; }
  const Json* raw() const { return json_; }
  bool has(const char* name) const;
  Node operator[](const char* name) const;
  // Elements of an array; one that stands alone is a list of one.
  std::vector<Node> list(const char* name) const;
  // A text, a number or a boolean as text; empty otherwise.
  std::string text(const char* name) const;
  std::string own_text() const;
  std::string type() const { return text("resourceType"); }

 private:
  const Json* json_ = nullptr;
};

FhirCoding coding_of(Node coding);
FhirConcept concept_of(Node concept_node);
FhirIdentifier identifier_of(Node identifier);
// The first coding that has a code, whatever its system.
std::string first_code(Node concept_node);

// ASCII letters small.
std::string lower(std::string text);

// YYYYMMDD[hhmm[ss]][±zzzz]; empty when it is not a day at least.
std::string hl7_time(const std::string& fhir);
// YYYY-MM-DD when the text begins with a whole day that exists.
std::string whole_day(const std::string& fhir);

// A resource with what encloses it.
struct Resource {
  Node node;
  std::string full_url, key, type;
  std::string place;  // "Observation[3]"
};

// All resources of the file and where references lead.
class Resources {
 public:
  Result<void> add_all(Node root, Anomalies& anomalies);

  const std::vector<Resource>& all() const { return all_; }
  // What `reference` (an element with "reference") names, seen from `from`; nothing when it leads nowhere. A contained
  // resource has the key of its container followed by "#id".
  std::optional<Resource> resolve(Node reference, const Resource& from) const;

 private:
  std::vector<Resource> all_;
  std::map<std::string, std::size_t> by_address_, by_key_;
};

}  // namespace relais::formats::fhir
