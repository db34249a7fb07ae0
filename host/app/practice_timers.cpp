// SPDX-License-Identifier: Apache-2.0
#include "app/practice_timers.h"

#include <algorithm>
#include <set>

#include "app/deadline_notices.h"
#include "domain/civil_time.h"
#include "practice/events.h"
#include "practice/notices.h"
#include "practice/timers.h"

namespace relais::app {

using practice::Timer;
using practice::Transaction;

namespace {

constexpr auto nightly_kind = "nightly";
constexpr auto daily_kind = "daily";
// The first minutes of a day, so that what ends with a day is told before anybody comes in.
constexpr std::chrono::minutes daily_at{5};
constexpr std::int64_t page = 500;

// The night that a slot belongs to, as a number that the events of that night carry: a run that is made again after a
// crash appends none of them twice.
std::int64_t night_of(Instant slot, const std::string& zone) {
  const auto day = fiche::day_of(fiche::to_local(slot, zone));
  const auto month = static_cast<int>(static_cast<unsigned>(day.month()));
  const auto of_month = static_cast<int>(static_cast<unsigned>(day.day()));
  return (static_cast<int>(day.year()) * 100 + month) * 100 + of_month;
}

practice::Event nightly_event(std::string source, std::int64_t night, const worklist::Subject& subject) {
  practice::Event event;
  event.source = std::move(source);
  event.version = night;
  event.kind = nightly_trigger;
  event.item_id = subject.item_id;
  event.patient_id = subject.patient_id;
  event.doctor_id = subject.doctor_id;
  return event;
}

}  // namespace

Result<void> PracticeTimers::ensure() {
  const auto now = parts_.clock.now();
  return parts_.database.write([&](Transaction& tx) -> Result<void> {
    const auto next = fiche::next_daily(now, parts_.nightly_at, parts_.time_zone);
    const practice::TimerKey nightly{nightly_kind, nightly_kind, {}};
    practice::ensure_timer(tx, nightly, next);
    const auto held = practice::timer(tx.sql(), nightly.name);
    if (!held) return tl::unexpected(held.error());
    // Not due yet, for another hour than the one that is wanted now.
    if (held->due > now && held->failures == 0 && held->slot != next) practice::plan_timer(tx, nightly, next);
    practice::ensure_timer(tx, practice::TimerKey{daily_kind, daily_kind, {}}, now);
    return {};
  });
}

std::vector<TimerKind> PracticeTimers::kinds() {
  TimerKind nightly;
  nightly.name = nightly_kind;
  nightly.label = "Passage de la nuit";
  nightly.hold = longest_hold;
  nightly.prepare = [this](const Timer& timer, Instant now) { return this->nightly(timer, now); };
  nightly.next_after = [this](Instant now) { return fiche::next_daily(now, parts_.nightly_at, parts_.time_zone); };
  TimerKind daily;
  daily.name = daily_kind;
  daily.label = "Échéances des fiches et des formations";
  daily.prepare = [this](const Timer&, Instant now) { return this->daily(now); };
  daily.next_after = [this](Instant now) { return fiche::next_daily(now, daily_at, parts_.time_zone); };
  return {std::move(nightly), std::move(daily)};
}

Result<TimerKind::Work> PracticeTimers::nightly(const Timer& timer, Instant now) {
  std::set<std::string> plugins;
  for (const auto& package : parts_.packages()) {
    const auto& triggers = package->manifest.triggers;
    if (std::find(triggers.begin(), triggers.end(), nightly_trigger) != triggers.end())
      plugins.insert(package->manifest.id);
  }
  const auto night = night_of(timer.slot, parts_.time_zone);
  if (!plugins.empty()) {
    std::string after;
    for (;;) {
      const auto patients = parts_.database.read([&](soci::session& sql) -> Result<std::vector<records::ListedPatient>> {
        return parts_.record.patients_after(sql, after, page, parts_.record.latest(now));
      });
      if (!patients) return tl::unexpected(patients.error());
      if (patients->empty()) break;
      after = patients->back().id;
      const auto appended = parts_.database.write([&](Transaction& tx) -> Result<void> {
        for (const auto& patient : *patients)
          practice::append_event(
              tx, nightly_event("nightly/patient/" + patient.id, night, {{}, patient.id, patient.treating_doctor_id}));
        return {};
      });
      if (!appended) return tl::unexpected(appended.error());
    }
  }
  return TimerKind::Work([this, plugins, night](Transaction& tx) -> Result<NextDue> {
    std::set<worklist::Subject> open;
    if (!plugins.empty()) {
      for (const auto& item : practice::WorklistStore::items(tx.sql(), {}))
        if (plugins.contains(item.key.scope.plugin) && !item.key.scope.subject.item_id.empty())
          open.insert(item.key.scope.subject);
    }
    for (const auto& subject : open) {
      const auto source = "nightly/item/" + subject.item_id + "/" + subject.patient_id + "/" + subject.doctor_id;
      practice::append_event(tx, nightly_event(source, night, subject));
    }
    practice::LedgerEntry entry;
    entry.actor = "system";
    entry.role = "system";
    entry.action = "nightly.run";
    const auto written = parts_.ledger.append(tx, entry);
    if (!written) return tl::unexpected(written.error());
    if (parts_.events_wait) parts_.events_wait();
    return NextDue{fiche::next_daily(tx.now(), parts_.nightly_at, parts_.time_zone)};
  });
}

Result<TimerKind::Work> PracticeTimers::daily(Instant now) {
  const auto known = parts_.fiches.known();
  if (!known) return tl::unexpected(known.error());
  const auto today = fiche::day_of(fiche::to_local(now, parts_.time_zone));
  EnteredTerms entered;
  for (const auto& one : *known) {
    const auto& assistant = one.fiche->assistant.id;
    if (entered.contains(assistant)) continue;
    auto terms = parts_.gate.terms(assistant);
    if (!terms) return tl::unexpected(terms.error());
    entered.emplace(assistant, std::move(*terms));
  }
  return TimerKind::Work([this, notices = deadline_notices(*known, today, entered)](Transaction& tx) -> Result<NextDue> {
    for (const auto& notice : notices) practice::tell(tx, notice);
    // What was told for an end that has moved since, or for a step that is past, no longer stands.
    for (const auto* kind : {fiche_end_notice, training_notice})
      for (const auto& about : practice::noticed(tx.sql(), kind))
        practice::end_notices_except(tx, kind, about, notices);
    return NextDue{fiche::next_daily(tx.now(), daily_at, parts_.time_zone)};
  });
}

}  // namespace relais::app
