// SPDX-License-Identifier: Apache-2.0
// The practice's ledger: every act, read, decision and refusal, one hash chain, its head signed outside the database.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "practice/database.h"
#include "practice/ledger_chain.h"
#include "practice/ledger_check.h"
#include "practice/ledger_head.h"
#include "practice/ledger_head_file.h"

namespace relais::practice {

// Entries that satisfy every field set.
struct LedgerFilter {
  std::optional<Instant> from;   // inclusive
  std::optional<Instant> until;  // exclusive
  std::string actor, action, item_id, patient_id, doctor_id, task_id;
  std::optional<LedgerOutcome> outcome;
  // Page: entries after this number, at most `limit` (1 to 1000).
  std::int64_t after_seq = 0;
  std::int64_t limit = 100;
};

// Checks a whole ledger without its head file, from the first row to the last, which this host must have sealed: what a
// copy of a database holds. The end of the chain; ledger.broken with the fault and its entry. Inside Database::read or on
// a session of the caller's; throws soci::soci_error.
Result<LedgerHead> checked_end(soci::session& sql, const HostKey& key);

// A power cut may take the head file back by this much; the rows after it, which the database holds durably and sealed, are
// signed again at the next start. Whoever removed rows of that moment before the restart, without the key, would not be found.
constexpr std::chrono::milliseconds longest_unflushed_head{100};

class Ledger final : public CommitListener {
 public:
  // Uses <state>/keys/host-ed25519 (created with the ledger) and <state>/ledger-head.json, and takes part in every
  // group commit of `database`, which must outlive it. Rows that a crash left after the head, sealed by this host, are
  // signed again. Checks the end of the chain only (verify() reads all): ledger.broken when it is not the one that was
  // signed; ledger.head or ledger.key when a ledger with entries has lost its head or its key.
  static Result<std::unique_ptr<Ledger>> open(Database& database, const std::filesystem::path& state);

  // The explicit act that takes an older database, refused by open() with ledger.older-database, for the practice's
  // own: the whole chain is checked up to its sealed end, then an entry "ledger.older-accepted" by `actor` keeps the
  // number of entries lost and the hash of the head that was lost. ledger.not-older when there is nothing to accept,
  // ledger.broken when the chain is not whole.
  static Result<std::unique_ptr<Ledger>> accept_older(Database& database, const std::filesystem::path& state,
                                                      const std::string& actor);

  // Takes its leave from the database.
  ~Ledger() override;

  // Adds an entry in the work's transaction; durable, and its head signed in the database and in the head file, before
  // Database::write returns. The head file itself is flushed to the disk within `longest_unflushed_head`.
  // Returns its number. Throws soci::soci_error, which Database answers.
  Result<std::int64_t> append(Transaction& tx, const LedgerEntry& entry);

  // Writes one entry on its own. Blocks until it is durable.
  Result<std::int64_t> record(const LedgerEntry& entry);

  // Takes out the first rows, up to the first that is not older than `before`, and leaves in their place, in the same
  // transaction, an entry `purged_action` that keeps verify() able to prove that nothing else is missing. The number of
  // rows taken out, a few thousand at most: call again until it answers 0, which leaves no entry. The last row stays
  // whatever its age.
  Result<std::int64_t> purge(Instant before, const std::string& actor);

  // Reads the whole ledger and checks it against the signed head. An Error only when it cannot be read.
  Result<LedgerVerdict> verify() const;

  // Oldest first.
  Result<std::vector<ReadEntry>> query(const LedgerFilter& filter) const;

  // Every row, oldest first, as export_line; then the verdict, and the signed head for verify_export: of the last row
  // exported when the ledger is as it was written, else the head file as it stands.
  struct Exported {
    LedgerVerdict verdict;
    std::string head_json;
    std::string public_key;
  };
  Result<Exported> export_lines(const std::function<Result<void>(const std::string&)>& line) const;

  const std::string& public_key() const { return key_.public_key(); }

  Result<void> before_commit(Transaction& tx) override;
  Result<void> after_commit() override;

 private:
  Ledger(Database& database, std::filesystem::path state, HostKey key);
  std::filesystem::path head_path() const { return state_ / "ledger-head.json"; }
  Result<void> adopt_head();
  bool is_older(soci::session& sql, const LedgerHead& last, const LedgerHead& head) const;
  Result<void> save_head(const LedgerHead& head);

  Database& database_;
  const std::filesystem::path state_;
  const HostKey key_;
  // Used by open() before the first commit, then on the writer thread alone.
  LedgerHead saved_;
  LedgerHead committing_;
  HeadFile head_file_;
};

}  // namespace relais::practice
