// SPDX-License-Identifier: Apache-2.0
#include "practice/ledger_pages.h"

#include <fmt/format.h>

namespace relais::practice {
namespace {

// `where` has a placeholder for each of `texts`, in order. Numbers stand in the text: they are ours.
std::vector<LedgerRow> select(soci::session& sql, const std::string& where, const std::vector<const std::string*>& texts,
                              std::string_view order, std::int64_t limit) {
  LedgerRow row;
  long long seq = 0;
  soci::statement statement(sql);
  for (const auto* text : texts) statement.exchange(soci::use(*text));
  statement.exchange(soci::into(seq));
  statement.exchange(soci::into(row.body));
  statement.exchange(soci::into(row.prev_hash));
  statement.exchange(soci::into(row.hash));
  statement.alloc();
  statement.prepare(fmt::format("SELECT seq, body, prev_hash, hash FROM ledger WHERE {} ORDER BY seq {} LIMIT {}", where,
                                order, limit));
  statement.define_and_bind();
  statement.execute();
  std::vector<LedgerRow> found;
  while (statement.fetch()) {
    row.seq = seq;
    found.push_back(row);
  }
  return found;
}

}  // namespace

LedgerHead last_row(soci::session& sql) {
  long long seq = 0;
  std::string hash;
  sql << "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1", soci::into(seq), soci::into(hash);
  if (!sql.got_data()) return {0, genesis_hash()};
  return {seq, hash};
}

std::vector<LedgerRow> rows_before(soci::session& sql, const LedgerSearch& search, std::int64_t before,
                                   std::int64_t limit) {
  auto where = fmt::format("seq < {}", before);
  std::vector<const std::string*> texts;
  const auto also = [&](const char* column, const std::string& text) {
    if (text.empty()) return;
    where += fmt::format(" AND {0} = :{0}", column);
    texts.push_back(&text);
  };
  also("actor", search.actor);
  also("action", search.action);
  also("item_id", search.item_id);
  also("patient_id", search.patient_id);
  also("task_id", search.task_id);
  also("trace_id", search.trace_id);
  // The index of traces leaves out the entries without one.
  if (!search.trace_id.empty()) where += " AND trace_id <> ''";
  // No column holds the call: its place in the canonical body is known, and REPLACE compares exactly on both engines,
  // which LIKE does not.
  const auto call = fmt::format("\"call\":\"{}\"", search.call_id);
  if (!search.call_id.empty()) {
    where += " AND REPLACE(body, :call, '') <> body";
    texts.push_back(&call);
  }
  if (search.from_ms) where += fmt::format(" AND at_ms >= {}", *search.from_ms);
  if (search.until_ms) where += fmt::format(" AND at_ms < {}", *search.until_ms);
  return select(sql, where, texts, "DESC", limit);
}

std::vector<LedgerRow> rows_after(soci::session& sql, std::int64_t after, std::int64_t last, std::int64_t limit) {
  return select(sql, fmt::format("seq > {} AND seq <= {}", after, last), {}, "ASC", limit);
}

}  // namespace relais::practice
