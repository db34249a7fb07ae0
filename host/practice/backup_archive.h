// SPDX-License-Identifier: Apache-2.0
// The one file of a backup: named parts under a password. Layout: "relais-backup-1\n", salt (16 bytes), Argon2id's
// operations and memory (8 bytes each, little-endian), the header of libsodium's secretstream (24), the length of the
// first message (4), that message (JSON: the parts with their sizes), the parts in messages of at most 64 KiB, and an
// empty last message. XChaCha20-Poly1305: a byte changed, moved, cut off or added shows, and nothing is read without the
// password.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "domain/error.h"
#include "practice/secrets.h"

namespace relais::practice {

struct BackupPart {
  std::string name;
  std::filesystem::path file;
};

// Writes the parts' files into `target`, mode 0600, complete and durable under its name or not there at all.
// backup.exists when there is a file of that name; relais.io, store.full when it cannot be written.
Result<void> write_backup(const std::filesystem::path& target, const std::string& password, const PasswordCost& cost,
                          const std::vector<BackupPart>& parts);

// Writes each part of `source` into the file that `wanted` names for it, mode 0600, which must not exist.
// backup.not-a-backup, backup.newer-version, backup.password, backup.damaged when it cannot be read whole, or when its
// parts are not exactly the wanted ones; files already written are then left for the caller to remove.
Result<void> read_backup(const std::filesystem::path& source, const std::string& password,
                         const std::vector<BackupPart>& wanted);

}  // namespace relais::practice
