// SPDX-License-Identifier: Apache-2.0
// Texts that doctors write for patients, and the drafts made of them. Private to worklist_contacts.cpp and
// worklist_messages.cpp.
#pragma once

#include <optional>
#include <string>

#include "practice/contact_store.h"
#include "relais/v1/scheduling.pb.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {

v1::MessageDraft shown_draft(const practice::MessageDraft& draft);

// The appointment when it is confirmed and the patient's.
std::optional<v1::Booking> confirmed_booking(soci::session& sql, const std::string& booking_id,
                                             const std::string& patient);

}  // namespace relais::api
