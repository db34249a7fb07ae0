// SPDX-License-Identifier: Apache-2.0
#include "corpus.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "support/scratch_folder.h"

using namespace relais::conformance;

namespace {

// A corpus of one folder; what the files of the folder hold is compared with the member "text" of their expectation.
struct Corpus {
  relais::test::Scratch scratch;

  Corpus() {
    std::filesystem::create_directory(scratch.path() / "notes");
    ::setenv("RELAIS_CORPUS", scratch.path().c_str(), 1);
  }
  ~Corpus() { ::unsetenv("RELAIS_CORPUS"); }

  void file(const std::string& name, const std::string& text) const {
    std::ofstream(scratch.path() / "notes" / name, std::ios::binary) << text;
  }

  // The last line that the runner prints.
  std::string count() const {
    std::ostringstream said;
    auto* const kept = std::cout.rdbuf(said.rdbuf());
    char program[] = "conformance_notes";
    char* arguments[] = {program};
    const int status = run_folder(1, arguments, "notes", {".txt"}, [](const auto& bytes, const auto& expected, const auto&, auto& c) {
      c.members("", expected, Json{{"text", bytes}, {"list", Json::array()}}, {"text", "list"});
    });
    std::cout.rdbuf(kept);
    auto text = said.str();
    text.pop_back();
    const auto last = text.substr(text.rfind('\n') + 1);
    CHECK((status == 0) == (last.find(", 0 failed") != std::string::npos));
    return last;
  }
};

}  // namespace

TEST_CASE("a file passes when what is expected of it is there") {
  const Corpus corpus;
  corpus.file("a.txt", "un");
  corpus.file("b.txt", "deux");
  corpus.file("expected.json", R"({"files": {"a.txt": {"text": "un"}, "b.txt": {"text": "trois"}}})");
  CHECK(corpus.count() == "1 passed, 1 failed, 0 skipped");
}

TEST_CASE("a file of which nothing was compared fails") {
  const Corpus corpus;
  corpus.file("a.txt", "un");
  corpus.file("B.TXT", "deux");
  corpus.file("README.md", "notes");
  corpus.file("expected.json", R"({"files": {"a.txt": {"what": "no member that is compared"}}})");
  CHECK(corpus.count() == "0 passed, 2 failed, 0 skipped");
  corpus.file("expected.json", R"({"files": {"a.txt": {"text": "un"}, "B.TXT": {}, "c.txt": {"text": ""}}})");
  CHECK(corpus.count() == "1 passed, 2 failed, 0 skipped");
}

TEST_CASE("a table that is malformed is a counted failure") {
  const Corpus corpus;
  corpus.file("a.txt", "un");
  for (const auto* table : {"", "{", "[]", "null", "{}", R"({"files": []})", R"({"files": {}})", R"({"files": "a.txt"})",
                            R"({"files": {"a.txt": null}})", R"({"files": {"a.txt": "un"}})", R"({"files": {"a.txt": []}})",
                            R"({"files": {"a.txt": {"text": {"un": 1}}}})"}) {
    INFO(table);
    corpus.file("expected.json", table);
    CHECK(corpus.count() == "0 passed, 1 failed, 0 skipped");
  }
  std::filesystem::remove(corpus.scratch.path() / "notes" / "expected.json");
  CHECK(corpus.count() == "0 passed, 1 failed, 0 skipped");
}

TEST_CASE("a folder that is absent is skipped by name") {
  const Corpus corpus;
  std::filesystem::remove_all(corpus.scratch.path() / "notes");
  CHECK(corpus.count() == "0 passed, 0 failed, 1 skipped");
}
