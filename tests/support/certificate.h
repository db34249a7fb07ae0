// SPDX-License-Identifier: Apache-2.0
// A certificate and its key in a folder, by the openssl program. It is its own authority: nobody else's certificate is
// trusted with it.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace relais::test {

inline std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

struct Certificate {
  // `names`: of whom it is, as in subjectAltName. The folder is made.
  explicit Certificate(const std::filesystem::path& folder, const std::string& names = "DNS:localhost,IP:127.0.0.1")
      : chain(folder / "cert.pem"), key(folder / "key.pem") {
    std::filesystem::create_directories(folder);
    const auto command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                         "-subj /CN=relais-essai -addext subjectAltName=" +
                         names + " -keyout '" + key.string() + "' -out '" + chain.string() + "' 2>/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
  }
  std::string pem() const { return content_of(chain); }
  std::string key_pem() const { return content_of(key); }

  std::filesystem::path chain;
  std::filesystem::path key;
};

}  // namespace relais::test
