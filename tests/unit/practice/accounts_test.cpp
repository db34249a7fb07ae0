// SPDX-License-Identifier: Apache-2.0
#include "practice/accounts.h"

#include <catch2/catch.hpp>

#include "practice/doctors.h"
#include "support/scratch.h"

using namespace relais;
using namespace relais::practice;
using worklist::Role;
using namespace std::chrono_literals;

namespace {

// The cheapest work that Argon2id allows: the cost is a setting, not what is tested.
AccountRules cheap() {
  AccountRules rules;
  rules.cost = {1, std::size_t{8} << 10U};
  return rules;
}

constexpr const char* password = "correct horse battery";

struct Practice {
  Practice() {
    REQUIRE(accounts.create_first(account("admin", Role::administrator), password));
    REQUIRE(accounts.create(account("marchand", Role::doctor), password, admin));
  }
  static Account account(const std::string& id, Role role) {
    Account made;
    made.id = id;
    made.login = id + "@cabinet";
    made.display_name = "Dr Hélène Marchand";
    made.role = role;
    return made;
  }
  std::string token() {
    auto signed_in = accounts.sign_in("marchand@cabinet", password, "c-1");
    REQUIRE(signed_in);
    return signed_in->token;
  }
  std::vector<ReadEntry> entries(const std::string& action) {
    LedgerFilter filter;
    filter.action = action;
    auto found = ledger->query(filter);
    REQUIRE(found);
    return *found;
  }

  test::Scratch scratch;
  test::TestClock clock;
  std::unique_ptr<Database> database = *Database::open("sqlite:" + (scratch.path() / "practice.db").string(), clock);
  std::unique_ptr<Ledger> ledger = *Ledger::open(*database, scratch.path());
  HostKey key = *HostKey::open(scratch.path() / "keys", false);
  Accounts accounts{*database, *ledger, key, cheap()};
  Attribution admin{"admin", Role::administrator, "c-0"};
  Attribution doctor{"marchand", Role::doctor, "c-9"};
};

}  // namespace

TEST_CASE("the first account is made without one and only once") {
  Practice practice;
  const auto second = practice.accounts.create_first(Practice::account("other", Role::administrator), password);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::api_account_exists);
}

TEST_CASE("an account with a taken id or login or a weak password or an impossible role is refused") {
  Practice practice;
  CHECK(practice.accounts.create(Practice::account("marchand", Role::doctor), password, practice.admin).error().code ==
        Code::api_account_exists);
  auto same_login = Practice::account("marchand2", Role::doctor);
  same_login.login = "marchand@cabinet";
  CHECK(practice.accounts.create(same_login, password, practice.admin).error().code == Code::api_account_exists);
  CHECK(practice.accounts.create(Practice::account("a", Role::doctor), "short", practice.admin).error().code ==
        Code::api_weak_password);
  // Eleven letters that take twenty-two bytes.
  CHECK(practice.accounts.create(Practice::account("a", Role::doctor), "ééééééééééé", practice.admin).error().code ==
        Code::api_weak_password);
  CHECK(practice.accounts.create(Practice::account("a", Role::system), password, practice.admin).error().place == "role");
  CHECK(practice.accounts.create(Practice::account("a b", Role::doctor), password, practice.admin).error().place == "id");
  CHECK(practice.accounts.create(Practice::account("r", Role::replacement_doctor), password, practice.admin)
            .error()
            .place == "replaces_doctor_id");
}

TEST_CASE("a token stands for its account and is not in the database") {
  Practice practice;
  const auto token = practice.token();
  const auto session = practice.accounts.authenticate(token);
  REQUIRE(session);
  CHECK(session->account.id == "marchand");
  CHECK(session->account.role == Role::doctor);
  CHECK(practice.accounts.alive(token));
  const auto stored = practice.database->read([](soci::session& sql) -> Result<std::string> {
    std::string hash;
    sql << "SELECT token_hash FROM session", soci::into(hash);
    return hash;
  });
  CHECK(*stored != token);
  CHECK(*stored == token_hash(token));
  CHECK_FALSE(practice.accounts.authenticate(*stored));
}

TEST_CASE("an unknown login and a wrong password and a disabled account give the same answer") {
  Practice practice;
  CHECK(practice.accounts.sign_in("nobody", password, "c").error().code == Code::api_credentials);
  CHECK(practice.accounts.sign_in("marchand@cabinet", "wrong wrong wrong", "c").error().code == Code::api_credentials);
  REQUIRE(practice.accounts.disable("marchand", practice.admin));
  CHECK(practice.accounts.sign_in("marchand@cabinet", password, "c").error().code == Code::api_credentials);
}

TEST_CASE("five wrong passwords in a row close the account for fifteen minutes and the ledger says it") {
  Practice practice;
  for (int i = 0; i < 5; ++i)
    CHECK(practice.accounts.sign_in("marchand@cabinet", "wrong wrong wrong", "c").error().code == Code::api_credentials);
  CHECK(practice.accounts.sign_in("marchand@cabinet", password, "c").error().code == Code::api_locked);
  practice.clock.advance(14min);
  CHECK(practice.accounts.sign_in("marchand@cabinet", password, "c").error().code == Code::api_locked);
  practice.clock.advance(1min);
  CHECK(practice.accounts.sign_in("marchand@cabinet", password, "c"));
  const auto tries = practice.entries("identity.sign-in");
  REQUIRE(tries.size() == 8);
  CHECK(tries[0].entry.outcome == LedgerOutcome::refused);
  CHECK(tries[0].entry.error_code == "api.credentials");
  CHECK(tries[6].entry.error_code == "api.locked");
  CHECK(tries[7].entry.outcome == LedgerOutcome::ok);
  CHECK(tries[7].entry.actor == "marchand");
}

