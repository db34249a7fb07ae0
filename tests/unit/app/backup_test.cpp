// SPDX-License-Identifier: Apache-2.0
// Backups made while a practice is written, refused when damaged, restored without destroying anything.
#include "app/backup.h"

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include "kept_practice.h"
#include "practice/inbound.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;
using test::KeptPractice;

const std::string password = "une phrase de passe";

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

std::string submit(KeptPractice& practice, const std::string& bytes) {
  return practice.database
      ->write([&](practice::Transaction& tx) -> Result<std::string> {
        const auto message = practice::submit(tx, "test", bytes);
        practice::LedgerEntry entry;
        entry.actor = "system";
        entry.action = "ingest.submit";
        entry.item_id = message.id;
        if (auto seq = practice.ledger->append(tx, entry); !seq) return tl::unexpected(seq.error());
        return message.id;
      })
      .value();
}

fs::path backed_up(KeptPractice& practice, const std::string& name = "a.backup") {
  const auto file = practice.scratch.path() / name;
  const auto made = create_backup(practice.folder, file, password, practice.clock);
  if (!made) FAIL(std::string(stable_code(made.error().code)) + " " + made.error().detail);
  return file;
}

bool work_folders_left(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(".relais-")) return true;
  return false;
}

TEST_CASE("a backup made while the practice is written holds a consistent state that verifies") {
  KeptPractice practice;
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      submit(practice, "message " + std::to_string(i) + std::string(2000, 'x'));
      ++written;
    }
  });
  while (written < 50) std::this_thread::yield();
  const int before = written;
  const auto file = backed_up(practice);
  const int after = written;
  stop = true;
  writer.join();
  CHECK(after > before);  // nobody waited for it

  const auto found = verify_backup(file, password);
  REQUIRE(found);
  CHECK(found->practice == "Cabinet fictif");
  CHECK(found->ledger_entries > before);
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(!work_folders_left(practice.scratch.path()));
  CHECK(practice.entries("backup.created").size() == 1);

  // Message and ledger entry share a transaction: the copy holds both or neither.
  const auto restored = practice.scratch.path() / "restored";
  REQUIRE(restore_backup(file, password, restored, {}, practice.clock));
  const auto database = practice::Database::open("sqlite:" + (restored / "practice.sqlite").string(), practice.clock).value();
  const auto counts = database->read([](soci::session& sql) -> Result<std::pair<long long, long long>> {
    std::pair<long long, long long> both;
    sql << "SELECT COUNT(*) FROM inbound", soci::into(both.first);
    sql << "SELECT COUNT(*) FROM ledger WHERE action = 'ingest.submit'", soci::into(both.second);
    return both;
  });
  CHECK(counts->first == counts->second);
  CHECK(counts->first >= before);
}

TEST_CASE("a restored practice goes on with the ledger of its backup") {
  KeptPractice practice;
  practice.fill(7);
  const auto file = backed_up(practice);
  const auto place = practice.scratch.path() / "elsewhere";
  const auto restored = restore_backup(file, password, place, {}, practice.clock);
  REQUIRE(restored);
  CHECK(restored->put_aside.empty());
  const auto database = practice::Database::open("sqlite:" + (place / "practice.sqlite").string(), practice.clock).value();
  const auto ledger = practice::Ledger::open(*database, place);
  REQUIRE(ledger);
  CHECK((*ledger)->verify().value().ok());
  CHECK((*ledger)->verify().value().rows == 9);  // seven, the backup, the restoration
  CHECK((*ledger)->public_key() == practice.ledger->public_key());
  CHECK(read_config(place)->name == "Cabinet fictif");
}

TEST_CASE("a backup that is damaged anywhere is refused and nothing is restored") {
  KeptPractice practice;
  practice.fill(3);
  const auto file = backed_up(practice);
  const auto good = bytes_of(file);
  const auto place = practice.scratch.path() / "place";
  const auto refused = [&](const std::string& bytes, const std::string& with) {
    write_bytes(file, bytes);
    const auto restored = restore_backup(file, with, place, {}, practice.clock);
    REQUIRE(!restored);
    CHECK(!fs::exists(place));
    CHECK(!work_folders_left(practice.scratch.path()));
    CHECK(verify_backup(file, with).error().code == restored.error().code);
    return restored.error().code;
  };
  for (const auto at : {good.size() / 3, good.size() / 2, good.size() - 1}) {
    auto bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    CHECK(refused(bytes, password) == Code::backup_damaged);
  }
  CHECK(refused(good.substr(0, good.size() / 2), password) == Code::backup_damaged);
  CHECK(refused(good + "x", password) == Code::backup_damaged);
  CHECK(refused(good.substr(0, 100), password) == Code::backup_password);
  CHECK(refused(good, "une autre phrase de passe") == Code::backup_password);
  CHECK(refused("SQLite format 3, or anything else", password) == Code::backup_not_a_backup);
  CHECK(refused("", password) == Code::backup_not_a_backup);
  auto later = good;
  later[14] = '2';
  CHECK(refused(later, password) == Code::backup_newer_version);
  write_bytes(file, good);
  CHECK(verify_backup(file, password));
}

