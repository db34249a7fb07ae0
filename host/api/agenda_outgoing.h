// SPDX-License-Identifier: Apache-2.0
// Our holds and appointments under the names that they have outside. Private to agenda_exchange.cpp.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "relais/v1/scheduling.pb.h"
#include "scheduling/formats/exchange.h"

namespace relais::api {

// `office`: the practice's UUID (practice/contact_store.h). Without span, zone and hour of writing, which are the
// caller's. A hold that became an appointment is told as that appointment, under the same name.
scheduling::formats::OutgoingAgenda outgoing_agenda(const std::string& office, const v1::Schedule& schedule,
                                                    const std::vector<v1::Hold>& holds,
                                                    const std::vector<v1::Booking>& bookings);
// Those that somebody outside may ask for: not the practice's own kinds.
void add_free_slots(scheduling::formats::OutgoingAgenda& agenda, const std::string& office,
                    const std::vector<v1::Slot>& slots);

// The names of ours that may come back to us in an agenda that holds both, as iCalendar writes them; in FHIR they stand
// behind oid_of(office).
std::set<std::string> own_uids(const std::string& office, const std::vector<v1::Hold>& holds,
                               const std::vector<v1::Booking>& bookings);

// "urn:oid:2.25.N": the OID that a UUID is (ITU-T X.667).
std::string oid_of(const std::string& uuid);

}  // namespace relais::api
