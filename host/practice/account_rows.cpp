// SPDX-License-Identifier: Apache-2.0
#include "practice/account_rows.h"

#include "practice/query.h"

namespace relais::practice {
namespace {

constexpr const char* account_columns =
    "SELECT a.id, a.login, a.display_name, a.role, a.national_id, a.replaces_doctor_id, a.disabled, a.created_ms, "
    "a.password_hash, a.failures, a.locked_until_ms, COALESCE((SELECT k.public_key FROM signing_key k WHERE "
    "k.account_id = a.id ORDER BY k.number DESC LIMIT 1), '') FROM account a ";

AccountRow account_row(const Query& query) {
  AccountRow row;
  row.account.id = query.words(0);
  row.account.login = query.words(1);
  row.account.display_name = query.words(2);
  row.role = query.words(3);
  row.account.national_id = query.words(4);
  row.account.replaces_doctor_id = query.words(5);
  row.disabled = query.number(6);
  row.created = query.number(7);
  row.password_hash = query.words(8);
  row.failures = query.number(9);
  row.locked_until = query.number(10);
  row.account.signing_public_key = query.words(11);
  return row;
}

}  // namespace

Account account_of(const AccountRow& row) {
  Account account = row.account;
  account.role = role_of(row.role).value_or(worklist::Role::system);
  account.disabled = row.disabled != 0;
  account.created = from_ms(row.created);
  return account;
}

std::optional<AccountRow> find_account(soci::session& sql, const std::string& where, const std::string& value) {
  Query query(sql, account_columns + where);
  if (!query.use(value).next()) return std::nullopt;
  return account_row(query);
}

std::vector<Account> read_accounts(soci::session& sql) {
  std::vector<Account> all;
  Query query(sql, std::string(account_columns) + "ORDER BY a.id");
  while (query.next()) all.push_back(account_of(account_row(query)));
  return all;
}

}  // namespace relais::practice
