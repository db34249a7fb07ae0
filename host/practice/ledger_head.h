// SPDX-License-Identifier: Apache-2.0
// The host's key and the signed head, both kept outside the database: whoever can rewrite the database cannot rewrite
// these. Whoever holds the key can recompute everything; so can nobody else.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "domain/error.h"
#include "practice/ledger_chain.h"

namespace relais::practice {

// An Ed25519 key pair.
class HostKey {
 public:
  // Reads <directory>/host-ed25519 (base64, mode 0600) or creates it, with host-ed25519.pub beside it. ledger.key when
  // it is not readable, not a key, or readable by others; when `create` is false and it is missing.
  static Result<HostKey> open(const std::filesystem::path& directory, bool create);

  // Base64 of the signature of `message`.
  std::string sign(std::string_view message) const;
  // Base64.
  const std::string& public_key() const { return public_key_; }

  HostKey(HostKey&&) noexcept = default;
  HostKey& operator=(HostKey&&) noexcept = default;
  ~HostKey();

 private:
  HostKey(std::string secret, std::string public_key);
  std::string secret_;
  std::string public_key_;
};

// Whether `signature` (base64) of `message` was made by the owner of `public_key` (base64).
bool verify_signature(std::string_view message, std::string_view signature, std::string_view public_key);

// Signature of a head, base64.
std::string sign_head(const HostKey& key, const LedgerHead& head);
bool verify_head(const LedgerHead& head, std::string_view signature, std::string_view public_key);

// The text of ledger-head.json.
std::string write_head(const HostKey& key, const LedgerHead& head);
// ledger.head when the text is not a head; ledger.broken when `public_key` did not sign it.
Result<LedgerHead> read_head(std::string_view json, std::string_view public_key);

// What errno says after a write of `path` failed: store.full, store.read-only, else relais.io.
tl::unexpected<Error> cannot_write(const std::filesystem::path& path);
// Puts `content` in place of `path` in one step that survives a power cut: written beside it, synchronised, renamed.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content, bool secret);
// nullopt when there is no such file.
Result<std::optional<std::string>> read_file(const std::filesystem::path& path);

}  // namespace relais::practice
