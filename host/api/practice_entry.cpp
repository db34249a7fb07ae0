// SPDX-License-Identifier: Apache-2.0
// Presence, replacements, holidays, closures, absences: what is entered about days and hours.
#include <algorithm>

#include "api/dated_instant.h"
#include "api/practice_desk.h"

namespace relais::api {
namespace {

using practice::Fact;
using practice::FactKind;

Answer<Fact> presence_of(const PracticeDesk& desk, const Call& call, const v1::DeclarePresenceRequest& request) {
  const auto doctor = desk.doctor(call, request.doctor_id());
  if (!doctor) return tl::unexpected<Failure>(doctor.error());
  Fact fact;
  fact.kind = FactKind::presence;
  fact.doctor_id = *doctor;
  const auto now = desk.context.clock.now();
  const auto from = request.has_from_ms() ? dated_instant(request.from_ms(), "from_ms") : Answer<Instant>(now);
  if (!from) return tl::unexpected<Failure>(from.error());
  fact.from = *from;
  if (request.has_until_ms()) {
    const auto until = dated_instant(request.until_ms(), "until_ms");
    if (!until) return tl::unexpected<Failure>(until.error());
    fact.until = *until;
  }
  switch (request.presence()) {
    case v1::PRESENCE_PRESENT: {
      fact.value = practice::fact_value::present;
      // Nobody is present for ever: a forgotten declaration ends with its day, a locum's with the replacement.
      auto latest = desk.end_of(fiche::day_of(fiche::to_local(fact.from, desk.context.time_zone)));
      if (call.caller.role == v1::ROLE_REPLACEMENT_DOCTOR) {
        const auto period = desk.known.locum(*doctor, fact.from);
        if (!period) return refuse(Code::api_no_locum, "no replacement then", "from_ms");
        if (period->until) latest = std::min(latest, *period->until);
      }
      fact.until = fact.until ? std::min(*fact.until, latest) : latest;
      break;
    }
    case v1::PRESENCE_ABSENT:
      fact.value = practice::fact_value::absent;
      break;
    default:
      return refuse(Code::invalid_argument, "present or absent", "presence");
  }
  if (fact.until && *fact.until <= fact.from)
    return refuse(Code::invalid_argument, "ends before it begins", "until_ms");
  return fact;
}

Answer<Fact> locum_of(const PracticeDesk& desk, const Call& call, const v1::DeclareLocumRequest& request) {
  const auto doctor = desk.doctor(call, request.doctor_id());
  if (!doctor) return tl::unexpected<Failure>(doctor.error());
  const auto open = desk.open_account(request.replacement_id(), worklist::Role::replacement_doctor, "replacement_id");
  if (!open) return tl::unexpected<Failure>(open.error());
  if (request.contract().empty()) return refuse(Code::practice_proof_needed, "which contract", "contract");
  auto contract = words_of(request.contract(), "contract");
  if (!contract) return tl::unexpected<Failure>(contract.error());
  Fact fact;
  fact.kind = FactKind::locum;
  fact.doctor_id = *doctor;
  fact.replacement_id = request.replacement_id();
  const auto from = dated_instant(request.from_ms(), "from_ms");
  if (!from) return tl::unexpected<Failure>(from.error());
  const auto until = dated_instant(request.until_ms(), "until_ms");
  if (!until) return tl::unexpected<Failure>(until.error());
  fact.from = *from;
  fact.until = *until;
  fact.reference = std::move(*contract);
  if (request.from_ms() <= 0) return refuse(Code::invalid_argument, "from when", "from_ms");
  if (*fact.until <= fact.from) return refuse(Code::invalid_argument, "ends before it begins", "until_ms");
  return fact;
}

// A doctor has one replacement at a time, and a replacement doctor replaces one doctor at a time.
bool overlaps(soci::session& sql, const Fact& fact) {
  practice::FactFilter filter;
  filter.kinds = {FactKind::locum};
  filter.standing_only = true;
  const auto held = practice::FactStore::facts(sql, filter);
  return std::any_of(held.begin(), held.end(), [&](const Fact& other) {
    const bool same = other.doctor_id == fact.doctor_id || other.replacement_id == fact.replacement_id;
    return same && (!other.until || fact.from < *other.until) && other.from < *fact.until;
  });
}

Answer<v1::DeclareLocumResponse> declare_locum(const PracticeDesk& desk, Call& call,
                                               const v1::DeclareLocumRequest& request) {
  const auto fact = locum_of(desk, call, request);
  if (!fact) return tl::unexpected<Failure>(fact.error());
  const auto made = record_once(desk, call, request, [&](practice::Transaction& tx) -> Answer<std::vector<Fact>> {
    if (overlaps(tx.sql(), *fact)) return refuse(Code::practice_overlap, "another replacement then", "from_ms");
    auto recorded = desk.store.record(tx, *fact, attribution(call));
    if (!recorded) return refuse(recorded.error());
    return std::vector<Fact>{std::move(*recorded)};
  });
  if (!made) return tl::unexpected<Failure>(made.error());
  v1::DeclareLocumResponse response;
  *response.mutable_fact() = to_proto(made->front());
  return response;
}

Answer<Fact> region_of(const PracticeDesk& desk, const Call&, const v1::SetHolidayRegionRequest& request) {
  Fact fact;
  fact.kind = FactKind::holiday_region;
  fact.from = desk.context.clock.now();
  if (request.region() == v1::HOLIDAY_REGION_FRANCE)
    fact.value = practice::fact_value::france;
  else if (request.region() == v1::HOLIDAY_REGION_ALSACE_MOSELLE)
    fact.value = practice::fact_value::alsace_moselle;
  else
    return refuse(Code::invalid_argument, "which holidays", "region");
  return fact;
}

Answer<Fact> closure_of(const PracticeDesk& desk, const Call&, const v1::AddClosureRequest& request) {
  Fact fact;
  fact.kind = FactKind::closure;
  if (auto set = set_days(desk, fact, request.from_date(), request.until_date(), std::nullopt); !set)
    return tl::unexpected<Failure>(std::move(set.error()));
  auto reason = words_of(request.reason(), "reason");
  if (!reason) return tl::unexpected<Failure>(std::move(reason.error()));
  fact.reason = std::move(*reason);
  return fact;
}

Answer<Fact> absence_of(const PracticeDesk& desk, const Call& call, const v1::DeclareAbsenceRequest& request) {
  const auto assistant = desk.assistant(call, request.assistant_id());
  if (!assistant) return tl::unexpected<Failure>(assistant.error());
  Fact fact;
  fact.kind = FactKind::absence;
  fact.assistant_id = *assistant;
  if (auto set = set_days(desk, fact, request.from_date(), request.until_date(), desk.today()); !set)
    return tl::unexpected<Failure>(std::move(set.error()));
  auto reason = words_of(request.reason(), "reason");
  if (!reason) return tl::unexpected<Failure>(std::move(reason.error()));
  fact.reason = std::move(*reason);
  return fact;
}

// A method that records one fact, made by `make` out of the request.
template <class Request, class Response>
void register_fact(Registry& registry, const PracticeDesk& desk, const char* name,
                   Answer<Fact> (*make)(const PracticeDesk&, const Call&, const Request&)) {
  registry.unary<Request, Response>(name, [desk, make](Call& call, const Request& request) -> Answer<Response> {
    auto fact = make(desk, call, request);
    if (!fact) return tl::unexpected<Failure>(std::move(fact.error()));
    const auto made = record_once(desk, call, request, std::move(*fact));
    if (!made) return tl::unexpected<Failure>(made.error());
    Response response;
    *response.mutable_fact() = to_proto(*made);
    return response;
  });
}

Answer<v1::GetPresenceResponse> get_presence(const PracticeDesk& desk, const Call& call,
                                             const v1::GetPresenceRequest& request) {
  const auto own = answers_for(call.caller);
  const auto doctor = request.doctor_id().empty() ? own : request.doctor_id();
  if (doctor.empty()) return refuse(Code::invalid_argument, "which doctor", "doctor_id");
  const auto at = request.has_at_ms() ? practice::from_ms(request.at_ms()) : desk.context.clock.now();
  if (const auto fresh = desk.known.refresh(); !fresh) return refuse(fresh.error());
  v1::GetPresenceResponse response;
  response.set_doctor_id(doctor);
  if (const auto said = desk.known.presence(doctor, at)) {
    response.set_presence(said->value == practice::fact_value::present ? v1::PRESENCE_PRESENT : v1::PRESENCE_ABSENT);
    *response.mutable_fact() = to_proto(*said);
  }
  if (const auto replacement = desk.known.locum(doctor, at)) response.set_replaced_by(replacement->replacement_id);
  return response;
}

}  // namespace

void register_practice_entry(Registry& registry, const PracticeDesk& desk) {
  registry.unary<v1::DeclarePresenceRequest, v1::DeclarePresenceResponse>(
      "PracticeService.DeclarePresence",
      [desk](Call& call, const v1::DeclarePresenceRequest& request) -> Answer<v1::DeclarePresenceResponse> {
        if (const auto fresh = desk.known.refresh(); !fresh) return refuse(fresh.error());
        auto fact = presence_of(desk, call, request);
        if (!fact) return tl::unexpected<Failure>(std::move(fact.error()));
        const auto made = record_once(desk, call, request, std::move(*fact));
        if (!made) return tl::unexpected<Failure>(made.error());
        v1::DeclarePresenceResponse response;
        *response.mutable_fact() = to_proto(*made);
        return response;
      });
  registry.unary<v1::GetPresenceRequest, v1::GetPresenceResponse>(
      "PracticeService.GetPresence",
      [desk](Call& call, const v1::GetPresenceRequest& request) { return get_presence(desk, call, request); });
  registry.unary<v1::DeclareLocumRequest, v1::DeclareLocumResponse>(
      "PracticeService.DeclareLocum",
      [desk](Call& call, const v1::DeclareLocumRequest& request) { return declare_locum(desk, call, request); });
  register_fact<v1::SetHolidayRegionRequest, v1::SetHolidayRegionResponse>(
      registry, desk, "PracticeService.SetHolidayRegion", region_of);
  register_fact<v1::AddClosureRequest, v1::AddClosureResponse>(registry, desk, "PracticeService.AddClosure",
                                                               closure_of);
  register_fact<v1::DeclareAbsenceRequest, v1::DeclareAbsenceResponse>(registry, desk,
                                                                       "PracticeService.DeclareAbsence", absence_of);
}

}  // namespace relais::api
