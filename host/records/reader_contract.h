// SPDX-License-Identifier: Apache-2.0
// What record_reader.proto asks of an answer, row by row. The host refuses an answer that breaks it; the conformance kit
// says which rule was broken. One place for both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "domain/clock.h"
#include "relais/v1/record_reader.pb.h"

namespace relais::records {

inline constexpr int reader_contract_version = 1;
inline constexpr std::size_t largest_answer = std::size_t{4} << 20U;  // bytes
inline constexpr std::size_t most_rows_read = 20'000;                 // of one reading, all its pages together
inline constexpr int reader_page = 500;
inline constexpr std::size_t longest_id = 128;

// What the rows of one reading must be.
struct RowsAsked {
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  Instant as_of;
  std::string patient_id = {};  // whose; empty: anybody's
  std::string row_id = {};      // the one row asked for; empty: any
  std::string report_id = {};   // results of this report; empty: any
  bool history = false;         // cancelled reports are left out
};

// Why the row breaks the contract, in French words for the software's author that hold nothing of the row; nothing when
// it keeps it.
std::optional<std::string> broken_rule(const v1::RecordRow& row, const RowsAsked& asked);

// Id of the row in its kind; empty for kinds whose rows have none.
std::string id_of(const v1::RecordRow& row);

// "patient", "lab_report", … as a slice names the kind.
std::string_view kind_name(v1::RecordKind kind);

// Checks one answer after another of the same reading: ids come once, pages end, sizes hold.
class ReadingCheck {
 public:
  explicit ReadingCheck(RowsAsked asked) : asked_(std::move(asked)) {}
  // Of the next page. `too_large` is set when it is a size that does not hold.
  std::optional<std::string> broken_rule(const v1::RecordRows& page, bool& too_large);

 private:
  const RowsAsked asked_;
  std::set<std::string> ids_;
  std::string token_;
  std::size_t rows_ = 0;
  std::size_t pages_ = 0;
};

// Why a change cannot be taken in; nothing when it can.
std::optional<std::string> broken_rule(const v1::WatchChangesResponse& change);

}  // namespace relais::records
