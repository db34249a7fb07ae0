// SPDX-License-Identifier: Apache-2.0
#include "practice/ledger.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "support/scratch.h"

namespace relais::practice {
namespace {

namespace fs = std::filesystem;
using relais::test::Scratch;
using relais::test::TestClock;

struct Practice {
  Scratch scratch;
  TestClock clock;
  std::unique_ptr<Database> database;
  std::unique_ptr<Ledger> ledger;

  Practice() { reopen(); }
  ~Practice() { close(); }
  fs::path state() const { return scratch.path() / "state"; }
  void close() {
    ledger.reset();
    database.reset();
  }
  void open_database() { database = Database::open("sqlite:" + (scratch.path() / "p.db").string(), clock).value(); }
  Result<void> try_reopen() {
    close();
    open_database();
    fs::create_directories(state());
    auto opened = Ledger::open(*database, state());
    if (!opened) return tl::unexpected(opened.error());
    ledger = std::move(*opened);
    return {};
  }
  void reopen() { REQUIRE(try_reopen()); }
  void fill(int count) {
    for (int i = 0; i < count; ++i) {
      clock.advance(std::chrono::seconds{1});
      LedgerEntry entry;
      entry.actor = i % 2 == 0 ? "assistante" : "martin";
      entry.action = "worklist.note";
      entry.patient_id = "pat-" + std::to_string(i % 3);
      REQUIRE(ledger->record(entry));
    }
  }
  // As somebody with the database and without the key would.
  void tamper(const std::string& statement) {
    REQUIRE(database->write([&](Transaction& tx) -> Result<void> {
      tx.sql() << statement;
      return {};
    }));
  }
};

LedgerEntry simple_entry() {
  LedgerEntry entry;
  entry.actor = "martin";
  entry.action = "record.read";
  return entry;
}

TEST_CASE("entries written in order verify, and so does their export offline") {
  Practice practice;
  practice.fill(10);
  const auto verdict = practice.ledger->verify().value();
  CHECK(verdict.ok());
  CHECK(verdict.rows == 10);
  CHECK(verdict.ahead == 0);

  std::stringstream lines;
  const auto exported = practice.ledger->export_lines([&](const std::string& line) -> Result<void> {
    lines << line << "\n";
    return {};
  });
  REQUIRE(exported);
  CHECK(verify_export(lines, exported->head_json, exported->public_key).ok());
}

TEST_CASE("the ledger outlives a restart and goes on with the next number") {
  Practice practice;
  practice.fill(3);
  practice.reopen();
  CHECK(practice.ledger->record(simple_entry()).value() == 4);
  CHECK(practice.ledger->verify().value().ok());
}

TEST_CASE("an entry of a work that fails leaves no trace and no gap") {
  Practice practice;
  practice.fill(2);
  const auto failed = practice.database->write([&](Transaction& tx) -> Result<void> {
    if (auto seq = practice.ledger->append(tx, simple_entry()); !seq) return tl::unexpected(seq.error());
    return fail(Code::not_found, "the act itself fails");
  });
  CHECK(failed.error().code == Code::not_found);
  CHECK(practice.ledger->record(simple_entry()).value() == 3);
  CHECK(practice.ledger->verify().value().ok());
}

TEST_CASE("the signed head is on the disk before the write returns") {
  Practice practice;
  practice.fill(5);
  const auto text = read_file(practice.state() / "ledger-head.json").value();
  REQUIRE(text);
  CHECK(read_head(*text, practice.ledger->public_key()).value().seq == 5);
}

TEST_CASE("each kind of change by somebody without the key is found at its row") {
  struct Change {
    const char* what;
    const char* statement;
    LedgerFault fault;
    std::int64_t seq;
  };
  const auto change = GENERATE(
      Change{"a body", "UPDATE ledger SET body = replace(body, 'martin', 'durand') WHERE seq = 4", LedgerFault::edited, 4},
      Change{"a search column", "UPDATE ledger SET patient_id = 'pat-9' WHERE seq = 6", LedgerFault::edited, 6},
      Change{"a hash", "UPDATE ledger SET hash = prev_hash WHERE seq = 3", LedgerFault::edited, 3},
      Change{"a removed row", "DELETE FROM ledger WHERE seq = 5", LedgerFault::missing, 5},
      Change{"the first row removed", "DELETE FROM ledger WHERE seq = 1", LedgerFault::missing, 1},
      Change{"the last row removed", "DELETE FROM ledger WHERE seq = 8", LedgerFault::tail_removed, 8},
      Change{"the last rows removed", "DELETE FROM ledger WHERE seq > 2", LedgerFault::tail_removed, 3},
      Change{"all rows removed", "DELETE FROM ledger", LedgerFault::tail_removed, 1});
  CAPTURE(change.what);
  Practice practice;
  practice.fill(8);
  // The ledger is not open while it is changed: a running host would seal and sign its own rows only.
  practice.ledger.reset();
  practice.tamper(change.statement);
  const auto text = read_file(practice.state() / "ledger-head.json").value();
  const auto key = HostKey::open(practice.state() / "keys", false).value();
  practice.database->set_commit_listener(nullptr);
  auto reopened = Ledger::open(*practice.database, practice.state());
  if (change.fault == LedgerFault::tail_removed) {
    REQUIRE_FALSE(reopened);
    CHECK(reopened.error().code == Code::ledger_broken);
    return;
  }
  REQUIRE(reopened);
  const auto verdict = (*reopened)->verify().value();
  CHECK(verdict.fault == change.fault);
  CHECK(verdict.seq == change.seq);
}

TEST_CASE("two rows that changed places are found") {
  Practice practice;
  practice.fill(6);
  practice.ledger.reset();
  practice.tamper("UPDATE ledger SET seq = -1 WHERE seq = 2");
  practice.tamper("UPDATE ledger SET seq = 2 WHERE seq = 4");
  practice.tamper("UPDATE ledger SET seq = 4 WHERE seq = -1");
  practice.ledger = Ledger::open(*practice.database, practice.state()).value();
  const auto verdict = practice.ledger->verify().value();
  CHECK(verdict.fault == LedgerFault::reordered);
  CHECK(verdict.seq == 2);
}

// Rewrites the chain from `from` on, with every hash right: what somebody with the database alone can do best.
void recompute(Practice& practice, std::int64_t from, const std::function<void(LedgerEntry&)>& change) {
  REQUIRE(practice.database->write([&](Transaction& tx) -> Result<void> {
    std::vector<std::string> bodies;
    const soci::rowset<std::string> rows = (tx.sql().prepare << "SELECT body FROM ledger ORDER BY seq");
    for (const auto& body : rows) bodies.push_back(body);
    LedgerHead head{0, genesis_hash()};
    for (const auto& body : bodies) {
      auto read = read_body(body).value();
      if (read.seq >= from) change(read.entry);
      const auto row = chain_entry(head, read.at, read.entry).value();
      const long long seq = row.seq;
      tx.sql() << "UPDATE ledger SET body = :b, prev_hash = :p, hash = :h, actor = :a WHERE seq = :s",
          soci::use(row.body), soci::use(row.prev_hash), soci::use(row.hash), soci::use(read.entry.actor), soci::use(seq);
      head = {row.seq, row.hash};
    }
    return {};
  }));
}

TEST_CASE("a chain recomputed with all its hashes does not match the signed head") {
  Practice practice;
  practice.fill(6);
  practice.ledger.reset();
  recompute(practice, 3, [](LedgerEntry& entry) { entry.actor = "durand"; });
  const auto reopened = Ledger::open(*practice.database, practice.state());
  REQUIRE_FALSE(reopened);
  CHECK(reopened.error().code == Code::ledger_broken);
  CHECK(reopened.error().detail.find("recomputed") != std::string::npos);
}

TEST_CASE("rows that a crash left after the head are recognised and signed again") {
  Practice practice;
  practice.fill(3);
  const auto old_head = read_file(practice.state() / "ledger-head.json").value().value();
  practice.fill(2);
  practice.close();
  // The head file as it was when the power went, between the commit and the head.
  REQUIRE(replace_file(practice.state() / "ledger-head.json", old_head, false));
  practice.reopen();
  const auto verdict = practice.ledger->verify().value();
  CHECK(verdict.ok());
  CHECK(verdict.rows == 5);
  const auto text = read_file(practice.state() / "ledger-head.json").value().value();
  CHECK(read_head(text, practice.ledger->public_key()).value().seq == 5);
}

TEST_CASE("rows chained after the head by somebody without the key are not signed at the next start") {
  Practice practice;
  practice.fill(3);
  practice.ledger.reset();
  REQUIRE(practice.database->write([&](Transaction& tx) -> Result<void> {
    LedgerHead head{3, {}};
    tx.sql() << "SELECT hash FROM ledger WHERE seq = 3", soci::into(head.hash);
    const auto row = chain_entry(head, tx.now(), simple_entry()).value();
    tx.sql() << "INSERT INTO ledger SELECT 4, " + std::to_string(to_ms(tx.now())) +
                    ", 'martin', 'record.read', '', '', '', '', 'ok', :b, :p, :h, ''",
        soci::use(row.body), soci::use(row.prev_hash), soci::use(row.hash);
    return {};
  }));
  const auto reopened = Ledger::open(*practice.database, practice.state());
  REQUIRE_FALSE(reopened);
  CHECK(reopened.error().detail.find("unsigned-tail at entry 4") != std::string::npos);
}

TEST_CASE("a head signed by another key is refused") {
  Practice practice;
  practice.fill(3);
  practice.close();
  Scratch elsewhere;
  const auto other = HostKey::open(elsewhere.path() / "keys", true).value();
  REQUIRE(replace_file(practice.state() / "ledger-head.json", write_head(other, {2, std::string(64, 'a')}), false));
  CHECK(practice.try_reopen().error().code == Code::ledger_broken);
}

TEST_CASE("a ledger with entries does not start without its head or its key") {
  Practice practice;
  practice.fill(1);
  practice.close();
  SECTION("head") {
    fs::remove(practice.state() / "ledger-head.json");
    CHECK(practice.try_reopen().error().code == Code::ledger_head);
  }
  SECTION("key") {
    fs::remove(practice.state() / "keys" / "host-ed25519");
    CHECK(practice.try_reopen().error().code == Code::ledger_key);
  }
  SECTION("key readable by others") {
    fs::permissions(practice.state() / "keys" / "host-ed25519", fs::perms::group_read, fs::perm_options::add);
    CHECK(practice.try_reopen().error().code == Code::ledger_key);
  }
}

TEST_CASE("a write whose head cannot be written is not acknowledged") {
  Practice practice;
  practice.fill(1);
  fs::rename(practice.state(), practice.scratch.path() / "moved");
  CHECK(practice.ledger->record(simple_entry()).error().code == Code::ledger_head);
  fs::rename(practice.scratch.path() / "moved", practice.state());
  CHECK(practice.ledger->record(simple_entry()).value() == 3);
  CHECK(practice.ledger->verify().value().ok());
}

TEST_CASE("a text that is not an identifier does not enter the ledger") {
  Practice practice;
  auto entry = simple_entry();
  SECTION("a sentence") { entry.item_id = "potassium 6.2"; }
  SECTION("an accent") { entry.patient_id = "Zoé"; }
  SECTION("too long") { entry.task_id = std::string(129, 'x'); }
  SECTION("a rule with a space") { entry.rule_codes = {"R01", "trop haut"}; }
  SECTION("no actor") { entry.actor.clear(); }
  CHECK(practice.ledger->record(entry).error().code == Code::ledger_bad_entry);
  CHECK(practice.ledger->verify().value().rows == 0);
}

TEST_CASE("a row whose numbers are not whole is no entry") {
  LedgerEntry entry;
  entry.actor = "martin";
  entry.action = "fiche.sign";
  entry.fiche_version = 7;
  entry.subjects = SubjectsDigest{3, std::string(64, 'a')};
  const auto body = chain_entry({41, genesis_hash()}, Instant{std::chrono::milliseconds{5}}, entry).value().body;
  REQUIRE(read_body(body).value().entry.subjects->count == 3);
  for (const std::string number : {"\"seq\":42", "\"at\":5", "\"fiche_version\":7", "\"count\":3"}) {
    const auto at = body.find(number);
    INFO(number);
    REQUIRE(at != std::string::npos);
    for (const char* instead : {"1e+300", "4.5", "true", "null"}) {
      auto changed = body;
      changed.replace(at, number.size(), number.substr(0, number.find(':') + 1) + instead);
      const auto read = read_body(changed);
      REQUIRE_FALSE(read);
      CHECK(read.error().code == Code::ledger_broken);
    }
  }
}

TEST_CASE("every field of an entry comes back from a query") {
  Practice practice;
  LedgerEntry entry{"assistante", "martin", "assistant", "password", "worklist.validate", "item-1", "pat-2", "martin",
                    "bio-triage", "fiche-7", 3, "bio-triage", "1.2.0+build", {"R01", "R17"}, LedgerOutcome::refused,
                    "mandate.refused", "call-9", digest_subjects({"b", "a"})};
  REQUIRE(practice.ledger->record(entry));
  const auto found = practice.ledger->query({}).value();
  REQUIRE(found.size() == 1);
  const auto& read = found[0].entry;
  CHECK(found[0].at == practice.clock.now());
  CHECK(read.actor == entry.actor);
  CHECK(read.on_behalf_of == entry.on_behalf_of);
  CHECK(read.role == entry.role);
  CHECK(read.login_level == entry.login_level);
  CHECK(read.action == entry.action);
  CHECK(read.item_id == entry.item_id);
  CHECK(read.patient_id == entry.patient_id);
  CHECK(read.doctor_id == entry.doctor_id);
  CHECK(read.task_id == entry.task_id);
  CHECK(read.fiche_id == entry.fiche_id);
  CHECK(read.fiche_version == 3);
  CHECK(read.plugin_id == entry.plugin_id);
  CHECK(read.plugin_version == entry.plugin_version);
  CHECK(read.rule_codes == entry.rule_codes);
  CHECK(read.outcome == LedgerOutcome::refused);
  CHECK(read.error_code == entry.error_code);
  CHECK(read.call_id == entry.call_id);
  REQUIRE(read.subjects);
  CHECK(read.subjects->count == 2);
  CHECK(read.subjects->sha256 == digest_subjects({"a", "b"}).sha256);
}

TEST_CASE("a query answers only what its filter asks for, page by page") {
  Practice practice;
  practice.fill(9);
  LedgerFilter filter;
  filter.actor = "martin";
  CHECK(practice.ledger->query(filter).value().size() == 4);
  filter.patient_id = "pat-0";
  CHECK(practice.ledger->query(filter).value().size() == 1);
  LedgerFilter page;
  page.after_seq = 4;
  page.limit = 2;
  const auto found = practice.ledger->query(page).value();
  REQUIRE(found.size() == 2);
  CHECK(found[0].seq == 5);
  LedgerFilter late;
  late.from = practice.clock.now();
  CHECK(practice.ledger->query(late).value().size() == 1);
  late.from.reset();
  late.until = practice.clock.now();
  CHECK(practice.ledger->query(late).value().size() == 8);
}

}  // namespace
}  // namespace relais::practice
