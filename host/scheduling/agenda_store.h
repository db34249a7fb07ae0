// SPDX-License-Identifier: Apache-2.0
// Agendas as the practice keeps them: hours, kinds of appointments, holds, appointments, outside busy time. Free slots
// are worked out, never stored (slots.h). The contract's messages are the domain's types. Rules: domain note "Scheduling",
// sections 5 and 6.
//
// Static functions read, on any session of Database::read or write; the others write, inside a work of Database::write.
// All throw soci::soci_error, which Database answers. Of a hold or an appointment, `slot.kind` and `slot.person_id` are
// the agenda's, whatever was asked.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/error.h"
#include "practice/accounts.h"
#include "practice/change_signal.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "relais/v1/scheduling.pb.h"

namespace relais::scheduling {

using practice::Transaction;

// Of one practice: its time zone, and whom it tells.
struct Practice {
  practice::Ledger& ledger;
  std::string time_zone = "Europe/Paris";
};

// Rows that satisfy every field set. A span takes what overlaps [from_ms, until_ms).
struct AgendaFilter {
  std::vector<std::string> schedule_ids;  // empty: every agenda
  std::string patient_id;
  std::optional<std::int64_t> from_ms, until_ms;
  // Appointments: cancelled and moved ones too. Holds: lapsed, used and given back ones too.
  bool ended = false;
  std::int64_t changed_after = 0;  // rows written after this position of the feed
};

// Who books, as far as the rules ask.
struct Booker {
  practice::Attribution by;
  // Unplanned care: by a doctor, or by an assistant whose fiche allows it.
  bool may_take_unplanned = false;
};

struct HoldAsked {
  v1::Slot slot = {};  // schedule_id, start_ms, end_ms; type_id and schedule_version when they are known
  std::string patient_id = {};
  bool call_back = false;
  v1::BookingOrigin origin = v1::BOOKING_ORIGIN_UNSPECIFIED;
  std::string task_id = {};
  std::string worklist_item_id = {};
  std::string for_booking_id = {};  // appointment to be moved to it
};

struct SeriesAsked {
  HoldAsked first;
  int count = 2;
  int every_weeks = 1;
  std::string reason;
  bool skip_refused = false;
};

// Time that an agenda kept elsewhere says is taken: no reason, no name.
struct BusyPeriod {
  std::string schedule_id;
  std::string source;  // name of the outside agenda
  std::string uid;     // of the event there
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;  // excluded
  bool tentative = false;
};

// An event of an outside agenda with the times at which it is busy: none when it is cancelled or transparent, one for
// each repetition.
struct BusyEvent {
  std::string uid;
  std::int64_t sequence = 0;  // SEQUENCE
  std::string version;        // last modification, or a digest of the event: decides between equal sequences
  std::vector<BusyPeriod> periods;  // start_ms, end_ms and tentative count
};

// What put_busy did, in events.
struct BusyWritten {
  int added = 0, replaced = 0, removed = 0, unchanged = 0, older = 0;
  // Appointments and holds of ours that the busy time covers now: to be settled by a person.
  std::vector<std::string> covered_ids;
};

class AgendaStore {
 public:
  // `practice.ledger` must outlive the store.
  explicit AgendaStore(Practice practice) : practice_(std::move(practice)) {}

  // --- Agendas -------------------------------------------------------------------------------------------------------
  // By id. `person_id` empty: everybody's.
  static std::vector<v1::Schedule> schedules(soci::session& sql, const std::string& person_id = {});
  // relais.not-found.
  static Result<v1::Schedule> schedule(soci::session& sql, const std::string& id);
  // scheduling.hours with the place; scheduling.version. The roles' rules are the caller's. The new version is answered.
  Result<v1::Schedule> put_schedule(Transaction& tx, v1::Schedule schedule, const practice::Attribution& by);

  // --- Kinds of appointments and settings -----------------------------------------------------------------------------
  static std::vector<v1::AppointmentType> types(soci::session& sql, bool with_retired = false);
  // scheduling.unknown-type, for a retired one too.
  static Result<v1::AppointmentType> type(soci::session& sql, const std::string& id);
  Result<v1::AppointmentType> put_type(Transaction& tx, v1::AppointmentType type, const practice::Attribution& by);
  static v1::AgendaSettings settings(soci::session& sql);
  Result<v1::AgendaSettings> put_settings(Transaction& tx, v1::AgendaSettings settings, const practice::Attribution& by);

