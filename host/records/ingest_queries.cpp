// SPDX-License-Identifier: Apache-2.0
// What is read of the ingest; nothing here writes.
#include <algorithm>

#include "records/ingest_arrival.h"
#include "records/ingest_notices.h"
#include "records/report_trace.h"

namespace relais::records {

using practice::InboundState;

namespace {

// What was read all the same, and about which something is still open on the list.
void add_noticed(soci::session& sql, std::vector<QueueEntry>& all) {
  practice::WorklistFilter filter;
  filter.tasks = {std::string(reception_task)};
  for (const auto& item : practice::WorklistStore::items(sql, filter)) {
    const auto& scope = item.key.scope;
    if (scope.plugin != practice::reception_plugin || item.finding.reasons.empty()) continue;
    QueueEntry entry;
    entry.state = InboundState::read;
    entry.reason_code = item.finding.reasons.front().rule;
    entry.received_at = item.created_at;
    if (const auto row = rows::find(sql, scope.subject.item_id)) {
      entry.inbound_id = row->inbound_id;
      entry.report_id = row->id;
      entry.is_report = row->is_report;
      // It waits, with all its details, among those to attach.
      if (entry.reason_code == row->queue_code) continue;
    } else {
      entry.inbound_id = scope.subject.item_id;
      const auto message = practice::inbound_message(sql, entry.inbound_id);
      if (message && message->state == InboundState::unreadable) continue;
    }
    all.push_back(std::move(entry));
  }
}

}  // namespace

Result<std::vector<QueueEntry>> Ingest::queue(soci::session& sql, std::optional<InboundState> state) {
  std::vector<QueueEntry> all;
  constexpr std::int64_t page = 200;
  for (const auto wanted : {InboundState::a_rattacher, InboundState::unreadable}) {
    if (state && *state != wanted) continue;
    std::string after;
    while (true) {
      const auto messages = practice::inbound_in_state(sql, wanted, page, after);
      for (const auto& message : messages) {
        QueueEntry entry;
        entry.inbound_id = message.id;
        entry.state = wanted;
        entry.received_at = message.received;
        entry.reason_code = message.error_code;
        if (wanted == InboundState::unreadable) {
          all.push_back(std::move(entry));
          continue;
        }
        for (const auto& row : rows::of_inbound(sql, message.id)) {
          if (row.queue_code.empty()) continue;
          entry.report_id = row.id;
          entry.is_report = row.is_report;
          entry.reason_code = row.queue_code;
          entry.ans_error = row.ans_error;
          entry.differing_traits = row.traits;
          entry.candidates = row.candidates;
          all.push_back(entry);
        }
      }
      if (messages.size() < static_cast<std::size_t>(page)) break;
      after = messages.back().id;
    }
  }
  if (!state || *state == InboundState::read) add_noticed(sql, all);
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.received_at < b.received_at; });
  return all;
}

Result<Receipt> Ingest::receipt(soci::session& sql, const std::string& inbound_id) {
  auto message = practice::inbound_message(sql, inbound_id);
  if (!message) return tl::unexpected(message.error());
  const auto& first = message->duplicate_of.empty() ? message->id : message->duplicate_of;
  Receipt receipt;
  for (const auto& row : rows::of_inbound(sql, first)) receipt.report_ids.push_back(row.id);
  const soci::rowset<std::string> repeated =
      (sql.prepare << "SELECT report_id FROM ingest_also WHERE inbound_id = :inbound ORDER BY ordinal", soci::use(first));
  for (const auto& id : repeated) {
    auto& ids = receipt.report_ids;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  receipt.message = *std::move(message);
  return receipt;
}

Ingest::Refusal Ingest::refusal(soci::session& sql, const std::string& inbound_id) {
  const std::string older(stable_code(Code::ingest_older_version));
  long long late = 0;
  sql << "SELECT COUNT(*) FROM ingest_also WHERE inbound_id = :inbound AND code = :code", soci::use(inbound_id),
      soci::use(older), soci::into(late);
  if (late != 0) return {900, older};
  for (const auto& row : rows::of_inbound(sql, inbound_id)) {
    if (row.ans_error != 0) return {row.ans_error, row.queue_code};
  }
  return {};
}

Result<worklist::Subject> Ingest::subject_of(soci::session& sql, const std::string& report_id) {
  const auto row = rows::find(sql, report_id);
  if (!row) return fail(Code::not_found, "report " + report_id);
  return rows::subject(*row);
}

std::string trace_of_report(soci::session& sql, const std::string& report_id) {
  const auto row = rows::find(sql, report_id);
  if (!row) return {};
  const auto message = practice::inbound_message(sql, row->inbound_id);
  return message ? message->trace_id : std::string{};
}

}  // namespace relais::records
