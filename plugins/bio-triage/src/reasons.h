// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <relais/findings.h>

namespace bio {

using relais::Category;

// The rules that fired, each kept once for one thing.
class Reasons {
 public:
  // `about` is what the reason is told of (an analyte, a code, "" for the report): the same rule about the same thing
  // fires once and gathers the evidence of both.
  void add(std::string_view rule, Category category, std::string text, std::string_view source, std::string_view about,
           std::string_view evidence);

  bool fired(std::string_view rule) const;
  bool fired(std::string_view rule, std::string_view about) const;
  // What this rule gives about this thing; none when it did not fire.
  Category weight(std::string_view rule, std::string_view about) const;
  // The most severe category of any reason that rests on this row.
  Category weight_of_evidence(std::string_view id) const;
  // The most severe category of any reason; none when nothing fired.
  Category worst() const;
  bool empty() const { return reasons_.empty(); }

  // Most severe first, in the order of the rules otherwise. At most `limit`: the last one then says how many were left.
  std::vector<relais::Reason> ordered(std::size_t limit) const;

  // For rules about the doctor's own words (X): changes what a reason of this rule about this thing would give alone.
  void lower(std::string_view rule, std::string_view about, Category category);

 private:
  struct Kept {
    relais::Reason reason;
    std::string about;
  };
  std::vector<Kept> reasons_;
};

}  // namespace bio
