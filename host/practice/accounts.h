// SPDX-License-Identifier: Apache-2.0
// Local accounts of one practice: passwords, short tokens, signing keys. Every change is in the ledger, in the same
// transaction. Ids are those of the fiches: medecin.id for a doctor, assistant.id for an assistant.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/signature.h"
#include "domain/worklist.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "practice/secrets.h"

namespace relais::practice {

struct Account {
  std::string id;     // printable ASCII without spaces: it stands in the ledger
  std::string login;
  std::string display_name;
  worklist::Role role = worklist::Role::secretary;
  std::string national_id;
  std::string replaces_doctor_id;  // replacement doctors only
  bool disabled = false;
  Instant created{};
  std::string signing_public_key;  // base64, empty when none was made
};

// Who does it, for the ledger. `call_id` is the API call's, empty outside the API.
struct Attribution {
  std::string actor;
  worklist::Role role = worklist::Role::system;
  std::string call_id;
};

struct AuthenticatedSession {
  Account account;
  Instant expires{};  // moves with use
  Instant ends{};     // does not
};

struct SignedIn {
  std::string token;
  AuthenticatedSession session;
};

struct AccountRules {
  std::chrono::minutes sliding{15};   // a token unused for that long ends
  std::chrono::hours longest{12};     // and always then
  int failures = 5;                   // wrong passwords in a row
  std::chrono::minutes locked{15};    // that close the account for so long
  std::size_t shortest_password = 12; // characters
  PasswordCost cost;
};

// Word of a role in the database and in the ledger: "doctor", "replacement-doctor", …
std::string_view role_word(worklist::Role role);
std::optional<worklist::Role> role_of(std::string_view word);

// Thread-safe; every method blocks, those that check a password for about 0.1 s.
class Accounts {
 public:
  // `key` attests public signing keys; all must outlive the object.
  Accounts(Database& database, Ledger& ledger, const HostKey& key, AccountRules rules = {})
      : database_(database), ledger_(ledger), host_key_(key), rules_(rules) {}

  // relais.invalid-argument with the place for an id, login, name or role that cannot be; api.weak-password;
  // api.account-exists.
  Result<Account> create(const Account& account, std::string_view password, const Attribution& by);

  // There is no account yet: the first one, an administrator's, is made without one. api.account-exists afterwards.
  Result<Account> create_first(const Account& account, std::string_view password);

  // By id, disabled ones too.
  Result<std::vector<Account>> list() const;
  Result<Account> find(const std::string& id) const;

  // Ends its sessions too. api.last-administrator for the last open administrator.
  Result<Account> disable(const std::string& id, const Attribution& by);

  // api.credentials for an unknown login, a wrong password or a disabled account, all after the same work; api.locked.
  Result<SignedIn> sign_in(std::string_view login, std::string_view password, const std::string& call_id);

  // The session of a live token, prolonged. api.unauthenticated.
  Result<AuthenticatedSession> authenticate(std::string_view token);
  // The token lives; prolongs nothing.
  bool alive(std::string_view token) const;
  Result<void> sign_out(std::string_view token, const Attribution& by);

  // Wraps the signing key again and ends every other session of the account. api.password; api.weak-password.
  Result<void> change_password(std::string_view token, std::string_view current, std::string_view next,
                               const Attribution& by);

  // A new signing key; the earlier public keys stay known. Returns the public key, base64. api.password.
  Result<std::string> set_signing_key(std::string_view password, const Attribution& by);

  // The current signing key of the account, opened by the password given again. Wrong passwords count as at sign-in.
  Result<SigningKey> unlock(const std::string& id, std::string_view password, const Attribution& by);

  // Every public key of the account that this host has attested, latest first.
  Result<std::vector<fiche::PublicKey>> public_keys(const std::string& id) const;

 private:
  struct Credentials;

  Result<Account> insert(const Account& account, std::string_view password, const Attribution& by, bool first);
  // The stored row when the password is right; counts the failure otherwise.
  Result<Credentials> check(const char* by_column, const std::string& value, std::string_view password,
                            const Attribution& by, const char* event, Code wrong);
  Result<std::int64_t> record(Transaction& tx, const Attribution& by, std::string_view action,
                              const std::string& subject, std::string_view error_code = {});

  Database& database_;
  Ledger& ledger_;
  const HostKey& host_key_;
  const AccountRules rules_;
};

}  // namespace relais::practice
