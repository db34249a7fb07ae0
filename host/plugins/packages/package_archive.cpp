// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/package_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <set>

#include "plugins/packages/file_hash.h"

namespace relais::plugins {
namespace {

namespace fs = std::filesystem;

// Bytes. More than the longest list of files that the limits allow.
constexpr std::uint64_t longest_signature_entry = std::uint64_t{2} << 20U;
constexpr std::size_t block = std::size_t{64} * 1024;
constexpr unsigned file_rights = 0644;

struct CloseReader {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
struct CloseWriter {
  void operator()(archive* writer) const { archive_write_free(writer); }
};
struct CloseEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Reader = std::unique_ptr<archive, CloseReader>;
using Writer = std::unique_ptr<archive, CloseWriter>;
using Entry = std::unique_ptr<archive_entry, CloseEntry>;

tl::unexpected<Error> unreadable(archive* reader) {
  const char* why = archive_error_string(reader);
  return fail(Code::package_unreadable, why == nullptr ? "not a tar archive" : why);
}

Result<Reader> tar_reader() {
  Reader reader(archive_read_new());
  if (!reader || archive_read_support_format_tar(reader.get()) != ARCHIVE_OK) {
    return fail(Code::internal, "libarchive reads no tar");
  }
  return reader;
}

// Reads one entry after the other.
class ArchiveWalk {
 public:
  ArchiveWalk(archive* reader, const TakeBytes& take, const PackageLimits& limits)
      : reader_(reader), take_(take), limits_(limits) {}

  Result<ArchiveListing> run() {
    archive_entry* entry = nullptr;
    while (true) {
      const int status = archive_read_next_header(reader_, &entry);
      if (status == ARCHIVE_EOF) break;
      // A warning too: what is not wholly understood is not taken.
      if (status != ARCHIVE_OK) return unreadable(reader_);
      if (auto read = read_entry(entry); !read) return tl::unexpected(read.error());
    }
    if (listing_.files.empty() && !listing_.signature) return fail(Code::package_unreadable, "an empty archive");
    std::ranges::sort(listing_.files, {}, &PackageFile::path);
    return std::move(listing_);
  }

 private:
  Result<void> read_entry(archive_entry* entry) {
    const char* name = archive_entry_pathname(entry);
    const std::string path = name == nullptr ? "" : name;
    if (!is_package_path(path)) return fail(Code::package_bad_entry, "a path outside the package");
    const auto bad = [&](const char* why) { return fail(Code::package_bad_entry, why, path); };
    if (archive_entry_filetype(entry) != S_IFREG || archive_entry_symlink(entry) != nullptr ||
        archive_entry_hardlink(entry) != nullptr) {
      return bad("not a plain file");
    }
    if (archive_entry_sparse_count(entry) > 0 || archive_entry_size_is_set(entry) == 0) return bad("a file with holes");
    if (!seen_.insert(path).second) return bad("twice");
    const auto declared = archive_entry_size(entry);
    if (declared < 0) return bad("no size");
    const auto size = static_cast<std::uint64_t>(declared);
    if (path == signature_entry) {
      if (size > longest_signature_entry) return fail(Code::package_too_large, "the signature", path);
      std::string text;
      auto read = read_bytes(path, size, [&](std::string_view bytes) -> Result<void> {
        text.append(bytes);
        return {};
      });
      if (!read) return read;
      listing_.signature = std::move(text);
      return {};
    }
    if (listing_.files.size() == limits_.files) return fail(Code::package_too_large, "too many files", path);
    if (size > limits_.file || size > limits_.total - total_) return fail(Code::package_too_large, "a file", path);
    total_ += size;
    FileHash hash;
    if (auto begun = take_(path, {}); !begun) return begun;
    auto read = read_bytes(path, size, [&](std::string_view bytes) -> Result<void> {
      hash.add(bytes);
      return take_(path, bytes);
    });
    if (!read) return read;
    listing_.files.push_back({path, size, hash.hex()});
    return {};
  }

  template <class Take>
  Result<void> read_bytes(const std::string& path, std::uint64_t size, Take take) {
    std::array<char, block> buffer{};
    std::uint64_t had = 0;
    while (true) {
      const auto read = archive_read_data(reader_, buffer.data(), buffer.size());
      if (read < 0) return unreadable(reader_);
      if (read == 0) break;
      had += static_cast<std::uint64_t>(read);
      if (had > size) return fail(Code::package_bad_entry, "longer than it says", path);
      if (auto taken = take(std::string_view(buffer.data(), static_cast<std::size_t>(read))); !taken) return taken;
    }
    if (had != size) return fail(Code::package_unreadable, "cut short", path);
    return {};
  }

