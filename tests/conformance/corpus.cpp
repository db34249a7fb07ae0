// SPDX-License-Identifier: Apache-2.0
#include "corpus.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace relais::conformance {
namespace {

namespace fs = std::filesystem;

fs::path corpus_root() {
  if (const char* chosen = std::getenv("RELAIS_CORPUS"); chosen && *chosen) return chosen;
  return fs::path(RELAIS_SOURCE_DIR) / ".." / "shared" / "corpus";
}

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool says_nothing(const Json& value) {
  if (value.is_null()) return true;
  return value.is_object() && std::all_of(value.begin(), value.end(), says_nothing);
}

std::string brief(const Json& value) {
  auto text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr std::size_t longest = 300;
  return text.size() > longest ? text.substr(0, longest) + "…" : text;
}

struct Count {
  int passed = 0, failed = 0, skipped = 0;
  int end() const {
    std::cout << passed << " passed, " << failed << " failed, " << skipped << " skipped" << std::endl;
    return failed == 0 ? 0 : 1;
  }
};

// Letter case says nothing: a file named by another system is one of ours all the same.
bool has_extension(const fs::path& path, const std::vector<std::string>& extensions) {
  auto own = path.extension().string();
  std::transform(own.begin(), own.end(), own.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(extensions.begin(), extensions.end(), own) != extensions.end();
}

bool check_file(const fs::path& folder, const std::string& name, const Json& expected, const Options& options,
                const Check& check) {
  Comparison comparison;
  const auto bytes = read_file(folder / name);
  if (!bytes) {
    comparison.fail("file", "present", "absent or unreadable");
  } else {
    try {
      if (!expected.is_object()) throw std::invalid_argument("the expectation is no object");
      check(*bytes, expected, options, comparison);
    } catch (const std::exception& e) {
      comparison.fail("file", "compared to the end", e.what());
    }
    if (comparison.compared() == 0) comparison.fail("file", "something to compare", "nothing compared");
  }
  for (const auto& difference : comparison.differences()) std::cout << name << ": " << difference << "\n";
  return comparison.differences().empty();
}

}  // namespace

void Comparison::same(const std::string& path, const Json& expected, const Json& got) {
  ++compared_;
  if (says_nothing(expected) && says_nothing(got)) return;
  if (expected.is_object() && got.is_object()) {
    Json names = expected;
    names.update(got);
    for (const auto& [name, unused] : names.items()) {
      same(path + "." + name, expected.value(name, Json()), got.value(name, Json()));
    }
  } else if (expected.is_array() && got.is_array()) {
    if (expected.size() != got.size()) fail(path + ".size", brief(expected.size()), brief(got.size()));
    for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
      same(path + "[" + std::to_string(i) + "]", expected[i], got[i]);
    }
  } else if (expected != got) {
    fail(path, brief(expected), brief(got));
  }
}

void Comparison::members(const std::string& path, const Json& expected, const Json& got,
                         const std::vector<std::string>& names) {
  for (const auto& name : names) {
    // At the top of a file a member that the expectation leaves out is not expected to be anything.
    if (path.empty() && !expected.contains(name)) continue;
    const Json e = expected.is_object() ? expected.value(name, Json()) : Json();
    const Json g = got.is_object() ? got.value(name, Json()) : Json();
    if (e.is_null() && g.is_null()) continue;
    same(path.empty() ? name : path + "." + name, e, g);
  }
}

void Comparison::fail(const std::string& path, const std::string& expected, const std::string& got) {
  differences_.push_back(path + ": expected " + expected + ", got " + got);
}

int run_folder(int argc, char** argv, const std::string& folder, const std::vector<std::string>& extensions,
               const Check& check) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--all") {
      options.all = true;
    } else {
      std::cerr << "usage: conformance_" << folder << " [--all]   (RELAIS_CORPUS: the corpus)\n";
      return 2;
    }
  }
  Count count;
  const auto path = corpus_root() / folder;
  if (!fs::is_directory(path)) {
    std::cout << "skipped: " << folder << " (folder absent)\n";
    ++count.skipped;
    return count.end();
  }
  const auto text = read_file(path / "expected.json");
  const auto json = text ? Json::parse(*text, nullptr, false) : Json(Json::value_t::discarded);
  if (json.is_discarded() || !json.contains("files") || !json["files"].is_object() || json["files"].empty()) {
    std::cout << folder << ": expected.json: expected a list of files, got none\n";
    ++count.failed;
    return count.end();
  }
  for (const auto& [name, expected] : json["files"].items()) {
    ++(check_file(path, name, expected, options, check) ? count.passed : count.failed);
  }
  for (const auto& entry : fs::directory_iterator(path)) {
    const auto name = entry.path().filename().string();
    if (!entry.is_regular_file() || !has_extension(entry.path(), extensions) || json["files"].contains(name)) continue;
    std::cout << name << ": file: expected an expectation in expected.json, got none (nothing compared)\n";
    ++count.failed;
  }
  return count.end();
}

}  // namespace relais::conformance