TEST_CASE("a right password forgives the wrong ones before it") {
  Practice practice;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) CHECK_FALSE(practice.accounts.sign_in("marchand@cabinet", "wrong wrong wrong", "c"));
    CHECK(practice.accounts.sign_in("marchand@cabinet", password, "c"));
  }
}

TEST_CASE("a token unused for fifteen minutes ends and one in use lives on until twelve hours") {
  Practice practice;
  const auto idle = practice.token();
  const auto used = practice.token();
  practice.clock.advance(10min);
  REQUIRE(practice.accounts.authenticate(used));
  practice.clock.advance(5min);
  CHECK_FALSE(practice.accounts.authenticate(idle));
  CHECK_FALSE(practice.accounts.alive(idle));
  for (int i = 0; i < 70; ++i) {
    REQUIRE(practice.accounts.authenticate(used));
    practice.clock.advance(10min);
  }
  CHECK(practice.accounts.authenticate(used));
  practice.clock.advance(6min);
  CHECK_FALSE(practice.accounts.authenticate(used));
}

TEST_CASE("looking whether a token lives does not prolong it") {
  Practice practice;
  const auto token = practice.token();
  practice.clock.advance(10min);
  CHECK(practice.accounts.alive(token));
  practice.clock.advance(5min);
  CHECK_FALSE(practice.accounts.alive(token));
}

TEST_CASE("signing out and disabling the account end tokens at once") {
  Practice practice;
  const auto one = practice.token();
  const auto two = practice.token();
  REQUIRE(practice.accounts.sign_out(one, practice.doctor));
  CHECK_FALSE(practice.accounts.authenticate(one));
  CHECK(practice.accounts.authenticate(two));
  REQUIRE(practice.accounts.disable("marchand", practice.admin));
  CHECK_FALSE(practice.accounts.authenticate(two));
}

TEST_CASE("the last open administrator cannot be closed") {
  Practice practice;
  CHECK(practice.accounts.disable("admin", practice.admin).error().code == Code::api_last_administrator);
  REQUIRE(practice.accounts.create(Practice::account("admin2", Role::administrator), password, practice.admin));
  CHECK(practice.accounts.disable("admin", practice.admin));
  CHECK(practice.accounts.disable("admin2", practice.admin).error().code == Code::api_last_administrator);
}

TEST_CASE("a signing key opens with the password given again and with nothing else") {
  Practice practice;
  CHECK(practice.accounts.unlock("marchand", password, practice.doctor).error().code == Code::api_no_signing_key);
  REQUIRE(practice.accounts.set_signing_key(password, practice.doctor));
  CHECK(practice.accounts.unlock("marchand", password, practice.doctor));
  CHECK(practice.accounts.unlock("marchand", "wrong wrong wrong", practice.doctor).error().code == Code::api_password);
  CHECK(practice.accounts.public_keys("marchand")->size() == 1);
}

TEST_CASE("a new signing key keeps the old public key and a new password keeps the key") {
  Practice practice;
  const auto token = practice.token();
  const auto other = practice.token();
  const auto first = practice.accounts.set_signing_key(password, practice.doctor);
  REQUIRE(practice.accounts.change_password(token, password, "a much better one", practice.doctor));
  CHECK_FALSE(practice.accounts.authenticate(other));
  CHECK(practice.accounts.authenticate(token));
  CHECK(practice.accounts.unlock("marchand", password, practice.doctor).error().code == Code::api_password);
  CHECK(practice.accounts.unlock("marchand", "a much better one", practice.doctor));
  CHECK(practice.accounts.find("marchand")->signing_public_key == *first);
  REQUIRE(practice.accounts.set_signing_key("a much better one", practice.doctor));
  CHECK(practice.accounts.public_keys("marchand")->size() == 2);
}

TEST_CASE("a public key that somebody wrote into the database is not believed") {
  Practice practice;
  REQUIRE(practice.accounts.set_signing_key(password, practice.doctor));
  const auto forged = new_signing_key("whatever password", cheap().cost);
  const auto written = practice.database->write([&](Transaction& tx) -> Result<void> {
    tx.sql() << "UPDATE signing_key SET public_key = :k", soci::use(forged->public_key);
    return {};
  });
  REQUIRE(written);
  CHECK(practice.accounts.public_keys("marchand")->empty());
}

TEST_CASE("only an open account of role doctor is a doctor of the practice") {
  Practice practice;
  REQUIRE(practice.accounts.create(Practice::account("perrin", Role::assistant), password, practice.admin));
  REQUIRE(practice.accounts.create(Practice::account("nguyen", Role::doctor), password, practice.admin));
  REQUIRE(practice.accounts.disable("nguyen", practice.admin));
  const auto is_doctor = [&](const std::string& id) {
    return practice.database->read([&](soci::session& sql) -> Result<bool> { return is_open_doctor(sql, id); }).value();
  };
  CHECK(is_doctor("marchand"));
  CHECK_FALSE(is_doctor("perrin"));
  CHECK_FALSE(is_doctor("nguyen"));
  CHECK_FALSE(is_doctor("somebody"));
  CHECK_FALSE(is_doctor(""));
}
