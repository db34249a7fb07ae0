// SPDX-License-Identifier: Apache-2.0
// Backups of one practice: made while its host runs, checked before they are trusted, restored without destroying
// anything. What a backup holds, and how to keep it, is said in backup.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "domain/clock.h"
#include "domain/error.h"

namespace relais::app {

// What a backup was found to hold.
struct BackupContent {
  std::string practice;
  std::int64_t ledger_entries = 0;  // number of the last entry
  std::optional<Instant> last_entry;
};

// Writes one consistent state of the practice in `data` to the new file `target`, or, when `target` is a folder, to a
// file in it named after the instant; answers the file. The host may be running: nobody waits. An entry
// "backup.created" stands in the ledger first, and in the backup. Nothing is written of a practice whose file or
// ledger is damaged (store.damaged, ledger.broken). backup.postgresql for a practice that no file holds;
// api.weak-password for a password of fewer than 12 characters; practice.running when this program would first have to
// migrate the database of a running host.
Result<std::filesystem::path> create_backup(const std::filesystem::path& data, const std::filesystem::path& target,
                                            const std::string& password, const Clock& clock);

// Decrypts the whole of `file` and checks what it holds: the database, the chain of the ledger to its signed head, the
// key, the configuration. Works in a folder beside it that is removed.
Result<BackupContent> verify_backup(const std::filesystem::path& file, const std::string& password);

struct RestoreOptions {
  // A practice stands in the folder: put it aside, under another name beside it, and restore in its place.
  bool replace = false;
  // What that practice did since the backup is given up.
  bool accept_loss = false;
};

struct Restored {
  BackupContent content;
  std::int64_t lost_entries = 0;  // of the ledger of the practice put aside
  bool head_unknown = false;      // the ledger head of the practice put aside could not be read: nobody knows what is lost
  std::filesystem::path put_aside;  // empty when the folder held nothing
};

// Checks as verify_backup, then restores into `data`. An entry "backup.restored" in the restored ledger keeps how many
// entries were given up and the hash of the head that was. Refuses with backup.practice-exists, backup.other-practice
// (another key signed the ledger in `data`), backup.loses-entries, practice.running; `data` is then as it was.
Result<Restored> restore_backup(const std::filesystem::path& file, const std::string& password,
                                const std::filesystem::path& data, const RestoreOptions& options, const Clock& clock);

// Accepts the database in `data`, older than the ledger head beside it, as practice::Ledger::accept_older.
Result<void> accept_older_database(const std::filesystem::path& data, const Clock& clock);

}  // namespace relais::app
