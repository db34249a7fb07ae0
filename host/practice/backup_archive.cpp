// SPDX-License-Identifier: Apache-2.0
#include "practice/backup_archive.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

namespace relais::practice {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view family = "relais-backup-";
constexpr std::string_view magic = "relais-backup-1\n";
constexpr std::size_t chunk = std::size_t{64} << 10U;
constexpr std::size_t tag = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::uint32_t longest_list = 64U << 10U;
// What a file may ask of this machine before its password is known to be right.
constexpr std::uint64_t most_operations = 64;
constexpr std::uint64_t most_memory = std::uint64_t{1} << 30U;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

tl::unexpected<Error> io_failure(const fs::path& file) {
  const auto code = errno == ENOSPC ? Code::store_full : errno == EROFS ? Code::store_read_only : Code::io;
  return fail(code, std::generic_category().message(errno), file.filename().string());
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  static int to_read(const fs::path& file) { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC); }
  static int to_create(const fs::path& file) { return ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); }

  bool opened() const { return descriptor_ >= 0; }
  bool write(std::string_view text) const {
    while (!text.empty()) {
      const auto written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  // Up to `size` bytes, fewer only at the end; nullopt when it cannot be read.
  std::optional<std::string> read(std::size_t size) const {
    std::string text(size, '\0');
    std::size_t have = 0;
    while (have < size) {
      const auto got = ::read(descriptor_, text.data() + have, size - have);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return std::nullopt;
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    text.resize(have);
    return text;
  }
  bool synchronise() const { return ::fsync(descriptor_) == 0; }

 private:
  int descriptor_;
};

std::string little_endian(std::uint64_t value, std::size_t size) {
  std::string text(size, '\0');
  for (auto& each : text) {
    each = static_cast<char>(value & 0xffU);
    value >>= 8U;
  }
  return text;
}

std::uint64_t from_little_endian(std::string_view text) {
  std::uint64_t value = 0;
  for (auto each = text.rbegin(); each != text.rend(); ++each) value = (value << 8U) | static_cast<unsigned char>(*each);
  return value;
}

using Key = std::array<unsigned char, crypto_secretstream_xchacha20poly1305_KEYBYTES>;

struct Stream {
  crypto_secretstream_xchacha20poly1305_state state{};
  ~Stream() { sodium_memzero(&state, sizeof state); }
};

Result<void> derive(Key& key, const std::string& password, std::string_view salt, const PasswordCost& cost) {
  if (sodium_init() < 0 ||
      crypto_pwhash(key.data(), key.size(), password.data(), password.size(), bytes(salt), cost.operations,
                    cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(Code::internal, "no memory for the password");
  }
  return {};
}

std::string sealed(Stream& stream, std::string_view plain, unsigned char kind) {
  std::string message(plain.size() + tag, '\0');
  crypto_secretstream_xchacha20poly1305_push(&stream.state, bytes(message), nullptr, bytes(plain), plain.size(), nullptr,
                                             0, kind);
  return message;
}

// nullopt when it is not the next message of the stream, or not of this kind.
std::optional<std::string> opened(Stream& stream, std::string_view message, unsigned char kind) {
  if (message.size() < tag) return std::nullopt;
  std::string plain(message.size() - tag, '\0');
  unsigned char found = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&stream.state, bytes(plain), nullptr, &found, bytes(message),
                                                 message.size(), nullptr, 0) != 0 ||
      found != kind) {
    return std::nullopt;
  }
  return plain;
}

constexpr unsigned char going_on = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
constexpr unsigned char last_tag = crypto_secretstream_xchacha20poly1305_TAG_FINAL;

Result<std::string> list_of(const std::vector<BackupPart>& parts) {
  auto list = nlohmann::json::array();
  for (const auto& part : parts) {
    std::error_code failed;
    const auto size = fs::file_size(part.file, failed);
    if (failed) return fail(Code::io, failed.message(), part.name);
    list.push_back({{"name", part.name}, {"size", size}});
  }
  return list.dump();
}

Result<void> write_parts(const File& out, const fs::path& target, Stream& stream, const std::vector<BackupPart>& parts) {
  for (const auto& part : parts) {
    const File in(File::to_read(part.file));
    if (!in.opened()) return io_failure(part.file);
    for (;;) {
      const auto plain = in.read(chunk);
      if (!plain) return io_failure(part.file);
      if (plain->empty()) break;
      if (!out.write(sealed(stream, *plain, going_on))) return io_failure(target);
    }
  }
  if (!out.write(sealed(stream, {}, last_tag)) || !out.synchronise()) return io_failure(target);
  return {};
}

Result<void> write_all(const fs::path& target, const std::string& password, const PasswordCost& cost,
                       const std::vector<BackupPart>& parts) {
  const auto list = list_of(parts);
  if (!list) return tl::unexpected(list.error());
  std::string salt(crypto_pwhash_SALTBYTES, '\0');
  Key key;
  Stream stream;
  std::string header(crypto_secretstream_xchacha20poly1305_HEADERBYTES, '\0');
  if (sodium_init() < 0) return fail(Code::internal, "libsodium does not start");
  randombytes_buf(salt.data(), salt.size());
  if (auto derived = derive(key, password, salt, cost); !derived) return derived;
  crypto_secretstream_xchacha20poly1305_init_push(&stream.state, bytes(header), key.data());
  sodium_memzero(key.data(), key.size());
  const File out(File::to_create(target));
  if (!out.opened()) return io_failure(target);
  const auto first = sealed(stream, *list, going_on);
  if (!out.write(magic) || !out.write(salt) || !out.write(little_endian(cost.operations, 8)) ||
      !out.write(little_endian(cost.memory_bytes, 8)) || !out.write(header) ||
      !out.write(little_endian(first.size(), 4)) || !out.write(first)) {
    return io_failure(target);
  }
  return write_parts(out, target, stream, parts);
}

// The sizes of the wanted parts, in the order of the file.
struct Listed {
  const BackupPart* part;
  std::uint64_t size;
};
std::optional<std::vector<Listed>> match(const std::string& text, const std::vector<BackupPart>& wanted) {
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array() || list.size() != wanted.size()) return std::nullopt;
  std::vector<Listed> all;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& one = list[i];
    if (!one.is_object() || one.value("name", "") != wanted[i].name || !one.contains("size") ||
        !one["size"].is_number_unsigned()) {
      return std::nullopt;
    }
    all.push_back({&wanted[i], one["size"].get<std::uint64_t>()});
  }
  return all;
}

