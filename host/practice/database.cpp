// SPDX-License-Identifier: Apache-2.0
#include "practice/database.h"

#include <sys/stat.h>

#include <condition_variable>
#include <deque>
#include <thread>
#include <vector>

#include "domain/thread_annotations.h"
#include "practice/connection.h"
#include "practice/migrations.h"
#include "practice/sqlite_cursor.h"
#include "practice/store_error.h"

namespace relais::practice {
namespace {

// Works that share one durable commit: enough for a burst of reports, few enough that nobody waits long for others.
constexpr std::size_t max_group = 256;
constexpr std::size_t readers = 4;

template <class F>
std::optional<Error> guarded(F work) {
  try {
    return work();
  } catch (...) {
    return current_store_error();
  }
}

// One of the few statements around every work, kept prepared.
void run(soci::session& sql, const std::string& text) {
  if (!SqliteCursor::available(sql)) {
    sql << text;
    return;
  }
  SqliteCursor(sql, text, SqliteCursor::Keep::yes).next();
}

// Which file a name stands for: its device and its number there. Nothing when there is none.
using FileNumber = std::pair<dev_t, ino_t>;
std::optional<FileNumber> file_number(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileNumber{status.st_dev, status.st_ino};
}

void reopen(Session& session, const ConnectionSettings& settings, Access access) {
  SqliteCursor::forget(session.sql);
  session.sql.reconnect();
  prepare_session(session.sql, settings, access);
  session.broken = false;
}

}  // namespace

class Database::Impl {
 public:
  Impl(ConnectionSettings settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {}

  ~Impl() {
    {
      const MutexLock lock(mutex_);
      closing_ = true;
    }
    queued_.notify_all();
    if (writer_.joinable()) writer_.join();
    if (write_session_) SqliteCursor::forget(write_session_->sql);
    const MutexLock lock(readers_mutex_);
    for (const auto& session : idle_readers_) SqliteCursor::forget(session->sql);
  }

  std::optional<Error> start() {
    return guarded([&]() -> std::optional<Error> {
      write_session_ = open_session(settings_, Access::write);
      if (auto migrated = migrate_schema(); !migrated) return migrated.error();
      file_ = file_number(settings_.file);
      const MutexLock lock(readers_mutex_);
      for (std::size_t i = 0; i < readers; ++i) idle_readers_.push_back(open_session(settings_, Access::read));
      writer_ = std::thread([this] { write_loop(); });
      return std::nullopt;
    });
  }

  void enqueue(Work work, Done done) {
    if (const auto damaged = damage()) {
      done(damaged);
      return;
    }
    {
      const MutexLock lock(mutex_);
      if (!closing_) {
        queue_.push_back({std::move(work), std::move(done), std::nullopt});
        queued_.notify_one();
        return;
      }
    }
    done(Error{Code::store_closed, "write after the database began to close"});
  }

  std::optional<Error> run_write(Work work) {
    if (std::this_thread::get_id() == writer_.get_id()) {
      return Error{Code::store_reentrant, "Database::write called on the writer thread"};
    }
    Mutex mutex;
    Condition finished;
    bool done = false;
    std::optional<Error> outcome;
    enqueue(std::move(work), [&](const std::optional<Error>& error) {
      const MutexLock lock(mutex);
      outcome = error;
      done = true;
      finished.notify_one();
    });
    const MutexLock lock(mutex);
    while (!done) finished.wait(mutex);
    return outcome;
  }

  std::optional<Error> run_read(const Read& work) {
    auto session = take_reader();
    const auto error = guarded([&]() -> std::optional<Error> {
      if (session->broken) reopen(*session, settings_, Access::read);
      run(session->sql, begin_read(settings_.engine));
      return work(session->sql);
    });
    const auto ended = guarded([&]() -> std::optional<Error> {
      run(session->sql, "ROLLBACK");
      return std::nullopt;
    });
    // A connection that cannot even end its transaction is opened again before its next use.
    if (ended) session->broken = true;
    give_reader(std::move(session));
    note_damage(error);
    return error;
  }

  void set_commit_listener(CommitListener* listener) RELAIS_EXCLUDES(listener_mutex_) {
    const MutexLock lock(listener_mutex_);
    listener_ = listener;
  }

  Engine engine() const { return settings_.engine; }
  const Clock& clock() const { return clock_; }

  Result<void> check() {
    if (settings_.engine != Engine::sqlite) return {};
    const auto failed = guarded([&]() -> std::optional<Error> {
      // Asked for before the file is opened, which would make an empty one in its place.
      if (file_number(settings_.file) != file_) return Error{Code::store_damaged, "not the file that was opened"};
      // A connection of its own: the others answer from the pages that they remember, not from the disk.
      const auto session = open_session(settings_, Access::read);
      return quick_check(*session);
    });
    note_damage(failed);
    if (failed) return tl::unexpected(*failed);
    return {};
  }

  void end_checks() RELAIS_EXCLUDES(check_mutex_) {
    const MutexLock lock(check_mutex_);
    checks_ended_ = true;
    if (checking_ != nullptr) SqliteCursor::interrupt(*checking_);
  }

  std::optional<Error> damage() const RELAIS_EXCLUDES(damage_mutex_) {
    const MutexLock lock(damage_mutex_);
    return damage_;
  }

 private:
  struct Queued {
    Work work;
    Done done;
    std::optional<Error> error;
  };

  std::optional<Error> quick_check(Session& session) RELAIS_EXCLUDES(check_mutex_) {
    {
      const MutexLock lock(check_mutex_);
      if (checks_ended_) return Error{Code::store_closed, "checks were ended"};
      checking_ = &session.sql;
    }
    std::string said;
    auto failed = guarded([&]() -> std::optional<Error> {
      session.sql << "PRAGMA quick_check(1)", soci::into(said);
      return std::nullopt;
    });
    const MutexLock lock(check_mutex_);
    checking_ = nullptr;
    // What an ended check says is of the part that it has read.
    if (checks_ended_) return Error{Code::store_closed, "the check was ended"};
    // Its words name pages and tables, and may quote what stands there.
    if (!failed && said != "ok") failed = Error{Code::store_damaged, "quick_check"};
    return failed;
  }

  void note_damage(const std::optional<Error>& error) RELAIS_EXCLUDES(damage_mutex_) {
    if (!error || error->code != Code::store_damaged) return;
    const MutexLock lock(damage_mutex_);
    if (!damage_) damage_ = error;
  }

  Result<void> migrate_schema() {
    write_session_->sql << begin_write(settings_.engine);
    lock_writer(write_session_->sql, settings_);
    auto migrated = migrate(write_session_->sql, known_migrations(), clock_.now());
    write_session_->sql << (migrated ? "COMMIT" : "ROLLBACK");
    return migrated;
  }

  void write_loop() {
    while (true) {
      std::vector<Queued> group;
      {
        const MutexLock lock(mutex_);
        while (queue_.empty() && !closing_) queued_.wait(mutex_);
        if (queue_.empty()) return;
        while (!queue_.empty() && group.size() < max_group) {
          group.push_back(std::move(queue_.front()));
          queue_.pop_front();
        }
      }
      // Held until the group has completed, so that a listener is never called after it has been removed.
      const MutexLock lock(listener_mutex_);
      CommitListener* const listener = listener_;
      const auto failed = guarded([&] { return commit_group(group, listener); });
      note_damage(failed);
      for (const auto& queued : group) note_damage(queued.error);
      for (auto& queued : group) {
        queued.done(queued.error ? queued.error : failed);
        queued.done = nullptr;
      }
    }
  }

  // The error that all works of the group share, if any; each work's own error stays with it.
  std::optional<Error> commit_group(std::vector<Queued>& group, CommitListener* listener) {
    auto& sql = write_session_->sql;
    if (write_session_->broken) reopen(*write_session_, settings_, Access::write);
    const auto failed = guarded([&]() -> std::optional<Error> {
      run(sql, begin_write(settings_.engine));
      lock_writer(sql, settings_);
      Transaction tx(sql, settings_.engine, clock_.now());
      for (auto& queued : group)
        if (auto ended = run_one(queued)) return ended;
      if (listener != nullptr) {
        if (auto ready = listener->before_commit(tx); !ready) return ready.error();
      }
      run(sql, "COMMIT");
      return std::nullopt;
    });
    if (failed) {
      const auto rolled_back = guarded([&]() -> std::optional<Error> {
        run(sql, "ROLLBACK");
        return std::nullopt;
      });
      if (rolled_back) write_session_->broken = true;
      return failed;
    }
    if (listener != nullptr) {
      if (auto after = listener->after_commit(); !after) return after.error();
    }
    return std::nullopt;
  }

  // What ends the whole group, if anything.
  std::optional<Error> run_one(Queued& queued) {
    auto& sql = write_session_->sql;
    run(sql, "SAVEPOINT one_work");
    queued.error = guarded([&] {
      Transaction tx(sql, settings_.engine, clock_.now());
      return queued.work(tx);
    });
    const auto ended = guarded([&]() -> std::optional<Error> {
      if (queued.error) run(sql, "ROLLBACK TO SAVEPOINT one_work");
      run(sql, "RELEASE SAVEPOINT one_work");
      return std::nullopt;
    });
    // SQLite itself ends the transaction of a statement that finds no room or no disk: the savepoint is gone with it, and
    // the group failed for that reason.
    if (ended && queued.error && is_of_the_store(queued.error->code)) return queued.error;
    return ended;
  }

  std::unique_ptr<Session> take_reader() RELAIS_EXCLUDES(readers_mutex_) {
    const MutexLock lock(readers_mutex_);
    while (idle_readers_.empty()) reader_freed_.wait(readers_mutex_);
    auto session = std::move(idle_readers_.back());
    idle_readers_.pop_back();
    return session;
  }

  void give_reader(std::unique_ptr<Session> session) RELAIS_EXCLUDES(readers_mutex_) {
    {
      const MutexLock lock(readers_mutex_);
      idle_readers_.push_back(std::move(session));
    }
    reader_freed_.notify_one();
  }

  const ConnectionSettings settings_;
  const Clock& clock_;
  // Touched by start() before the writer thread exists, then by that thread alone.
  std::unique_ptr<Session> write_session_;

  Mutex mutex_;
  Condition queued_;
  std::deque<Queued> queue_ RELAIS_GUARDED_BY(mutex_);
  bool closing_ RELAIS_GUARDED_BY(mutex_) = false;

  Mutex listener_mutex_;
  CommitListener* listener_ RELAIS_GUARDED_BY(listener_mutex_) = nullptr;

  // Set by start().
  std::optional<FileNumber> file_;
  Mutex check_mutex_;
  soci::session* checking_ RELAIS_GUARDED_BY(check_mutex_) = nullptr;
  bool checks_ended_ RELAIS_GUARDED_BY(check_mutex_) = false;

  mutable Mutex damage_mutex_;
  std::optional<Error> damage_ RELAIS_GUARDED_BY(damage_mutex_);

  Mutex readers_mutex_;
  Condition reader_freed_;
  std::vector<std::unique_ptr<Session>> idle_readers_ RELAIS_GUARDED_BY(readers_mutex_);

  std::thread writer_;
};

Result<std::unique_ptr<Database>> Database::open(const std::string& url, const Clock& clock) {
  auto settings = parse_url(url);
  if (!settings) return tl::unexpected(settings.error());
  auto impl = std::make_unique<Impl>(std::move(*settings), clock);
  if (auto error = impl->start()) return tl::unexpected(*error);
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

void Database::enqueue(Work work, Done done) { impl_->enqueue(std::move(work), std::move(done)); }
std::optional<Error> Database::run_write(Work work) { return impl_->run_write(std::move(work)); }
std::optional<Error> Database::run_read(const Read& work) { return impl_->run_read(work); }
Engine Database::engine() const { return impl_->engine(); }
Result<void> Database::check() { return impl_->check(); }
void Database::end_checks() { impl_->end_checks(); }
std::optional<Error> Database::damage() const { return impl_->damage(); }
const Clock& Database::clock() const { return impl_->clock(); }
void Database::set_commit_listener(CommitListener* listener) { impl_->set_commit_listener(listener); }

}  // namespace relais::practice
