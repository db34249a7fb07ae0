// SPDX-License-Identifier: Apache-2.0
// Who is signed in: the password checked, and the sessions that a right one opens.
#include <algorithm>

#include "practice/account_rows.h"
#include "practice/query.h"

namespace relais::practice {
namespace {

using worklist::Role;

// A hash that no password gives: what an unknown login is checked against, so that it takes as long as a known one.
const std::string& nobody_hash(const PasswordCost& cost) {
  static const std::string hash = hash_password(new_token(), cost).value_or("");
  return hash;
}

}  // namespace

Result<Accounts::Credentials> Accounts::check(const char* by_column, const std::string& value,
                                              std::string_view password, const Attribution& by, const char* event,
                                              Code wrong) {
  const std::string where = std::string("WHERE a.") + by_column + " = :v";
  auto before = database_.read([&](soci::session& sql) -> Result<std::optional<AccountRow>> {
    return find_account(sql, where, value);
  });
  if (!before) return tl::unexpected<Error>(before.error());
  const bool usable = before->has_value() && (*before)->disabled == 0;
  // Outside the writer: it takes a tenth of a second on purpose.
  const bool right = verify_password(usable ? (*before)->password_hash : nobody_hash(rules_.cost), password) && usable;
  // A refusal must be committed with its count and its entry: the answer is given after the transaction.
  auto verdict = database_.write([&](Transaction& tx) -> Result<std::optional<Code>> {
    auto attribution = by;
    const auto refused = [&](Code code) -> Result<std::optional<Code>> {
      const auto subject = usable ? (*before)->account.id : std::string();
      if (auto recorded = record(tx, attribution, event, subject, stable_code(code)); !recorded) {
        return tl::unexpected<Error>(recorded.error());
      }
      return code;
    };
    if (!usable) return refused(wrong);
    const auto row = find_account(tx.sql(), where, value);
    if (!row || row->disabled != 0) return refused(wrong);
    const auto& id = row->account.id;
    if (row->locked_until > to_ms(tx.now())) return refused(Code::api_locked);
    if (!right) {
      const bool lock = row->failures + 1 >= rules_.failures;
      const long long failures = lock ? 0 : row->failures + 1;
      const long long until = lock ? to_ms(tx.now() + rules_.locked) : 0;
      tx.sql() << "UPDATE account SET failures = :f, locked_until_ms = :u WHERE id = :i", soci::use(failures),
          soci::use(until), soci::use(id);
      return refused(wrong);
    }
    // The password was changed while it was being checked: what was checked no longer holds.
    if (row->password_hash != (*before)->password_hash) return refused(wrong);
    tx.sql() << "UPDATE account SET failures = 0, locked_until_ms = 0 WHERE id = :i", soci::use(id);
    attribution.actor = id;
    attribution.role = role_of(row->role).value_or(Role::system);
    if (auto recorded = record(tx, attribution, event, id); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return std::optional<Code>();
  });
  if (!verdict) return tl::unexpected<Error>(verdict.error());
  if (*verdict) return fail(**verdict, "password check");
  return Credentials{account_of(**before)};
}

Result<SignedIn> Accounts::sign_in(std::string_view login, std::string_view password, const std::string& call_id) {
  auto who = check("login", std::string(login), password, Attribution{"", Role::system, call_id}, "identity.sign-in",
                   Code::api_credentials);
  if (!who) return tl::unexpected<Error>(who.error());
  SignedIn signed_in{new_token(), {who->account, {}, {}}};
  const auto hash = token_hash(signed_in.token);
  auto stored = database_.write([&](Transaction& tx) -> Result<void> {
    const long long now = to_ms(tx.now());
    signed_in.session.expires = tx.now() + rules_.sliding;
    signed_in.session.ends = tx.now() + rules_.longest;
    const long long expires = to_ms(signed_in.session.expires);
    const long long ends = to_ms(signed_in.session.ends);
    tx.sql() << "DELETE FROM session WHERE expires_ms <= :n", soci::use(now);
    tx.sql() << "INSERT INTO session (token_hash, account_id, created_ms, expires_ms, ends_ms) VALUES (:h, :a, :c, :e, "
                ":x)",
        soci::use(hash), soci::use(signed_in.session.account.id), soci::use(now), soci::use(expires), soci::use(ends);
    return {};
  });
  if (!stored) return tl::unexpected<Error>(stored.error());
  return signed_in;
}

Result<AuthenticatedSession> Accounts::authenticate(std::string_view token) {
  const auto hash = token_hash(token);
  const auto now = database_.clock().now();
  std::int64_t expires = 0;
  auto found = database_.read([&](soci::session& sql) -> Result<AuthenticatedSession> {
    Query session(sql, "SELECT account_id, expires_ms, ends_ms FROM session WHERE token_hash = :h");
    if (!session.use(hash).next()) return fail(Code::api_unauthenticated, "no live session");
    expires = session.number(1);
    const auto ends = session.number(2);
    if (expires <= to_ms(now) || ends <= to_ms(now)) return fail(Code::api_unauthenticated, "no live session");
    const auto row = find_account(sql, "WHERE a.id = :v", session.words(0));
    if (!row || row->disabled != 0) return fail(Code::api_unauthenticated, "no open account");
    return AuthenticatedSession{account_of(*row), from_ms(expires), from_ms(ends)};
  });
  if (!found) return found;
  const auto later = std::min(now + rules_.sliding, found->ends);
  // A write for each call would cost a disk sync each: moved only when a minute is gained.
  if (later - found->expires >= std::chrono::minutes(1)) {
    auto moved = database_.write([&](Transaction& tx) -> Result<void> {
      const long long next = to_ms(later);
      tx.sql() << "UPDATE session SET expires_ms = :e WHERE token_hash = :h", soci::use(next), soci::use(hash);
      return {};
    });
    if (!moved) return tl::unexpected<Error>(moved.error());
    found->expires = later;
  }
  return found;
}

bool Accounts::alive(std::string_view token) const {
  const auto hash = token_hash(token);
  const long long now = to_ms(database_.clock().now());
  const auto rows = database_.read([&](soci::session& sql) -> Result<long long> {
    long long found = 0;
    sql << "SELECT COUNT(*) FROM session s JOIN account a ON a.id = s.account_id WHERE s.token_hash = :h AND "
           "s.expires_ms > :n AND s.ends_ms > :m AND a.disabled = 0",
        soci::use(hash), soci::use(now), soci::use(now), soci::into(found);
    return found;
  });
  return rows && *rows == 1;
}

Result<void> Accounts::sign_out(std::string_view token, const Attribution& by) {
  const auto hash = token_hash(token);
  return database_.write([&](Transaction& tx) -> Result<void> {
    tx.sql() << "DELETE FROM session WHERE token_hash = :h", soci::use(hash);
    if (auto recorded = record(tx, by, "identity.sign-out", by.actor); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return {};
  });
}

}  // namespace relais::practice
