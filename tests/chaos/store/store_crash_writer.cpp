// SPDX-License-Identifier: Apache-2.0
// Writes messages and ledger entries from four threads until it is killed, and prints the id of each one that the
// database has answered for: "URL STATE_DIRECTORY".
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "practice/database.h"
#include "practice/inbound.h"
#include "practice/ledger.h"

namespace {

using namespace relais;

// One write(2) a line: lines of threads do not mix, and none is lost in a buffer when the program dies.
bool say(const std::string& line) {
  const auto text = line + "\n";
  return ::write(1, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

void write_until_killed(practice::Database& database, practice::Ledger& ledger, int thread) {
  for (int i = 0;; ++i) {
    const auto bytes = std::to_string(::getpid()) + "/" + std::to_string(thread) + "/" + std::to_string(i);
    const auto stored = database.write([&](practice::Transaction& tx) -> Result<std::string> {
      const auto message = practice::submit(tx, "crash", bytes);
      practice::LedgerEntry entry;
      entry.actor = "system";
      entry.action = "ingest.submit";
      entry.item_id = message.id;
      if (auto seq = ledger.append(tx, entry); !seq) return tl::unexpected(seq.error());
      return message.id;
    });
    if (!stored || !say(*stored)) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const SystemClock clock;
  auto database = practice::Database::open(argv[1], clock);
  if (!database) return 3;
  auto ledger = practice::Ledger::open(**database, argv[2]);
  if (!ledger) return 4;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&, i] { write_until_killed(**database, **ledger, i); });
  for (auto& thread : threads) thread.join();
  return 5;
}
