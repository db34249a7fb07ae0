// SPDX-License-Identifier: Apache-2.0
// What a plugin's finding asks of the agenda. A plugin proposes it as a draft "draft.appointment-need", a text of lines
// "name: value": kind, minutes, not_before, not_after (dates as 2026-11-23, or "-" for none), priority (domain note
// "Scheduling", section 5).
#pragma once

#include <soci/soci.h>

#include <optional>
#include <string_view>

#include "domain/error.h"
#include "domain/findings.h"
#include "relais/v1/scheduling.pb.h"

namespace relais::scheduling {

inline constexpr std::string_view appointment_need_draft = "draft.appointment-need";

// A line that is not one of these, or holds no such value, leaves its field empty: what cannot be read bounds nothing.
v1::Need read_appointment_need(std::string_view body);

// The first of those drafts that stand about a scope; none when its plugin asks for no appointment. Inside a work of
// Database::read or write; throws soci::soci_error.
std::optional<v1::Need> appointment_need(soci::session& sql, const worklist::Scope& scope);
// The same, of an item. relais.not-found.
Result<std::optional<v1::Need>> appointment_need(soci::session& sql, const std::string& item_id);

}  // namespace relais::scheduling
