// SPDX-License-Identifier: Apache-2.0
#include "practice/accounts.h"

#include <array>
#include <utility>

#include "practice/account_checks.h"
#include "practice/account_rows.h"

namespace relais::practice {
namespace {

using worklist::Role;

constexpr std::array<std::pair<Role, std::string_view>, 7> role_words{{
    {Role::doctor, "doctor"},
    {Role::replacement_doctor, "replacement-doctor"},
    {Role::assistant, "assistant"},
    {Role::secretary, "secretary"},
    {Role::editor, "editor"},
    {Role::administrator, "administrator"},
    {Role::system, "system"},
}};

long long count(soci::session& sql, const char* query) {
  long long rows = 0;
  sql << query, soci::into(rows);
  return rows;
}

}  // namespace

std::string_view role_word(Role role) {
  for (const auto& [known, word] : role_words)
    if (known == role) return word;
  return "system";
}

std::optional<Role> role_of(std::string_view word) {
  for (const auto& [role, known] : role_words)
    if (known == word) return role;
  return std::nullopt;
}

Result<std::int64_t> Accounts::record(Transaction& tx, const Attribution& by, std::string_view action,
                                      const std::string& subject, std::string_view error_code) {
  LedgerEntry entry;
  entry.actor = by.actor.empty() ? "unknown" : by.actor;
  entry.role = role_word(by.role);
  entry.login_level = by.actor.empty() ? "" : "local";
  entry.action = action;
  entry.item_id = subject;
  entry.call_id = by.call_id;
  entry.outcome = error_code.empty() ? LedgerOutcome::ok : LedgerOutcome::refused;
  entry.error_code = error_code;
  return ledger_.append(tx, entry);
}

Result<Account> Accounts::insert(const Account& account, std::string_view password, const Attribution& by, bool first) {
  if (auto checked = check_account(account); !checked) return tl::unexpected<Error>(checked.error());
  if (auto checked = check_new_password(password, rules_, "password"); !checked) {
    return tl::unexpected<Error>(checked.error());
  }
  auto hash = hash_password(password, rules_.cost);
  if (!hash) return tl::unexpected<Error>(hash.error());
  return database_.write([&](Transaction& tx) -> Result<Account> {
    if (first && count(tx.sql(), "SELECT COUNT(*) FROM account") != 0) {
      return fail(Code::api_account_exists, "the practice has accounts");
    }
    if (find_account(tx.sql(), "WHERE a.id = :v", account.id) ||
        find_account(tx.sql(), "WHERE a.login = :v", account.login)) {
      return fail(Code::api_account_exists, "the id or the login is taken");
    }
    const std::string role(role_word(account.role));
    const long long now = to_ms(tx.now());
    tx.sql() << "INSERT INTO account (id, login, display_name, role, national_id, replaces_doctor_id, disabled, "
                "created_ms, password_hash, failures, locked_until_ms) VALUES (:i, :l, :d, :r, :n, :o, 0, :c, :p, 0, 0)",
        soci::use(account.id), soci::use(account.login), soci::use(account.display_name), soci::use(role),
        soci::use(account.national_id), soci::use(account.replaces_doctor_id), soci::use(now), soci::use(*hash);
    if (auto recorded = record(tx, by, "identity.create-account", account.id); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    Account made = account;
    made.created = tx.now();
    made.disabled = false;
    made.signing_public_key.clear();
    return made;
  });
}

Result<Account> Accounts::create(const Account& account, std::string_view password, const Attribution& by) {
  return insert(account, password, by, false);
}

Result<Account> Accounts::create_first(const Account& account, std::string_view password) {
  if (account.role != Role::administrator) return fail(Code::invalid_argument, "the first account administers", "role");
  return insert(account, password, Attribution{"system", Role::system, {}}, true);
}

Result<std::vector<Account>> Accounts::list() const {
  return database_.read([](soci::session& sql) -> Result<std::vector<Account>> { return read_accounts(sql); });
}

Result<Account> Accounts::find(const std::string& id) const {
  return database_.read([&](soci::session& sql) -> Result<Account> {
    const auto row = find_account(sql, "WHERE a.id = :v", id);
    if (!row) return fail(Code::not_found, "account");
    return account_of(*row);
  });
}

Result<Account> Accounts::disable(const std::string& id, const Attribution& by) {
  return database_.write([&](Transaction& tx) -> Result<Account> {
    const auto row = find_account(tx.sql(), "WHERE a.id = :v", id);
    if (!row) return fail(Code::not_found, "account");
    const bool administers = row->role == role_word(Role::administrator) && row->disabled == 0;
    if (administers &&
        count(tx.sql(), "SELECT COUNT(*) FROM account WHERE role = 'administrator' AND disabled = 0") == 1) {
      return fail(Code::api_last_administrator, "the only one");
    }
    tx.sql() << "UPDATE account SET disabled = 1 WHERE id = :i", soci::use(id);
    tx.sql() << "DELETE FROM session WHERE account_id = :i", soci::use(id);
    if (auto recorded = record(tx, by, "identity.disable-account", id); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    auto account = account_of(*row);
    account.disabled = true;
    return account;
  });
}

}  // namespace relais::practice
