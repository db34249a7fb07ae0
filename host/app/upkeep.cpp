// SPDX-License-Identifier: Apache-2.0
#include "app/upkeep.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "practice/past_days.h"

namespace relais::app {

namespace {
// A reading rests this many times as long as it took.
constexpr int resting_share = 50;

// The duration is Relais' own, no rule asks for one. A night that is done, or the opening of a record, tells
// nothing that the ledger does not: a month is enough to look into what went wrong in one, and keeps the queue's table at
// thirty rows of nights for each patient.
constexpr std::chrono::days past_days_kept{30};
// Rows taken out in one transaction: others wait while it runs.
constexpr std::int64_t rows_at_once = 5'000;

void purge_days(practice::Database& database, Instant before) {
  for (;;) {
    // A day without any writes nothing.
    const auto any = database.read(
        [&](soci::session& sql) -> Result<bool> { return practice::has_past_days(sql, before); });
    const auto out = any && !*any ? Result<std::int64_t>{0}
                                  : database.write([&](practice::Transaction& tx) -> Result<std::int64_t> {
                                      return practice::purge_daily_events(tx, before, rows_at_once);
                                    });
    if (!out) spdlog::error("upkeep.days-not-purged code={}", stable_code(out.error().code));
    if (!out || *out == 0) return;
    spdlog::info("upkeep.days-purged rows={}", *out);
  }
}

}  // namespace

Instant retention_limit(Instant now, int months) {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  auto limit = today - std::chrono::months{months};
  if (!limit.ok()) limit = limit.year() / limit.month() / std::chrono::last;
  return std::chrono::sys_days{limit};
}

Upkeep::Upkeep(practice::Database& database, practice::Ledger& ledger, UpkeepSettings settings)
    : database_(database), ledger_(ledger), settings_(std::move(settings)), enough_(settings_.check_every) {
  if (!settings_.check_first) checked_ = database_.clock().now();
  if (settings_.period.count() > 0) thread_ = std::thread([this] { watch(); });
}

Upkeep::~Upkeep() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stop_changed_.notify_all();
  database_.end_checks();
  if (thread_.joinable()) thread_.join();
}

void Upkeep::watch() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    look();
    lock.lock();
    stop_changed_.wait_for(lock, settings_.period, [this] { return stop_; });
  }
}

void Upkeep::look() {
  const auto now = database_.clock().now();
  if (!checked_ || now < *checked_ || now - *checked_ >= enough_) check();
  const auto today = std::chrono::floor<std::chrono::days>(now);
  if ((!done_on_ || today > *done_on_) && !database_.damage()) {
    done_on_ = today;
    purge_days(database_, now - past_days_kept);
    purge(now);
  }
  const auto damage = database_.damage();
  if (!damage || told_) return;
  told_ = true;
  spdlog::critical("practice.damaged code={} {}", stable_code(damage->code), french(damage->code));
  if (settings_.on_damage) settings_.on_damage(*damage);
}

void Upkeep::check() {
  if (database_.damage()) return;
  const auto began = database_.clock().now();
  const auto sound = database_.check();
  checked_ = database_.clock().now();
  enough_ = std::max<std::chrono::milliseconds>(settings_.check_every, resting_share * (*checked_ - began));
  if (!sound && sound.error().code != Code::store_damaged && sound.error().code != Code::store_closed)
    spdlog::error("upkeep.not-checked code={}", stable_code(sound.error().code));
}

void Upkeep::purge(Instant now) {
  if (!settings_.ledger_retention_months) return;
  const auto limit = retention_limit(now, *settings_.ledger_retention_months);
  for (;;) {
    const auto out = ledger_.purge(limit, "system");
    if (!out) spdlog::error("upkeep.not-purged code={}", stable_code(out.error().code));
    if (!out || *out == 0) return;
    spdlog::info("upkeep.ledger-purged rows={}", *out);
  }
}

}  // namespace relais::app
