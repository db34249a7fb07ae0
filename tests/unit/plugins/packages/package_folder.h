// SPDX-License-Identifier: Apache-2.0
// A small package in a folder of its own, and a key to sign it.
#pragma once

#include <sodium.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "plugins/packages/package_archive.h"
#include "plugins/packages/package_signature.h"
#include "support/scratch.h"

namespace relais::plugins {

struct TestKey {
  fiche::PublicKey open{};
  fiche::SecretKey secret{};
  TestKey() { crypto_sign_keypair(open.data(), secret.data()); }
};

inline void write_file(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

inline std::string read_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

struct PackageFolder {
  test::Scratch scratch;
  std::filesystem::path folder = scratch.path() / "package";
  std::filesystem::path archive = scratch.path() / "package.relais";

  PackageFolder() {
    write_file(folder / "manifest.yaml", "id: essai\n");
    write_file(folder / "libessai.so", std::string(3000, '\x7f'));
    write_file(folder / "data" / "table.csv", "a;b\n1;2\n");
    write_file(folder / "data" / "empty", "");
  }

  PackageContents contents() const {
    const auto files = files_of_folder(folder);
    REQUIRE(files);
    return {"essai", "1.0.0", *files};
  }

  // Writes `archive`, signed.
  void sign(const TestKey& key) const {
    const auto all = contents();
    const auto signature = sign_package(all, key.secret);
    REQUIRE(signature);
    REQUIRE(write_archive(archive, folder, all.files, *signature));
  }

  std::filesystem::path empty_folder(const std::string& name) const {
    std::filesystem::create_directories(scratch.path() / name);
    return scratch.path() / name;
  }
};

// The stable code of what was refused, with its place; "ok".
template <class T>
std::string said(const Result<T>& result) {
  if (result) return "ok";
  return std::string(stable_code(result.error().code)) +
         (result.error().place.empty() ? "" : " " + result.error().place);
}

}  // namespace relais::plugins
