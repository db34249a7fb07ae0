// SPDX-License-Identifier: Apache-2.0
// Passwords, tokens and wrapped keys: libsodium behind four functions and one type that erases itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/error.h"
#include "domain/signature.h"

namespace relais::practice {

// Work that one password check costs. The preset is libsodium's "interactive": 64 MiB, about 0.1 s.
struct PasswordCost {
  std::uint64_t operations = 2;
  std::size_t memory_bytes = std::size_t{64} << 20U;
};

// Argon2id, with its salt and cost in the text. relais.internal when memory lacks.
Result<std::string> hash_password(std::string_view password, const PasswordCost& cost);
bool verify_password(const std::string& hash, std::string_view password);

// 256 random bits, base64 for URLs.
std::string new_token();
// What is stored of it: SHA-256, hexadecimal. A token is random already, so it needs no slow hash.
std::string token_hash(std::string_view token);

// An Ed25519 secret key that erases itself. Moves, never copies.
class SigningKey {
 public:
  explicit SigningKey(const fiche::SecretKey& key) : key_(key) {}
  ~SigningKey();
  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&&) = delete;
  SigningKey(const SigningKey&) = delete;
  const fiche::SecretKey& bytes() const { return key_; }

 private:
  fiche::SecretKey key_;
};

// A secret key sealed by a password: Argon2id gives the key of a secretbox. All base64.
struct WrappedKey {
  std::string public_key;
  std::string salt;
  std::string nonce;
  std::string sealed;
};

// Makes a key pair and wraps its secret.
Result<WrappedKey> new_signing_key(std::string_view password, const PasswordCost& cost);
// api.password when the password is not the one that wrapped it.
Result<SigningKey> unwrap(const WrappedKey& wrapped, std::string_view password, const PasswordCost& cost);
// The same key under another password.
Result<WrappedKey> rewrap(const WrappedKey& wrapped, std::string_view from, std::string_view to,
                          const PasswordCost& cost);

// relais.invalid-argument when the text is not base64 of 32 bytes.
Result<fiche::PublicKey> decode_public_key(std::string_view base64);

}  // namespace relais::practice
