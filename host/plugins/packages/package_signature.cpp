// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/package_signature.h"

#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "domain/canonical.h"
#include "plugins/packages/signed_text.h"

namespace relais::plugins {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Bytes. A signature names every file; the reader of archives stops before.
constexpr std::uintmax_t longest_signature = std::uintmax_t{4} << 20U;

PackageContents contents_of(const Json& signed_part) {
  PackageContents contents;
  contents.id = signed_part.at("id").get<std::string>();
  contents.version = signed_part.at("version").get<std::string>();
  for (const auto& entry : signed_part.at("files")) {
    PackageFile file;
    file.path = entry.at("path").get<std::string>();
    // By reference: a number that is not whole throws. get() would convert it, and of 1e300 no integer can be made.
    file.size = entry.at("size").get_ref<const Json::number_unsigned_t&>();
    file.sha256 = entry.at("sha256").get<std::string>();
    contents.files.push_back(std::move(file));
  }
  return contents;
}

}  // namespace

std::string key_id(const fiche::PublicKey& key) {
  const auto hash = fiche::sha256_hex({reinterpret_cast<const char*>(key.data()), key.size()});
  return hash.substr(0, hash.size() / 2);
}

bool is_key_id(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string to_base64(const fiche::PublicKey& key) { return encode_base64(key); }

Result<fiche::PublicKey> public_key_of(std::string_view base64) {
  fiche::PublicKey key{};
  if (!decode_base64(base64, key)) return fail(Code::invalid_argument, "not the base64 of a public key", "public_key");
  return key;
}

Result<std::string> sign_package(const PackageContents& contents, const fiche::SecretKey& key) {
  const auto message = canonical(contents);
  if (!message) return message;
  fiche::PublicKey public_key{};
  crypto_sign_ed25519_sk_to_pk(public_key.data(), key.data());
  return Json{{"contents", Json::parse(*message)},
              {"key_id", key_id(public_key)},
              {"public_key", encode_base64(public_key)},
              {"signature", sign_text(*message, key)}}
      .dump(1);
}

Result<SignedPackage> read_signature(std::string_view text) {
  try {
    const auto json = Json::parse(text);
    SignedPackage package;
    package.contents = contents_of(json.at("contents"));
    if (!decode_base64(json.at("public_key").get<std::string>(), package.key)) {
      return fail(Code::package_signature, "not a public key", "public_key");
    }
    package.key_id = key_id(package.key);
    if (json.at("key_id").get<std::string>() != package.key_id) {
      return fail(Code::package_signature, "not the id of that key", "key_id");
    }
    // Sorted, each once, of names that may stand in a package: any other list is no list of ours.
    for (std::size_t i = 0; i < package.contents.files.size(); ++i) {
      const auto& path = package.contents.files[i].path;
      if (!is_package_path(path) || (i > 0 && package.contents.files[i - 1].path >= path)) {
        return fail(Code::package_signature, "files are not listed as they should be", "contents");
      }
    }
    // What was read must be all that was signed: an unknown member is refused too.
    const auto message = canonical(package.contents);
    if (!message || Json::parse(*message) != json.at("contents") || json.size() != 4) {
      return fail(Code::package_signature, "not a signature of this format");
    }
    if (!verify_text(*message, json.at("signature").get<std::string>(), package.key)) {
      return fail(Code::package_altered, "the signature is not that key's, or not of this list", std::string(signature_entry));
    }
    package.digest = fiche::sha256_hex(*message);
    return package;
  } catch (const Json::exception&) {
    return fail(Code::package_signature, "not the JSON of a signature");
  }
}

Result<void> check_files(const PackageContents& contents, const std::vector<PackageFile>& found) {
  const auto [wanted, held] = std::ranges::mismatch(contents.files, found);
  if (wanted == contents.files.end() && held == found.end()) return {};
  const bool is_extra = wanted == contents.files.end() || (held != found.end() && held->path < wanted->path);
  if (is_extra) return fail(Code::package_altered, "not in the list that was signed", held->path);
  const bool is_missing = held == found.end() || held->path > wanted->path;
  return fail(Code::package_altered, is_missing ? "missing" : "not as it was signed", wanted->path);
}

Result<void> check_package_folder(const fs::path& directory, const std::string& digest) {
  const auto altered = [](std::string why) { return fail(Code::package_altered, std::move(why), std::string(signature_entry)); };
  const auto file = directory / signature_entry;
  std::error_code failed;
  if (!fs::is_regular_file(fs::symlink_status(file, failed)) || fs::file_size(file, failed) > longest_signature || failed) {
    return altered("no signature");
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto signature = read_signature(text);
  if (!signature) return altered(signature.error().detail);
  if (signature->digest != digest) return altered("another signature than the one that was installed");
  const auto files = files_of_folder(directory);
  if (!files) return fail(Code::package_altered, files.error().detail, files.error().place);
  return check_files(signature->contents, *files);
}

}  // namespace relais::plugins