Result<void> read_part(const File& in, Stream& stream, const Listed& listed) {
  const File out(File::to_create(listed.part->file));
  if (!out.opened()) return io_failure(listed.part->file);
  for (auto left = listed.size; left > 0;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk));
    const auto message = in.read(size + tag);
    if (!message) return fail(Code::io, "cannot read", "backup");
    const auto plain = opened(stream, *message, going_on);
    if (!plain || plain->size() != size) return fail(Code::backup_damaged, "a message does not open", listed.part->name);
    if (!out.write(*plain)) return io_failure(listed.part->file);
    left -= size;
  }
  if (!out.synchronise()) return io_failure(listed.part->file);
  return {};
}

}  // namespace

Result<void> write_backup(const fs::path& target, const std::string& password, const PasswordCost& cost,
                          const std::vector<BackupPart>& parts) {
  std::error_code failed;
  if (fs::exists(fs::symlink_status(target, failed))) return fail(Code::backup_exists, "exists", target.string());
  auto beside = target;
  beside += ".part";
  fs::remove(beside, failed);
  if (auto written = write_all(beside, password, cost, parts); !written) {
    fs::remove(beside, failed);
    return written;
  }
  if (::rename(beside.c_str(), target.c_str()) != 0) return io_failure(target);
  const auto folder = fs::absolute(target).parent_path();
  const File directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.opened() || !directory.synchronise()) return io_failure(target);
  return {};
}

Result<void> read_backup(const fs::path& source, const std::string& password, const std::vector<BackupPart>& wanted) {
  const File in(File::to_read(source));
  if (!in.opened()) return io_failure(source);
  const auto begins = in.read(magic.size());
  if (!begins || !begins->starts_with(family)) return fail(Code::backup_not_a_backup, "magic", source.string());
  if (*begins != magic) return fail(Code::backup_newer_version, "layout", source.string());
  const auto salt = in.read(crypto_pwhash_SALTBYTES);
  const auto costs = in.read(16);
  const auto header = in.read(crypto_secretstream_xchacha20poly1305_HEADERBYTES);
  const auto length = in.read(4);
  if (!salt || !costs || !header || !length) return fail(Code::io, "cannot read", source.string());
  if (length->size() != 4) return fail(Code::backup_damaged, "cut", source.string());
  const auto operations = from_little_endian(std::string_view(*costs).substr(0, 8));
  const auto memory = from_little_endian(std::string_view(*costs).substr(8));
  const auto first_size = from_little_endian(*length);
  if (operations == 0 || operations > most_operations || memory < crypto_pwhash_MEMLIMIT_MIN || memory > most_memory ||
      first_size > longest_list) {
    return fail(Code::backup_damaged, "costs", source.string());
  }
  Key key;
  Stream stream;
  if (auto derived = derive(key, password, *salt, {operations, static_cast<std::size_t>(memory)}); !derived) return derived;
  const bool begun = crypto_secretstream_xchacha20poly1305_init_pull(&stream.state, bytes(*header), key.data()) == 0;
  sodium_memzero(key.data(), key.size());
  const auto first = in.read(static_cast<std::size_t>(first_size));
  if (!first) return fail(Code::io, "cannot read", source.string());
  const auto list = begun ? opened(stream, *first, going_on) : std::nullopt;
  if (!list) return fail(Code::backup_password, "the first message does not open", source.string());
  const auto listed = match(*list, wanted);
  if (!listed) return fail(Code::backup_newer_version, "other parts", source.string());
  for (const auto& one : *listed)
    if (auto read = read_part(in, stream, one); !read) return read;
  const auto end = in.read(tag + 1);
  if (!end || !opened(stream, *end, last_tag)) return fail(Code::backup_damaged, "no end", source.string());
  return {};
}

}  // namespace relais::practice
