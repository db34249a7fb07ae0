// SPDX-License-Identifier: Apache-2.0
#include "app/backup.h"

#include <date/date.h>
#include <soci/soci.h>
#include <unistd.h>

#include <cstdlib>
#include <system_error>

#include "app/practice_config.h"
#include "practice/backup_archive.h"
#include "practice/database.h"
#include "practice/database_file.h"
#include "practice/ledger.h"
#include "practice/migrations.h"
#include "practice/practice_lock.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;

constexpr auto database_name = "practice.sqlite";
constexpr auto config_name = "practice.yaml";
constexpr auto head_name = "ledger-head.json";
constexpr auto key_name = "keys/host-ed25519";
constexpr std::size_t least_password = 12;

// A folder of this account alone, removed with everything in it, unless it was kept.
class WorkFolder {
 public:
  static Result<WorkFolder> beside(const fs::path& file, const std::string& prefix) {
    auto pattern = (fs::absolute(file).parent_path() / (prefix + "XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr)
      return fail(Code::io, std::generic_category().message(errno), fs::path(pattern).parent_path().string());
    WorkFolder made(pattern);
    std::error_code failed;
    fs::create_directory(made.path_ / "keys", failed);
    if (failed) return fail(Code::io, failed.message(), pattern);
    return made;
  }
  WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }
  void keep() { path_.clear(); }

 private:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

std::vector<practice::BackupPart> parts_in(const fs::path& folder) {
  return {{config_name, folder / config_name},
          {key_name, folder / key_name},
          {head_name, folder / head_name},
          {database_name, folder / database_name}};
}

// The account of the machine: no session of the practice stands behind these acts.
std::string actor() { return "os-" + std::to_string(::getuid()); }

practice::LedgerEntry entry_of(std::string action) {
  practice::LedgerEntry entry;
  entry.actor = actor();
  entry.role = "system";
  entry.action = std::move(action);
  return entry;
}

// Runs `work` on a session of its own on a file that nobody else has open.
template <class F>
auto on_file(const fs::path& file, const Clock& clock, F work) -> std::invoke_result_t<F&, soci::session&> {
  const auto database = practice::Database::open("sqlite:" + file.string(), clock);
  if (!database) return tl::unexpected(database.error());
  return (*database)->read(work);
}

Result<void> record_creation(const fs::path& data, const fs::path& file, const Clock& clock) {
  const auto schema = practice::schema_of_database_file(file);
  if (!schema) return tl::unexpected(schema.error());
  std::optional<practice::PracticeLock> alone;
  if (*schema < practice::known_migrations().back().version) {
    // Opening migrates: never under a host of an earlier version.
    auto lock = practice::PracticeLock::take(data);
    if (!lock) return tl::unexpected(lock.error());
    alone.emplace(std::move(*lock));
  }
  const auto database = practice::Database::open("sqlite:" + file.string(), clock);
  if (!database) return tl::unexpected(database.error());
  const auto ledger = practice::Ledger::open(**database, data);
  if (!ledger) return tl::unexpected(ledger.error());
  const auto written = (*ledger)->record(entry_of("backup.created"));
  if (!written) return tl::unexpected(written.error());
  return {};
}

// Whether the database of `folder` is sound and its ledger whole; the ledger's signed end.
Result<practice::LedgerHead> check(const fs::path& folder, const practice::HostKey& key, const Clock& clock) {
  const auto schema = practice::check_database_file(folder / database_name);
  if (!schema) return tl::unexpected(schema.error());
  if (*schema > practice::known_migrations().back().version)
    return fail(Code::backup_newer_version, "schema " + std::to_string(*schema));
  return on_file(folder / database_name, clock,
                 [&](soci::session& sql) { return practice::checked_end(sql, key); });
}

Result<std::optional<Instant>> last_entry(const fs::path& folder, const Clock& clock) {
  return on_file(folder / database_name, clock, [](soci::session& sql) -> Result<std::optional<Instant>> {
    long long at = 0;
    sql << "SELECT at_ms FROM ledger ORDER BY seq DESC LIMIT 1", soci::into(at);
    if (!sql.got_data()) return std::optional<Instant>{};
    return std::optional<Instant>(practice::from_ms(at));
  });
}

struct Opened {
  BackupContent content;
  PracticeConfig config;
  practice::LedgerHead end;
  std::string public_key;
};

// Decrypts `file` into `folder` and checks everything.
Result<Opened> open_backup(const fs::path& file, const std::string& password, const fs::path& folder) {
  const SystemClock clock;
  if (const auto read = practice::read_backup(file, password, parts_in(folder)); !read)
    return tl::unexpected(read.error());
  const auto config = read_config(folder);
  if (!config) return tl::unexpected(config.error());
  const auto key = practice::HostKey::open(folder / "keys", false);
  if (!key) return tl::unexpected(key.error());
  const auto text = practice::read_file(folder / head_name);
  if (!text) return tl::unexpected(text.error());
  const auto head = practice::read_head(text->value_or(""), key->public_key());
  if (!head) return tl::unexpected(head.error());
  const auto end = check(folder, *key, clock);
  if (!end) return tl::unexpected(end.error());
  if (*end != *head) return fail(Code::ledger_broken, "the head is not the end of the chain");
  const auto at = last_entry(folder, clock);
  if (!at) return tl::unexpected(at.error());
  return Opened{{config->name, end->seq, *at}, *config, *end, key->public_key()};
}

// What restoring over the practice in `data` gives up.
struct Loss {
  std::int64_t entries = 0;
  std::string head_hash;
  bool unknown = false;
};

Result<Loss> loss_of(const fs::path& data, const Opened& backup) {
  const auto text = practice::read_file(data / head_name);
  // A practice to be restored is often one that cannot be read any more.
  if (!text || !*text) return Loss{0, {}, true};
  const auto head = practice::read_head(**text, backup.public_key);
  if (!head && head.error().code == Code::ledger_broken)
    return fail(Code::backup_other_practice, "the ledger head is signed by another key");
  if (!head) return Loss{0, {}, true};
  if (head->seq <= backup.end.seq) return Loss{};
  return Loss{head->seq - backup.end.seq, head->hash, false};
}

// Makes a decrypted backup a practice that a host can run, and says in its ledger where it comes from.
Result<void> settle(const fs::path& folder, PracticeConfig config, const Loss& loss, const Clock& clock) {
  const auto here = std::string("sqlite:") + database_name;
  if (config.database != here) {
    // Wherever the file stood, it is in the folder now.
    config.database = here;
    std::error_code failed;
    fs::remove(folder / config_name, failed);
    if (const auto written = write_config(folder, config); !written) return written;
  }
  const auto database = practice::Database::open(database_url(folder, config.database), clock);
  if (!database) return tl::unexpected(database.error());
  const auto ledger = practice::Ledger::open(**database, folder);
  if (!ledger) return tl::unexpected(ledger.error());
  auto entry = entry_of("backup.restored");
  if (loss.entries > 0) entry.subjects = practice::SubjectsDigest{loss.entries, loss.head_hash};
  const auto recorded = (*ledger)->record(entry);
  return recorded ? Result<void>{} : tl::unexpected(recorded.error());
}

std::string stamp(const Clock& clock) {
  return date::format("%Y-%m-%d-%H%M%S", std::chrono::floor<std::chrono::seconds>(clock.now()));
}

// The first name of this form that is free.
fs::path aside_of(const fs::path& data, const Clock& clock) {
  const auto stem = data.string() + ".avant-" + stamp(clock);
  fs::path name = stem;
  for (int i = 2; fs::exists(name); ++i) name = stem + "-" + std::to_string(i);
  return name;
}

Result<void> move(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::rename(from, to, failed);
  if (failed) return fail(Code::io, failed.message(), from.string());
  return {};
}

bool holds_something(const fs::path& data) {
  std::error_code failed;
  return fs::exists(data, failed) && !fs::is_empty(data, failed);
}

}  // namespace

Result<fs::path> create_backup(const fs::path& data, const fs::path& target, const std::string& password,
                               const Clock& clock) {
  const auto config = read_config(data);
  if (!config) return tl::unexpected(config.error());
  const auto file = database_file(data, config->database);
  if (!file) return fail(Code::backup_postgresql, "not a file");
  if (password.size() < least_password) return fail(Code::api_weak_password, "short");
  const auto output = fs::is_directory(target) ? target / ("relais-" + stamp(clock) + ".backup") : target;
  if (fs::exists(output)) return fail(Code::backup_exists, "exists", output.string());
  if (const auto recorded = record_creation(data, *file, clock); !recorded) return tl::unexpected(recorded.error());
  const auto key = practice::HostKey::open(data / "keys", false);
  if (!key) return tl::unexpected(key.error());
  const auto folder = WorkFolder::beside(output, ".relais-backup-");
  if (!folder) return tl::unexpected(folder.error());
  const auto& work = folder->path();
  if (const auto copied = practice::copy_database_file(*file, work / database_name); !copied)
    return tl::unexpected(copied.error());
  const auto end = check(work, *key, clock);
  if (!end) return tl::unexpected(end.error());
  if (const auto written = practice::replace_file(work / head_name, practice::write_head(*key, *end), true); !written)
    return tl::unexpected(written.error());
  auto parts = parts_in(work);
  for (auto& part : parts)
    if (part.name == config_name || part.name == key_name) part.file = data / part.name;
  if (const auto written = practice::write_backup(output, password, practice::PasswordCost{}, parts); !written)
    return tl::unexpected(written.error());
  return output;
}

Result<BackupContent> verify_backup(const fs::path& file, const std::string& password) {
  const auto folder = WorkFolder::beside(file, ".relais-verify-");
  if (!folder) return tl::unexpected(folder.error());
  const auto opened = open_backup(file, password, folder->path());
  if (!opened) return tl::unexpected(opened.error());
  return opened->content;
}

Result<Restored> restore_backup(const fs::path& file, const std::string& password, const fs::path& data,
                                const RestoreOptions& options, const Clock& clock) {
  const auto place = fs::absolute(data).lexically_normal();
  const bool replaces = holds_something(place);
  if (replaces && !options.replace) return fail(Code::backup_practice_exists, "not empty", place.string());
  std::optional<practice::PracticeLock> lock;
  if (replaces) {
    auto taken = practice::PracticeLock::take(place);
    if (!taken) return tl::unexpected(taken.error());
    lock.emplace(std::move(*taken));
  }
  auto folder = WorkFolder::beside(place, ".relais-restore-");
  if (!folder) return tl::unexpected(folder.error());
  const auto opened = open_backup(file, password, folder->path());
  if (!opened) return tl::unexpected(opened.error());
  Restored restored;
  restored.content = opened->content;
  Loss loss;
  if (replaces) {
    const auto found = loss_of(place, *opened);
    if (!found) return tl::unexpected(found.error());
    loss = *found;
    if (loss.entries > 0 && !options.accept_loss)
      return fail(Code::backup_loses_entries, std::to_string(loss.entries) + " entries", place.string());
  }
  restored.lost_entries = loss.entries;
  restored.head_unknown = loss.unknown;
  if (const auto settled = settle(folder->path(), opened->config, loss, clock); !settled)
    return tl::unexpected(settled.error());
  std::error_code failed;
  if (replaces) {
    restored.put_aside = aside_of(place, clock);
    if (const auto moved = move(place, restored.put_aside); !moved) return tl::unexpected(moved.error());
  } else {
    fs::remove(place, failed);  // an empty folder
  }
  if (const auto moved = move(folder->path(), place); !moved) {
    if (replaces) static_cast<void>(move(restored.put_aside, place));
    return tl::unexpected(moved.error());
  }
  folder->keep();
  return restored;
}

Result<void> accept_older_database(const fs::path& data, const Clock& clock) {
  const auto config = read_config(data);
  if (!config) return tl::unexpected(config.error());
  const auto lock = practice::PracticeLock::take(data);
  if (!lock) return tl::unexpected(lock.error());
  const auto database = practice::Database::open(database_url(data, config->database), clock);
  if (!database) return tl::unexpected(database.error());
  const auto accepted = practice::Ledger::accept_older(**database, data, actor());
  return accepted ? Result<void>{} : tl::unexpected(accepted.error());
}

}  // namespace relais::app
