// SPDX-License-Identifier: Apache-2.0
// Keys of plugin authors: those whose packages the practice installs, those that others replaced, those it never trusts
// again. Functions run inside Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "practice/database.h"

namespace relais::practice {

enum class KeyState {
  trusted,
  replaced,  // what it signed goes on; nothing more is installed with it
  revoked,   // for ever
};

struct TrustedKey {
  std::string id;
  std::string public_key;  // base64; empty for a key that was revoked before it was known
  std::string label;
  KeyState state = KeyState::trusted;
  std::string replaces;    // id
  std::string reason;      // of a revocation
  Instant since{};
};

// By label, then id.
std::vector<TrustedKey> trusted_keys(soci::session& sql);
std::optional<TrustedKey> trusted_key(soci::session& sql, const std::string& id);

// trust.key-known; package.revoked-key for a key that was revoked, for ever.
Result<TrustedKey> trust_key(Transaction& tx, const std::string& id, const std::string& public_key,
                             const std::string& label);
// The new key takes the old one's place and label. package.unknown-key, package.revoked-key, package.replaced-key for an
// old key that is not trusted; trust.key-known, package.revoked-key for the new one.
Result<TrustedKey> replace_key(Transaction& tx, const std::string& old_id, const std::string& id,
                               const std::string& public_key);
// Known or not. One that is revoked already keeps its first reason.
void revoke_key(Transaction& tx, const std::string& id, const std::string& reason);

// Whether what this key signed may be installed, or (`loading`) go on: package.unknown-key, package.revoked-key,
// package.replaced-key, with the key's id as place.
Result<void> check_key(const std::optional<TrustedKey>& key, const std::string& id, bool loading);

}  // namespace relais::practice
