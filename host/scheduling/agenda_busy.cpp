// SPDX-License-Identifier: Apache-2.0
// Busy time of agendas kept elsewhere: compared event by event, replaced as a whole.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "scheduling/agenda_rows.h"
#include "scheduling/agenda_rules.h"
#include "scheduling/agenda_store.h"
#include "scheduling/agenda_tell.h"

namespace relais::scheduling {
namespace {

using practice::Query;

constexpr std::size_t most_events = 5000;
constexpr std::size_t most_periods = 20'000;
constexpr std::size_t longest_text = 512;  // bytes

struct Known {
  std::int64_t sequence = 0;
  std::string version;
};

bool is_text(const std::string& text) {
  return !text.empty() && text.size() <= longest_text;
}

Result<void> check_events(const std::string& source, const std::vector<BusyEvent>& events) {
  if (!is_agenda_id(source)) return fail(Code::invalid_argument, "letters, digits, dots and dashes", "source");
  if (events.size() > most_events) return fail(Code::invalid_argument, "at most 5000", "events");
  std::set<std::string> uids;
  std::size_t periods = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto place = [i](const char* field) { return fmt::format("events[{}].{}", i, field); };
    if (!is_text(events[i].uid) || !uids.insert(events[i].uid).second)
      return fail(Code::invalid_argument, "one of its own", place("uid"));
    if (events[i].version.size() > longest_text) return fail(Code::invalid_argument, "too long", place("version"));
    if ((periods += events[i].periods.size()) > most_periods)
      return fail(Code::invalid_argument, "at most 20000 in all", place("periods"));
    for (const auto& period : events[i].periods)
      if (period.end_ms <= period.start_ms) return fail(Code::invalid_argument, "ends before it begins", place("periods"));
  }
  return {};
}

std::map<std::string, Known> known_events(Transaction& tx, const std::string& schedule_id, const std::string& source) {
  std::map<std::string, Known> known;
  Query row(tx.sql(), "SELECT uid, sequence, version FROM agenda_busy_event WHERE schedule_id = :id AND source = :source");
  row.use(schedule_id).use(source);
  while (row.next()) known[row.words(0)] = {row.number(1), row.words(2)};
  return known;
}

void forget_event(Transaction& tx, const std::string& schedule_id, const std::string& source, const std::string& uid) {
  for (const auto* table : {"agenda_busy", "agenda_busy_event"})
    Query(tx.sql(), fmt::format("DELETE FROM {} WHERE schedule_id = :id AND source = :source AND uid = :uid", table))
        .use(schedule_id)
        .use(source)
        .use(uid)
        .run();
}

void keep_event(Transaction& tx, const std::string& schedule_id, const std::string& source, const BusyEvent& event) {
  Query(tx.sql(), "INSERT INTO agenda_busy_event (schedule_id, source, uid, sequence, version) "
                  "VALUES (:id, :source, :uid, :sequence, :version)")
      .use(schedule_id)
      .use(source)
      .use(event.uid)
      .use(event.sequence)
      .use(event.version)
      .run();
  std::int64_t ordinal = 0;
  for (const auto& period : event.periods)
    Query(tx.sql(), "INSERT INTO agenda_busy (schedule_id, source, uid, ordinal, start_ms, end_ms, tentative) "
                    "VALUES (:id, :source, :uid, :ordinal, :start, :end, :tentative)")
        .use(schedule_id)
        .use(source)
        .use(event.uid)
        .use(ordinal++)
        .use(period.start_ms)
        .use(period.end_ms)
        .use(std::int64_t{period.tentative ? 1 : 0})
        .run();
}

using Periods = std::vector<std::tuple<std::int64_t, std::int64_t, bool>>;

Periods times(const std::vector<BusyPeriod>& periods) {
  Periods all;
  for (const auto& period : periods) all.emplace_back(period.start_ms, period.end_ms, period.tentative);
  std::ranges::sort(all);
  return all;
}

// Appointments and holds to come that a busy period of this source covers.
std::vector<std::string> covered(Transaction& tx, const v1::Schedule& schedule, const std::vector<BusyPeriod>& busy) {
  std::vector<std::string> ids;
  const auto now = practice::to_ms(tx.now());
  const auto of_person = [&] {
    rows::Where where;
    where.text("person_id =", schedule.person_id()).number("end_ms >", now);
    return where;
  };
  const auto is_covered = [&](const v1::Slot& slot) {
    return std::ranges::any_of(busy, [&](const BusyPeriod& period) {
      return span_of(slot).overlaps({period.start_ms, period.end_ms});
    });
  };
  auto booked = of_person();
  for (const auto& booking : rows::bookings(tx.sql(), booked.number("state =", v1::BOOKING_STATE_CONFIRMED)))
    if (is_covered(booking.slot())) ids.push_back(booking.id());
  auto held = of_person();
  held.number("state =", v1::BOOKING_STATE_HELD).number("expires_ms >", now);
  for (const auto& hold : rows::holds(tx.sql(), held, "start_ms, id"))
    if (is_covered(hold.slot())) ids.push_back(hold.id());
  return ids;
}

}  // namespace

std::vector<BusyPeriod> AgendaStore::busy(soci::session& sql, const AgendaFilter& filter) {
  rows::Where where;
  where.any_of("schedule_id", filter.schedule_ids);
  if (filter.from_ms) where.number("end_ms >", *filter.from_ms);
  if (filter.until_ms) where.number("start_ms <", *filter.until_ms);
  return rows::busy(sql, where);
}

Result<BusyWritten> AgendaStore::put_busy(Transaction& tx, const std::string& schedule_id, const std::string& source,
                                          const std::vector<BusyEvent>& events, const practice::Attribution& by) {
  if (auto good = check_events(source, events); !good) return tl::unexpected<Error>(good.error());
  const auto schedule = AgendaStore::schedule(tx.sql(), schedule_id);
  if (!schedule) return tl::unexpected<Error>(schedule.error());
  auto gone = known_events(tx, schedule_id, source);
  const auto of_source = [&] {
    rows::Where where;
    return where.text("schedule_id =", schedule_id).text("source =", source);
  };
  std::map<std::string, std::vector<BusyPeriod>> held;
  for (auto& period : rows::busy(tx.sql(), of_source())) held[period.uid].push_back(period);
  BusyWritten written;
  for (const auto& event : events) {
    const auto known = gone.extract(event.uid);
    if (!known.empty() && event.sequence < known.mapped().sequence) {
      ++written.older;
      continue;
    }
    const bool same = !known.empty() && known.mapped().sequence == event.sequence &&
                      known.mapped().version == event.version && times(held[event.uid]) == times(event.periods);
    if (same) {
      ++written.unchanged;
      continue;
    }
    forget_event(tx, schedule_id, source, event.uid);
    keep_event(tx, schedule_id, source, event);
    ++(known.empty() ? written.added : written.replaced);
  }
  for (const auto& [uid, known] : gone) forget_event(tx, schedule_id, source, uid);
  written.removed = static_cast<int>(gone.size());
  if (written.added + written.replaced + written.removed > 0) rows::mark_busy_changed(tx, schedule_id);
  written.covered_ids = covered(tx, *schedule, rows::busy(tx.sql(), of_source()));
  const Told told{"agenda.busy", schedule_id, {}, answering_doctor(*schedule), {}};
  if (auto entered = tell(practice_.ledger, tx, told, by); !entered) return tl::unexpected<Error>(entered.error());
  return written;
}

}  // namespace relais::scheduling
