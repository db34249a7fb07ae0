// SPDX-License-Identifier: Apache-2.0
// An author's statement that another key takes the place of theirs, signed by the one it replaces.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.h"
#include "domain/signature.h"

namespace relais::plugins {

struct KeyRotation {
  fiche::PublicKey from{};
  fiche::PublicKey to{};
};

// JSON of the statement. The caller keeps and erases the key.
Result<std::string> sign_rotation(const fiche::SecretKey& from, const fiche::PublicKey& to);
// trust.rotation when it is no statement, names one key twice, or is not signed by the key it replaces.
Result<KeyRotation> read_rotation(std::string_view text);

}  // namespace relais::plugins
