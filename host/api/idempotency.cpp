// SPDX-License-Identifier: Apache-2.0
#include "api/idempotency.h"

#include "practice/encoding.h"

namespace relais::api {
namespace {

constexpr std::size_t longest_id = 64;
constexpr std::int64_t kept_ms = 24LL * 60 * 60 * 1000;

}  // namespace

Answer<RequestKey> request_key(const Call& call, const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  RequestKey key;
  key.actor = call.caller.id;
  key.method = call.method;
  if (field != nullptr) key.request_id = request.GetReflection()->GetString(request, field);
  if (key.request_id.size() > longest_id) {
    return refuse(Code::invalid_argument, "a request_id has at most 64 characters", "request_id");
  }
  if (!key.request_id.empty()) key.sha256 = practice::sha256_hex(request.SerializeAsString());
  return key;
}

Answer<bool> recall(soci::session& sql, Instant now, const RequestKey& key, google::protobuf::Message& answer) {
  if (key.request_id.empty()) return false;
  const long long oldest = practice::to_ms(now) - kept_ms;
  std::string sha256;
  std::string text;
  sql << "SELECT request_sha256, answer FROM api_request WHERE actor = :actor AND method = :method "
         "AND request_id = :id AND at_ms > :oldest",
      soci::use(key.actor), soci::use(key.method), soci::use(key.request_id), soci::use(oldest), soci::into(sha256),
      soci::into(text);
  if (!sql.got_data()) return false;
  if (sha256 != key.sha256) return refuse(Code::api_request_id_reused, "another request had this id", "request_id");
  const auto bytes = practice::from_base64(text);
  if (!bytes || !answer.ParseFromString(*bytes)) return refuse(Code::store_damaged, "a kept answer is not readable");
  return true;
}

void remember(practice::Transaction& tx, const RequestKey& key, const google::protobuf::Message& answer) {
  if (key.request_id.empty()) return;
  const long long now = practice::to_ms(tx.now());
  const long long oldest = now - kept_ms;
  tx.sql() << "DELETE FROM api_request WHERE at_ms <= :oldest", soci::use(oldest);
  const auto text = practice::to_base64(answer.SerializeAsString());
  tx.sql() << "INSERT INTO api_request (actor, method, request_id, request_sha256, answer, at_ms) "
              "VALUES (:actor, :method, :id, :sha256, :answer, :now) ON CONFLICT (actor, method, request_id) DO NOTHING",
      soci::use(key.actor), soci::use(key.method), soci::use(key.request_id), soci::use(key.sha256), soci::use(text),
      soci::use(now);
}

}  // namespace relais::api
