// SPDX-License-Identifier: Apache-2.0
#include "practice/inbound.h"

#include <array>
#include <optional>

#include "practice/encoding.h"
#include "practice/ids.h"
#include "practice/trace.h"

namespace relais::practice {
namespace {

constexpr std::array<InboundState, 5> all_states{InboundState::received, InboundState::read, InboundState::unreadable,
                                                 InboundState::a_rattacher, InboundState::done};

constexpr const char* columns =
    "SELECT i.id, i.sha256, i.source, i.received_ms, i.state, i.error_code, i.duplicate_of, i.trace_id, c.size_bytes "
    "FROM inbound i JOIN inbound_content c ON c.sha256 = i.sha256 ";

// Where a row's columns land.
struct Row {
  InboundMessage message;
  long long received = 0;
  long long size = 0;
  std::string state;

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(message.id));
    statement.exchange(soci::into(message.sha256));
    statement.exchange(soci::into(message.source));
    statement.exchange(soci::into(received));
    statement.exchange(soci::into(state));
    statement.exchange(soci::into(message.error_code));
    statement.exchange(soci::into(message.duplicate_of));
    statement.exchange(soci::into(message.trace_id));
    statement.exchange(soci::into(size));
  }
  InboundMessage read() const {
    auto made = message;
    made.received = from_ms(received);
    made.size_bytes = size;
    for (const auto one : all_states) {
      if (state == name(one)) made.state = one;
    }
    return made;
  }
};

}  // namespace

std::string_view name(InboundState state) {
  switch (state) {
    case InboundState::received:
      return "received";
    case InboundState::read:
      return "read";
    case InboundState::unreadable:
      return "unreadable";
    case InboundState::a_rattacher:
      return "a_rattacher";
    case InboundState::done:
      return "done";
  }
  return "received";
}

InboundMessage submit(Transaction& tx, const std::string& source, std::string_view bytes) {
  InboundMessage message;
  message.sha256 = sha256_hex(bytes);
  message.source = source;
  message.received = tx.now();
  message.size_bytes = static_cast<std::int64_t>(bytes.size());
  const long long number = next_number(tx, "in");
  message.id = "in-" + std::to_string(number);

  tx.sql() << "SELECT id, trace_id FROM inbound WHERE sha256 = :sha256 ORDER BY number LIMIT 1",
      soci::use(message.sha256), soci::into(message.duplicate_of), soci::into(message.trace_id);
  if (tx.sql().got_data()) {
    message.state = InboundState::done;
  } else {
    message.duplicate_of.clear();
    message.trace_id = tx.trace().empty() ? new_trace_id() : tx.trace();
    const long long size = message.size_bytes;
    const auto content = to_base64(bytes);
    tx.sql() << "INSERT INTO inbound_content (sha256, size_bytes, content) VALUES (:sha256, :size, :content)",
        soci::use(message.sha256), soci::use(size), soci::use(content);
  }
  const long long received = to_ms(message.received);
  const std::string state(name(message.state));
  tx.sql() << "INSERT INTO inbound (number, id, sha256, source, received_ms, state, error_code, duplicate_of, "
              "trace_id) VALUES (:number, :id, :sha256, :source, :received, :state, '', :duplicate, :trace)",
      soci::use(number), soci::use(message.id), soci::use(message.sha256), soci::use(source), soci::use(received),
      soci::use(state), soci::use(message.duplicate_of), soci::use(message.trace_id);
  tx.set_trace(message.trace_id);
  return message;
}

Result<void> set_state(Transaction& tx, const std::string& id, InboundState state, const std::string& error_code) {
  const std::string text(name(state));
  soci::statement statement = (tx.sql().prepare << "UPDATE inbound SET state = :state, error_code = :error WHERE id = :id",
                               soci::use(text), soci::use(error_code), soci::use(id));
  statement.execute(true);
  if (statement.get_affected_rows() == 0) return fail(Code::not_found, "no such inbound message", "id");
  return {};
}

Result<InboundMessage> inbound_message(soci::session& sql, const std::string& id) {
  Row row;
  soci::statement statement(sql);
  statement.exchange(soci::use(id));
  row.bind(statement);
  statement.alloc();
  statement.prepare(std::string(columns) + "WHERE i.id = :id");
  statement.define_and_bind();
  if (!statement.execute(true)) return fail(Code::not_found, "no such inbound message", "id");
  return row.read();
}

Result<std::string> inbound_bytes(soci::session& sql, const std::string& id) {
  std::string text;
  std::string sha256;
  sql << "SELECT c.content, c.sha256 FROM inbound i JOIN inbound_content c ON c.sha256 = i.sha256 WHERE i.id = :id",
      soci::use(id), soci::into(text), soci::into(sha256);
  if (!sql.got_data()) return fail(Code::not_found, "no such inbound message", "id");
  auto bytes = from_base64(text);
  if (!bytes || sha256_hex(*bytes) != sha256) {
    return fail(Code::store_damaged, "an inbound message is not what was received", id);
  }
  return std::move(*bytes);
}

std::vector<InboundMessage> inbound_in_state(soci::session& sql, InboundState state, std::int64_t limit,
                                             const std::string& after) {
  const std::string text(name(state));
  const long long most = limit;
  Row row;
  soci::statement statement(sql);
  statement.exchange(soci::use(text));
  statement.exchange(soci::use(after));
  statement.exchange(soci::use(most));
  row.bind(statement);
  statement.alloc();
  statement.prepare(std::string(columns) +
                    "WHERE i.state = :state AND i.number > COALESCE((SELECT number FROM inbound WHERE id = :after), 0) "
                    "ORDER BY i.number LIMIT :most");
  statement.define_and_bind();
  statement.execute();
  std::vector<InboundMessage> found;
  while (statement.fetch()) found.push_back(row.read());
  return found;
}

}  // namespace relais::practice
