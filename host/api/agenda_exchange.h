// SPDX-License-Identifier: Apache-2.0
// Agendas kept elsewhere: ExportAgenda, ImportBusyTime and ListBusyTime of SchedulingService.
#pragma once

#include "api/agenda_desk.h"
#include "api/registry.h"

namespace relais::api {

// What `desk` stands on outlives the server.
void register_agenda_exchange(Registry& registry, const AgendaDesk& desk);

}  // namespace relais::api
