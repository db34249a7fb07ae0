// SPDX-License-Identifier: Apache-2.0
// request_id (common.proto): the same id with the same request from the same account, within 24 hours, gives the first
// answer again. The answer is kept in the transaction of the write it answers.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <optional>
#include <string>

#include "api/call.h"
#include "practice/database.h"

namespace relais::api {

// A write as idempotency sees it.
struct RequestKey {
  std::string actor;
  std::string method;
  std::string request_id;  // empty: no promise
  std::string sha256;      // of the request
};

// relais.invalid-argument (place "request_id") over 64 characters.
Answer<RequestKey> request_key(const Call& call, const google::protobuf::Message& request);

// Fills `answer` with the first answer; false when there is none. api.request-id-reused (place "request_id") when the
// id came with another request. Throws soci::soci_error.
Answer<bool> recall(soci::session& sql, Instant now, const RequestKey& key, google::protobuf::Message& answer);
// Keeps the answer, and forgets those older than a day. Throws soci::soci_error.
void remember(practice::Transaction& tx, const RequestKey& key, const google::protobuf::Message& answer);

// Runs `work` in one durable write, or gives the first answer again. What `work` refuses is rolled back and not kept.
template <class Response>
Answer<Response> write_once(practice::Database& database, const Call& call, const google::protobuf::Message& request,
                            const std::function<Answer<Response>(practice::Transaction&)>& work) {
  const auto key = request_key(call, request);
  if (!key) return tl::unexpected(key.error());
  std::optional<Failure> failure;
  auto written = database.write([&](practice::Transaction& tx) -> Result<Response> {
    const auto refused = [&](Failure why) {
      failure = std::move(why);
      return tl::unexpected(failure->error);
    };
    Response first;
    const auto known = recall(tx.sql(), tx.now(), *key, first);
    if (!known) return refused(known.error());
    if (*known) return first;
    tx.set_trace(call.trace_id);
    auto answer = work(tx);
    if (!answer) return refused(std::move(answer.error()));
    remember(tx, *key, *answer);
    return std::move(*answer);
  });
  if (failure) return tl::unexpected(std::move(*failure));
  if (!written) return refuse(std::move(written.error()));
  return std::move(*written);
}

// As write_once for work that is more than one write: a crash between the work and its end does it again.
template <class Response>
Answer<Response> do_once(practice::Database& database, const Call& call, const google::protobuf::Message& request,
                         const std::function<Answer<Response>()>& work) {
  const auto key = request_key(call, request);
  if (!key) return tl::unexpected(key.error());
  std::optional<Failure> failure;
  Response answer;
  const auto known = database.read([&](soci::session& sql) -> Result<bool> {
    auto found = recall(sql, database.clock().now(), *key, answer);
    if (found) return *found;
    failure = std::move(found.error());
    return tl::unexpected(failure->error);
  });
  if (failure) return tl::unexpected(std::move(*failure));
  if (!known) return refuse(known.error());
  if (*known) return answer;
  auto done = work();
  if (!done) return done;
  const auto kept = database.write([&](practice::Transaction& tx) -> Result<void> {
    remember(tx, *key, *done);
    return {};
  });
  if (!kept) return refuse(kept.error());
  return done;
}

}  // namespace relais::api
