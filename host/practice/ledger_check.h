// SPDX-License-Identifier: Apache-2.0
// Finds what was changed in a ledger by anyone who does not hold the host's key.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "practice/ledger_chain.h"

namespace relais::practice {

enum class LedgerFault {
  none,
  edited,        // a row's body, hash or search columns are not what was chained
  missing,       // a row was taken out
  reordered,     // a row stands in another row's place
  tail_removed,  // the last rows, up to the signed head, are gone
  recomputed,    // a consistent chain that is not the one whose head was signed
  unsigned_tail, // rows after the signed head that the host did not seal
  head_missing,  // rows without a signed head
  head_forged,   // the head is not a head signed by the host's key
  older_database,  // an earlier state of this ledger, whole and sealed, beside a later head: a copy was put back
};

struct LedgerVerdict {
  LedgerFault fault = LedgerFault::none;
  // Number of the first row that is not as it was written; 0 without fault.
  std::int64_t seq = 0;
  // Rows read.
  std::int64_t rows = 0;
  // Rows after the signed head that the host's seal covers: what a crash between commit and head leaves.
  std::int64_t ahead = 0;
  bool ok() const { return fault == LedgerFault::none; }
};

// Stable English word of a fault, such as "tail-removed".
std::string_view name(LedgerFault fault);

// The host's signature of the last row, kept in the database with it.
struct LedgerSeal {
  LedgerHead head;
  std::string signature;
};

// The act of the entry that a purge leaves: its subjects are the number and the hash of the last row taken out. The
// chain carries it and the signed head covers it, so what remains proves by itself where it begins.
inline constexpr std::string_view purged_action = "ledger.purged";

// Reads a chain row by row, in the order of the store, then says what it found. A chain whose first rows are gone is
// whole only when a later entry says that they were purged, with their number and the hash of the last one.
class ChainChecker {
 public:
  // `head_json` is ledger-head.json, nullopt when the file is missing; `public_key` is base64.
  ChainChecker(const std::optional<std::string>& head_json, std::string public_key);
  // The signed head, nullopt without a head file or with a forged one.
  const std::optional<LedgerHead>& signed_head() const { return signed_head_; }
  // Takes the rows up to the signed head for checked: `row` is the one with its number, nullopt when there is none.
  void start_at_head(const std::optional<LedgerRow>& row);
  // False when reading further is of no use: a fault is found, and where the rows begin is proven.
  bool add(const LedgerRow& row);
  // A row whose search columns differ from its body.
  void columns_differ(std::int64_t seq) { found(LedgerFault::edited, seq); }
  LedgerVerdict finish(const std::optional<LedgerSeal>& seal);

 private:
  void found(LedgerFault fault, std::int64_t seq);

  std::string public_key_;
  std::optional<LedgerHead> signed_head_;
  LedgerHead last_{0, genesis_hash()};
  bool begun_ = false;
  // Where the rows begin after a purge, until the entry that says so is met.
  bool proves_start(const LedgerEntry& entry) const;

  std::optional<LedgerHead> unproven_start_;
  LedgerVerdict verdict_;
};

// One line of an export: {"body":{…},"hash":"…","prev":"…"}.
std::string export_line(const LedgerRow& row);

// Checks exported lines without a database: the same faults. An export carries no seal, so rows after the head of
// `head_json` are unsigned: export the head after the rows' writes have completed.
LedgerVerdict verify_export(std::istream& lines, const std::optional<std::string>& head_json,
                            const std::string& public_key);

}  // namespace relais::practice
