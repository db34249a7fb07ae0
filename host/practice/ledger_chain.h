// SPDX-License-Identifier: Apache-2.0
// One entry of the ledger and its place in the chain: pure functions, no database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"

namespace relais::practice {

enum class LedgerOutcome { ok, refused, failed };

// A batch, list or stream is one entry: how many subjects, and which, as a digest.
struct SubjectsDigest {
  std::int64_t count = 0;
  // SHA-256, hexadecimal, over the sorted ids, each followed by a line feed.
  std::string sha256;
};

SubjectsDigest digest_subjects(std::vector<std::string> ids);

// Who did what, for whom, on what, under which rules. Every text is an identifier or a code: printable ASCII without
// spaces, quotes or backslashes, at most 128 bytes; empty when it does not apply. So no clinical text fits in.
struct LedgerEntry {
  std::string actor;            // who: account, machine or "system"
  std::string on_behalf_of;     // for whom: local doctor id
  std::string role;             // a role of the public contract
  std::string login_level;
  std::string action;           // verb code, such as "worklist.validate"
  std::string item_id;
  std::string patient_id;       // local identifier
  std::string doctor_id;
  std::string task_id;
  std::string fiche_id;
  std::int64_t fiche_version = 0;
  std::string plugin_id;
  std::string plugin_version;
  std::vector<std::string> rule_codes;  // at most 64
  LedgerOutcome outcome = LedgerOutcome::ok;
  std::string error_code;       // stable code when refused or failed
  std::string call_id;
  std::optional<SubjectsDigest> subjects;
  std::string trace_id = {};    // of what led to it (practice/trace.h)
};

// An entry as it stands in the chain.
struct LedgerRow {
  std::int64_t seq = 0;
  // RFC 8785: keys sorted, only strings and integers, empty fields left out.
  std::string body;
  // Hexadecimal. hash = SHA-256(the 32 bytes of prev_hash, then body); the first prev_hash is 32 zero bytes.
  std::string prev_hash;
  std::string hash;
};

// Position of the last row; seq 0 and genesis_hash() when the ledger is empty.
struct LedgerHead {
  std::int64_t seq = 0;
  std::string hash;
  bool operator==(const LedgerHead&) const = default;
};

std::string genesis_hash();

// The next row of the chain. ledger.bad-entry, with the field's name, for a text that is not an identifier.
Result<LedgerRow> chain_entry(const LedgerHead& head, Instant at, const LedgerEntry& entry);

// SHA-256 of prev_hash and body, hexadecimal; empty when prev_hash is not 64 hexadecimal digits.
std::string chain_hash(std::string_view prev_hash, std::string_view body);

// What a body says. ledger.broken when it is not the canonical form of an entry.
struct ReadEntry {
  std::int64_t seq = 0;
  Instant at;
  LedgerEntry entry;
};
Result<ReadEntry> read_body(std::string_view body);

std::string_view name(LedgerOutcome outcome);

}  // namespace relais::practice
