// SPDX-License-Identifier: Apache-2.0
// What a manifest declares of one kind: the test that every row passes before it enters a slice.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/civil_time.h"
#include "domain/clock.h"
#include "plugins/manifest.h"

namespace relais::records {

// How a declared code meets a row's.
enum class CodeRule {
  exact,
  // A declared code stands for all codes that begin with it (ICD-10, ATC), dots apart.
  prefix,
};

// The moment from which depths are counted.
struct Today {
  Instant as_of;
  fiche::CivilDate day;
};

class Declaration {
 public:
  // All entries of `manifest` for `kind`.
  Declaration(const plugins::Manifest& manifest, std::string_view kind, CodeRule rule, Today today);

  bool declared() const { return !entries_.empty(); }
  // Some entry asks for more than the current item.
  bool wants_history() const { return oldest_.has_value(); }
  // Where the deepest entry begins; nothing is read before it. Only when it wants history.
  std::optional<Instant> oldest() const { return oldest_; }

  // A row of the item being evaluated.
  bool admits_current(std::string_view code) const;
  // A row that happened at an instant; nothing when it is not known: then only an entry over the whole life takes it.
  bool admits_past(std::string_view code, std::optional<Instant> at) const;
  // A row that happened on a day "YYYY-MM-DD", empty when it is not known.
  bool admits_day(std::string_view code, std::string_view day) const;
  // A row that holds between two days, each empty when it is not known or not over. It is admitted while it holds, and
  // within the depth of an entry once it is over.
  bool admits_period(std::string_view code, std::string_view from, std::string_view until) const;
  // Some entry names this code, whatever the depth.
  bool names(std::string_view code) const;
  // Some entry names no code: local codes pass too.
  bool any_code() const;

 private:
  bool matches(const plugins::SliceKind& entry, std::string_view code) const;
  template <class F>
  bool any(std::string_view code, F depth_holds) const;

  std::vector<const plugins::SliceKind*> entries_;
  CodeRule rule_;
  Today today_;
  std::optional<Instant> oldest_;
};

}  // namespace relais::records
