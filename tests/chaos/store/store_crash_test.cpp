// SPDX-License-Identifier: Apache-2.0
// A host killed while it writes: what it answered for is there, in the store and in the ledger, which verifies.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "practice/database.h"
#include "practice/inbound.h"
#include "practice/ledger.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

// Starts the writer, reads `lines` of what it acknowledges, kills it, and reads what it had still said.
std::vector<std::string> acknowledged_before_kill(const std::string& url, const std::string& state, int lines) {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::dup2(pipe[1], 1);
    ::execl(STORE_CRASH_WRITER, STORE_CRASH_WRITER, url.c_str(), state.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(pipe[1]);
  FILE* in = ::fdopen(pipe[0], "r");
  std::vector<std::string> said;
  std::array<char, 256> line{};
  bool killed = false;
  while (std::fgets(line.data(), static_cast<int>(line.size()), in) != nullptr) {
    std::string text = line.data();
    // A line cut by the kill was not read by anybody either.
    if (text.back() == '\n') said.push_back(text.substr(0, text.size() - 1));
    if (static_cast<int>(said.size()) == lines) killed = ::kill(pid, SIGKILL) == 0;
  }
  std::fclose(in);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(killed);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGKILL);
  return said;
}

TEST_CASE("a host killed while it writes loses nothing that it answered for and its ledger verifies") {
  const test::Scratch scratch;
  const auto url = "sqlite:" + (scratch.path() / "practice.db").string();
  const auto state = scratch.path() / "state";
  std::set<std::string> acknowledged;
  // Kills at different points of the writer's life, each on what the one before left.
  for (const int lines : {1, 7, 30, 61, 100}) {
    for (const auto& id : acknowledged_before_kill(url, state.string(), lines)) {
      CHECK(acknowledged.insert(id).second);
    }
    const SystemClock clock;
    auto database = Database::open(url, clock).value();
    auto ledger = Ledger::open(*database, state);
    REQUIRE(ledger);
    const auto verdict = (*ledger)->verify().value();
    CHECK(verdict.ok());

    // Message and ledger entry share a transaction: both are there or neither is.
    std::set<std::string> in_ledger;
    LedgerFilter page;
    page.limit = 1000;
    for (auto found = (*ledger)->query(page).value(); !found.empty(); found = (*ledger)->query(page).value()) {
      for (const auto& read : found) in_ledger.insert(read.entry.item_id);
      page.after_seq = found.back().seq;
    }
    const auto in_store = database->read([](soci::session& sql) -> Result<std::set<std::string>> {
      std::set<std::string> ids;
      for (const auto& message : inbound_in_state(sql, InboundState::received, 1'000'000)) ids.insert(message.id);
      return ids;
    });
    CHECK(in_store.value() == in_ledger);
    CHECK(verdict.rows == static_cast<std::int64_t>(in_ledger.size()));
    for (const auto& id : acknowledged) {
      CAPTURE(id);
      CHECK(in_ledger.contains(id));
    }
  }
  CHECK(acknowledged.size() >= 199);
}

}  // namespace
}  // namespace relais::practice
