// SPDX-License-Identifier: Apache-2.0
// Raw messages as they arrived: stored verbatim before anything else, never dropped. Functions that take a Transaction
// or a session run inside Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "practice/database.h"

namespace relais::practice {

enum class InboundState {
  received,     // stored, not read yet
  read,         // read; its reports are in the record
  unreadable,   // "illisible": waits for a human
  a_rattacher,  // read, and waits for a human to say whose it is
  done,         // nothing is left to do
};

std::string_view name(InboundState state);

struct InboundMessage {
  std::string id;
  std::string sha256;
  std::string source;        // where from: a watched folder, an account, a file name; never a patient's name
  Instant received{};
  InboundState state = InboundState::received;
  std::string error_code;    // why it is unreadable or waits
  std::string duplicate_of;  // id of the first submission of the same bytes, empty for that one
  std::int64_t size_bytes = 0;
  std::string trace_id = {};  // of the first submission of the same bytes
};

// Records a submission and, the first time, its bytes. Bytes already known make a submission with `duplicate_of` that
// is done at once: reading them again would change nothing. The transaction goes on under the message's trace: its own
// when it has one, else a new one; known bytes keep theirs.
InboundMessage submit(Transaction& tx, const std::string& source, std::string_view bytes);

// relais.not-found when there is no such message.
Result<void> set_state(Transaction& tx, const std::string& id, InboundState state, const std::string& error_code = {});
Result<InboundMessage> inbound_message(soci::session& sql, const std::string& id);
// The bytes, as they arrived.
Result<std::string> inbound_bytes(soci::session& sql, const std::string& id);

// Messages in a state, oldest first, at most `limit`, after the message `after` (empty: from the first).
std::vector<InboundMessage> inbound_in_state(soci::session& sql, InboundState state, std::int64_t limit = 100,
                                             const std::string& after = {});

}  // namespace relais::practice