TEST_CASE("nothing of a practice can be read from its backup without the password") {
  KeptPractice practice;
  submit(practice, "PAT-TROIS DOMINIQUE");
  const auto file = backed_up(practice);
  const auto bytes = bytes_of(file);
  for (const auto* clear : {"PAT-TROIS", "SQLite format", "Cabinet", "ledger", "practice.sqlite"})
    CHECK(bytes.find(clear) == std::string::npos);
}

TEST_CASE("a practice is never replaced without being asked and is put aside when it is") {
  KeptPractice practice;
  practice.fill(4);
  const auto file = backed_up(practice);
  practice.fill(6);
  practice.close();
  const auto before = bytes_of(practice.head());
  CHECK(restore_backup(file, password, practice.folder, {}, practice.clock).error().code ==
        Code::backup_practice_exists);

  // Acts since the backup: said, and given up only when asked.
  const auto refused = restore_backup(file, password, practice.folder, {true, false}, practice.clock);
  REQUIRE(!refused);
  CHECK(refused.error().code == Code::backup_loses_entries);
  CHECK(refused.error().detail == "6 entries");
  CHECK(bytes_of(practice.head()) == before);

  const auto restored = restore_backup(file, password, practice.folder, {true, true}, practice.clock);
  REQUIRE(restored);
  CHECK(restored->lost_entries == 6);
  CHECK(bytes_of(restored->put_aside / "ledger-head.json") == before);
  REQUIRE(practice.open());
  CHECK(practice.ledger->verify().value().ok());
  const auto said = practice.entries("backup.restored");
  REQUIRE(said.size() == 1);
  CHECK(said.front().entry.subjects->count == 6);
  CHECK(before.find(said.front().entry.subjects->sha256) != std::string::npos);
}

TEST_CASE("a damaged database is restored from its backup") {
  KeptPractice practice;
  practice.fill(4);
  const auto id = submit(practice, "a report");
  const auto file = backed_up(practice);
  practice.close();
  write_bytes(practice.file(), "no database any more");
  CHECK(practice.open().error().code == Code::store_damaged);
  practice.close();
  REQUIRE(restore_backup(file, password, practice.folder, {true, false}, practice.clock));
  REQUIRE(practice.open());
  CHECK(practice.ledger->verify().value().ok());
  const auto message = practice.database->read(
      [&](soci::session& sql) -> Result<practice::InboundMessage> { return practice::inbound_message(sql, id); });
  CHECK(message);
}

TEST_CASE("a practice whose host runs and another practice are not restored over") {
  KeptPractice practice;
  practice.fill(2);
  const auto file = backed_up(practice);
  {
    const auto host = practice::PracticeLock::take(practice.folder);
    CHECK(restore_backup(file, password, practice.folder, {true, true}, practice.clock).error().code ==
          Code::practice_running);
  }
  KeptPractice other("other");
  other.fill(2);
  other.close();
  CHECK(restore_backup(file, password, other.folder, {true, true}, practice.clock).error().code ==
        Code::backup_other_practice);
  CHECK(other.open());
}

TEST_CASE("a backup is refused where it could not be trusted") {
  KeptPractice practice;
  practice.fill(5);
  const auto file = practice.scratch.path() / "a.backup";
  CHECK(create_backup(practice.folder, file, "short", practice.clock).error().code == Code::api_weak_password);
  write_bytes(file, "something else");
  CHECK(create_backup(practice.folder, file, password, practice.clock).error().code == Code::backup_exists);
  CHECK(bytes_of(file) == "something else");
  fs::remove(file);
  practice.tamper("UPDATE ledger SET actor = 'durand' WHERE seq = 2");
  CHECK(create_backup(practice.folder, file, password, practice.clock).error().code == Code::ledger_broken);
  CHECK(!fs::exists(file));
  write_bytes(practice.folder / "practice.yaml", "practice: A\ndatabase: postgresql://localhost/x\n");
  const auto postgresql = create_backup(practice.folder, file, password, practice.clock);
  CHECK(postgresql.error().code == Code::backup_postgresql);
  CHECK(french(Code::backup_postgresql).find("pg_dump") != std::string_view::npos);
}

TEST_CASE("a backup into a folder is named after its instant") {
  KeptPractice practice;
  practice.fill(1);
  const auto folder = practice.scratch.path() / "backups";
  fs::create_directories(folder);
  const auto made = create_backup(practice.folder, folder, password, practice.clock);
  REQUIRE(made);
  CHECK(made->parent_path() == folder);
  CHECK(made->extension() == ".backup");
  CHECK(verify_backup(*made, password));
}

}  // namespace
}  // namespace relais::app
