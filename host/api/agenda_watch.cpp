// SPDX-License-Identifier: Apache-2.0
// The watch stream: what stands over a span, then every change. Changes are told by a signal and read from the feed, so a
// missed or doubled wake-up loses nothing; a wake-up without a change looks at the holds that were sent, which may have
// lapsed.
#include <algorithm>
#include <deque>
#include <map>

#include "api/agenda_desk.h"

namespace relais::api {
namespace {

using scheduling::AgendaFilter;
using scheduling::AgendaStore;

class AgendaWatch final : public Stream {
 public:
  AgendaWatch(const AgendaDesk& desk, const Caller& caller, const v1::WatchAgendaRequest& request)
      : desk_(desk), caller_(caller) {
    filter_.schedule_ids.assign(request.schedule_ids().begin(), request.schedule_ids().end());
    filter_.from_ms = request.start_ms();
    filter_.until_ms = request.end_ms();
  }
  ~AgendaWatch() override {
    if (listener_ != 0) desk_.store.signal().remove(listener_);
  }

  void start(std::function<void()> wake) override { listener_ = desk_.store.signal().add(std::move(wake)); }

  Answer<Pulled> pull(Call& call) override {
    if (waiting_.empty()) {
      if (const auto read = look(); !read) return refuse(read.error());
      for (const auto& change : waiting_) {
        if (change.kind() == v1::WatchAgendaResponse::KIND_BOOKING) call.read(change.booking().patient_id());
        if (change.kind() == v1::WatchAgendaResponse::KIND_HOLD) call.read(change.hold().patient_id());
      }
    }
    Pulled next;
    if (waiting_.empty()) return next;
    next.message = std::make_unique<v1::WatchAgendaResponse>(std::move(waiting_.front()));
    waiting_.pop_front();
    return next;
  }

 private:
  // What was read in one snapshot of the database.
  struct Read {
    std::int64_t position = 0;
    std::vector<v1::Schedule> schedules;
    std::vector<std::string> busy;
    std::vector<v1::Booking> bookings;
    std::vector<v1::Hold> holds;
  };

  Result<void> look() {
    const bool first = !std::exchange(started_, true);
    auto filter = filter_;
    filter.ended = !first;
    filter.changed_after = first ? 0 : position_;
    const auto now = desk_.now();
    auto read = desk_.database().read([&](soci::session& sql) -> Result<Read> {
      Read found;
      found.position = AgendaStore::last_change(sql);
      if (!first && found.position == position_) return found;
      found.bookings = AgendaStore::bookings(sql, filter);
      found.holds = AgendaStore::holds(sql, filter, now);
      if (!first) found.busy = AgendaStore::changed_busy(sql, position_);
      const auto changed = AgendaStore::changed_schedules(sql, first ? 0 : position_);
      for (auto& schedule : AgendaStore::schedules(sql))
        if (std::ranges::find(changed, schedule.id()) != changed.end()) found.schedules.push_back(std::move(schedule));
      return found;
    });
    if (!read) return tl::unexpected<Error>(read.error());
    if (auto told = tell(*read); !told) return told;
    if (first) waiting_.emplace_back().set_kind(v1::WatchAgendaResponse::KIND_SNAPSHOT_END);
    tell_lapsed(practice::to_ms(now));
    position_ = read->position;
    return {};
  }

  Result<void> tell(Read& read) {
    AgendaView view(desk_, caller_);
    for (auto& schedule : read.schedules) {
      if (!asked_for(schedule.id())) continue;
      auto& change = add(v1::WatchAgendaResponse::KIND_SCHEDULE);
      *change.mutable_schedule() = std::move(schedule);
    }
    for (const auto& id : read.busy)
      if (asked_for(id)) add(v1::WatchAgendaResponse::KIND_BUSY_CHANGED).mutable_schedule()->set_id(id);
    for (auto& booking : read.bookings) {
      const auto sees = view.sees_agenda(booking.slot().schedule_id());
      if (!sees) return tl::unexpected<Error>(sees.error());
      if (*sees) *add(v1::WatchAgendaResponse::KIND_BOOKING).mutable_booking() = view.show(std::move(booking));
    }
    for (auto& hold : read.holds) {
      const auto sees = view.sees_agenda(hold.slot().schedule_id());
      if (!sees) return tl::unexpected<Error>(sees.error());
      if (*sees) tell_hold(std::move(hold));
    }
    return {};
  }

  void tell_hold(v1::Hold hold) {
    if (hold.state() == v1::BOOKING_STATE_HELD) {
      standing_[hold.id()] = hold;
    } else if (standing_.erase(hold.id()) == 0 && hold.state() == v1::BOOKING_STATE_LAPSED) {
      return;  // told as lapsed before it was written so
    }
    *add(v1::WatchAgendaResponse::KIND_HOLD).mutable_hold() = std::move(hold);
  }

  void tell_lapsed(std::int64_t now_ms) {
    for (auto it = standing_.begin(); it != standing_.end();) {
      if (it->second.expires_ms() > now_ms) {
        ++it;
        continue;
      }
      it->second.set_state(v1::BOOKING_STATE_LAPSED);
      *add(v1::WatchAgendaResponse::KIND_HOLD).mutable_hold() = std::move(it->second);
      it = standing_.erase(it);
    }
  }

  v1::WatchAgendaResponse& add(v1::WatchAgendaResponse::Kind kind) {
    auto& change = waiting_.emplace_back();
    change.set_kind(kind);
    return change;
  }

  bool asked_for(const std::string& schedule_id) const {
    const auto& ids = filter_.schedule_ids;
    return ids.empty() || std::ranges::find(ids, schedule_id) != ids.end();
  }

  const AgendaDesk desk_;
  const Caller caller_;
  AgendaFilter filter_;
  std::int64_t listener_ = 0;
  bool started_ = false;
  std::int64_t position_ = 0;
  std::map<std::string, v1::Hold> standing_;  // sent as held
  std::deque<v1::WatchAgendaResponse> waiting_;
};

}  // namespace

std::shared_ptr<Stream> watch_agenda(const AgendaDesk& desk, const Caller& caller,
                                     const v1::WatchAgendaRequest& request) {
  return std::make_shared<AgendaWatch>(desk, caller, request);
}

}  // namespace relais::api
