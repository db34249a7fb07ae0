// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "api/dated_instant.h"
#include "api/domain_words.h"
#include "api/fiche_remarks.h"
#include "api/idempotency.h"
#include "api/page.h"
#include "api/practice_services.h"
#include "api/task_activations.h"
#include "domain/canonical.h"
#include "domain/fiche_yaml.h"
#include "relais/v1/delegation.pb.h"

namespace relais::api {
namespace {

using practice::FicheState;
using practice::StoredFiche;
using practice::to_ms;

v1::FicheState message_of(FicheState state) {
  switch (state) {
    case FicheState::draft:
      return v1::FICHE_STATE_DRAFT;
    case FicheState::signed_by_doctor:
      return v1::FICHE_STATE_SIGNED;
    case FicheState::accepted:
      return v1::FICHE_STATE_ACCEPTED;
    case FicheState::reserved:
      return v1::FICHE_STATE_RESERVED;
    case FicheState::refused:
      return v1::FICHE_STATE_REFUSED;
    case FicheState::revoked:
      return v1::FICHE_STATE_REVOKED;
    case FicheState::tampered:
      return v1::FICHE_STATE_TAMPERED;
  }
  return v1::FICHE_STATE_UNSPECIFIED;
}

v1::Fiche message_of(const StoredFiche& stored) {
  v1::Fiche made;
  made.set_id(stored.id);
  made.set_version(stored.version);
  made.set_doctor_id(stored.doctor_id);
  made.set_assistant_id(stored.assistant_id);
  made.set_state(message_of(stored.state));
  made.set_yaml(stored.yaml);
  made.set_sha256(stored.sha256);
  if (stored.content) {
    made.set_previous_sha256(stored.content->previous_sha256.value_or(""));
    made.set_valid_from(fiche::format(stored.content->valid_from));
    if (stored.content->valid_to) made.set_valid_until(fiche::format(*stored.content->valid_to));
  }
  if (stored.signed_at) made.set_signed_ms(to_ms(*stored.signed_at));
  if (stored.answered_at) made.set_answered_ms(to_ms(*stored.answered_at));
  for (const auto& task : stored.declined) made.add_declined_tasks(task);
  if (stored.revoked_at) made.set_revoked_ms(to_ms(*stored.revoked_at));
  for (const auto& task : stored.revoked_tasks) made.add_revoked_tasks(task);
  return made;
}

v1::FicheChange message_of(const fiche::Difference& difference) {
  v1::FicheChange change;
  change.set_direction(difference.kind == fiche::DifferenceKind::more   ? v1::FicheChange::DIRECTION_EXTENSION
                       : difference.kind == fiche::DifferenceKind::less ? v1::FicheChange::DIRECTION_REDUCTION
                                                                        : v1::FicheChange::DIRECTION_NEUTRAL);
  change.set_sentence(difference.french);
  // "taches.bio-triage.mode" is about the task bio-triage.
  constexpr std::string_view tasks = "taches.";
  if (difference.place.starts_with(tasks)) {
    const auto rest = difference.place.substr(tasks.size());
    change.set_task_id(rest.substr(0, rest.find('.')));
  }
  return change;
}

// Parties see their fiche, an assistant once it is signed; an administrator sees all.
bool may_see(const Caller& caller, const StoredFiche& stored) {
  if (caller.role == v1::ROLE_ADMINISTRATOR) return true;
  if (caller.role == v1::ROLE_DOCTOR) return stored.doctor_id == caller.id;
  return stored.assistant_id == caller.id && stored.state != FicheState::draft;
}

Answer<StoredFiche> seen(const PracticeServices& context, const Caller& caller, const std::string& id, int version) {
  auto stored = context.fiches.get(id, version);
  if (!stored) return refuse(stored.error());
  // Not told apart from one that does not exist.
  if (!may_see(caller, *stored)) return refuse(Code::not_found, "fiche");
  return std::move(*stored);
}

template <class Response>
Answer<Response> add_changes(const PracticeServices& context, const std::string& id, int version, Response response) {
  const auto differences = context.fiches.difference(id, version);
  if (!differences) return refuse(differences.error());
  for (const auto& difference : *differences) *response.add_changes() = message_of(difference);
  return response;
}

Answer<v1::PutDraftResponse> put_draft(const PracticeServices& context, Call& call, const v1::PutDraftRequest& request) {
  return do_once<v1::PutDraftResponse>(context.database, call, request, [&]() -> Answer<v1::PutDraftResponse> {
    const auto stored = context.fiches.put_draft(request.yaml(), attribution(call));
    if (!stored) return refuse(stored.error());
    v1::PutDraftResponse response;
    *response.mutable_fiche() = message_of(*stored);
    const auto remarks = remarks_on(context, *stored->content);
    if (!remarks) return tl::unexpected<Failure>(remarks.error());
    response.mutable_remarks()->Add(remarks->begin(), remarks->end());
    return response;
  });
}

Answer<v1::CheckFicheResponse> check(const PracticeServices& context, const v1::CheckFicheRequest& request) {
  const auto read = fiche::read_fiche(request.yaml());
  if (!read) return refuse(read.error());
  const auto sha256 = fiche::canonical_sha256(*read);
  if (!sha256) return refuse(sha256.error());
  const auto remarks = remarks_on(context, *read);
  if (!remarks) return tl::unexpected<Failure>(remarks.error());
  v1::CheckFicheResponse response;
  response.set_sha256(*sha256);
  response.set_signable(std::none_of(remarks->begin(), remarks->end(), [](const auto& r) { return r.refuses(); }));
  response.mutable_remarks()->Add(remarks->begin(), remarks->end());
  return response;
}

// Who watches the list sees what is in force now, and what waits there is planned from it.
void changed(const PracticeServices& context) {
  context.worklist.changed();
  if (context.rights_changed) context.rights_changed();
}

Answer<v1::SignFicheResponse> sign(const PracticeServices& context, Call& call, const v1::SignFicheRequest& request) {
  auto known_by = request;
  known_by.clear_password();
  return do_once<v1::SignFicheResponse>(context.database, call, known_by, [&]() -> Answer<v1::SignFicheResponse> {
    const auto stored = context.fiches.sign(request.fiche_id(), request.version(), request.expected_sha256(),
                                            request.password(), attribution(call));
    if (!stored) return tl::unexpected<Failure>(signing_failure(context, request, stored.error()));
    v1::SignFicheResponse response;
    *response.mutable_fiche() = message_of(*stored);
    // A reduction is in force at once: who watches the list sees it.
    changed(context);
    return add_changes(context, stored->id, stored->version, std::move(response));
  });
}

Answer<v1::AnswerFicheResponse> answer(const PracticeServices& context, Call& call,
                                       const v1::AnswerFicheRequest& request) {
  auto known_by = request;
  known_by.clear_password();
  return do_once<v1::AnswerFicheResponse>(context.database, call, known_by, [&]() -> Answer<v1::AnswerFicheResponse> {
    fiche::AnswerKind kind{};
    switch (request.answer()) {
      case v1::FICHE_ANSWER_ACCEPT:
        kind = fiche::AnswerKind::accepte;
        break;
      case v1::FICHE_ANSWER_RESERVE:
        kind = fiche::AnswerKind::reserve;
        break;
      case v1::FICHE_ANSWER_REFUSE:
        kind = fiche::AnswerKind::refuse;
        break;
      default:
        return refuse(Code::invalid_argument, "accept, reserve or refuse", "answer");
    }
    const std::vector<std::string> declined(request.declined_tasks().begin(), request.declined_tasks().end());
    const auto stored = context.fiches.answer(request.fiche_id(), request.version(), request.expected_sha256(), kind,
                                              declined, request.password(), attribution(call));
    if (!stored) return refuse(stored.error());
    changed(context);
    v1::AnswerFicheResponse response;
    *response.mutable_fiche() = message_of(*stored);
    return response;
  });
}

Answer<v1::RevokeFicheResponse> revoke(const PracticeServices& context, Call& call,
                                       const v1::RevokeFicheRequest& request) {
  return do_once<v1::RevokeFicheResponse>(context.database, call, request, [&]() -> Answer<v1::RevokeFicheResponse> {
    const auto revoked =
        context.fiches.revoke(request.fiche_id(), request.task_id(), request.reason(), attribution(call));
    if (!revoked) return refuse(revoked.error());
    changed(context);
    v1::RevokeFicheResponse response;
    *response.mutable_fiche() = message_of(revoked->fiche);
    for (const auto& task : revoked->stopped_tasks) response.add_stopped_tasks(task);
    return response;
  });
}

Answer<v1::ListFichesResponse> list(const PracticeServices& context, Call& call, const v1::ListFichesRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  auto all = context.fiches.list();
  if (!all) return refuse(all.error());
  std::erase_if(*all, [&](const StoredFiche& stored) {
    return !may_see(call.caller, stored) || (!request.doctor_id().empty() && stored.doctor_id != request.doctor_id()) ||
           (!request.assistant_id().empty() && stored.assistant_id != request.assistant_id());
  });
  v1::ListFichesResponse response;
  const auto rows = cut_page(*page, std::move(*all), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  for (const auto& stored : *rows) *response.add_fiches() = message_of(stored);
  return response;
}

Answer<v1::ExplainDecisionResponse> explain(const PracticeServices& context, Call& call,
                                            const v1::ExplainDecisionRequest& request) {
  const auto assistant = request.assistant_id().empty() ? call.caller.id : request.assistant_id();
  if (call.caller.role == v1::ROLE_ASSISTANT && assistant != call.caller.id) {
    return refuse(Code::api_not_yours, "another assistant's rights");
  }
  const auto action = from_proto(request.action());
  if (!action) return refuse(Code::invalid_argument, "an action is asked about", "action");
  practice::MandateSubject subject{request.subject().task_id(), request.subject().item_id(),
                                   request.subject().patient_id(), request.subject().doctor_id(), false};
  if (!subject.item_id.empty()) {
    // What the list knows of the item holds over what was asked.
    const auto items = context.database.read([&](soci::session& sql) -> Result<std::vector<worklist::Item>> {
      practice::WorklistFilter filter;
      filter.subject_item_id = subject.item_id;
      return practice::WorklistStore::items(sql, filter);
    });
    if (!items) return refuse(items.error());
    for (const auto& item : *items) {
      if (!subject.task.empty() && item.key.scope.task != subject.task) continue;
      subject.doctor_id = item.key.scope.subject.doctor_id;
      subject.patient_id = item.key.scope.subject.patient_id;
      subject.to_see = subject.to_see || item.finding.category >= worklist::Category::a_voir;
    }
  }
  std::optional<Instant> at;
  if (request.has_at_ms()) {
    const auto asked = dated_instant(request.at_ms(), "at_ms");
    if (!asked) return tl::unexpected<Failure>(asked.error());
    at = *asked;
  }
  const auto decided = context.gate.decide(assistant, *action, subject, at);
  if (!decided) return refuse(decided.error());
  v1::ExplainDecisionResponse response;
  *response.mutable_decision() = to_proto(*decided);
  return response;
}

}  // namespace

void register_delegation_service(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::PutDraftRequest, v1::PutDraftResponse>(
      "DelegationService.PutDraft",
      [&context](Call& call, const v1::PutDraftRequest& request) { return put_draft(context, call, request); });
  registry.unary<v1::CheckFicheRequest, v1::CheckFicheResponse>(
      "DelegationService.CheckFiche",
      [&context](Call&, const v1::CheckFicheRequest& request) { return check(context, request); });
  registry.unary<v1::SignFicheRequest, v1::SignFicheResponse>(
      "DelegationService.SignFiche",
      [&context](Call& call, const v1::SignFicheRequest& request) { return sign(context, call, request); });
  registry.unary<v1::GetDifferenceRequest, v1::GetDifferenceResponse>(
      "DelegationService.GetDifference",
      [&context](Call& call, const v1::GetDifferenceRequest& request) -> Answer<v1::GetDifferenceResponse> {
        const auto stored = seen(context, call.caller, request.fiche_id(), request.version());
        if (!stored) return tl::unexpected<Failure>(stored.error());
        return add_changes(context, stored->id, stored->version, v1::GetDifferenceResponse());
      });
  registry.unary<v1::AnswerFicheRequest, v1::AnswerFicheResponse>(
      "DelegationService.AnswerFiche",
      [&context](Call& call, const v1::AnswerFicheRequest& request) { return answer(context, call, request); });
  registry.unary<v1::RevokeFicheRequest, v1::RevokeFicheResponse>(
      "DelegationService.RevokeFiche",
      [&context](Call& call, const v1::RevokeFicheRequest& request) { return revoke(context, call, request); });
  registry.unary<v1::GetFicheRequest, v1::GetFicheResponse>(
      "DelegationService.GetFiche",
      [&context](Call& call, const v1::GetFicheRequest& request) -> Answer<v1::GetFicheResponse> {
        const auto stored = seen(context, call.caller, request.fiche_id(), request.version());
        if (!stored) return tl::unexpected<Failure>(stored.error());
        v1::GetFicheResponse response;
        *response.mutable_fiche() = message_of(*stored);
        if (stored->content)
          for (auto& remark : judged_rules(context, *stored->content))
            *response.mutable_fiche()->add_remarks() = std::move(remark);
        return response;
      });
  registry.unary<v1::ListFichesRequest, v1::ListFichesResponse>(
      "DelegationService.ListFiches",
      [&context](Call& call, const v1::ListFichesRequest& request) { return list(context, call, request); });
  registry.unary<v1::ExplainDecisionRequest, v1::ExplainDecisionResponse>(
      "DelegationService.ExplainDecision",
      [&context](Call& call, const v1::ExplainDecisionRequest& request) { return explain(context, call, request); });
  register_task_activations(registry, context);
}

}  // namespace relais::api
