// SPDX-License-Identifier: Apache-2.0
// Tellings that were found to be of one act, and the act that they tell together. Pure. Private to the reconciliation
// of immunizations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "records/immunization_acts.h"
#include "records/immunization_facts.h"

namespace relais::records {

// Numbered identifiers, in the order of their numbers.
struct OlderId {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

// A telling, and what can be compared of it. Points into the telling, which must outlive it.
struct HeardTelling {
  const TellingOfAct* telling;
  ImmunizationFacts facts;
  std::string key;
  std::string words;  // all that is told: ties between equal words change nothing

  explicit HeardTelling(const TellingOfAct& one)
      : telling(&one), facts(one.content), key(facts.key()), words(key + one.content.SerializeAsString()) {}

  std::tuple<int, const std::string&, std::size_t, const std::string&> order() const {
    return {-facts.fullness(), words, telling->id.size(), telling->id};
  }
  std::tuple<std::int64_t, std::size_t, const std::string&> told() const {
    return {telling->told_ms, telling->id.size(), telling->id};
  }
};

// An act on its way: who tells it, and what became of it.
struct ActGroup {
  std::vector<const HeardTelling*> members;
  std::string id;
  bool in_error = false;
  bool withdrawn = false;                          // by a person of this practice: nothing more to ask
  std::string first_of_all;                        // telling whose words count where the members differ
  std::set<std::string, OlderId> former;           // ids of its members
  std::map<const HeardTelling*, std::string> own;  // acts that joined it keep their ids
};

// The member whose words come first: a proof that was seen, then none told, then a declaration; then the fullest. The
// group has one.
const HeardTelling* foremost(const ActGroup& group);

// The act as its members tell it, each adding what those before it leave open, under the id of the group. `other_ids`
// is left empty: only all the groups together say who took an id.
ImmunizationAct told_act(const ActGroup& group);

}  // namespace relais::records
