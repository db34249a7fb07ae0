// SPDX-License-Identifier: Apache-2.0
// What authors of plugins do with packages and their signing keys. Files only: no host.
#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"
#include "domain/signature.h"
#include "plugins/manifest.h"
#include "practice/secrets.h"

namespace relais::app {

// Fewer characters than this do not protect a key that lies in a file.
inline constexpr std::size_t least_key_password = 12;

// Makes a key in the new file `file` (0600), sealed by the password, and its public half in `file`.pub; answers the
// public half. api.weak-password; relais.io when one of the two files exists or cannot be written.
Result<fiche::PublicKey> make_signing_key(const std::filesystem::path& file, const std::string& password,
                                          const practice::PasswordCost& cost = {});

// package.key-file; package.key-password.
Result<practice::SigningKey> open_signing_key(const std::filesystem::path& file, const std::string& password);

// The public half: of a key file, of its .pub, or a text in base64. package.key-file.
Result<fiche::PublicKey> read_public_key(const std::string& file_or_text);

// Writes the package, not signed, to `target`. package.bad-entry, package.too-large.
Result<void> pack(const plugins::Package& package, const std::filesystem::path& target);

// Signs a .relais file in place, whatever signed it before; answers the key's id. Its manifest must be one that a host
// accepts. As PackageShelf::open_file for what is no package.
Result<std::string> sign_file(const std::filesystem::path& file, const fiche::SecretKey& key);

}  // namespace relais::app
