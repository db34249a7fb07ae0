// SPDX-License-Identifier: Apache-2.0
// One folder of a corpus, its expectations and the count of its files.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace relais::conformance {

using Json = nlohmann::json;

// Compares chosen parts of one file's expectation with what was read, and remembers every difference.
class Comparison {
 public:
  // Null, absent, and an object of which everything is null or absent are the same: the source does not say. Numbers,
  // texts and list lengths must be equal.
  void same(const std::string& path, const Json& expected, const Json& got);
  // The same for members of two objects; a member absent on both sides is not a comparison, nor one that the top of a
  // file (empty path) leaves out of its expectation.
  void members(const std::string& path, const Json& expected, const Json& got, const std::vector<std::string>& names);
  void fail(const std::string& path, const std::string& expected, const std::string& got);

  int compared() const { return compared_; }
  const std::vector<std::string>& differences() const { return differences_; }

 private:
  int compared_ = 0;
  std::vector<std::string> differences_;
};

struct Options {
  bool all = false;  // compare documentation fields too
};

// `check` reads one file's bytes and compares it with its expectation.
using Check = std::function<void(const std::string& bytes, const Json& expected, const Options&, Comparison&)>;

// Runs one folder ("cda") of RELAIS_CORPUS and prints differences and the count as last line. Every file of expected.json
// counts one; so does a file with one of `extensions` (lower case) that expected.json does not name: nothing was compared, it fails.
// Returns the exit status.
int run_folder(int argc, char** argv, const std::string& folder, const std::vector<std::string>& extensions,
               const Check& check);

}  // namespace relais::conformance
