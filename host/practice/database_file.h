// SPDX-License-Identifier: Apache-2.0
// A practice's SQLite file as a file: copied while it is written, checked while nobody writes it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "domain/error.h"

namespace relais::practice {

// Copies one consistent state of `from` (which must exist) into the new file `to`, mode 0600 under the caller's mask,
// with SQLite's online backup: writers, of this process or another, go on meanwhile. Errors as Database's.
Result<void> copy_database_file(const std::filesystem::path& from, const std::filesystem::path& to);

// Reads the whole file and its references: store.damaged, or another store error, when it is not sound. Nobody else may
// write it. The schema version it was last migrated to.
Result<std::int64_t> check_database_file(const std::filesystem::path& file);

// The schema version of a file that others may be writing.
Result<std::int64_t> schema_of_database_file(const std::filesystem::path& file);

}  // namespace relais::practice
