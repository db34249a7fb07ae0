// SPDX-License-Identifier: Apache-2.0
// Free slots and visits that join needs: nothing is kept.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "api/agenda_desk.h"
#include "api/agenda_span.h"
#include "api/page.h"
#include "practice/worklist_store.h"
#include "records/record_table.h"
#include "scheduling/appointment_need.h"
#include "scheduling/slots.h"

namespace relais::api {
namespace {

using scheduling::AgendaStore;

constexpr int most_together = 8;

bool acts_as_doctor(const Caller& caller) {
  return caller.role == v1::ROLE_DOCTOR || caller.role == v1::ROLE_REPLACEMENT_DOCTOR;
}

Answer<void> check_search(const Caller& caller, const v1::SearchSlotsRequest& request) {
  if (auto span = check_span(request.start_ms(), request.end_ms()); !span) return span;
  if (request.minutes() < 0 || request.minutes() > scheduling::longest_slot_minutes ||
      request.minutes() % scheduling::cell_minutes != 0)
    return refuse(Code::invalid_argument, "5 to 240, a multiple of 5", "minutes");
  if (request.together() < 0 || request.together() > most_together)
    return refuse(Code::invalid_argument, "at most 8", "together");
  if (!v1::BookingOrigin_IsValid(request.origin())) return refuse(Code::invalid_argument, "no such origin", "origin");
  const auto& kinds = request.kinds();
  const bool unplanned = std::ranges::find(kinds, v1::SLOT_KIND_UNPLANNED) != kinds.end();
  if (unplanned && !acts_as_doctor(caller) && caller.role != v1::ROLE_ASSISTANT)
    return refuse(Code::scheduling_reserved, "unplanned care is a doctor's, or as his fiche says", "kinds");
  return {};
}

// Slots of unplanned care are an assistant's only where the fiche of that doctor says so.
Answer<void> keep_own(const AgendaDesk& desk, const Caller& caller, std::vector<v1::Slot>& slots) {
  if (caller.role != v1::ROLE_ASSISTANT) return {};
  std::map<std::string, bool> open;
  for (const auto& slot : slots) {
    if (slot.kind() != v1::SLOT_KIND_UNPLANNED || open.contains(slot.schedule_id())) continue;
    const auto doctor = desk.doctor_of(slot.schedule_id(), "schedule_ids");
    if (!doctor) return tl::unexpected<Failure>(doctor.error());
    const auto may = desk.may_take_unplanned(caller, *doctor, {});
    if (!may) return tl::unexpected<Failure>(may.error());
    open[slot.schedule_id()] = *may;
  }
  std::erase_if(slots, [&](const v1::Slot& slot) {
    return slot.kind() == v1::SLOT_KIND_UNPLANNED && !open.at(slot.schedule_id());
  });
  return {};
}

Answer<v1::SearchSlotsResponse> search(const AgendaDesk& desk, Call& call, const v1::SearchSlotsRequest& request) {
  auto asked = from_now_on(request, desk.now());
  if (auto good = check_search(call.caller, asked); !good) return tl::unexpected<Failure>(good.error());
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  if (asked.kinds().empty() && asked.type_id().empty() && asked.origin() != v1::BOOKING_ORIGIN_RECALL &&
      acts_as_doctor(call.caller))
    for (const auto kind : {v1::SLOT_KIND_ROUTINE, v1::SLOT_KIND_PRO, v1::SLOT_KIND_UNPLANNED, v1::SLOT_KIND_LONG,
                            v1::SLOT_KIND_ASSISTANT, v1::SLOT_KIND_VACCINE_ROUND})
      asked.add_kinds(kind);
  auto slots = desk.database().read([&](soci::session& sql) { return desk.store.free_slots(sql, asked, desk.now()); });
  if (!slots) return refuse(slots.error());
  if (auto own = keep_own(desk, call.caller, *slots); !own) return tl::unexpected<Failure>(own.error());
  v1::SearchSlotsResponse response;
  auto rows = cut_page(*page, std::move(*slots), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  for (auto& row : *rows) *response.add_slots() = std::move(row);
  return response;
}

// The doctor of the first need that names one, else the patient's own.
Answer<v1::Subject> subject_of_needs(const AgendaDesk& desk, const v1::ProposeVisitsRequest& request) {
  v1::Subject subject;
  subject.set_patient_id(request.patient_id());
  subject.set_task_id(request.task_id().empty() ? "rdv-prise" : request.task_id());
  for (const auto& need : request.needs())
    if (subject.doctor_id().empty()) subject.set_doctor_id(need.doctor_id());
  if (!subject.doctor_id().empty()) return subject;
  const auto patients = desk.database().read([&](soci::session& sql) -> Result<std::vector<records::Stored<v1::Patient>>> {
    return records::select_rows<v1::Patient>(sql, desk.now(), records::Narrowing{"t.id = :id", {request.patient_id()}});
  });
  if (!patients) return refuse(patients.error());
  if (patients->empty()) return refuse(Code::practice_unknown_patient, "no such patient", "patient_id");
  subject.set_doctor_id(patients->front().message.treating_doctor_id());
  return subject;
}

// An item that a need names by its id, and what its plugin asks of the agenda.
struct AskedItem {
  worklist::Scope scope;
  std::optional<v1::Need> draft;
};

Answer<std::optional<AskedItem>> asked_item(const AgendaDesk& desk, const std::string& id) {
  auto found = desk.database().read([&](soci::session& sql) -> Result<std::optional<AskedItem>> {
    const auto item = practice::WorklistStore::item(sql, id);
    if (!item && item.error().code == Code::not_found) return std::optional<AskedItem>();
    if (!item) return tl::unexpected<Error>(item.error());
    return AskedItem{item->key.scope, scheduling::appointment_need(sql, item->key.scope)};
  });
  if (!found) return refuse(found.error());
  return std::move(*found);
}

// A need that bears the id of an item is the one of the item's draft: what the request says itself stands, but for a
// first day before the draft's. The caller may be shown less than the draft (D4): slots tell nothing more of it.
Answer<v1::ProposeVisitsRequest> with_drafts(const AgendaDesk& desk, const Call& call, v1::ProposeVisitsRequest request) {
  for (int i = 0; i < request.needs_size(); ++i) {
    auto& need = *request.mutable_needs(i);
    const auto item = asked_item(desk, need.id());
    if (!item) return tl::unexpected<Failure>(item.error());
    if (!*item) continue;
    const auto place = fmt::format("needs[{}].id", i);
    const auto& subject = (*item)->scope.subject;
    const auto& patient = need.patient_id().empty() ? request.patient_id() : need.patient_id();
    if ((*item)->scope.task != request.task_id()) return refuse(Code::invalid_argument, "the item's own task", place);
    if (subject.patient_id != patient) return refuse(Code::invalid_argument, "the item's own patient", place);
    if (!subject.doctor_id.empty() && subject.doctor_id != call.subject.doctor_id()) {
      auto own = call.subject;
      own.set_doctor_id(subject.doctor_id);
      if (auto may = desk.allowed(call.caller, v1::DELEGATED_ACTION_PREPARER, own); !may)
        return tl::unexpected<Failure>(may.error());
    }
    const auto& draft = (*item)->draft;
    if (!draft) return refuse(Code::invalid_argument, "the item asks for no appointment", place);
    if (need.kind().empty()) need.set_kind(draft->kind());
    if (need.minutes() == 0 && need.type_id().empty()) need.set_minutes(draft->minutes());
    if (need.not_before() < draft->not_before()) need.set_not_before(draft->not_before());
    if (need.not_after().empty()) need.set_not_after(draft->not_after());
    if (need.priority() == 0) need.set_priority(draft->priority());
  }
  return request;
}

Answer<v1::ProposeVisitsResponse> propose(const AgendaDesk& desk, Call& call, const v1::ProposeVisitsRequest& request) {
  // Of each other doctor too.
  for (const auto& need : request.needs()) {
    if (need.doctor_id().empty() || need.doctor_id() == call.subject.doctor_id()) continue;
    auto subject = call.subject;
    subject.set_doctor_id(need.doctor_id());
    if (auto may = desk.allowed(call.caller, v1::DELEGATED_ACTION_PREPARER, subject); !may)
      return tl::unexpected<Failure>(may.error());
  }
  const auto asked = with_drafts(desk, call, request);
  if (!asked) return tl::unexpected<Failure>(asked.error());
  auto response = desk.database().read([&](soci::session& sql) { return desk.store.propose(sql, *asked, desk.now()); });
  if (!response) return refuse(response.error());
  return std::move(*response);
}

}  // namespace

void register_agenda_search(Registry& registry, const AgendaDesk& desk) {
  registry.unary<v1::SearchSlotsRequest, v1::SearchSlotsResponse>(
      "SchedulingService.SearchSlots", [desk](Call& call, const auto& request) { return search(desk, call, request); });
  registry.unary<v1::ProposeVisitsRequest, v1::ProposeVisitsResponse>(
      "SchedulingService.ProposeVisits", [desk](Call& call, const auto& request) { return propose(desk, call, request); },
      [desk](const Caller&, const auto& request) { return subject_of_needs(desk, request); });
}

}  // namespace relais::api
