// SPDX-License-Identifier: Apache-2.0
// One practice's database: one writer thread with group commit, pooled readers, the same SQL on SQLite and PostgreSQL.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "domain/clock.h"
#include "domain/error.h"

namespace relais::practice {

enum class Engine { sqlite, postgresql };

// Milliseconds since 1970-01-01T00:00Z: how every instant is stored.
inline std::int64_t to_ms(Instant at) { return at.time_since_epoch().count(); }
inline Instant from_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

// What a unit of work sees while it runs. Valid only inside the work; used only on the writer thread.
class Transaction {
 public:
  Transaction(soci::session& session, Engine engine, Instant now) : session_(session), engine_(engine), now_(now) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // The connection, inside an open transaction: run statements on it, never BEGIN, COMMIT or SAVEPOINT.
  soci::session& sql() { return session_; }
  Engine engine() const { return engine_; }
  // The instant recorded by every row of this work, read once from the clock.
  Instant now() const { return now_; }
  // What led to this work, given to the events and the ledger entries that it writes and that name no other; empty:
  // nothing did.
  const std::string& trace() const { return trace_; }
  void set_trace(std::string id) { trace_ = std::move(id); }

 private:
  soci::session& session_;
  Engine engine_;
  Instant now_;
  std::string trace_;
};

// Takes part in every group commit: the ledger signs its head here. Called on the writer thread.
class CommitListener {
 public:
  virtual ~CommitListener() = default;
  // Last statements of the group, before COMMIT. An Error rolls the whole group back.
  virtual Result<void> before_commit(Transaction& tx) = 0;
  // After COMMIT and before any write of the group completes. An Error is what those writes answer, although their
  // rows are durable.
  virtual Result<void> after_commit() = 0;
};

class Database {
 public:
  // "sqlite:PATH" (created when missing; WAL, synchronous FULL, foreign keys) or "postgresql://…" (libpq's URI, plus
  // ?schema=NAME: one schema per practice, created when missing). Migrates the schema. Refuses with store.newer-schema
  // (both versions named) a database that a later build has migrated. `clock` must outlive the database.
  static Result<std::unique_ptr<Database>> open(const std::string& url, const Clock& clock);

  // Finishes the writes already queued, then closes.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `work`, a Result<T>(Transaction&), on the writer thread inside a savepoint of the current group commit, and
  // returns its result once the group is durable. An Error or an exception of the work rolls back that work only;
  // a failed commit is answered to every work of the group. Blocks: call it from any thread but the writer's, where
  // it answers store.reentrant.
  template <class F>
  auto write(F work) -> std::invoke_result_t<F&, Transaction&> {
    using R = std::invoke_result_t<F&, Transaction&>;
    std::optional<R> result;
    const auto error = run_write([&](Transaction& tx) { return keep(result, work(tx)); });
    return finish(std::move(result), error);
  }

  // As write, without blocking: `done`, a void(Result<T>), is called on the writer thread after durability. `done`
  // must be short and must not throw; it may call write_async.
  template <class F, class Done>
  void write_async(F work, Done done) {
    using R = std::invoke_result_t<F&, Transaction&>;
    auto result = std::make_shared<std::optional<R>>();
    enqueue(
        [work = std::make_shared<F>(std::move(work)), result](Transaction& tx) { return keep(*result, (*work)(tx)); },
        [done = std::make_shared<Done>(std::move(done)), result](const std::optional<Error>& error) {
          (*done)(finish(std::move(*result), error));
        });
  }

  // Runs `work`, a Result<T>(soci::session&), on a pooled read connection: one consistent snapshot, writes refused.
  // Blocks while all read connections are taken. Call it from any thread; nested calls may exhaust the pool.
  template <class F>
  auto read(F work) -> std::invoke_result_t<F&, soci::session&> {
    using R = std::invoke_result_t<F&, soci::session&>;
    std::optional<R> result;
    const auto error = run_read([&](soci::session& session) { return keep(result, work(session)); });
    return finish(std::move(result), error);
  }

  Engine engine() const;
  const Clock& clock() const;
  // Reads the whole file for damage, on a connection of its own (SQLite's quick_check; PostgreSQL looks after its own):
  // store.damaged, remembered as damage(), also when the file is gone or another stands in its place. Takes as long as
  // reading the file does, beside other readers and writers. One at a time.
  Result<void> check();
  // Any thread. Ends the check under way, which answers store.closed, and every later one: the host stops.
  void end_checks();
  // The first store.damaged that any call met: from then on every write answers it, so that nothing is written onto a
  // file that needs its backup. Reads still answer what they can.
  std::optional<Error> damage() const;

  // At most one listener; nullptr removes it. Returns once no group is between its commit and its completion.
  void set_commit_listener(CommitListener* listener);

 private:
  // Each unit of work, its type erased: what it failed with, if anything.
  using Work = std::function<std::optional<Error>(Transaction&)>;
  using Read = std::function<std::optional<Error>(soci::session&)>;
  using Done = std::function<void(const std::optional<Error>&)>;
  class Impl;

  explicit Database(std::unique_ptr<Impl> impl);
  void enqueue(Work work, Done done);
  std::optional<Error> run_write(Work work);
  std::optional<Error> run_read(const Read& work);

  template <class R>
  static std::optional<Error> keep(std::optional<R>& kept, R result) {
    std::optional<Error> error;
    if (!result) error = result.error();
    kept.emplace(std::move(result));
    return error;
  }
  template <class R>
  static R finish(std::optional<R> result, const std::optional<Error>& error) {
    if (error) return R(tl::unexpect, *error);
    return std::move(*result);
  }

  std::unique_ptr<Impl> impl_;
};

}  // namespace relais::practice
