// SPDX-License-Identifier: Apache-2.0
#include "practice/ledger_head.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "practice/ledger_head_file.h"
#include "practice/store_error.h"

namespace relais::practice {
namespace {

namespace fs = std::filesystem;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string base64_of(std::string_view raw) {
  std::string text(sodium_base64_ENCODED_LEN(raw.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes(raw), raw.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

// Exactly `size` bytes, else empty.
std::string raw_of(std::string_view text, std::size_t size) {
  std::string raw(size, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes(raw), raw.size(), text.data(), text.size(), "\n", &length, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      length != size || end != text.data() + text.size()) {
    return {};
  }
  return raw;
}

std::string errno_text() { return std::generic_category().message(errno); }

// The prefix keeps a signature of a head from standing for anything else that the key signs.
std::string signed_text(const LedgerHead& head) {
  return fmt::format("relais-ledger-head-v1\n{}\n{}\n", head.seq, head.hash);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

tl::unexpected<Error> cannot_write(const fs::path& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  const auto code = full ? Code::store_full : errno == EROFS ? Code::store_read_only : Code::io;
  return fail(code, errno_text(), path.filename().string());
}

Result<void> replace_file(const fs::path& path, std::string_view content, bool secret) {
  auto beside = path;
  beside += ".new";
  // Two processes of one practice (the host, a backup) take turns: they write the same name beside the file.
  const Descriptor directory(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::flock(directory.get(), LOCK_EX) != 0) return cannot_write(path);
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644));
    if (file.get() < 0 || !write_all(file.get(), content) || ::fsync(file.get()) != 0) {
      return cannot_write(path);
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return cannot_write(path);
  if (::fsync(directory.get()) != 0) return cannot_write(path);
  return {};
}

Result<std::optional<std::string>> read_file(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error) && !error) return std::optional<std::string>{};
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in || !content) return fail(Code::io, "cannot read", path.filename().string());
  return std::optional<std::string>(content.str());
}

HostKey::HostKey(std::string secret, std::string public_key)
    : secret_(std::move(secret)), public_key_(std::move(public_key)) {}

HostKey::~HostKey() { sodium_memzero(secret_.data(), secret_.size()); }

Result<HostKey> HostKey::open(const fs::path& directory, bool create) {
  if (sodium_init() < 0) return fail(Code::ledger_key, "libsodium does not start");
  const auto path = directory / "host-ed25519";
  auto text = read_file(path);
  if (!text) return fail(Code::ledger_key, text.error().detail);
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  std::string secret(crypto_sign_SECRETKEYBYTES, '\0');
  if (!*text) {
    if (!create) return fail(Code::ledger_key, "there is no host key", "host-ed25519");
    crypto_sign_keypair(bytes(public_key), bytes(secret));
    std::error_code error;
    fs::create_directories(directory, error);
    fs::permissions(directory, fs::perms::owner_all, error);
    if (error) return fail(Code::ledger_key, error.message());
    if (auto written = replace_file(path, base64_of(secret) + "\n", true); !written) {
      return of_the_store_or(Code::ledger_key, written.error());
    }
  } else {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & 077) != 0) {
      return fail(Code::ledger_key, "others may read the key: its mode must be 0600", "host-ed25519");
    }
    secret = raw_of(**text, crypto_sign_SECRETKEYBYTES);
    sodium_memzero((*text)->data(), (*text)->size());
    if (secret.empty()) return fail(Code::ledger_key, "not a key", "host-ed25519");
    crypto_sign_ed25519_sk_to_pk(bytes(public_key), bytes(secret));
  }
  HostKey key(std::move(secret), base64_of(public_key));
  if (auto written = replace_file(directory / "host-ed25519.pub", key.public_key() + "\n", false); !written) {
    return of_the_store_or(Code::ledger_key, written.error());
  }
  return key;
}

std::string HostKey::sign(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes(signature), nullptr, bytes(message), message.size(), bytes(std::string_view(secret_)));
  return base64_of(signature);
}

bool verify_signature(std::string_view message, std::string_view signature, std::string_view public_key) {
  const auto raw_signature = raw_of(signature, crypto_sign_BYTES);
  const auto raw_key = raw_of(public_key, crypto_sign_PUBLICKEYBYTES);
  return !raw_signature.empty() && !raw_key.empty() &&
         crypto_sign_verify_detached(bytes(std::string_view(raw_signature)), bytes(message), message.size(),
                                     bytes(std::string_view(raw_key))) == 0;
}

std::string sign_head(const HostKey& key, const LedgerHead& head) { return key.sign(signed_text(head)); }

bool verify_head(const LedgerHead& head, std::string_view signature, std::string_view public_key) {
  return verify_signature(signed_text(head), signature, public_key);
}

std::string write_head(const HostKey& key, const LedgerHead& head) {
  const nlohmann::json json = {{"seq", head.seq}, {"hash", head.hash}, {"signature", sign_head(key, head)}};
  return json.dump() + "\n";
}

namespace {

// One text of write_head().
Result<LedgerHead> read_one(std::string_view text, std::string_view public_key) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("seq") || !json["seq"].is_number_integer() || !json.contains("hash") ||
      !json["hash"].is_string() || !json.contains("signature") || !json["signature"].is_string()) {
    return fail(Code::ledger_head, "not a ledger head");
  }
  LedgerHead head{json["seq"].get<std::int64_t>(), json["hash"].get<std::string>()};
  if (!verify_head(head, json["signature"].get_ref<const std::string&>(), public_key)) {
    return fail(Code::ledger_broken, "the head is not signed by this host's key");
  }
  return head;
}

struct Best {
  Result<LedgerHead> head = fail(Code::ledger_head, "not a ledger head");
  std::string_view line;  // the whole text when no line says anything
};

Best best_of(std::string_view text, std::string_view public_key) {
  Best best;
  best.line = text;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    const auto line = text.substr(start, end - start);
    start = end + 1;
    if (line.find_first_not_of(' ') == std::string_view::npos) continue;
    auto head = read_one(line, public_key);
    // A forged line says more than a torn one.
    const bool better = head ? !best.head || head->seq > best.head->seq
                             : !best.head && best.head.error().code != Code::ledger_broken;
    if (better) best = {std::move(head), line};
  }
  return best;
}

}  // namespace

Result<LedgerHead> read_head(std::string_view text, std::string_view public_key) {
  return best_of(text, public_key).head;
}

std::string head_line(std::string_view text, std::string_view public_key) {
  return std::string(best_of(text, public_key).line);
}

}  // namespace relais::practice
