// SPDX-License-Identifier: Apache-2.0
// The French schedule as data: CDSi supporting data of our own, the source of every rule, and how a French record is
// translated into the engine's words. A rule without a source, or whose only source may not be used, refuses the load.
// Nothing here is medical advice: each line is to be checked by a physician against the official edition.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "engine/load.h"

namespace relais::vaccine::fr {

// How the next dose of a group is named, and what closes it.
enum class Kind {
  series,     // numbered doses
  booster,    // named by the age it is written for
  season,     // one dose a campaign
  pregnancy,  // one dose a pregnancy, within weeks of amenorrhoea
  question,   // sources disagree: every rule is shown and none is chosen
};

// One line of the data: what it states, how sure it is and who says so.
struct Fact {
  int dose = 0;      // 0: the whole series
  int question = 0;  // number of the open question, 0 for a rule
  char mark = 'A';   // A official, B secondary, C not confirmed, X sources disagree
  std::string source, text;
};

struct Group {
  std::string id, label;
  Kind kind = Kind::series;
  AntigenId antigen = no_id;
};

// A dose whose valences fit becomes this vaccine code of the group; the first that fits counts.
struct Component {
  std::string group;
  CvxId code = no_id;
  std::vector<std::string> all_of, one_of, none_of, products, not_products;
  bool undated = false;  // a dose of unknown date counts as given in time
};

// An observation that the record does not hold as such: a cohort, or weeks of a pregnancy.
struct DerivedObservation {
  ObservationId code = no_id;
  ObservationId from = no_id, with = no_id;  // both must be observed; no_id: not asked
  MaybeDay born_from, born_before;
  int before_day = 0;  // days after the date of `from`, 0: no end
};

// An age that closes a dose earlier than the age until which it counts (open question 5).
struct Limit {
  std::string group, series;
  int dose = 0;
  Duration age;
  int question = 0;
};

struct Source {
  std::string title, date;
};

struct Calendar {
  std::string edition, date;
  Day old_after = 0;  // from the day after, answers say that the data are old
  SupportingData data;
  std::vector<Group> groups;
  std::map<std::string, std::string> without_rule;  // id, label: answered "expertise indisponible"
  std::vector<Component> components;
  std::vector<DerivedObservation> derived;
  std::vector<Limit> limits;
  std::map<int, std::string> questions;
  std::vector<std::string> valences;
  std::map<std::string, std::vector<std::string>> products;  // exact name, valences
  std::map<std::string, Source> sources;
  std::vector<std::vector<std::vector<Fact>>> facts;  // by antigen and series

  const Group* find(const std::string& id) const;
};

// `folder` holds one edition: the XML files, calendrier.json, sources.csv and produits.csv.
tl::expected<Calendar, LoadError> load_calendar(const std::filesystem::path& folder);

}  // namespace relais::vaccine::fr
