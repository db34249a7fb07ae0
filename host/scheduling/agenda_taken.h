// SPDX-License-Identifier: Apache-2.0
// What is taken of somebody's time, and how many recalls a day holds. Throws soci::soci_error.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "scheduling/agenda_days.h"
#include "scheduling/agenda_store.h"
#include "scheduling/slots.h"

namespace relais::scheduling {

// Appointments, holds that stand and busy time of this person in `within`, over all the person's agendas, and the
// closures of `schedule`.
std::vector<Span> taken_spans(soci::session& sql, const v1::Schedule& schedule, Span within, Instant now);

// Whether an agenda kept elsewhere says that this person is busy then.
bool is_busy_elsewhere(soci::session& sql, const std::string& person, Span span);

// Recalls that stand on that civil day of the agenda, but for the hold named.
int recalls_on(soci::session& sql, const v1::Schedule& schedule, fiche::CivilDate day, const std::string& zone,
               const std::string& except_hold, Instant now);

// An appointment or a hold of this patient that overlaps, but for those named; empty when there is none.
std::string patient_taken(soci::session& sql, const std::string& patient_id, Span span, const std::string& except_hold,
                          const std::string& except_booking, Instant now);

// First instants of a civil day and of the next.
Span day_span(fiche::CivilDate day, const std::string& zone);

}  // namespace relais::scheduling
