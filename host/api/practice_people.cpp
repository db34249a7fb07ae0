// SPDX-License-Identifier: Apache-2.0
// Kinship, opposition, restricted categories, titles: what is entered about people. Nothing here lifts anything:
// PracticeService.WithdrawFact does.
#include <algorithm>

#include "api/practice_desk.h"
#include "practice/worklist_store.h"

namespace relais::api {
namespace {

using practice::Fact;
using practice::FactKind;
using Facts = std::vector<Fact>;

Answer<v1::DeclareKinshipResponse> declare_kinship(const PracticeDesk& desk, Call& call,
                                                   const v1::DeclareKinshipRequest& request) {
  if (auto known = desk.known_patient(request.patient_id()); !known)
    return tl::unexpected<Failure>(std::move(known.error()));
  Fact fact;
  fact.kind = FactKind::kinship;
  fact.assistant_id = call.caller.id;
  fact.patient_id = request.patient_id();
  fact.value = request.kin() ? practice::fact_value::kin : practice::fact_value::asked_none;
  fact.from = desk.context.clock.now();
  const auto made = record_once(desk, call, request, std::move(fact));
  if (!made) return tl::unexpected<Failure>(made.error());
  v1::DeclareKinshipResponse response;
  *response.mutable_fact() = to_proto(*made);
  return response;
}

std::optional<fiche::Opposition> from_proto(v1::OppositionKind kind) {
  if (kind == v1::OPPOSITION_KIND_ACCES_AM) return fiche::Opposition::acces_am;
  if (kind == v1::OPPOSITION_KIND_PRESENCE_AM) return fiche::Opposition::presence_am;
  return std::nullopt;
}

Answer<v1::RecordOppositionResponse> record_opposition(const PracticeDesk& desk, Call& call,
                                                       const v1::RecordOppositionRequest& request) {
  if (auto known = desk.known_patient(request.patient_id()); !known)
    return tl::unexpected<Failure>(std::move(known.error()));
  Fact fact;
  fact.kind = FactKind::opposition;
  fact.patient_id = request.patient_id();
  fact.from = desk.context.clock.now();
  Facts wanted;
  for (const auto kind : request.kinds()) {
    const auto opposition = from_proto(static_cast<v1::OppositionKind>(kind));
    if (!opposition) return refuse(Code::invalid_argument, "an unknown kind of opposition", "kinds");
    fact.value = fiche::text(*opposition);
    wanted.push_back(fact);
  }
  if (wanted.empty()) {
    fact.value = practice::fact_value::asked_none;
    wanted.push_back(fact);
  }
  const auto made = record_once(desk, call, request, [&](practice::Transaction& tx) -> Answer<Facts> {
    Facts all;
    for (const auto& one : wanted) {
      auto recorded = desk.store.record(tx, one, attribution(call), call.caller.replaces_doctor_id);
      if (!recorded) return refuse(recorded.error());
      all.push_back(std::move(*recorded));
    }
    return all;
  });
  if (!made) return tl::unexpected<Failure>(made.error());
  v1::RecordOppositionResponse response;
  for (const auto& one : *made) *response.add_facts() = to_proto(one);
  return response;
}

Answer<v1::GetPatientStandingResponse> standing(const PracticeDesk& desk, Call& call,
                                                const v1::GetPatientStandingRequest& request) {
  if (request.patient_id().empty()) return refuse(Code::invalid_argument, "which patient", "patient_id");
  practice::FactFilter filter;
  filter.patient_id = request.patient_id();
  filter.kinds = {FactKind::kinship, FactKind::opposition};
  filter.known = request.has_as_of_ms() ? practice::from_ms(request.as_of_ms()) : desk.context.clock.now();
  const auto facts = desk.context.database.read(
      [&](soci::session& sql) -> Result<Facts> { return practice::FactStore::facts(sql, filter); });
  if (!facts) return refuse(facts.error());
  v1::GetPatientStandingResponse response;
  std::map<std::string, v1::Kinship> kinships;
  std::set<v1::OppositionKind> oppositions;
  // Oldest first. A fact that was withdrawn still tells when the question was asked.
  for (const auto& fact : *facts) {
    const auto recorded = practice::to_ms(fact.recorded);
    if (fact.kind == FactKind::opposition) {
      response.set_opposition_asked_ms(recorded);
      const auto kind = fiche::word<fiche::Opposition>(fact.value);
      if (kind && !fact.withdrawn)
        oppositions.insert(*kind == fiche::Opposition::acces_am ? v1::OPPOSITION_KIND_ACCES_AM
                                                                : v1::OPPOSITION_KIND_PRESENCE_AM);
      continue;
    }
    if (call.caller.role == v1::ROLE_ASSISTANT && fact.assistant_id != call.caller.id) continue;
    auto& kinship = kinships[fact.assistant_id];
    kinship.set_assistant_id(fact.assistant_id);
    kinship.set_asked_ms(recorded);
    if (fact.value == practice::fact_value::kin && !fact.withdrawn) kinship.set_kin(true);
  }
  for (const auto kind : oppositions) response.add_oppositions(kind);
  for (auto& [assistant, kinship] : kinships) *response.add_kinships() = std::move(kinship);
  call.read(request.patient_id());
  return response;
}

// A report of the record, or what stands on the list.
Result<bool> is_item(records::RecordSource& record, soci::session& sql, const std::string& item, Instant now) {
  const auto report = record.reader(sql)->report(item, record.latest(now));
  if (!report) return tl::unexpected<Error>(report.error());
  if (!report->rows.empty()) return true;
  practice::WorklistFilter filter;
  filter.subject_item_id = item;
  filter.closed_too = true;
  return !practice::WorklistStore::items(sql, filter).empty();
}

Answer<v1::RestrictItemResponse> restrict_item(const PracticeDesk& desk, Call& call,
                                               const v1::RestrictItemRequest& request) {
  if (!fiche::word<fiche::Category>(request.category()))
    return refuse(Code::invalid_argument, "an unknown category", "category");
  if (request.item_id().empty()) return refuse(Code::invalid_argument, "which item", "item_id");
  const auto now = desk.context.clock.now();
  const auto known = desk.context.database.read(
      [&](soci::session& sql) -> Result<bool> { return is_item(desk.context.record, sql, request.item_id(), now); });
  if (!known) return refuse(known.error());
  if (!*known) return refuse(Code::not_found, "no such item", "item_id");
  Fact fact;
  fact.kind = FactKind::category;
  fact.item_id = request.item_id();
  fact.value = request.category();
  fact.from = now;
  const auto made = record_once(desk, call, request, std::move(fact));
  if (!made) return tl::unexpected<Failure>(made.error());
  v1::RestrictItemResponse response;
  *response.mutable_fact() = to_proto(*made);
  return response;
}

// The assistant and the title that a request names.
Answer<Fact> title_fact(const PracticeDesk& desk, const Call& call, const std::string& assistant_id,
                        const std::string& title) {
  const auto assistant = desk.assistant(call, assistant_id);
  if (!assistant) return tl::unexpected<Failure>(assistant.error());
  if (!fiche::word<fiche::AttestationKind>(title))
    return refuse(Code::invalid_argument, "an unknown title", "title");
  Fact fact;
  fact.assistant_id = *assistant;
  fact.value = title;
  return fact;
}

Answer<v1::AddAttestationResponse> add_attestation(const PracticeDesk& desk, Call& call,
                                                   const v1::AddAttestationRequest& request) {
  auto fact = title_fact(desk, call, request.assistant_id(), request.title());
  if (!fact) return tl::unexpected<Failure>(std::move(fact.error()));
  const auto obtained = date_of(request.obtained_on(), "obtained_on");
  if (!obtained) return tl::unexpected<Failure>(obtained.error());
  auto proof = words_of(request.proof(), "proof");
  if (!proof) return tl::unexpected<Failure>(std::move(proof.error()));
  if (proof->find_first_not_of(" \t\n") == std::string::npos)
    return refuse(Code::practice_proof_needed, "which proof", "proof");
  fact->kind = FactKind::attestation;
  fact->from_date = *obtained;
  fact->from = desk.start_of(*obtained);
  fact->reference = std::move(*proof);
  const auto made = record_once(desk, call, request, std::move(*fact));
  if (!made) return tl::unexpected<Failure>(made.error());
  v1::AddAttestationResponse response;
  *response.mutable_fact() = to_proto(*made);
  return response;
}

Answer<v1::RevokeTitleResponse> revoke_title(const PracticeDesk& desk, Call& call,
                                             const v1::RevokeTitleRequest& request) {
  auto fact = title_fact(desk, call, request.assistant_id(), request.title());
  if (!fact) return tl::unexpected<Failure>(std::move(fact.error()));
  fact->kind = FactKind::title_revoked;
  if (auto set = set_days(desk, *fact, request.from_date(), request.until_date(), desk.today()); !set)
    return tl::unexpected<Failure>(std::move(set.error()));
  if (request.until_date().empty()) {  // lost until this fact is withdrawn
    fact->until_date.reset();
    fact->until.reset();
  }
  auto reason = words_of(request.reason(), "reason");
  if (!reason) return tl::unexpected<Failure>(std::move(reason.error()));
  auto proof = words_of(request.proof(), "proof");
  if (!proof) return tl::unexpected<Failure>(std::move(proof.error()));
  fact->reason = std::move(*reason);
  fact->reference = std::move(*proof);
  const auto made = record_once(desk, call, request, std::move(*fact));
  if (!made) return tl::unexpected<Failure>(made.error());
  v1::RevokeTitleResponse response;
  *response.mutable_fact() = to_proto(*made);
  return response;
}

}  // namespace

void register_practice_people(Registry& registry, const PracticeDesk& desk) {
  registry.unary<v1::DeclareKinshipRequest, v1::DeclareKinshipResponse>(
      "PracticeService.DeclareKinship",
      [desk](Call& call, const v1::DeclareKinshipRequest& request) { return declare_kinship(desk, call, request); });
  registry.unary<v1::RecordOppositionRequest, v1::RecordOppositionResponse>(
      "PracticeService.RecordOpposition", [desk](Call& call, const v1::RecordOppositionRequest& request) {
        return record_opposition(desk, call, request);
      });
  registry.unary<v1::GetPatientStandingRequest, v1::GetPatientStandingResponse>(
      "PracticeService.GetPatientStanding",
      [desk](Call& call, const v1::GetPatientStandingRequest& request) { return standing(desk, call, request); });
  registry.unary<v1::RestrictItemRequest, v1::RestrictItemResponse>(
      "PracticeService.RestrictItem",
      [desk](Call& call, const v1::RestrictItemRequest& request) { return restrict_item(desk, call, request); });
  registry.unary<v1::AddAttestationRequest, v1::AddAttestationResponse>(
      "PracticeService.AddAttestation",
      [desk](Call& call, const v1::AddAttestationRequest& request) { return add_attestation(desk, call, request); });
  registry.unary<v1::RevokeTitleRequest, v1::RevokeTitleResponse>(
      "PracticeService.RevokeTitle",
      [desk](Call& call, const v1::RevokeTitleRequest& request) { return revoke_title(desk, call, request); });
}

}  // namespace relais::api
