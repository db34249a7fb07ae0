// SPDX-License-Identifier: Apache-2.0
#include "api/agenda_desk.h"
#include "api/agenda_exchange.h"
#include "api/practice_services.h"

namespace relais::api {

void register_scheduling_service(Registry& registry, const PracticeServices& context, scheduling::AgendaStore& store,
                                 std::function<void()> record_changed) {
  const AgendaDesk desk{context, store, std::move(record_changed)};
  register_agenda_hours(registry, desk);
  register_agenda_search(registry, desk);
  register_agenda_bookings(registry, desk);
  register_agenda_lists(registry, desk);
  registry.stream<v1::WatchAgendaRequest, v1::WatchAgendaResponse>(
      "SchedulingService.WatchAgenda",
      [desk](Call& call, const v1::WatchAgendaRequest& request) -> Answer<std::shared_ptr<Stream>> {
        if (auto span = check_span(request.start_ms(), request.end_ms()); !span)
          return tl::unexpected<Failure>(span.error());
        return watch_agenda(desk, call.caller, request);
      });
  register_agenda_exchange(registry, desk);
}

}  // namespace relais::api
