// SPDX-License-Identifier: Apache-2.0
// Ed25519 over a text, and bytes as base64: libsodium behind four functions.
#pragma once

#include <sodium.h>

#include <array>
#include <string>
#include <string_view>

#include "domain/signature.h"

namespace relais::plugins {

template <std::size_t N>
std::string encode_base64(const std::array<unsigned char, N>& bytes) {
  std::string text(sodium_base64_ENCODED_LEN(N, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), N, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

// False when the text is not the base64 of exactly N bytes.
template <std::size_t N>
bool decode_base64(std::string_view text, std::array<unsigned char, N>& bytes) {
  std::size_t size = 0;
  return sodium_base642bin(bytes.data(), N, text.data(), text.size(), nullptr, &size, nullptr,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         size == N;
}

// Base64 of the signature.
inline std::string sign_text(std::string_view message, const fiche::SecretKey& key) {
  fiche::SignatureBytes signature{};
  crypto_sign_detached(signature.data(), nullptr, reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       key.data());
  return encode_base64(signature);
}

inline bool verify_text(std::string_view message, std::string_view signature, const fiche::PublicKey& key) {
  fiche::SignatureBytes bytes{};
  return decode_base64(signature, bytes) &&
         crypto_sign_verify_detached(bytes.data(), reinterpret_cast<const unsigned char*>(message.data()),
                                     message.size(), key.data()) == 0;
}

}  // namespace relais::plugins
