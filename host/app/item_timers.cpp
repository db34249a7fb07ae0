// SPDX-License-Identifier: Apache-2.0
#include "app/item_timers.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "domain/catalogue.h"
#include "practice/events.h"
#include "practice/ids.h"
#include "practice/notices.h"
#include "practice/timers.h"
#include "records/ingest.h"

namespace relais::app {

using practice::Timer;
using practice::Transaction;
using practice::WorklistStore;
using worklist::Item;
using worklist::Step;

namespace {

constexpr auto feed_mark = "worklist-feed";
constexpr auto kind_prefix = "item.";
constexpr Step all_steps[] = {Step::fallback, Step::overdue,             Step::escalate,
                              Step::remind,   Step::validation_fallback, Step::look_again};

std::string timer_name(const std::string& item_id) { return "item/" + item_id; }

std::string label_of(Step step) {
  switch (step) {
    case Step::fallback:
      return "Repli des éléments en l'absence de l'assistant";
    case Step::overdue:
      return "Délais des éléments";
    case Step::escalate:
      return "Escalade vers le médecin";
    case Step::remind:
    case Step::validation_fallback:
      return "Délais de validation";
    case Step::look_again:
      break;
  }
  return "Comptes rendus partiels en retard";
}

// Another change came between the reading and the writing: looked at again at once.
constexpr std::chrono::milliseconds at_once{0};

// The report is to be evaluated again, in the transaction of the step.
void evaluate_again(Transaction& tx, const Item& item) {
  const auto& subject = item.key.scope.subject;
  practice::Event event;
  event.source = "report/" + subject.item_id;
  event.version = practice::next_number(tx, "report-event");
  event.kind = records::report_available;
  event.item_id = subject.item_id;
  event.patient_id = subject.patient_id;
  event.doctor_id = subject.doctor_id;
  event.trace_id = item.trace_id;
  practice::append_event(tx, event);
}

}  // namespace

struct ItemTimers::Read {
  std::int64_t position = 0;
  bool changed = false;
  std::vector<Item> items;
  std::set<std::string> gone;  // items that cannot be read any more
  std::map<std::string, Timer> timers;
};

ItemTimers::ItemTimers(ItemTimerParts parts) : parts_(std::move(parts)) {
  calendar_.zone = date::locate_zone(parts_.time_zone);
  calendar_.is_holiday = [this](fiche::CivilDate day) { return parts_.calendar.is_holiday(day); };
}

std::vector<TimerKind> ItemTimers::kinds() {
  std::vector<TimerKind> made;
  for (const auto step : all_steps) {
    TimerKind kind;
    kind.name = worklist::name(step);
    kind.label = label_of(step);
    kind.prepare = [this](const Timer& timer, Instant now) { return prepare(timer, now); };
    made.push_back(std::move(kind));
  }
  return made;
}

Instant ItemTimers::due_of(const Item& item) const {
  return worklist::deadline(std::max(item.finding.category, item.unseen_peak), item.category_since, calendar_);
}

Result<ItemTimers::Read> ItemTimers::read(bool everything) {
  return parts_.database.read([&](soci::session& sql) -> Result<Read> {
    Read read;
    read.position = practice::clock_mark(sql, feed_mark);
    std::set<std::string> ids;
    for (const auto& change : WorklistStore::changes_since(sql, read.position)) {
      read.position = change.seq;
      read.changed = true;
      if (!change.item_id.empty()) ids.insert(change.item_id);
    }
    if (everything) {
      read.items = WorklistStore::items(sql, {});
      for (auto& timer : practice::timers_of(sql, kind_prefix)) {
        // Also those that a doctor closed while their report was still partial.
        ids.insert(timer.subject);
        read.timers.emplace(timer.name, std::move(timer));
      }
    }
    for (const auto& item : read.items) ids.erase(item.id);
    for (const auto& id : ids) {
      auto item = WorklistStore::item(sql, id);
      if (item) {
        read.items.push_back(std::move(*item));
      } else {
        read.gone.insert(id);
      }
      if (everything) continue;
      if (auto timer = practice::timer(sql, timer_name(id))) read.timers.emplace(timer->name, std::move(*timer));
    }
    return read;
  });
}

Result<void> ItemTimers::plan(bool everything) {
  for (;;) {
    auto read = this->read(everything);
    if (!read) return tl::unexpected(read.error());
    const auto now = parts_.clock.now();
    if (!read->changed && !everything) return {};
    ItemWaits waits(parts_.fiches, parts_.accounts, parts_.gate, parts_.calendar, parts_.time_zone, now);
    if (const auto opened = waits.open(); !opened) return opened;

    std::vector<Item> settled;
    std::vector<std::pair<practice::TimerKey, Instant>> planned;
    std::vector<std::string> dropped;
    for (const auto& id : read->gone)
      if (read->timers.contains(timer_name(id))) dropped.push_back(timer_name(id));
    for (auto& item : read->items) {
      if (worklist::settle_clock(item, now)) settled.push_back(item);
      const auto item_waits = waits.of(item, due_of(item));
      if (!item_waits) return tl::unexpected(item_waits.error());
      const auto next = worklist::next_step(item, *item_waits, calendar_, parts_.rules, now);
      const auto held = read->timers.find(timer_name(item.id));
      if (!next) {
        if (held != read->timers.end()) dropped.push_back(held->first);
        continue;
      }
      const std::string kind(worklist::name(next->step));
      const bool same = held != read->timers.end() && held->second.kind == kind && held->second.slot == next->at;
      if (!same) planned.push_back({{timer_name(item.id), kind, item.id}, next->at});
    }
    const bool more = read->changed;
    if (more || !planned.empty() || !dropped.empty() || !settled.empty()) {
      const auto written = parts_.database.write([&](Transaction& tx) -> Result<void> {
        for (const auto& item : settled)
          if (const auto kept = parts_.worklist.keep_instants(tx, item); !kept) return kept;
        for (const auto& [key, due] : planned) practice::plan_timer(tx, key, due);
        for (const auto& name : dropped) practice::drop_timer(tx, name);
        // Of several hosts, none takes the feed back behind what another has read.
        if (read->position > practice::clock_mark(tx.sql(), feed_mark))
          practice::set_clock_mark(tx, feed_mark, read->position);
        return {};
      });
      if (!written) return written;
    }
    if (!more) return {};
    everything = false;
  }
}

Result<worklist::Outcome> ItemTimers::act(const Item& item, Step step, const Route& route, Instant now) const {
  switch (step) {
    case Step::fallback:
      return worklist::route(item, route.to, route.person, route.why, now);
    case Step::overdue:
      return worklist::overdue(item, now);
    case Step::escalate:
      return worklist::escalate(item, now);
    case Step::remind:
      return worklist::remind(item, now);
    case Step::validation_fallback:
      return worklist::route(item, "medecin", "", "Le délai de validation est dépassé malgré le rappel.", now);
    case Step::look_again:
      break;
  }
  return worklist::look_again(item, now);
}

Result<TimerKind::Work> ItemTimers::prepare(const Timer& timer, Instant now) {
  const auto found = parts_.database.read(
      [&](soci::session& sql) -> Result<Item> { return WorklistStore::item(sql, timer.subject); });
  if (!found && found.error().code == Code::not_found)
    return TimerKind::Work([](Transaction&) -> Result<NextDue> { return NextDue{}; });
  if (!found) return tl::unexpected(found.error());
  const auto& item = *found;
  ItemWaits waits(parts_.fiches, parts_.accounts, parts_.gate, parts_.calendar, parts_.time_zone, now);
  if (const auto opened = waits.open(); !opened) return tl::unexpected(opened.error());
  const auto due = due_of(item);
  const auto item_waits = waits.of(item, due);
  if (!item_waits) return tl::unexpected(item_waits.error());
  const auto next = worklist::next_step(item, *item_waits, calendar_, parts_.rules, now);
  if (!next) return TimerKind::Work([](Transaction&) -> Result<NextDue> { return NextDue{}; });
  // What it was planned from has changed since: somebody is there now, say.
  if (next->at > now) return TimerKind::Work([at = next->at](Transaction&) -> Result<NextDue> { return NextDue{at}; });
  Route route;
  if (next->step == Step::fallback) {
    auto way = waits.route(item, due);
    if (!way) return tl::unexpected(way.error());
    route = std::move(*way);
  }
  const auto secretaries = waits.accounts_of(worklist::Role::secretary);
  return TimerKind::Work([this, item, step = next->step, route, secretaries](Transaction& tx) -> Result<NextDue> {
    const auto done = parts_.worklist.act(tx, item.id, item.revision, [&](const Item& held, Instant at) {
      return act(held, step, route, at);
    });
    if (!done && done.error().code == Code::worklist_changed) return NextDue{tx.now() + at_once};
    if (!done) return tl::unexpected(done.error());
    if (step == Step::look_again && !item.key.scope.subject.item_id.empty()) {
      evaluate_again(tx, item);
      if (parts_.events_wait) parts_.events_wait();
    }
    if (route.to == fiche::text(fiche::FallbackTo::secretariat)) {
      const auto* task = fiche::find_task(item.key.scope.task);
      const auto day = fiche::format(fiche::day_of(fiche::to_local(tx.now(), parts_.time_zone)));
      for (const auto& account : secretaries)
        practice::tell(tx, {account, "repli", item.key.scope.task, day,
                            fmt::format("Des éléments de la tâche « {} » attendent : l'assistant médical est absent.",
                                        task == nullptr ? item.key.scope.task : std::string(task->label))});
    }
    // The change of the item plans its next step in the same tick; should the host die before, it is looked at again.
    return NextDue{tx.now() + parts_.rules.critical_repeat};
  });
}

}  // namespace relais::app
