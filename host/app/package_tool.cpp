// SPDX-License-Identifier: Apache-2.0
#include "app/package_tool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/text_file.h"
#include "plugins/packages/package_archive.h"
#include "plugins/packages/package_signature.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;

constexpr auto key_format = "relais-package-key/1";

Result<void> write_new(const fs::path& file, const std::string& text, mode_t rights) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, rights);
  if (descriptor < 0) return fail(Code::io, "cannot be created, or is there already", file.string());
  const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(descriptor) != 0 || !written) return fail(Code::io, "cannot be written", file.string());
  return {};
}

Result<practice::WrappedKey> read_key_file(const fs::path& file) {
  const auto text = read_text_file(file);
  if (!text) return fail(Code::package_key_file, text.error().detail, file.string());
  try {
    const auto json = nlohmann::json::parse(*text);
    if (json.at("format").get<std::string>() != key_format) return fail(Code::package_key_file, "format", file.string());
    return practice::WrappedKey{json.at("public_key").get<std::string>(), json.at("salt").get<std::string>(),
                                json.at("nonce").get<std::string>(), json.at("sealed").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    return fail(Code::package_key_file, "not the JSON of a key", file.string());
  }
}

class Temporary {
 public:
  Temporary() {
    auto pattern = (fs::temp_directory_path() / "relais-paquet-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Temporary() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

Result<fiche::PublicKey> make_signing_key(const fs::path& file, const std::string& password,
                                          const practice::PasswordCost& cost) {
  if (password.size() < least_key_password) return fail(Code::api_weak_password, "12 characters at least");
  auto open_half = file;
  open_half += ".pub";
  if (fs::exists(open_half)) return fail(Code::io, "is there already", open_half.string());
  const auto key = practice::new_signing_key(password, cost);
  if (!key) return tl::unexpected(key.error());
  const auto public_key = practice::decode_public_key(key->public_key);
  if (!public_key) return public_key;
  const nlohmann::ordered_json sealed{{"format", key_format},
                                      {"key_id", plugins::key_id(*public_key)},
                                      {"public_key", key->public_key},
                                      {"salt", key->salt},
                                      {"nonce", key->nonce},
                                      {"sealed", key->sealed}};
  if (auto written = write_new(file, sealed.dump(1) + '\n', 0600); !written) return tl::unexpected(written.error());
  if (auto written = write_new(open_half, key->public_key + '\n', 0644); !written) {
    return tl::unexpected(written.error());
  }
  return public_key;
}

Result<practice::SigningKey> open_signing_key(const fs::path& file, const std::string& password) {
  const auto wrapped = read_key_file(file);
  if (!wrapped) return tl::unexpected<Error>(wrapped.error());
  auto key = practice::unwrap(*wrapped, password, practice::PasswordCost{});
  if (key) return key;
  const auto code = key.error().code == Code::api_password ? Code::package_key_password : Code::package_key_file;
  return tl::unexpected<Error>(Error{code, key.error().detail, file.string()});
}

Result<fiche::PublicKey> read_public_key(const std::string& file_or_text) {
  if (auto key = plugins::public_key_of(file_or_text)) return key;
  const auto text = read_text_file(file_or_text);
  if (!text) return fail(Code::package_key_file, "neither a file nor a key", file_or_text);
  if (const auto wrapped = read_key_file(file_or_text)) {
    if (auto key = plugins::public_key_of(wrapped->public_key)) return key;
  }
  if (auto key = plugins::public_key_of(text->substr(0, text->find_first_of(" \r\n")))) return key;
  return fail(Code::package_key_file, "no public key", file_or_text);
}

Result<void> pack(const plugins::Package& package, const fs::path& target) {
  const auto files = plugins::files_of_folder(package.directory);
  if (!files) return tl::unexpected(files.error());
  return plugins::write_archive(target, package.directory, *files, std::nullopt);
}

Result<std::string> sign_file(const fs::path& file, const fiche::SecretKey& key) {
  const Temporary folder;
  if (folder.path().empty()) return fail(Code::io, "no temporary folder");
  const auto listing = plugins::extract_archive(file, folder.path());
  if (!listing) return tl::unexpected(listing.error());
  const auto package = plugins::open_package(folder.path());
  if (!package) return tl::unexpected(package.error());
  const auto signature =
      plugins::sign_package({package->manifest.id, package->manifest.version, listing->files}, key);
  if (!signature) return signature;
  if (auto written = plugins::write_archive(file, folder.path(), listing->files, *signature); !written) {
    return tl::unexpected(written.error());
  }
  const auto read = plugins::read_signature(*signature);
  if (!read) return tl::unexpected(read.error());
  return read->key_id;
}

}  // namespace relais::app
