// SPDX-License-Identifier: Apache-2.0
#include "practice/secrets.h"

#include <sodium.h>

#include <span>
#include <vector>

#include "domain/canonical.h"

namespace relais::practice {
namespace {

template <std::size_t N>
using Bytes = std::array<unsigned char, N>;
using Salt = Bytes<crypto_pwhash_SALTBYTES>;
using Nonce = Bytes<crypto_secretbox_NONCEBYTES>;
using Box = Bytes<crypto_sign_SECRETKEYBYTES + crypto_secretbox_MACBYTES>;

// The key of the box, erased when it goes.
struct BoxKey {
  Bytes<crypto_secretbox_KEYBYTES> bytes{};
  ~BoxKey() { sodium_memzero(bytes.data(), bytes.size()); }
};

std::string encode(std::span<const unsigned char> bytes, int variant = sodium_base64_VARIANT_ORIGINAL) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();
  return text;
}

template <std::size_t N>
bool decode(std::string_view text, Bytes<N>& bytes) {
  std::size_t size = 0;
  return sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         size == N;
}

bool derive(BoxKey& key, std::string_view password, const Salt& salt, const PasswordCost& cost) {
  return crypto_pwhash(key.bytes.data(), key.bytes.size(), password.data(), password.size(), salt.data(),
                       cost.operations, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

Result<WrappedKey> wrap(const fiche::SecretKey& secret, const std::string& public_key, std::string_view password,
                        const PasswordCost& cost) {
  Salt salt{};
  Nonce nonce{};
  randombytes_buf(salt.data(), salt.size());
  randombytes_buf(nonce.data(), nonce.size());
  BoxKey key;
  if (!derive(key, password, salt, cost)) return fail(Code::internal, "no memory to derive a key");
  Box box{};
  crypto_secretbox_easy(box.data(), secret.data(), secret.size(), nonce.data(), key.bytes.data());
  return WrappedKey{public_key, encode(salt), encode(nonce), encode(box)};
}

}  // namespace

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.operations, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(Code::internal, "no memory to hash a password");
  }
  return std::string(text.data());
}

bool verify_password(const std::string& hash, std::string_view password) {
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string new_token() {
  Bytes<32> random{};
  randombytes_buf(random.data(), random.size());
  return encode(random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string token_hash(std::string_view token) { return fiche::sha256_hex(token); }

SigningKey::~SigningKey() { sodium_memzero(key_.data(), key_.size()); }

SigningKey::SigningKey(SigningKey&& other) noexcept : key_(other.key_) {
  sodium_memzero(other.key_.data(), other.key_.size());
}

Result<WrappedKey> new_signing_key(std::string_view password, const PasswordCost& cost) {
  fiche::PublicKey public_key{};
  fiche::SecretKey secret{};
  crypto_sign_keypair(public_key.data(), secret.data());
  const SigningKey key(secret);
  sodium_memzero(secret.data(), secret.size());
  return wrap(key.bytes(), encode(public_key), password, cost);
}

Result<SigningKey> unwrap(const WrappedKey& wrapped, std::string_view password, const PasswordCost& cost) {
  Salt salt{};
  Nonce nonce{};
  Box box{};
  if (!decode(wrapped.salt, salt) || !decode(wrapped.nonce, nonce) || !decode(wrapped.sealed, box)) {
    return fail(Code::api_no_signing_key, "the stored key is not readable");
  }
  BoxKey key;
  if (!derive(key, password, salt, cost)) return fail(Code::internal, "no memory to derive a key");
  fiche::SecretKey secret{};
  if (crypto_secretbox_open_easy(secret.data(), box.data(), box.size(), nonce.data(), key.bytes.data()) != 0) {
    return fail(Code::api_password, "the box does not open");
  }
  SigningKey opened(secret);
  sodium_memzero(secret.data(), secret.size());
  return opened;
}

Result<WrappedKey> rewrap(const WrappedKey& wrapped, std::string_view from, std::string_view to,
                          const PasswordCost& cost) {
  const auto key = unwrap(wrapped, from, cost);
  if (!key) return tl::unexpected<Error>(key.error());
  return wrap(key->bytes(), wrapped.public_key, to, cost);
}

Result<fiche::PublicKey> decode_public_key(std::string_view base64) {
  fiche::PublicKey key{};
  if (!decode(base64, key)) return fail(Code::invalid_argument, "not a public key");
  return key;
}

}  // namespace relais::practice
