// SPDX-License-Identifier: Apache-2.0
// Withdrawing a fact, and the history: who may read and take back which.
#include <algorithm>

#include "api/page.h"
#include "api/practice_desk.h"

namespace relais::api {
namespace {

using practice::Fact;
using practice::FactKind;
using Facts = std::vector<Fact>;

bool about_patient(const Fact& fact) { return !fact.patient_id.empty() || !fact.item_id.empty(); }

Answer<void> may_withdraw(const PracticeDesk& desk, const Call& call, const Fact& fact) {
  const auto role = call.caller.role;
  const bool own = fact.doctor_id == call.caller.id;
  switch (fact.kind) {
    case FactKind::presence:
      if (role == v1::ROLE_DOCTOR && own) return {};
      if ((role == v1::ROLE_REPLACEMENT_DOCTOR || role == v1::ROLE_EDITOR) && fact.recorded_by == call.caller.id)
        return {};
      return refuse(Code::api_not_yours, "another's presence", "fact_id");
    case FactKind::locum:
      if (role == v1::ROLE_ADMINISTRATOR || (role == v1::ROLE_DOCTOR && own)) return {};
      break;
    case FactKind::kinship:
    case FactKind::opposition:
    case FactKind::category:
      if (role == v1::ROLE_DOCTOR) return {};
      return refuse(Code::practice_only_doctor_lifts, "only a doctor lifts it", "fact_id");
    case FactKind::answer:
      if (role == v1::ROLE_DOCTOR && own) return {};
      break;
    case FactKind::holiday_region:
    case FactKind::closure:
      if (role == v1::ROLE_ADMINISTRATOR || role == v1::ROLE_DOCTOR) return {};
      break;
    case FactKind::absence:
    case FactKind::attestation:
    case FactKind::title_revoked:
    case FactKind::contract: {
      if (role == v1::ROLE_ADMINISTRATOR) return {};
      if (role != v1::ROLE_DOCTOR) break;
      if (fact.assistant_id.empty()) {
        if (own) return {};
        break;
      }
      if (auto related = desk.assistant(call, fact.assistant_id); !related)
        return tl::unexpected<Failure>(std::move(related.error()));
      return {};
    }
  }
  return refuse(Code::api_not_yours, "not the caller's to withdraw", "fact_id");
}

Answer<v1::WithdrawFactResponse> withdraw(const PracticeDesk& desk, Call& call,
                                          const v1::WithdrawFactRequest& request) {
  if (request.reason().find_first_not_of(" \t\n") == std::string::npos)
    return refuse(Code::invalid_argument, "why", "reason");
  const auto reason = words_of(request.reason(), "reason");
  if (!reason) return tl::unexpected<Failure>(reason.error());
  const auto held = desk.context.database.read(
      [&](soci::session& sql) -> Result<Fact> { return practice::FactStore::fact(sql, request.fact_id()); });
  if (!held) return refuse(held.error());
  if (auto may = may_withdraw(desk, call, *held); !may) return tl::unexpected<Failure>(std::move(may.error()));
  const auto made = record_once(desk, call, request, [&](practice::Transaction& tx) -> Answer<Facts> {
    auto withdrawn = desk.store.withdraw(tx, request.fact_id(), *reason, attribution(call),
                                         call.caller.replaces_doctor_id);
    if (!withdrawn) return refuse(withdrawn.error());
    return Facts{std::move(*withdrawn)};
  });
  if (!made) return tl::unexpected<Failure>(made.error());
  v1::WithdrawFactResponse response;
  *response.mutable_fact() = to_proto(made->front());
  return response;
}

bool may_read(const Caller& caller, const Fact& fact) {
  const bool of_calendar = fact.kind == FactKind::presence || fact.kind == FactKind::locum ||
                           fact.kind == FactKind::holiday_region || fact.kind == FactKind::closure;
  switch (caller.role) {
    case v1::ROLE_DOCTOR:
      return true;
    case v1::ROLE_ADMINISTRATOR:
      return !about_patient(fact);
    case v1::ROLE_REPLACEMENT_DOCTOR:
      // Not what concerns the employment of an assistant.
      return of_calendar || fact.kind == FactKind::absence || about_patient(fact);
    case v1::ROLE_ASSISTANT:
      if (fact.assistant_id == caller.id) return true;
      return of_calendar || (!about_patient(fact) && fact.assistant_id.empty());
    case v1::ROLE_SECRETARY:
      return of_calendar || fact.kind == FactKind::absence || fact.kind == FactKind::opposition;
    default:
      return false;
  }
}

v1::PracticeFact shown(const Caller& caller, const Fact& fact) {
  auto made = to_proto(fact);
  // Why somebody is absent is between that person, the doctors and the administrator.
  const bool told = caller.role == v1::ROLE_DOCTOR || caller.role == v1::ROLE_ADMINISTRATOR ||
                    fact.assistant_id == caller.id;
  if (fact.kind == FactKind::absence && !told) {
    made.clear_reason();
    made.clear_withdrawn_reason();
  }
  return made;
}

Answer<v1::ListFactsResponse> list(const PracticeDesk& desk, Call& call, const v1::ListFactsRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  practice::FactFilter filter;
  for (const auto word : request.kinds()) {
    const auto kind = from_proto(static_cast<v1::FactKind>(word));
    if (!kind) return refuse(Code::invalid_argument, "an unknown kind", "kinds");
    filter.kinds.push_back(*kind);
  }
  filter.doctor_id = request.doctor_id();
  filter.assistant_id = request.assistant_id();
  filter.patient_id = request.patient_id();
  filter.item_id = request.item_id();
  if (request.has_as_of_ms()) filter.known = practice::from_ms(request.as_of_ms());
  filter.standing_only = request.standing_only();
  auto facts = desk.context.database.read(
      [&](soci::session& sql) -> Result<Facts> { return practice::FactStore::facts(sql, filter); });
  if (!facts) return refuse(facts.error());
  std::erase_if(*facts, [&](const Fact& fact) { return !may_read(call.caller, fact); });
  std::reverse(facts->begin(), facts->end());
  v1::ListFactsResponse response;
  const auto rows = cut_page(*page, std::move(*facts), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  for (const auto& fact : *rows) {
    *response.add_facts() = shown(call.caller, fact);
    if (!fact.patient_id.empty()) call.read(fact.patient_id);
    if (!fact.item_id.empty()) call.read(fact.item_id);
  }
  return response;
}

}  // namespace

void register_practice_history(Registry& registry, const PracticeDesk& desk) {
  registry.unary<v1::WithdrawFactRequest, v1::WithdrawFactResponse>(
      "PracticeService.WithdrawFact",
      [desk](Call& call, const v1::WithdrawFactRequest& request) { return withdraw(desk, call, request); });
  registry.unary<v1::ListFactsRequest, v1::ListFactsResponse>(
      "PracticeService.ListFacts",
      [desk](Call& call, const v1::ListFactsRequest& request) { return list(desk, call, request); });
}

}  // namespace relais::api
