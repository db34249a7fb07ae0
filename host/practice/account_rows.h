// SPDX-License-Identifier: Apache-2.0
// Accounts as their table holds them. Private to Accounts.
#pragma once

#include <soci/soci.h>

#include <optional>
#include <string>
#include <vector>

#include "practice/accounts.h"

namespace relais::practice {

struct AccountRow {
  Account account;
  std::string role, password_hash;
  long long disabled = 0, created = 0, failures = 0, locked_until = 0;
};

// The account whose password was right.
struct Accounts::Credentials {
  Account account;
};

// Both inside a work of Database::read or write, and throw soci::soci_error. `where` compares one column of `a` with
// :value.
std::optional<AccountRow> find_account(soci::session& sql, const std::string& where, const std::string& value);
// By id.
std::vector<Account> read_accounts(soci::session& sql);

// The account of a row; a role of no known word reads as Role::system, which no account is made with.
Account account_of(const AccountRow& row);

}  // namespace relais::practice
