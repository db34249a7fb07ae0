// SPDX-License-Identifier: Apache-2.0
// Who signed a package, and whether its files are those that were signed. Says nothing of whom a practice trusts.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "domain/signature.h"
#include "plugins/packages/package_contents.h"

namespace relais::plugins {

// First half of the SHA-256 of the key, lower-case hexadecimal: what people compare.
std::string key_id(const fiche::PublicKey& key);
// 32 lower-case hexadecimal digits.
bool is_key_id(std::string_view text);
std::string to_base64(const fiche::PublicKey& key);
// relais.invalid-argument when the text is not the base64 of a key.
Result<fiche::PublicKey> public_key_of(std::string_view base64);

// A signature that verified.
struct SignedPackage {
  PackageContents contents;
  fiche::PublicKey key{};
  std::string key_id;
  std::string digest;  // of the contents
};

// Text of the entry SIGNATURE: the contents, the key and its signature of them. The caller keeps and erases the key.
Result<std::string> sign_package(const PackageContents& contents, const fiche::SecretKey& key);

// package.signature for a text that is no signature, package.altered when it is not that key's or not of these contents.
Result<SignedPackage> read_signature(std::string_view text);

// package.altered, with the first file that differs as place.
Result<void> check_files(const PackageContents& contents, const std::vector<PackageFile>& found);

// What stands before each load of a package that was signed: its SIGNATURE verifies, is of the contents named by
// `digest`, and the files in `directory` are those and no others. package.altered otherwise, with the file as place.
Result<void> check_package_folder(const std::filesystem::path& directory, const std::string& digest);

}  // namespace relais::plugins
