// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/package_signature.h"

#include "package_folder.h"
#include "plugins/packages/package_rotation.h"

namespace relais::plugins {
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& instead) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), instead);
}

struct Signed {
  PackageFolder packed;
  TestKey key;
  std::string signature = sign_package(packed.contents(), key.secret).value();

  Signed() { write_file(packed.folder / "SIGNATURE", signature); }
  std::string check() const {
    return said(check_package_folder(packed.folder, digest(PackageContents{"essai", "1.0.0", files_at_first}).value()));
  }
  std::vector<PackageFile> files_at_first = packed.contents().files;
};

TEST_CASE("a signature says whose it is and of what") {
  const Signed one;
  const auto read = read_signature(one.signature);
  REQUIRE(said(read) == "ok");
  CHECK(read->contents.id == "essai");
  CHECK(read->contents.version == "1.0.0");
  CHECK(read->contents.files == one.files_at_first);
  CHECK(read->key_id == key_id(one.key.open));
  CHECK(is_key_id(read->key_id));
  CHECK(read->digest == digest(read->contents).value());
}

TEST_CASE("a signature whose list or version was changed does not verify") {
  const Signed one;
  CHECK(said(read_signature(replaced(one.signature, "1.0.0", "1.0.1"))) == "package.altered SIGNATURE");
  CHECK(said(read_signature(replaced(one.signature, "\"size\": 3000", "\"size\": 3001"))) == "package.altered SIGNATURE");
  CHECK(said(read_signature(replaced(one.signature, "libessai.so", "libautre.so"))).starts_with("package."));
  CHECK(said(read_signature("{}")) == "package.signature");
  CHECK(said(read_signature("ceci n'est pas une signature")) == "package.signature");
}

TEST_CASE("a size that no whole number can hold is no size") {
  const Signed one;
  for (const char* size : {"1.5555599999999999e41", "1e300", "-1", "3000.0", "99999999999999999999", "true"}) {
    INFO(size);
    CHECK(said(read_signature(replaced(one.signature, "\"size\": 3000", std::string("\"size\": ") + size))) ==
          "package.signature");
  }
}

TEST_CASE("another key cannot put its signature under the first one's name") {
  const Signed one;
  const TestKey other;
  auto forged = sign_package(one.packed.contents(), other.secret).value();
  forged = replaced(forged, to_base64(other.open), to_base64(one.key.open));
  CHECK(said(read_signature(forged)) == "package.signature key_id");
  forged = replaced(forged, key_id(other.open), key_id(one.key.open));
  CHECK(said(read_signature(forged)) == "package.altered SIGNATURE");
}

TEST_CASE("a member that nobody signed is refused") {
  const Signed one;
  CHECK(said(read_signature(replaced(one.signature, "\"key_id\"", "\"note\": 1, \"key_id\""))) == "package.signature");
  CHECK(said(read_signature(replaced(one.signature, "\"version\"", "\"note\": 1, \"version\""))) == "package.signature");
}

TEST_CASE("the folder of a signed package is loaded only as it was signed") {
  Signed one;
  REQUIRE(one.check() == "ok");
  SECTION("a byte of the library") {
    auto library = read_file(one.packed.folder / "libessai.so");
    library[1234] = 'x';
    write_file(one.packed.folder / "libessai.so", library);
    CHECK(one.check() == "package.altered libessai.so");
  }
  SECTION("a file more") {
    write_file(one.packed.folder / "data" / "aaa", "x");
    CHECK(one.check() == "package.altered data/aaa");
  }
  SECTION("a file less") {
    std::filesystem::remove(one.packed.folder / "data" / "table.csv");
    CHECK(one.check() == "package.altered data/table.csv");
  }
  SECTION("a link in place of a file") {
    std::filesystem::rename(one.packed.folder / "data" / "table.csv", one.packed.scratch.path() / "table.csv");
    std::filesystem::create_symlink(one.packed.scratch.path() / "table.csv", one.packed.folder / "data" / "table.csv");
    CHECK(one.check() == "package.altered data/table.csv");
  }
  SECTION("no signature any more") {
    std::filesystem::remove(one.packed.folder / "SIGNATURE");
    CHECK(one.check() == "package.altered SIGNATURE");
  }
  SECTION("files and signature changed together") {
    write_file(one.packed.folder / "data" / "table.csv", "autre");
    write_file(one.packed.folder / "SIGNATURE", sign_package(one.packed.contents(), one.key.secret).value());
    CHECK(one.check() == "package.altered SIGNATURE");
  }
}

TEST_CASE("the replacement of a key is signed by the key it replaces") {
  const TestKey old;
  const TestKey fresh;
  const TestKey stranger;
  const auto statement = sign_rotation(old.secret, fresh.open).value();
  const auto read = read_rotation(statement);
  REQUIRE(said(read) == "ok");
  CHECK(read->from == old.open);
  CHECK(read->to == fresh.open);
  CHECK(said(read_rotation(replaced(statement, to_base64(fresh.open), to_base64(stranger.open)))) == "trust.rotation");
  CHECK(said(read_rotation(replaced(statement, to_base64(old.open), to_base64(stranger.open)))) == "trust.rotation");
  CHECK(said(read_rotation("[]")) == "trust.rotation");
  CHECK(said(sign_rotation(old.secret, old.open)) == "trust.rotation");
}

}  // namespace
}  // namespace relais::plugins
