// SPDX-License-Identifier: Apache-2.0
// What others say of what was sent: ACK, and the business acknowledgements ZAM (DMP, MSSanté reception and reading).
// A control id is weak (« 015 » in every official example): it counts with the names of both ends, and never chooses
// between two messages. Source: biologie.md, section 4.
#include <algorithm>
#include <set>

#include "practice/ids.h"
#include "records/ingest_arrival.h"

namespace relais::records {

namespace {

struct Target {
  std::string message_id, report_id, reason_code;
};

std::vector<std::string> ids_where(soci::session& sql, const std::string& where, const std::vector<std::string>& values) {
  std::vector<std::string> ids;
  std::string id;
  soci::statement statement(sql);
  for (const auto& value : values) statement.exchange(soci::use(value));
  statement.exchange(soci::into(id));
  statement.alloc();
  statement.prepare("SELECT inbound_id FROM ingest_message WHERE " + where + " ORDER BY inbound_id");
  statement.define_and_bind();
  statement.execute();
  while (statement.fetch()) ids.push_back(id);
  return ids;
}

// `sender` and `receiver` of the message that is spoken of: the ends of the acknowledgement the other way round.
Target target_of(soci::session& sql, const std::string& sender, const std::string& receiver, const std::string& about) {
  Target target;
  if (about.empty()) {
    target.reason_code = stable_code(Code::ingest_ack_unknown);
    return target;
  }
  auto messages = ids_where(sql, "control_id = :about AND sender = :sender", {about, sender});
  if (messages.size() > 1) {
    const auto both = ids_where(sql, "control_id = :about AND sender = :sender AND receiver = :receiver",
                                {about, sender, receiver});
    if (both.size() == 1) messages = both;
  }
  if (messages.size() > 1) {
    target.reason_code = stable_code(Code::ingest_ack_ambiguous);
    return target;
  }
  if (messages.size() == 1) {
    target.message_id = messages.front();
    const auto receipt = Ingest::receipt(sql, target.message_id);
    if (receipt && !receipt->report_ids.empty()) target.report_id = receipt->report_ids.front();
    return target;
  }
  std::set<std::string> reports;
  for (const auto& one : rows::reports(sql, "t.document_id = :about", {about})) reports.insert(rows::current_of(one.id()));
  if (reports.size() == 1) target.report_id = *reports.begin();
  if (reports.size() > 1) target.reason_code = stable_code(Code::ingest_ack_ambiguous);
  if (reports.empty()) target.reason_code = stable_code(Code::ingest_ack_unknown);
  return target;
}

// What shows a statement: the report, else the message it speaks of, else the acknowledgement itself.
std::string shown_by(const Target& target, const std::string& inbound_id) {
  if (!target.report_id.empty()) return target.report_id;
  return target.message_id.empty() ? inbound_id : target.message_id;
}

}  // namespace

Result<void> Ingest::take_acknowledgements(Transaction& tx, const std::string& inbound_id, const ParsedMessage& parsed) {
  auto& sql = tx.sql();
  const Envelope ends = parsed.envelope.value_or(Envelope{});
  long long ordinal = 0;
  for (const auto& said : parsed.acknowledgements) {
    const auto target = target_of(sql, ends.receiver, ends.sender, said.about);
    const long long number = practice::next_number(tx, "acknowledgement"), at = ordinal++;
    sql << "INSERT INTO ingest_acknowledgement (inbound_id, ordinal, number, kind, verdict, sender, about, code, words, "
           "message_id, report_id, reason_code) VALUES (:inbound, :ordinal, :number, :kind, :verdict, :sender, :about, "
           ":code, :words, :message, :report, :reason)",
        soci::use(inbound_id), soci::use(at), soci::use(number), soci::use(said.kind), soci::use(said.verdict),
        soci::use(ends.receiver), soci::use(said.about), soci::use(said.code), soci::use(said.words),
        soci::use(target.message_id), soci::use(target.report_id), soci::use(target.reason_code);
    const auto shown = shown_by(target, inbound_id);
    if (auto told = tell(tx, shown); !told) return told;
    const auto row = rows::find(sql, shown);
    const auto subject = row ? rows::subject(*row) : worklist::Subject{shown, {}, {}};
    const std::string action = "ingest.acknowledged-" + said.verdict;
    if (auto written = write_ledger(tx, action, subject, nullptr, {}, target.reason_code); !written) return written;
  }
  return {};
}

Result<void> Ingest::note_message(Transaction& tx, const std::string& inbound_id, const Envelope& envelope) {
  if (envelope.control_id.empty()) return {};
  tx.sql() << "INSERT INTO ingest_message (inbound_id, sender, receiver, control_id) VALUES (:inbound, :sender, "
              ":receiver, :control) ON CONFLICT (inbound_id) DO NOTHING",
      soci::use(inbound_id), soci::use(envelope.sender), soci::use(envelope.receiver), soci::use(envelope.control_id);
  return {};
}

Result<void> Ingest::settle_acknowledgements(Transaction& tx) {
  auto& sql = tx.sql();
  struct Waiting {
    std::string inbound_id, sender, about;
    long long ordinal = 0;
  };
  std::vector<Waiting> all;
  {
    Waiting one;
    const std::string unknown(stable_code(Code::ingest_ack_unknown));
    soci::statement statement = (sql.prepare << "SELECT inbound_id, ordinal, sender, about FROM ingest_acknowledgement "
                                                "WHERE reason_code = :code AND about <> '' ORDER BY number",
                                 soci::use(unknown), soci::into(one.inbound_id), soci::into(one.ordinal),
                                 soci::into(one.sender), soci::into(one.about));
    statement.execute();
    while (statement.fetch()) all.push_back(one);
  }
  for (const auto& one : all) {
    // The other end may be named otherwise; the sender's own name and number decide.
    const auto target = target_of(sql, one.sender, {}, one.about);
    if (target.reason_code == stable_code(Code::ingest_ack_unknown)) continue;
    sql << "UPDATE ingest_acknowledgement SET message_id = :message, report_id = :report, reason_code = :reason "
           "WHERE inbound_id = :inbound AND ordinal = :ordinal",
        soci::use(target.message_id), soci::use(target.report_id), soci::use(target.reason_code),
        soci::use(one.inbound_id), soci::use(one.ordinal);
    if (auto told = tell(tx, one.inbound_id); !told) return told;
    if (auto told = tell(tx, shown_by(target, one.inbound_id)); !told) return told;
  }
  return {};
}

}  // namespace relais::records
