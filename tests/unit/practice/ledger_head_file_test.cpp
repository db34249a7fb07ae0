// SPDX-License-Identifier: Apache-2.0
#include "practice/ledger_head_file.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "practice/ledger_head.h"
#include "support/scratch_folder.h"

namespace relais::practice {
namespace {

using test::Scratch;
using namespace std::chrono_literals;

// So long that nothing is flushed by itself within a test.
constexpr auto never = std::chrono::hours(1);

// A practice's folder whose head file, on the disk, says 3.
struct Folder {
  Scratch scratch;
  HostKey key = HostKey::open(scratch.path() / "keys", true).value();
  std::filesystem::path file = scratch.path() / "ledger-head.json";

  Folder() {
    HeadFile heads(file, never);
    put(heads, 3);
  }
  std::string text() const { return read_file(file).value().value(); }
  std::int64_t seq_in(const std::string& text) const { return read_head(text, key.public_key()).value().seq; }
  // Whether the file holds, in either place, the head of that number.
  bool holds(int seq) const { return text().find(fmt::format("\"seq\":{},", seq)) != std::string::npos; }
  void put(HeadFile& heads, int seq) const {
    REQUIRE(heads.put(write_head(key, {seq, std::string(64, 'a')})));
    CHECK(seq_in(text()) == seq);
  }
  // What is read when the place of that head was torn.
  std::int64_t seq_when_torn(int seq) const {
    auto torn = text();
    const auto at = torn.find(fmt::format("\"seq\":{},", seq));
    REQUIRE(at != std::string::npos);
    return seq_in(torn.replace(at, 20, 20, 'x'));
  }
};

TEST_CASE("a head that goes back leaves no later one beside it") {
  const Folder folder;
  HeadFile heads(folder.file, never);
  folder.put(heads, 2);
  CHECK_FALSE(folder.holds(3));
}

TEST_CASE("a head torn by a power cut leaves the last one that was flushed") {
  const Folder folder;
  {
    HeadFile heads(folder.file, never);
    folder.put(heads, 4);
    folder.put(heads, 5);
    CHECK(folder.seq_when_torn(5) == 3);
    REQUIRE(heads.flush());
    folder.put(heads, 6);
    folder.put(heads, 7);
    CHECK(folder.seq_when_torn(7) == 5);
  }
  // What the end of the first has flushed is not touched by the next.
  HeadFile heads(folder.file, never);
  folder.put(heads, 8);
  CHECK(folder.seq_when_torn(8) == 7);
}

TEST_CASE("a head that was put is flushed within its time") {
  const Folder folder;
  HeadFile heads(folder.file, 1ms);
  // Each goes to the place that was not flushed: a flush between two of them leaves both in the file.
  int seq = 10;
  const auto patience = std::chrono::steady_clock::now() + 60s;
  do folder.put(heads, ++seq);
  while (!folder.holds(seq - 1) && std::chrono::steady_clock::now() < patience);
  CHECK(folder.holds(seq - 1));
}

TEST_CASE("a head file put there by somebody else while a host writes is replaced") {
  const Folder folder;
  HeadFile heads(folder.file, never);
  folder.put(heads, 4);
  REQUIRE(replace_file(folder.file, "not a head", false));
  folder.put(heads, 5);
  std::filesystem::remove(folder.file);
  folder.put(heads, 6);
}

}  // namespace
}  // namespace relais::practice
