// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/package_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <map>

#include "package_folder.h"

namespace relais::plugins {
namespace {

namespace fs = std::filesystem;

Result<void> take_nothing(const std::string&, std::string_view) { return {}; }

// An archive that another program wrote.
class ForeignArchive {
 public:
  explicit ForeignArchive(const fs::path& file) : writer_(archive_write_new()) {
    archive_write_set_format_pax(writer_);
    REQUIRE(archive_write_open_filename(writer_, file.c_str()) == ARCHIVE_OK);
  }
  ~ForeignArchive() { archive_write_free(writer_); }

  void add(const std::string& path, const std::string& text, unsigned type = AE_IFREG, const char* link = nullptr,
           const char* hard_link = nullptr) {
    auto* entry = archive_entry_new();
    archive_entry_set_pathname(entry, path.c_str());
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    if (link != nullptr) archive_entry_set_symlink(entry, link);
    if (hard_link != nullptr) archive_entry_set_hardlink(entry, hard_link);
    archive_write_header(writer_, entry);
    archive_write_data(writer_, text.data(), text.size());
    archive_entry_free(entry);
  }

 private:
  archive* writer_;
};

TEST_CASE("the same package gives the same bytes whatever the order and the dates of its files") {
  const PackageFolder one;
  const PackageFolder other;
  fs::last_write_time(other.folder / "manifest.yaml", fs::file_time_type::clock::now() - std::chrono::hours(1000));
  fs::permissions(other.folder / "libessai.so", fs::perms::owner_all);
  REQUIRE(write_archive(one.archive, one.folder, one.contents().files, std::nullopt));
  REQUIRE(write_archive(other.archive, other.folder, other.contents().files, std::nullopt));
  CHECK(read_file(one.archive) == read_file(other.archive));
  CHECK(read_file(one.archive).size() > 3000);
}

TEST_CASE("what was packed comes out as it went in") {
  const PackageFolder packed;
  const TestKey key;
  packed.sign(key);
  const auto out = packed.empty_folder("out");
  const auto listing = extract_archive(packed.archive, out);
  REQUIRE(said(listing) == "ok");
  CHECK(listing->files == packed.contents().files);
  REQUIRE(listing->signature);
  CHECK(said(read_signature(*listing->signature)) == "ok");
  CHECK(read_file(out / "data" / "table.csv") == "a;b\n1;2\n");
  CHECK(fs::exists(out / "data" / "empty"));
  CHECK_FALSE(fs::exists(out / "SIGNATURE"));
}

TEST_CASE("an entry that could leave the package or stand for another file is refused") {
  const PackageFolder packed;
  const auto refused = [&](auto add) {
    {
      ForeignArchive archive(packed.archive);
      archive.add("manifest.yaml", "id: essai\n");
      add(archive);
    }
    const auto out = packed.scratch.path() / "out";
    fs::remove_all(out);
    fs::create_directories(out);
    return said(extract_archive(packed.archive, out));
  };
  CHECK(refused([](auto&) {}) == "ok");
  CHECK(refused([](auto& a) { a.add("../evil", "x"); }) == "package.bad-entry");
  CHECK(refused([](auto& a) { a.add("data/../../evil", "x"); }) == "package.bad-entry");
  CHECK(refused([](auto& a) { a.add("/etc/evil", "x"); }) == "package.bad-entry");
  CHECK(refused([](auto& a) { a.add("./evil", "x"); }) == "package.bad-entry");
  CHECK(refused([](auto& a) { a.add("data//evil", "x"); }) == "package.bad-entry");
  CHECK(refused([](auto& a) { a.add("un nom", "x"); }) == "package.bad-entry");
  CHECK(refused([](auto& a) { a.add(std::string(201, 'a'), "x"); }) == "package.bad-entry");
  CHECK(refused([](auto& a) { a.add("SIGNATURE/evil", "x"); }) == "package.bad-entry");
  CHECK(refused([](auto& a) { a.add("data", "", AE_IFDIR); }).starts_with("package.bad-entry"));
  CHECK(refused([](auto& a) { a.add("link", "", AE_IFLNK, "/etc/passwd"); }) == "package.bad-entry link");
  CHECK(refused([](auto& a) { a.add("link", "", AE_IFREG, nullptr, "manifest.yaml"); }) == "package.bad-entry link");
  CHECK(refused([](auto& a) { a.add("pipe", "", AE_IFIFO); }) == "package.bad-entry pipe");
  CHECK(refused([](auto& a) { a.add("manifest.yaml", "id: autre\n"); }) == "package.bad-entry manifest.yaml");
  CHECK(refused([](auto& a) { a.add("manifest.yaml/x", "x"); }) == "package.bad-entry manifest.yaml/x");
}

TEST_CASE("a package over the limits is refused before its bytes are kept") {
  const PackageFolder packed;
  REQUIRE(write_archive(packed.archive, packed.folder, packed.contents().files, std::nullopt));
  const auto read = [&](const PackageLimits& limits) {
    std::size_t kept = 0;
    const auto listing = read_archive(packed.archive, [&](const std::string&, std::string_view bytes) -> Result<void> {
      kept += bytes.size();
      return {};
    }, limits);
    return said(listing) + " " + std::to_string(kept);
  };
  CHECK(read({3000, 3018, 4}) == "ok 3018");
  CHECK(read({2999, 3018, 4}) == "package.too-large libessai.so 8");
  CHECK(read({3000, 3017, 4}).starts_with("package.too-large"));
  CHECK(read({3000, 3018, 3}).starts_with("package.too-large"));
  CHECK(said(files_of_folder(packed.folder, {3000, 3018, 3})).starts_with("package.too-large"));
  CHECK(said(files_of_folder(packed.folder, {2999, 3018, 4})) == "package.too-large libessai.so");
}

TEST_CASE("what is no tar archive is unreadable") {
  CHECK(said(read_archive(std::string_view("bonjour"), take_nothing)) == "package.unreadable");
  CHECK(said(read_archive(std::string_view(), take_nothing)) == "package.unreadable");
  const PackageFolder packed;
  REQUIRE(write_archive(packed.archive, packed.folder, packed.contents().files, std::nullopt));
  const auto bytes = read_file(packed.archive);
  // Cut anywhere inside a file or a header: never read as a smaller package.
  for (std::size_t size = 1; size < bytes.size() - 2048; size += 97) {
    const auto listing = read_archive(std::string_view(bytes).substr(0, size), take_nothing);
    if (listing) CHECK(said(check_files(packed.contents(), listing->files)).starts_with("package.altered"));
  }
}

TEST_CASE("a byte changed in a signed package is refused or changes nothing of what comes out") {
  const PackageFolder packed;
  const TestKey key;
  packed.sign(key);
  const auto whole = read_file(packed.archive);
  const auto wanted = packed.contents().files;
  std::size_t refused = 0;
  for (std::size_t at = 0; at < whole.size(); at += 13) {
    auto bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x04);
    const auto listing = read_archive(std::string_view(bytes), take_nothing);
    if (!listing || !listing->signature) {
      ++refused;
      continue;
    }
    const auto signature = read_signature(*listing->signature);
    if (!signature || signature->key_id != key_id(key.open) || !check_files(signature->contents, listing->files)) {
      ++refused;
      continue;
    }
    CHECK(listing->files == wanted);
  }
  CHECK(refused > whole.size() / 13 / 3);
}

TEST_CASE("a folder with a link is not packed") {
  const PackageFolder packed;
  fs::create_symlink("/etc/passwd", packed.folder / "data" / "link");
  CHECK(said(files_of_folder(packed.folder)) == "package.bad-entry data/link");
}

}  // namespace
}  // namespace relais::plugins
