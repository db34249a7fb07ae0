// SPDX-License-Identifier: Apache-2.0
#include "practice/trusted_keys.h"

#include "practice/query.h"

namespace relais::practice {
namespace {

std::string_view key_state_name(KeyState state) {
  switch (state) {
    case KeyState::trusted:
      return "trusted";
    case KeyState::replaced:
      return "replaced";
    case KeyState::revoked:
      break;
  }
  return "revoked";
}

TrustedKey key_of(const Query& query) {
  TrustedKey key{query.words(0), query.words(1), query.words(2), KeyState::revoked, query.words(4), query.words(5),
                 from_ms(query.number(6))};
  for (const auto state : {KeyState::trusted, KeyState::replaced})
    if (query.text(3) == key_state_name(state)) key.state = state;
  return key;
}

constexpr auto all_keys = "SELECT key_id, public_key, label, state, replaces, reason, since_ms FROM plugin_key ";

void add_key(Transaction& tx, const TrustedKey& key) {
  Query(tx.sql(),
        "INSERT INTO plugin_key (key_id, public_key, label, state, replaces, reason, since_ms) "
        "VALUES (:id, :key, :label, :state, :replaces, :reason, :since)")
      .use(key.id)
      .use(key.public_key)
      .use(key.label)
      .use(key_state_name(key.state))
      .use(key.replaces)
      .use(key.reason)
      .use(to_ms(key.since))
      .run();
}

void set_key_state(Transaction& tx, const std::string& id, KeyState state, const std::string& reason) {
  Query(tx.sql(), "UPDATE plugin_key SET state = :state, reason = :reason, since_ms = :since WHERE key_id = :id")
      .use(key_state_name(state))
      .use(reason)
      .use(to_ms(tx.now()))
      .use(id)
      .run();
}

Result<void> check_unknown(Transaction& tx, const std::string& id) {
  const auto known = trusted_key(tx.sql(), id);
  if (!known) return {};
  if (known->state == KeyState::revoked) return fail(Code::package_revoked_key, "revoked", id);
  return fail(Code::trust_key_known, "known", id);
}

}  // namespace

std::vector<TrustedKey> trusted_keys(soci::session& sql) {
  Query query(sql, std::string(all_keys) + "ORDER BY label, key_id");
  std::vector<TrustedKey> keys;
  while (query.next()) keys.push_back(key_of(query));
  return keys;
}

std::optional<TrustedKey> trusted_key(soci::session& sql, const std::string& id) {
  Query query(sql, std::string(all_keys) + "WHERE key_id = :id");
  query.use(id);
  if (!query.next()) return std::nullopt;
  return key_of(query);
}

Result<TrustedKey> trust_key(Transaction& tx, const std::string& id, const std::string& public_key,
                             const std::string& label) {
  if (auto unknown = check_unknown(tx, id); !unknown) return tl::unexpected(unknown.error());
  TrustedKey key{id, public_key, label, KeyState::trusted, {}, {}, tx.now()};
  add_key(tx, key);
  return key;
}

Result<TrustedKey> replace_key(Transaction& tx, const std::string& old_id, const std::string& id,
                               const std::string& public_key) {
  const auto old = trusted_key(tx.sql(), old_id);
  if (auto trusted = check_key(old, old_id, false); !trusted) return tl::unexpected(trusted.error());
  if (auto unknown = check_unknown(tx, id); !unknown) return tl::unexpected(unknown.error());
  set_key_state(tx, old_id, KeyState::replaced, {});
  TrustedKey key{id, public_key, old->label, KeyState::trusted, old_id, {}, tx.now()};
  add_key(tx, key);
  return key;
}

void revoke_key(Transaction& tx, const std::string& id, const std::string& reason) {
  const auto known = trusted_key(tx.sql(), id);
  if (!known) return add_key(tx, {id, {}, {}, KeyState::revoked, {}, reason, tx.now()});
  if (known->state != KeyState::revoked) set_key_state(tx, id, KeyState::revoked, reason);
}

Result<void> check_key(const std::optional<TrustedKey>& key, const std::string& id, bool loading) {
  if (!key) return fail(Code::package_unknown_key, "nobody in the practice trusts it", id);
  if (key->state == KeyState::revoked) return fail(Code::package_revoked_key, "revoked", id);
  if (key->state == KeyState::replaced && !loading) return fail(Code::package_replaced_key, "replaced", id);
  return {};
}

}  // namespace relais::practice
