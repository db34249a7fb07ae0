// SPDX-License-Identifier: Apache-2.0
#include "practice/account_checks.h"

#include <algorithm>
#include <utility>

namespace relais::practice {
namespace {

bool can_be_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '@';
  });
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Result<void> check_account(const Account& account) {
  if (!can_be_id(account.id)) return fail(Code::invalid_argument, "an id is 1 to 64 of a-z A-Z 0-9 - _ . @", "id");
  if (!can_be_id(account.login)) {
    return fail(Code::invalid_argument, "a login is 1 to 64 of a-z A-Z 0-9 - _ . @", "login");
  }
  if (account.display_name.empty() || account.display_name.size() > 200) {
    return fail(Code::invalid_argument, "a name of 1 to 200 bytes", "display_name");
  }
  if (account.role == worklist::Role::system) return fail(Code::invalid_argument, "nobody holds this role", "role");
  const bool replaces = account.role == worklist::Role::replacement_doctor;
  if (replaces != !account.replaces_doctor_id.empty() || (replaces && !can_be_id(account.replaces_doctor_id))) {
    return fail(Code::invalid_argument, "a replacement doctor, and nobody else, names the doctor replaced",
                "replaces_doctor_id");
  }
  return {};
}

Result<void> check_new_password(std::string_view password, const AccountRules& rules, std::string place) {
  if (characters(password) < rules.shortest_password) {
    return fail(Code::api_weak_password, "too short", std::move(place));
  }
  return {};
}

}  // namespace relais::practice
