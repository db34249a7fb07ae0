// SPDX-License-Identifier: Apache-2.0
#include "practice/ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "practice/query.h"
#include "practice/store_error.h"

namespace relais::practice {
namespace {

// Rows taken out in one transaction: others wait while it runs.
constexpr long long most_purged = 20'000;

LedgerHead stored_head(soci::session& sql) {
  Query last(sql, "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1");
  if (!last.next()) return {0, genesis_hash()};
  return {last.number(0), last.words(1)};
}

std::optional<LedgerSeal> stored_seal(soci::session& sql) {
  long long seq = 0;
  LedgerSeal seal;
  sql << "SELECT seq, hash, signature FROM ledger_seal WHERE one = 1", soci::into(seq), soci::into(seal.head.hash),
      soci::into(seal.signature);
  if (!sql.got_data()) return std::nullopt;
  seal.head.seq = seq;
  return seal;
}

// Calls `row(LedgerRow, columns agree with the body)` for each row after `after`, in order, until it answers false.
template <class F>
void each_row(soci::session& sql, std::int64_t after, F row) {
  LedgerRow read;
  ReadEntry indexed;
  long long seq = 0;
  long long at = 0;
  const long long first = after;
  std::string outcome;
  auto& entry = indexed.entry;
  soci::statement statement =
      (sql.prepare << "SELECT seq, at_ms, actor, action, item_id, patient_id, doctor_id, task_id, trace_id, outcome, "
                      "body, prev_hash, hash FROM ledger WHERE seq > :first ORDER BY seq",
       soci::use(first), soci::into(seq), soci::into(at), soci::into(entry.actor), soci::into(entry.action),
       soci::into(entry.item_id), soci::into(entry.patient_id), soci::into(entry.doctor_id), soci::into(entry.task_id),
       soci::into(entry.trace_id), soci::into(outcome), soci::into(read.body), soci::into(read.prev_hash), soci::into(read.hash));
  statement.execute();
  while (statement.fetch()) {
    read.seq = seq;
    const auto body = read_body(read.body);
    const bool agree = !body || (to_ms(body->at) == at && body->entry.actor == entry.actor &&
                                 body->entry.action == entry.action && body->entry.item_id == entry.item_id &&
                                 body->entry.patient_id == entry.patient_id && body->entry.doctor_id == entry.doctor_id &&
                                 body->entry.task_id == entry.task_id && body->entry.trace_id == entry.trace_id &&
                                 name(body->entry.outcome) == outcome);
    if (!row(read, agree)) return;
  }
}

std::optional<LedgerRow> row_at(soci::session& sql, std::int64_t seq) {
  std::optional<LedgerRow> found;
  each_row(sql, seq - 1, [&](const LedgerRow& row, bool) {
    if (row.seq == seq) found = row;
    return false;
  });
  return found;
}

// Gives every row after `after` to `checker`.
void check_rows(soci::session& sql, std::int64_t after, ChainChecker& checker) {
  each_row(sql, after, [&](const LedgerRow& row, bool agree) {
    const bool go_on = checker.add(row);
    if (!agree) checker.columns_differ(row.seq);
    return go_on && agree;
  });
}

}  // namespace

Result<LedgerHead> checked_end(soci::session& sql, const HostKey& key) {
  const auto end = stored_head(sql);
  const auto seal = stored_seal(sql);
  if (end.seq != 0 && (!seal || seal->head != end || !verify_head(end, seal->signature, key.public_key()))) {
    return fail(Code::ledger_broken, fmt::format("{} at entry {}", name(LedgerFault::unsigned_tail), end.seq));
  }
  ChainChecker checker(write_head(key, end), key.public_key());
  check_rows(sql, 0, checker);
  const auto verdict = checker.finish(seal);
  if (!verdict.ok()) return fail(Code::ledger_broken, fmt::format("{} at entry {}", name(verdict.fault), verdict.seq));
  return end;
}

Ledger::Ledger(Database& database, std::filesystem::path state, HostKey key)
    : database_(database), state_(std::move(state)), key_(std::move(key)), head_file_(head_path(), longest_unflushed_head) {}

Ledger::~Ledger() { database_.set_commit_listener(nullptr); }

Result<std::unique_ptr<Ledger>> Ledger::open(Database& database, const std::filesystem::path& state) {
  const auto head = database.read([](soci::session& sql) -> Result<LedgerHead> { return stored_head(sql); });
  if (!head) return tl::unexpected(head.error());
  auto key = HostKey::open(state / "keys", head->seq == 0);
  if (!key) return tl::unexpected(key.error());
  std::unique_ptr<Ledger> ledger(new Ledger(database, state, std::move(*key)));
  if (auto adopted = ledger->adopt_head(); !adopted) return tl::unexpected(adopted.error());
  database.set_commit_listener(ledger.get());
  return ledger;
}

// Reads the head file before the database: rows written in between are sealed, a head from the future would not be.
Result<void> Ledger::adopt_head() {
  const auto text = read_file(head_path());
  if (!text) return tl::unexpected(text.error());
  auto stored = database_.read([&](soci::session& sql) -> Result<LedgerHead> {
    const auto last = stored_head(sql);
    if (!*text) {
      if (last.seq != 0) return fail(Code::ledger_head, "a ledger with entries has no signed head");
      return last;
    }
    ChainChecker checker(**text, key_.public_key());
    const auto head = checker.signed_head().value_or(LedgerHead{});
    if (is_older(sql, last, head)) {
      return fail(Code::ledger_older_database, fmt::format("{} entries missing", head.seq - last.seq));
    }
    if (head.seq != 0) checker.start_at_head(row_at(sql, head.seq));
    check_rows(sql, head.seq, checker);
    const auto verdict = checker.finish(stored_seal(sql));
    if (!verdict.ok()) {
      return fail(Code::ledger_broken, fmt::format("{} at entry {}", name(verdict.fault), verdict.seq));
    }
    return last;
  });
  if (!stored) return tl::unexpected(stored.error());
  return save_head(*stored);
}

// The stored chain ends before the head of the file, and this host sealed that end.
bool Ledger::is_older(soci::session& sql, const LedgerHead& last, const LedgerHead& head) const {
  const auto seal = stored_seal(sql);
  return last.seq > 0 && last.seq < head.seq && seal && seal->head == last &&
         verify_head(seal->head, seal->signature, key_.public_key());
}

Result<std::unique_ptr<Ledger>> Ledger::accept_older(Database& database, const std::filesystem::path& state,
                                                     const std::string& actor) {
  auto key = HostKey::open(state / "keys", false);
  if (!key) return tl::unexpected(key.error());
  std::unique_ptr<Ledger> ledger(new Ledger(database, state, std::move(*key)));
  const auto text = read_file(ledger->head_path());
  if (!text) return tl::unexpected(text.error());
  if (!*text) return fail(Code::ledger_not_older, "no head");
  const auto head = read_head(**text, ledger->public_key());
  if (!head) return tl::unexpected(head.error());
  const auto last = database.read([&](soci::session& sql) -> Result<LedgerHead> {
    const auto end = stored_head(sql);
    if (!ledger->is_older(sql, end, *head)) return fail(Code::ledger_not_older, "the head is not later");
    return checked_end(sql, ledger->key_);
  });
  if (!last) return tl::unexpected(last.error());
  ledger->saved_ = *last;
  database.set_commit_listener(ledger.get());
  LedgerEntry entry;
  entry.actor = actor;
  entry.role = "system";
  entry.action = "ledger.older-accepted";
  entry.subjects = SubjectsDigest{head->seq - last->seq, head->hash};
  if (const auto written = ledger->record(entry); !written) return tl::unexpected(written.error());
  return ledger;
}

Result<std::int64_t> Ledger::purge(Instant before, const std::string& actor) {
  return database_.write([&](Transaction& tx) -> Result<std::int64_t> {
    auto& sql = tx.sql();
    const long long before_ms = to_ms(before);
    long long first = 0;
    long long kept = 0;
    soci::indicator none = soci::i_ok;
    // Instants may go back where a clock did: rows are taken out in their order, never from the middle.
    sql << "SELECT MIN(seq) FROM ledger WHERE at_ms >= :before", soci::use(before_ms), soci::into(kept, none);
    if (none == soci::i_null) kept = stored_head(sql).seq;
    sql << "SELECT MIN(seq) FROM ledger", soci::into(first, none);
    if (none == soci::i_null || first >= kept) return 0;
    kept = std::min(kept, first + most_purged);
    const auto last_out = row_at(sql, kept - 1);
    if (!last_out) return fail(Code::ledger_broken, "a row is missing before the purge");
    LedgerEntry entry;
    entry.actor = actor;
    entry.role = "system";
    entry.action = purged_action;
    entry.subjects = SubjectsDigest{last_out->seq, last_out->hash};
    if (const auto written = append(tx, entry); !written) return tl::unexpected(written.error());
    sql << "DELETE FROM ledger WHERE seq < :kept", soci::use(kept);
    return kept - first;
  });
}

Result<void> Ledger::save_head(const LedgerHead& head) {
  if (auto written = head_file_.put(write_head(key_, head)); !written) {
    return of_the_store_or(Code::ledger_head, written.error());
  }
  saved_ = head;
  return {};
}

Result<std::int64_t> Ledger::append(Transaction& tx, const LedgerEntry& given) {
  auto entry = given;
  if (entry.trace_id.empty()) entry.trace_id = tx.trace();
  const auto row = chain_entry(stored_head(tx.sql()), tx.now(), entry);
  if (!row) return tl::unexpected(row.error());
  Query(tx.sql(), "INSERT INTO ledger (seq, at_ms, actor, action, item_id, patient_id, doctor_id, task_id, trace_id, "
                  "outcome, body, prev_hash, hash) VALUES (:seq, :at, :actor, :action, :item, :patient, :doctor, :task, "
                  ":trace, :outcome, :body, :prev, :hash)")
      .use(row->seq)
      .use(to_ms(tx.now()))
      .use(entry.actor)
      .use(entry.action)
      .use(entry.item_id)
      .use(entry.patient_id)
      .use(entry.doctor_id)
      .use(entry.task_id)
      .use(entry.trace_id)
      .use(name(entry.outcome))
      .use(row->body)
      .use(row->prev_hash)
      .use(row->hash)
      .run();
  return row->seq;
}

Result<std::int64_t> Ledger::record(const LedgerEntry& entry) {
  return database_.write([&](Transaction& tx) { return append(tx, entry); });
}

Result<void> Ledger::before_commit(Transaction& tx) {
  committing_ = stored_head(tx.sql());
  if (committing_ == saved_) return {};
  // Somebody took the last rows out while this host runs: signing what is left would hide it.
  if (committing_.seq < saved_.seq) return fail(Code::ledger_broken, "the chain is shorter than its signed head");
  const auto signature = sign_head(key_, committing_);
  Query(tx.sql(), "INSERT INTO ledger_seal (one, seq, hash, signature) VALUES (1, :seq, :hash, :signature) "
                  "ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, "
                  "signature = excluded.signature")
      .use(committing_.seq)
      .use(committing_.hash)
      .use(signature)
      .run();
  return {};
}

Result<void> Ledger::after_commit() {
  if (committing_ == saved_) return {};
  return save_head(committing_);
}

Result<LedgerVerdict> Ledger::verify() const {
  const auto text = read_file(head_path());
  if (!text) return tl::unexpected(text.error());
  return database_.read([&](soci::session& sql) -> Result<LedgerVerdict> {
    ChainChecker checker(*text, key_.public_key());
    check_rows(sql, 0, checker);
    return checker.finish(stored_seal(sql));
  });
}

Result<std::vector<ReadEntry>> Ledger::query(const LedgerFilter& filter) const {
  return database_.read([&](soci::session& sql) -> Result<std::vector<ReadEntry>> {
    std::string where = "seq > :after";
    std::vector<const std::string*> texts;
    const auto also = [&](const char* column, const std::string& text) {
      if (text.empty()) return;
      where += fmt::format(" AND {} = :{}", column, column);
      texts.push_back(&text);
    };
    also("actor", filter.actor);
    also("action", filter.action);
    also("item_id", filter.item_id);
    also("patient_id", filter.patient_id);
    also("doctor_id", filter.doctor_id);
    also("task_id", filter.task_id);
    const std::string outcome(filter.outcome ? name(*filter.outcome) : "");
    also("outcome", outcome);
    // Numbers stand in the text: they are ours and cannot carry anything else.
    if (filter.from) where += fmt::format(" AND at_ms >= {}", to_ms(*filter.from));
    if (filter.until) where += fmt::format(" AND at_ms < {}", to_ms(*filter.until));
    const auto limit = std::clamp<std::int64_t>(filter.limit, 1, 1000);

    const long long after = filter.after_seq;
    std::string body;
    soci::statement statement(sql);
    statement.exchange(soci::use(after));
    for (const auto* text : texts) statement.exchange(soci::use(*text));
    statement.exchange(soci::into(body));
    statement.alloc();
    statement.prepare(fmt::format("SELECT body FROM ledger WHERE {} ORDER BY seq LIMIT {}", where, limit));
    statement.define_and_bind();
    statement.execute();
    std::vector<ReadEntry> found;
    while (statement.fetch()) {
      auto read = read_body(body);
      if (!read) return tl::unexpected(read.error());
      found.push_back(std::move(*read));
    }
    return found;
  });
}

Result<Ledger::Exported> Ledger::export_lines(const std::function<Result<void>(const std::string&)>& line) const {
  const auto text = read_file(head_path());
  if (!text) return tl::unexpected(text.error());
  return database_.read([&](soci::session& sql) -> Result<Exported> {
    ChainChecker checker(*text, key_.public_key());
    LedgerHead last{0, genesis_hash()};
    Result<void> written;
    each_row(sql, 0, [&](const LedgerRow& row, bool agree) {
      checker.add(row);
      if (!agree) checker.columns_differ(row.seq);
      last = {row.seq, row.hash};
      written = line(export_line(row));
      return written.has_value();
    });
    if (!written) return tl::unexpected(written.error());
    const auto verdict = checker.finish(stored_seal(sql));
    // Signing the end of a damaged chain would make it look whole.
    return Exported{verdict, verdict.ok() ? write_head(key_, last) : head_line(text->value_or(""), key_.public_key()),
                    key_.public_key()};
  });
}

}  // namespace relais::practice
