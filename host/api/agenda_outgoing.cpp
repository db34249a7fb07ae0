// SPDX-License-Identifier: Apache-2.0
#include "api/agenda_outgoing.h"

#include <algorithm>
#include <array>

#include "domain/canonical.h"
#include "practice/database.h"

namespace relais::api {
namespace {

namespace formats = scheduling::formats;

// A UUID (version 8, RFC 9562) made of the practice's own and of what it names: the same each time, and nobody else's.
std::string name_of(const std::string& office, std::string_view kind, std::string_view id) {
  auto hex = fiche::sha256_hex(office + "/" + std::string(kind) + "/" + std::string(id)).substr(0, 32);
  hex[12] = '8';
  hex[16] = "89ab"[static_cast<std::size_t>(hex[16]) % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

std::string visit_uid(const std::string& office, const v1::Hold& hold) { return name_of(office, "hold", hold.id()); }
std::string visit_uid(const std::string& office, const v1::Booking& booking) {
  return booking.hold_id().empty() ? name_of(office, "booking", booking.id()) : name_of(office, "hold", booking.hold_id());
}

formats::Openness openness(v1::SlotKind kind) {
  switch (kind) {
    case v1::SLOT_KIND_ROUTINE:
      return formats::Openness::open;
    case v1::SLOT_KIND_PRO:
      return formats::Openness::colleagues;
    case v1::SLOT_KIND_UNPLANNED:
      return formats::Openness::unplanned;
    case v1::SLOT_KIND_WALK_IN:
      return formats::Openness::walk_in;
    default:
      return formats::Openness::inside;
  }
}

formats::Standing standing(v1::BookingState state) {
  switch (state) {
    case v1::BOOKING_STATE_HELD:
      return formats::Standing::held;
    case v1::BOOKING_STATE_FULFILLED:
      return formats::Standing::fulfilled;
    case v1::BOOKING_STATE_NO_SHOW:
      return formats::Standing::no_show;
    case v1::BOOKING_STATE_CONFIRMED:
      return formats::Standing::confirmed;
    default:
      return formats::Standing::cancelled;
  }
}

formats::OutgoingVisit visit_of(const std::string& uid, const v1::Slot& slot, v1::BookingState state) {
  formats::OutgoingVisit visit;
  visit.uid = uid;
  visit.slot_uid = name_of(uid, "slot", {});
  visit.start = practice::from_ms(slot.start_ms());
  visit.end = practice::from_ms(slot.end_ms());
  visit.standing = standing(state);
  visit.openness = openness(slot.kind());
  return visit;
}

}  // namespace

std::string oid_of(const std::string& uuid) {
  // The 128 bits as one decimal number, nine digits at a time.
  constexpr std::uint64_t base = 1'000'000'000;
  std::vector<std::uint64_t> parts{0};
  for (const char c : uuid) {
    if (c == '-') continue;
    std::uint64_t carry = static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    for (auto& part : parts) {
      const auto value = part * 16 + carry;
      part = value % base;
      carry = value / base;
    }
    if (carry != 0) parts.push_back(carry);
  }
  auto text = std::to_string(parts.back());
  for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) {
    const auto digits = std::to_string(*part);
    text += std::string(9 - digits.size(), '0') + digits;
  }
  return "urn:oid:2.25." + text;
}

formats::OutgoingAgenda outgoing_agenda(const std::string& office, const v1::Schedule& schedule,
                                        const std::vector<v1::Hold>& holds, const std::vector<v1::Booking>& bookings) {
  formats::OutgoingAgenda agenda;
  agenda.uid = name_of(office, "schedule", schedule.id());
  agenda.office = oid_of(office);
  agenda.place = schedule.place();
  for (const auto& hold : holds) {
    if (hold.state() == v1::BOOKING_STATE_CONFIRMED) continue;
    auto visit = visit_of(visit_uid(office, hold), hold.slot(), hold.state());
    visit.sequence = hold.state() == v1::BOOKING_STATE_HELD ? 0 : 1;
    visit.made = practice::from_ms(hold.held_ms());
    visit.changed = hold.state() == v1::BOOKING_STATE_LAPSED ? practice::from_ms(hold.expires_ms()) : visit.made;
    agenda.visits.push_back(std::move(visit));
  }
  for (const auto& booking : bookings) {
    auto visit = visit_of(visit_uid(office, booking), booking.slot(), booking.state());
    visit.sequence = booking.version();
    visit.made = practice::from_ms(booking.booked_ms());
    visit.changed = practice::from_ms(booking.changed_ms());
    agenda.visits.push_back(std::move(visit));
  }
  std::sort(agenda.visits.begin(), agenda.visits.end(), [](const auto& a, const auto& b) {
    return std::pair(a.start, a.uid) < std::pair(b.start, b.uid);
  });
  return agenda;
}

void add_free_slots(formats::OutgoingAgenda& agenda, const std::string& office, const std::vector<v1::Slot>& slots) {
  for (const auto& slot : slots) {
    const auto open = openness(slot.kind());
    if (open == formats::Openness::inside) continue;
    agenda.free.push_back({name_of(office, "free/" + slot.schedule_id(), std::to_string(slot.start_ms())),
                           practice::from_ms(slot.start_ms()), practice::from_ms(slot.end_ms()), open});
  }
}

std::set<std::string> own_uids(const std::string& office, const std::vector<v1::Hold>& holds,
                               const std::vector<v1::Booking>& bookings) {
  std::set<std::string> own;
  for (const auto& hold : holds) own.insert(visit_uid(office, hold));
  for (const auto& booking : bookings) own.insert(visit_uid(office, booking));
  return own;
}

}  // namespace relais::api
