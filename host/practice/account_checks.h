// SPDX-License-Identifier: Apache-2.0
// What an account and a password may be. Private to Accounts.
#pragma once

#include <string>
#include <string_view>

#include "practice/accounts.h"

namespace relais::practice {

// relais.invalid-argument with the place for an id, login, name, role or doctor replaced that cannot be.
Result<void> check_account(const Account& account);

// api.weak-password at `place` for fewer characters (of UTF-8, not bytes) than the rules ask.
Result<void> check_new_password(std::string_view password, const AccountRules& rules, std::string place);

}  // namespace relais::practice