  archive* reader_;
  const TakeBytes& take_;
  const PackageLimits limits_;
  ArchiveListing listing_;
  std::set<std::string> seen_;
  std::uint64_t total_ = 0;
};

class ArchiveWriter {
 public:
  Result<void> open(const fs::path& file) {
    writer_.reset(archive_write_new());
    // "pax restricted": plain ustar for what is_package_path allows, so that every version of the library writes alike.
    if (!writer_ || archive_write_set_format_pax_restricted(writer_.get()) != ARCHIVE_OK ||
        archive_write_open_filename(writer_.get(), file.c_str()) != ARCHIVE_OK) {
      return failed();
    }
    return {};
  }

  Result<void> begin(const std::string& path, std::uint64_t size) {
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), file_rights);
    archive_entry_set_uid(entry.get(), 0);
    archive_entry_set_gid(entry.get(), 0);
    archive_entry_set_mtime(entry.get(), 0, 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    if (archive_write_header(writer_.get(), entry.get()) != ARCHIVE_OK) return failed();
    return {};
  }

  Result<void> add(std::string_view bytes) {
    if (archive_write_data(writer_.get(), bytes.data(), bytes.size()) != static_cast<la_ssize_t>(bytes.size())) {
      return failed();
    }
    return {};
  }

  Result<void> close() {
    if (archive_write_close(writer_.get()) != ARCHIVE_OK) return failed();
    return {};
  }

 private:
  Result<void> failed() const {
    const char* why = writer_ ? archive_error_string(writer_.get()) : nullptr;
    return fail(Code::io, why == nullptr ? "the archive cannot be written" : why);
  }
  Writer writer_;
};

Result<void> add_file(ArchiveWriter& archive, const fs::path& directory, const PackageFile& file) {
  std::ifstream in(directory / file.path, std::ios::binary);
  if (!in) return fail(Code::io, "cannot be read", file.path);
  if (auto begun = archive.begin(file.path, file.size); !begun) return begun;
  FileHash hash;
  std::uint64_t size = 0;
  std::array<char, block> buffer{};
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(in.gcount()));
    hash.add(bytes);
    size += bytes.size();
    if (size > file.size) break;
    if (bytes.empty()) continue;
    if (auto added = archive.add(bytes); !added) return added;
  }
  if (size != file.size || hash.hex() != file.sha256) return fail(Code::package_altered, "it changed", file.path);
  return {};
}

Result<void> write_entries(const fs::path& target, const fs::path& directory, const std::vector<PackageFile>& files,
                           const std::optional<std::string>& signature) {
  ArchiveWriter archive;
  if (auto opened = archive.open(target); !opened) return opened;
  if (signature) {
    if (auto begun = archive.begin(std::string(signature_entry), signature->size()); !begun) return begun;
    if (auto added = archive.add(*signature); !added) return added;
  }
  for (const auto& file : files)
    if (auto added = add_file(archive, directory, file); !added) return added;
  return archive.close();
}

}  // namespace

Result<ArchiveListing> read_archive(const fs::path& file, const TakeBytes& take, const PackageLimits& limits) {
  auto reader = tar_reader();
  if (!reader) return tl::unexpected(reader.error());
  if (archive_read_open_filename(reader->get(), file.c_str(), block) != ARCHIVE_OK) return unreadable(reader->get());
  return ArchiveWalk(reader->get(), take, limits).run();
}

Result<ArchiveListing> read_archive(std::string_view bytes, const TakeBytes& take, const PackageLimits& limits) {
  auto reader = tar_reader();
  if (!reader) return tl::unexpected(reader.error());
  if (archive_read_open_memory(reader->get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return unreadable(reader->get());
  }
  return ArchiveWalk(reader->get(), take, limits).run();
}

Result<ArchiveListing> extract_archive(const fs::path& file, const fs::path& directory, const PackageLimits& limits) {
  std::ofstream out;
  const auto take = [&](const std::string& path, std::string_view bytes) -> Result<void> {
    if (bytes.empty()) {
      out.close();
      const auto target = directory / path;
      std::error_code failed;
      fs::create_directories(target.parent_path(), failed);
      // A name that is a file and a folder at once does not come from a folder.
      if (failed || fs::exists(target)) return fail(Code::package_bad_entry, "a file and a folder of one name", path);
      out.clear();
      out.open(target, std::ios::binary | std::ios::trunc);
    } else {
      out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    out.flush();
    return out ? Result<void>{} : fail(Code::io, "cannot be written", path);
  };
  return read_archive(file, take, limits);
}

Result<void> write_archive(const fs::path& file, const fs::path& directory, const std::vector<PackageFile>& files,
                           const std::optional<std::string>& signature) {
  auto partial = file;
  partial += ".partial";
  auto written = write_entries(partial, directory, files, signature);
  std::error_code failed;
  if (written) fs::rename(partial, file, failed);
  if (written && failed) written = fail(Code::io, failed.message(), file.filename().string());
  if (!written) fs::remove(partial, failed);
  return written;
}

}  // namespace relais::plugins
