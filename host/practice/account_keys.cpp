// SPDX-License-Identifier: Apache-2.0
// Signing keys, and the password that wraps them.
#include <utility>

#include "practice/account_checks.h"
#include "practice/account_rows.h"

namespace relais::practice {
namespace {

std::string attested_text(const std::string& account, const std::string& public_key) {
  return "relais-signing-key/1 " + account + " " + public_key;
}

std::optional<WrappedKey> current_key(soci::session& sql, const std::string& account) {
  WrappedKey key;
  sql << "SELECT public_key, salt, nonce, wrapped FROM signing_key WHERE account_id = :a ORDER BY number DESC LIMIT 1",
      soci::use(account), soci::into(key.public_key), soci::into(key.salt), soci::into(key.nonce),
      soci::into(key.sealed);
  if (!sql.got_data()) return std::nullopt;
  return key;
}

}  // namespace

Result<void> Accounts::change_password(std::string_view token, std::string_view current, std::string_view next,
                                       const Attribution& by) {
  if (auto checked = check_new_password(next, rules_, "new_password"); !checked) return checked;
  auto who = check("id", by.actor, current, by, "identity.check-password", Code::api_password);
  if (!who) return tl::unexpected<Error>(who.error());
  auto hash = hash_password(next, rules_.cost);
  if (!hash) return tl::unexpected<Error>(hash.error());
  auto old_key = database_.read([&](soci::session& sql) -> Result<std::optional<WrappedKey>> {
    return current_key(sql, by.actor);
  });
  if (!old_key) return tl::unexpected<Error>(old_key.error());
  std::optional<WrappedKey> key;
  if (*old_key) {
    auto wrapped = rewrap(**old_key, current, next, rules_.cost);
    if (!wrapped) return tl::unexpected<Error>(wrapped.error());
    key = std::move(*wrapped);
  }
  const auto own = token_hash(token);
  return database_.write([&](Transaction& tx) -> Result<void> {
    tx.sql() << "UPDATE account SET password_hash = :p WHERE id = :i", soci::use(*hash), soci::use(by.actor);
    if (key) {
      const auto now_held = current_key(tx.sql(), by.actor);
      if (!now_held || now_held->public_key != key->public_key) return fail(Code::store_conflict, "another key was made");
      tx.sql() << "UPDATE signing_key SET salt = :s, nonce = :n, wrapped = :w WHERE account_id = :a AND public_key = :k",
          soci::use(key->salt), soci::use(key->nonce), soci::use(key->sealed), soci::use(by.actor),
          soci::use(key->public_key);
    }
    tx.sql() << "DELETE FROM session WHERE account_id = :a AND token_hash <> :h", soci::use(by.actor), soci::use(own);
    if (auto recorded = record(tx, by, "identity.change-password", by.actor); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return {};
  });
}

Result<std::string> Accounts::set_signing_key(std::string_view password, const Attribution& by) {
  auto who = check("id", by.actor, password, by, "identity.check-password", Code::api_password);
  if (!who) return tl::unexpected<Error>(who.error());
  auto key = new_signing_key(password, rules_.cost);
  if (!key) return tl::unexpected<Error>(key.error());
  const auto attestation = host_key_.sign(attested_text(by.actor, key->public_key));
  return database_.write([&](Transaction& tx) -> Result<std::string> {
    const long long now = to_ms(tx.now());
    long long number = 0;
    tx.sql() << "SELECT COALESCE(MAX(number), 0) + 1 FROM signing_key WHERE account_id = :a", soci::use(by.actor),
        soci::into(number);
    // Only the newest signs: the secrets of the others go.
    tx.sql() << "UPDATE signing_key SET salt = '', nonce = '', wrapped = '' WHERE account_id = :a", soci::use(by.actor);
    tx.sql() << "INSERT INTO signing_key (account_id, number, public_key, attestation, salt, nonce, wrapped, created_ms) "
                "VALUES (:a, :n, :k, :t, :s, :o, :w, :c)",
        soci::use(by.actor), soci::use(number), soci::use(key->public_key), soci::use(attestation),
        soci::use(key->salt), soci::use(key->nonce), soci::use(key->sealed), soci::use(now);
    if (auto recorded = record(tx, by, "identity.set-signing-key", by.actor); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return key->public_key;
  });
}

Result<SigningKey> Accounts::unlock(const std::string& id, std::string_view password, const Attribution& by) {
  auto who = check("id", id, password, by, "identity.check-password", Code::api_password);
  if (!who) return tl::unexpected<Error>(who.error());
  auto key = database_.read([&](soci::session& sql) -> Result<std::optional<WrappedKey>> {
    return current_key(sql, id);
  });
  if (!key) return tl::unexpected<Error>(key.error());
  if (!*key) return fail(Code::api_no_signing_key, "no key was made");
  return unwrap(**key, password, rules_.cost);
}

Result<std::vector<fiche::PublicKey>> Accounts::public_keys(const std::string& id) const {
  return database_.read([&](soci::session& sql) -> Result<std::vector<fiche::PublicKey>> {
    std::vector<fiche::PublicKey> keys;
    std::string public_key;
    std::string attestation;
    soci::statement statement =
        (sql.prepare << "SELECT public_key, attestation FROM signing_key WHERE account_id = :a ORDER BY number DESC",
         soci::use(id), soci::into(public_key), soci::into(attestation));
    statement.execute();
    while (statement.fetch()) {
      if (!verify_signature(attested_text(id, public_key), attestation, host_key_.public_key())) continue;
      if (auto key = decode_public_key(public_key)) keys.push_back(*key);
    }
    return keys;
  });
}

}  // namespace relais::practice
