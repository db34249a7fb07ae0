// SPDX-License-Identifier: Apache-2.0
// The record of a slice as the schedule reads it, between two bounds: what is sure to have been given, and what may
// have been. Where the two bounds give different answers, something is missing and a person is asked; nothing is
// guessed.
#pragma once

#include <relais/findings.h>
#include <relais/slice.h>

#include <optional>
#include <string>
#include <vector>

#include "recall/codes.h"
#include "recall/risks.h"
#include "recall/settings.h"

namespace recall {

using relais::vaccine::Day;
using relais::vaccine::MaybeDay;

Day day_of(relais::Date date);

// Something a person has to look at.
struct Doubt {
  std::string rule;
  std::string text;
  relais::Category category = relais::Category::normal;
  relais::DataLevel level = relais::DataLevel::d2;
  std::vector<std::string> evidence = {};
};

// A vaccine that the record notes as not done: refused, postponed or advised against.
struct NotDone {
  Day on = 0;
  std::vector<std::string> valences;
  std::string id;
};

struct History {
  fr::Record sure;
  fr::Record possible;                  // every doubtful dose at its most favourable
  bool open = false;                    // the two differ
  std::vector<std::string> open_ids;    // rows for which they do
  std::vector<std::string> open_words;  // what those rows are, for people
  std::vector<Doubt> doubts;
  std::vector<NotDone> not_done;
  bool pregnant = false;
  MaybeDay known_from;  // before it nothing is known; no value: the record is whole
  bool empty = false;   // the record holds no vaccination at all
  int unread = 0;
};

// Nothing when the slice holds no birth date that can be used: `why` says so.
std::optional<History> read_history(const relais::Slice& slice, const fr::Calendar& calendar, const Codes& codes,
                                    const Risks& risks, const Settings& settings, Doubt& why);

// Cut where a person would stop reading; never inside a letter.
std::string short_words(std::string_view words);

}  // namespace recall