  // --- Free slots -----------------------------------------------------------------------------------------------------
  // By start; see slots.h. scheduling.unknown-type; relais.not-found for an agenda.
  Result<std::vector<v1::Slot>> free_slots(soci::session& sql, const v1::SearchSlotsRequest& asked, Instant now) const;

  // Two or three choices of visits that join the needs, as a recall may take them; see visit_planner.h. Keeps nothing.
  // relais.invalid-argument with the place; scheduling.unknown-type; scheduling.reserved for a type of no recalls.
  Result<v1::ProposeVisitsResponse> propose(soci::session& sql, const v1::ProposeVisitsRequest& asked, Instant now) const;

  // --- Holds and appointments -----------------------------------------------------------------------------------------
  // Holds by end, appointments by start. A hold past its end is told as LAPSED, whether or not anybody wrote it yet.
  static std::vector<v1::Hold> holds(soci::session& sql, const AgendaFilter& filter, Instant now);
  static Result<v1::Hold> hold(soci::session& sql, const std::string& id, Instant now);
  static std::vector<v1::Booking> bookings(soci::session& sql, const AgendaFilter& filter);
  // relais.not-found.
  static Result<v1::Booking> booking(soci::session& sql, const std::string& id);
  // The appointment made of this hold; relais.not-found.
  static Result<v1::Booking> booking_of_hold(soci::session& sql, const std::string& hold_id);
  // Appointments of an agenda that still stand and lie outside its hours now.
  Result<std::vector<std::string>> outside_hours(soci::session& sql, const std::string& schedule_id, Instant now) const;

  // Refusals: see scheduling.proto, HoldSlot.
  Result<v1::Hold> hold_slot(Transaction& tx, const HoldAsked& asked, const Booker& booker);
  Result<void> release(Transaction& tx, const std::string& hold_id, const practice::Attribution& by);
  Result<v1::Booking> confirm(Transaction& tx, const std::string& hold_id, const std::string& reason,
                              const practice::Attribution& by);
  // The new appointment. `version` 0: not compared.
  Result<v1::Booking> move(Transaction& tx, const std::string& booking_id, const std::string& hold_id,
                           std::int64_t version, const practice::Attribution& by);
  Result<v1::Booking> cancel(Transaction& tx, const std::string& booking_id, std::int64_t version,
                             const practice::Attribution& by);
  Result<v1::Booking> attended(Transaction& tx, const std::string& booking_id, bool came, std::int64_t version,
                               const practice::Attribution& by);
  Result<v1::BookSeriesResponse> book_series(Transaction& tx, const SeriesAsked& asked, const Booker& booker);

  // --- Busy time of agendas kept elsewhere -------------------------------------------------------------------------------
  // By start.
  static std::vector<BusyPeriod> busy(soci::session& sql, const AgendaFilter& filter);
  // The whole of `source` over one agenda as it stands now: what is not told any more is forgotten, an event older than
  // the one known (`sequence`) changes nothing. relais.not-found for the agenda.
  Result<BusyWritten> put_busy(Transaction& tx, const std::string& schedule_id, const std::string& source,
                               const std::vector<BusyEvent>& events, const practice::Attribution& by);

  // --- Watching -------------------------------------------------------------------------------------------------------
  // The position of the last change; what changed after one is asked with AgendaFilter::changed_after.
  static std::int64_t last_change(soci::session& sql);
  // Agendas whose hours, or whose busy time, changed after `position`.
  static std::vector<std::string> changed_schedules(soci::session& sql, std::int64_t position);
  static std::vector<std::string> changed_busy(soci::session& sql, std::int64_t position);
  // To be notified once a write is durable.
  practice::ChangeSignal& signal() { return signal_; }

  const std::string& time_zone() const { return practice_.time_zone; }

 private:
  Practice practice_;
  practice::ChangeSignal signal_;
};

}  // namespace relais::scheduling
