// SPDX-License-Identifier: Apache-2.0
#include "practice/timers.h"

namespace relais::practice {
namespace {

constexpr auto columns =
    "name, kind, subject, last_error, due_ms, slot_ms, run, failures, last_run_ms, last_slot_ms";

// One row, bound in the order of `columns`.
struct Row {
  Timer timer;
  long long due = 0, slot = 0, run = 0, failures = 0, last_run = 0, last_slot = 0;
  soci::indicator has_last_run = soci::i_null, has_last_slot = soci::i_null;

  void bind(soci::statement& statement) {
    for (auto* text : {&timer.name, &timer.kind, &timer.subject, &timer.last_error})
      statement.exchange(soci::into(*text));
    for (auto* number : {&due, &slot, &run, &failures}) statement.exchange(soci::into(*number));
    statement.exchange(soci::into(last_run, has_last_run));
    statement.exchange(soci::into(last_slot, has_last_slot));
  }
  Timer read() const {
    auto made = timer;
    made.due = from_ms(due);
    // A timer of before slots were kept.
    made.slot = from_ms(slot == 0 ? due : slot);
    made.run = run;
    made.failures = failures;
    made.last_run.reset();
    made.last_slot.reset();
    if (has_last_run == soci::i_ok) made.last_run = from_ms(last_run);
    if (has_last_slot == soci::i_ok) made.last_slot = from_ms(last_slot);
    return made;
  }
};

template <class... Use>
std::vector<Timer> select(soci::session& sql, const std::string& where, const Use&... values) {
  Row row;
  soci::statement statement(sql);
  row.bind(statement);
  (statement.exchange(soci::use(values)), ...);
  statement.alloc();
  statement.prepare("SELECT " + std::string(columns) + " FROM timer WHERE " + where);
  statement.define_and_bind();
  statement.execute();
  std::vector<Timer> found;
  while (statement.fetch()) found.push_back(row.read());
  return found;
}

// Nothing changed: there is no such timer, or another run of it was started since.
Result<void> ended(Transaction& tx, soci::statement& statement, const std::string& name) {
  statement.execute(true);
  if (statement.get_affected_rows() > 0) return {};
  if (const auto there = timer(tx.sql(), name); !there) return tl::unexpected(there.error());
  return fail(Code::timer_taken_over, "another run was started", "name");
}

}  // namespace

void ensure_timer(Transaction& tx, const std::string& name, Instant first_due) {
  ensure_timer(tx, TimerKey{name, {}, {}}, first_due);
}

void ensure_timer(Transaction& tx, const TimerKey& key, Instant first_due) {
  const long long due = to_ms(first_due);
  tx.sql() << "INSERT INTO timer (name, kind, subject, due_ms, slot_ms, last_run_ms, running_until_ms) "
              "VALUES (:name, :kind, :subject, :due, :slot, NULL, 0) ON CONFLICT (name) DO NOTHING",
      soci::use(key.name), soci::use(key.kind), soci::use(key.subject), soci::use(due), soci::use(due);
}

void plan_timer(Transaction& tx, const TimerKey& key, Instant due_at) {
  const long long due = to_ms(due_at);
  tx.sql() << "INSERT INTO timer (name, kind, subject, due_ms, slot_ms, last_run_ms, running_until_ms) "
              "VALUES (:name, :kind, :subject, :due, :slot, NULL, 0) "
              "ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, "
              "due_ms = excluded.due_ms, slot_ms = excluded.slot_ms, running_until_ms = 0, run = timer.run + 1, "
              "failures = 0, last_error = ''",
      soci::use(key.name), soci::use(key.kind), soci::use(key.subject), soci::use(due), soci::use(due);
}

void drop_timer(Transaction& tx, const std::string& name) {
  tx.sql() << "DELETE FROM timer WHERE name = :name", soci::use(name);
}

std::vector<Timer> due_timers(soci::session& sql, Instant now) {
  const long long at = to_ms(now);
  return select(sql, "due_ms <= :due AND running_until_ms <= :now ORDER BY due_ms, name", at, at);
}

Result<Timer> timer(soci::session& sql, const std::string& name) {
  auto found = select(sql, "name = :name", name);
  if (found.empty()) return fail(Code::not_found, "no such timer", "name");
  return std::move(found.front());
}

std::vector<Timer> timers_of(soci::session& sql, const std::string& prefix) {
  const std::string pattern = prefix + "%";
  return select(sql, "kind LIKE :kind ORDER BY name", pattern);
}

std::optional<std::int64_t> start_timer(Transaction& tx, const std::string& name, std::chrono::milliseconds longest) {
  const long long now = to_ms(tx.now());
  const long long until = to_ms(tx.now() + longest);
  soci::statement statement =
      (tx.sql().prepare << "UPDATE timer SET last_run_ms = :now, running_until_ms = :until, run = run + 1 "
                           "WHERE name = :name AND due_ms <= :due AND running_until_ms <= :running",
       soci::use(now), soci::use(until), soci::use(name), soci::use(now), soci::use(now));
  statement.execute(true);
  if (statement.get_affected_rows() == 0) return std::nullopt;
  long long run = 0;
  tx.sql() << "SELECT run FROM timer WHERE name = :name", soci::use(name), soci::into(run);
  return run;
}

Result<void> finish_timer(Transaction& tx, const std::string& name, Instant next_due, std::int64_t run) {
  const long long due = to_ms(next_due), number = run;
  soci::statement statement =
      (tx.sql().prepare << "UPDATE timer SET last_slot_ms = slot_ms, due_ms = :due, slot_ms = :slot, "
                           "running_until_ms = 0, failures = 0, last_error = '' "
                           "WHERE name = :name AND (:any = 0 OR run = :run)",
       soci::use(due), soci::use(due), soci::use(name), soci::use(number), soci::use(number));
  return ended(tx, statement, name);
}

Result<void> fail_timer(Transaction& tx, const std::string& name, std::int64_t run, const std::string& error_code,
                        Instant retry_at) {
  const long long due = to_ms(retry_at), number = run;
  soci::statement statement =
      (tx.sql().prepare << "UPDATE timer SET due_ms = :due, running_until_ms = 0, failures = failures + 1, "
                           "last_error = :error WHERE name = :name AND (:any = 0 OR run = :run)",
       soci::use(due), soci::use(error_code), soci::use(name), soci::use(number), soci::use(number));
  return ended(tx, statement, name);
}

void release_timers(Transaction& tx) { tx.sql() << "UPDATE timer SET running_until_ms = 0"; }

void shorten_holds(Transaction& tx, std::chrono::milliseconds longest) {
  const long long until = to_ms(tx.now() + longest);
  tx.sql() << "UPDATE timer SET running_until_ms = :until WHERE running_until_ms > :until_too", soci::use(until),
      soci::use(until);
}

void shorten_retries(Transaction& tx, std::chrono::milliseconds longest) {
  const long long latest = to_ms(tx.now() + longest);
  tx.sql() << "UPDATE timer SET due_ms = :latest WHERE failures > 0 AND due_ms > :latest_too", soci::use(latest),
      soci::use(latest);
}

std::int64_t clock_mark(soci::session& sql, const std::string& name) {
  long long value = 0;
  sql << "SELECT value FROM clock_mark WHERE name = :name", soci::use(name), soci::into(value);
  return sql.got_data() ? value : 0;
}

void set_clock_mark(Transaction& tx, const std::string& name, std::int64_t value) {
  const long long number = value;
  tx.sql() << "INSERT INTO clock_mark (name, value) VALUES (:name, :value) "
              "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      soci::use(name), soci::use(number);
}

}  // namespace relais::practice
