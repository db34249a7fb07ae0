// SPDX-License-Identifier: Apache-2.0
#include "practice/ledger_check.h"

#include <istream>
#include <nlohmann/json.hpp>

#include "practice/ledger_head.h"

namespace relais::practice {

std::string_view name(LedgerFault fault) {
  switch (fault) {
    case LedgerFault::none:
      return "none";
    case LedgerFault::edited:
      return "edited";
    case LedgerFault::missing:
      return "missing";
    case LedgerFault::reordered:
      return "reordered";
    case LedgerFault::tail_removed:
      return "tail-removed";
    case LedgerFault::recomputed:
      return "recomputed";
    case LedgerFault::unsigned_tail:
      return "unsigned-tail";
    case LedgerFault::head_missing:
      return "head-missing";
    case LedgerFault::head_forged:
      return "head-forged";
    case LedgerFault::older_database:
      return "older-database";
  }
  return "unknown";
}

ChainChecker::ChainChecker(const std::optional<std::string>& head_json, std::string public_key)
    : public_key_(std::move(public_key)) {
  if (!head_json) return;
  const auto head = read_head(*head_json, public_key_);
  if (head) {
    signed_head_ = *head;
  } else {
    found(LedgerFault::head_forged, 0);
  }
}

void ChainChecker::found(LedgerFault fault, std::int64_t seq) {
  if (!verdict_.ok()) return;
  verdict_.fault = fault;
  verdict_.seq = seq;
}

void ChainChecker::start_at_head(const std::optional<LedgerRow>& row) {
  if (!signed_head_ || signed_head_->seq == 0) return;
  if (!row) {
    found(LedgerFault::tail_removed, signed_head_->seq);
  } else if (row->hash != signed_head_->hash || row->hash != chain_hash(row->prev_hash, row->body)) {
    found(LedgerFault::recomputed, signed_head_->seq);
  }
  last_ = *signed_head_;
  begun_ = true;
}

// The entry of the purge that took away what stood before the first row.
bool ChainChecker::proves_start(const LedgerEntry& entry) const {
  return unproven_start_ && entry.action == purged_action && entry.subjects &&
         entry.subjects->count == unproven_start_->seq && entry.subjects->sha256 == unproven_start_->hash;
}

bool ChainChecker::add(const LedgerRow& row) {
  if (!verdict_.ok()) {
    // Whether rows are missing before this fault is still to be told: they would be the first.
    const auto body = read_body(row.body);
    if (body && proves_start(body->entry)) unproven_start_.reset();
    return unproven_start_.has_value();
  }
  ++verdict_.rows;
  if (!begun_ && row.seq > 1) last_ = unproven_start_.emplace(LedgerHead{row.seq - 1, row.prev_hash});
  begun_ = true;
  const auto expected = last_.seq + 1;
  const auto body = read_body(row.body);
  if (row.seq > expected) {
    found(LedgerFault::missing, expected);
  } else if (row.seq < expected) {
    found(LedgerFault::reordered, row.seq);
  } else if (!body) {
    found(LedgerFault::edited, row.seq);
  } else if (body->seq != row.seq) {
    found(LedgerFault::reordered, row.seq);
  } else if (row.prev_hash != last_.hash || row.hash != chain_hash(row.prev_hash, row.body)) {
    found(LedgerFault::edited, row.seq);
  } else if (signed_head_ && signed_head_->seq == row.seq && signed_head_->hash != row.hash) {
    found(LedgerFault::recomputed, row.seq);
  } else if (proves_start(body->entry)) {
    unproven_start_.reset();
  }
  last_ = {row.seq, row.hash};
  return verdict_.ok() || unproven_start_;
}

LedgerVerdict ChainChecker::finish(const std::optional<LedgerSeal>& seal) {
  if (unproven_start_ && verdict_.seq != 0) {
    verdict_.fault = LedgerFault::missing;
    verdict_.seq = 1;
  }
  if (!verdict_.ok()) return verdict_;
  const std::int64_t signed_seq = signed_head_ ? signed_head_->seq : 0;
  const bool sealed = seal && seal->head == last_ && verify_head(seal->head, seal->signature, public_key_);
  if (unproven_start_) {
    found(LedgerFault::missing, 1);
  } else if (last_.seq < signed_seq && last_.seq > 0 && sealed) {
    // Whoever only takes rows out leaves the seal of the last one behind.
    found(LedgerFault::older_database, last_.seq + 1);
  } else if (last_.seq < signed_seq) {
    found(LedgerFault::tail_removed, last_.seq + 1);
  } else if (last_.seq > signed_seq) {
    // Without any head file nothing says how long the chain was: a crash cannot explain it, the empty ledger has one.
    if (!signed_head_) {
      found(LedgerFault::head_missing, 1);
    } else if (sealed) {
      verdict_.ahead = last_.seq - signed_seq;
    } else {
      found(LedgerFault::unsigned_tail, signed_seq + 1);
    }
  }
  return verdict_;
}

std::string export_line(const LedgerRow& row) {
  // Written by hand around the stored body, so that an edited body is exported as it stands.
  return R"({"body":)" + row.body + R"(,"hash":")" + row.hash + R"(","prev":")" + row.prev_hash + "\"}";
}

LedgerVerdict verify_export(std::istream& lines, const std::optional<std::string>& head_json,
                            const std::string& public_key) {
  ChainChecker checker(head_json, public_key);
  std::string line;
  std::int64_t position = 0;
  while (std::getline(lines, line)) {
    ++position;
    LedgerRow row{position, {}, {}, {}};
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.contains("body") && json.contains("hash") && json["hash"].is_string() &&
        json.contains("prev") && json["prev"].is_string()) {
      row.body = json["body"].dump();
      row.hash = json["hash"].get<std::string>();
      row.prev_hash = json["prev"].get<std::string>();
      if (export_line(row) != line) row.body.clear();
      // The row's own number, so that a gap is told from a swap.
      if (const auto body = read_body(row.body)) row.seq = body->seq;
    }
    if (!checker.add(row)) break;
  }
  return checker.finish(std::nullopt);
}

}  // namespace relais::practice
