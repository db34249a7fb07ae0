// SPDX-License-Identifier: Apache-2.0
// What the handlers of SchedulingService share: whose agenda, under which task, what a reader is shown. Private to
// agenda_*.cpp and scheduling_service.cpp.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "api/call.h"
#include "api/practice_services.h"
#include "relais/v1/scheduling.pb.h"
#include "scheduling/agenda_store.h"

namespace relais::api {

inline constexpr std::int64_t longest_agenda_span_ms = 62LL * 24 * 60 * 60 * 1000;

// What SchedulingService stands on; outlives the server.
struct AgendaDesk {
  const PracticeServices& context;
  scheduling::AgendaStore& store;
  // Appointments of patients changed; called on any thread, may be empty.
  std::function<void()> record_changed;

  Instant now() const { return context.clock.now(); }
  practice::Database& database() const { return context.database; }
  // After a durable write.
  void changed(bool record) const;

  // relais.not-found with the place.
  Answer<v1::Schedule> schedule(const std::string& id, const char* place) const;
  // The doctor whose fiche decides about an agenda; relais.not-found with the place.
  Answer<std::string> doctor_of(const std::string& schedule_id, const char* place) const;
  // For an assistant, whether a fiche allows it; others are let through. Refused with api.mandate and the rule.
  Answer<void> allowed(const Caller& caller, v1::DelegatedAction action, const v1::Subject& subject) const;
  // Slots of unplanned care of this doctor: doctors, and assistants whose fiche allows it.
  Answer<bool> may_take_unplanned(const Caller& caller, const std::string& doctor, const std::string& patient) const;
};

// relais.invalid-argument (place end_ms) unless start < end, at most `longest_ms` apart.
Answer<void> check_span(std::int64_t start_ms, std::int64_t end_ms, std::int64_t longest_ms = longest_agenda_span_ms);

// What one caller may see. Made for one request; asks the fiches: not inside a work of Database::read.
class AgendaView {
 public:
  // `desk` outlives it.
  AgendaView(const AgendaDesk& desk, Caller caller) : desk_(desk), caller_(std::move(caller)) {}

  // Whether appointments of this doctor's agendas are shown: an assistant's fiche lets her see one of the tasks of the
  // desk (taking appointments, keeping the agenda, receiving patients).
  Result<bool> sees(const std::string& doctor);
  // As sees(), by agenda; false for one that is not there.
  Result<bool> sees_agenda(const std::string& schedule_id);
  // The reason is left out but for doctors and for who wrote it.
  v1::Booking show(v1::Booking booking) const;

 private:
  const AgendaDesk& desk_;
  const Caller caller_;
  std::map<std::string, bool> by_doctor_;
  std::map<std::string, std::string> doctors_;  // by agenda
  bool read_ = false;
};

v1::Booking without_reason(v1::Booking booking);

void register_agenda_hours(Registry& registry, const AgendaDesk& desk);
void register_agenda_search(Registry& registry, const AgendaDesk& desk);
void register_agenda_bookings(Registry& registry, const AgendaDesk& desk);
void register_agenda_lists(Registry& registry, const AgendaDesk& desk);

// WatchAgenda.
std::shared_ptr<Stream> watch_agenda(const AgendaDesk& desk, const Caller& caller, const v1::WatchAgendaRequest& request);

}  // namespace relais::api
