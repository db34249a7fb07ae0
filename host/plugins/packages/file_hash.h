// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes that come in pieces.
#pragma once

#include <sodium.h>

#include <array>
#include <string>
#include <string_view>

namespace relais::plugins {

class FileHash {
 public:
  FileHash() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  // Lower-case hexadecimal. Ends it: called once.
  std::string hex() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256_final(&state_, hash.data());
    std::string text(2 * hash.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
    text.pop_back();
    return text;
  }

 private:
  crypto_hash_sha256_state state_{};
};

}  // namespace relais::plugins
