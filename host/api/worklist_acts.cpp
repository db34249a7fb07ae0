// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_acts.h"

#include <algorithm>
#include <cctype>

#include "api/domain_words.h"
#include "api/idempotency.h"
#include "api/worklist_item.h"
#include "practice/accounts.h"

namespace relais::api {
namespace {

using practice::WorklistStore;

// One act of the domain on one item, then the item as it is afterwards.
template <class Response, class Request, class Act>
Answer<Response> act_on(const PracticeServices& context, Call& call, const Request& request, std::int64_t version,
                        const Act& act) {
  // What is kept to answer a repeated call holds no health data: the item is read and cut again each time.
  const auto done = write_once<Response>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<Response> {
        const auto outcome = context.worklist.act(tx, request.item_id(), version, act, call.call_id);
        if (!outcome) return refuse(outcome.error());
        Response kept;
        kept.mutable_item()->set_id(request.item_id());
        kept.mutable_item()->set_version(outcome->item.revision);
        return kept;
      });
  if (!done) return done;
  context.worklist.changed();
  // The act is done; a right that it ended (handed over, say) leaves only the item's id and version to show.
  auto item = shown_item(context, call, request.item_id());
  if (!item) return done;
  Response response;
  *response.mutable_item() = std::move(*item);
  return response;
}

// An act for which `act` gives the domain's function of (item, actor, request, now).
template <class Request, class Response, class Act>
void register_act(Registry& registry, const PracticeServices& context, const char* name, Act act) {
  const auto handler = [&context, act](Call& call, const Request& request) {
    std::int64_t version = 0;
    if constexpr (requires { request.version(); }) version = request.version();
    const auto actor = worklist_actor(call.caller);
    return act_on<Response>(context, call, request, version, [&](const worklist::Item& item, Instant now) {
      return act(item, actor, request, now, call);
    });
  };
  Registry::SubjectOf<Request> subject;
  if (registry.roles().named(name).access.action() != v1::DELEGATED_ACTION_UNSPECIFIED) {
    subject = [&context](const Caller&, const Request& request) { return subject_of_item(context, request.item_id()); };
  }
  registry.unary<Request, Response>(name, handler, subject);
}

Result<worklist::Actor> account_actor(const PracticeServices& context, const std::string& id) {
  const auto account = context.accounts.find(id);
  if (!account || account->disabled) return fail(Code::worklist_recipient_needed, "no open account of that id");
  worklist::Actor actor;
  actor.id = account->id;
  actor.role = account->role;
  if (actor.role == worklist::Role::replacement_doctor) {
    const auto doctor = context.gate.replaced_by(actor.id, account->replaces_doctor_id, context.time_zone);
    if (!doctor.empty()) actor.replaces.push_back(doctor);
  }
  return actor;
}

// What a doctor's own words are not told as: "too-severe"; empty for none.
Result<std::string> feedback_code(v1::FeedbackReason reason) {
  if (!v1::FeedbackReason_IsValid(reason)) return fail(Code::invalid_argument, "no such reason", "feedback_reason");
  if (reason == v1::FEEDBACK_REASON_UNSPECIFIED) return std::string{};
  auto word = v1::FeedbackReason_Name(reason).substr(std::string_view("FEEDBACK_REASON_").size());
  std::ranges::transform(word, word.begin(), [](char c) {
    return c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return word;
}

// The assistant who worked on the item last, empty when none did.
std::string last_assistant(const PracticeServices& context, const std::string& item_id) {
  const auto actions = context.database.read([&](soci::session& sql) -> Result<std::vector<worklist::Action>> {
    return WorklistStore::actions(sql, item_id);
  });
  if (!actions) return {};
  for (auto action = actions->rbegin(); action != actions->rend(); ++action) {
    const auto account = context.accounts.find(action->actor);
    if (account && account->role == worklist::Role::assistant) return account->id;
  }
  return {};
}

// A doctor may be handed anything, a locum during a replacement; an assistant what their fiche lets them see.
Result<void> may_receive(const PracticeServices& context, const worklist::Item& item, const worklist::Actor& to) {
  if (to.role == worklist::Role::replacement_doctor) {
    if (to.replaces.empty()) return fail(Code::worklist_recipient, "no replacement now");
  }
  if (to.role != worklist::Role::assistant) return {};
  const auto& scope = item.key.scope;
  const auto answer = context.gate.decide(to.id, fiche::Action::voir,
                                          {scope.task, scope.subject.item_id, scope.subject.patient_id,
                                           scope.subject.doctor_id,
                                           item.finding.category >= worklist::Category::a_voir});
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (!answer->decision.authorised) return fail(Code::worklist_recipient, answer->sentence);
  return {};
}

}  // namespace

Result<worklist::Right> right_of(const PracticeServices& context, const worklist::Item& item, const Caller& caller) {
  const auto& scope = item.key.scope;
  const practice::MandateSubject subject{scope.task, scope.subject.item_id, scope.subject.patient_id,
                                         scope.subject.doctor_id,
                                         item.finding.category >= worklist::Category::a_voir};
  worklist::Right right;
  for (const auto& [action, level] : {std::pair(fiche::Action::realiser, worklist::Right::Level::realiser),
                                      std::pair(fiche::Action::finaliser, worklist::Right::Level::finaliser)}) {
    const auto answer = context.gate.decide(caller.id, action, subject);
    if (!answer) return tl::unexpected<Error>(answer.error());
    if (answer->decision.refusal == fiche::Refusal::R16) right.immediate_rule = true;
    if (!answer->decision.authorised) break;
    right.level = level;
    if (answer->decision.obligations.count(fiche::Obligation::escalade_immediate) != 0) right.immediate_rule = true;
  }
  return right;
}

void register_acts(Registry& registry, const PracticeServices& context) {
  using Actor = worklist::Actor;
  using Item = worklist::Item;
  using Done = Result<worklist::Outcome>;
  register_act<v1::ClaimItemRequest, v1::ClaimItemResponse>(
      registry, context, "WorklistService.ClaimItem",
      [](const Item& item, const Actor& actor, const auto&, Instant now, Call&) {
        return worklist::claim(item, actor, now);
      });
  register_act<v1::ReleaseItemRequest, v1::ReleaseItemResponse>(
      registry, context, "WorklistService.ReleaseItem",
      [](const Item& item, const Actor& actor, const auto&, Instant now, Call&) {
        return worklist::release(item, actor, now);
      });
  register_act<v1::AddNoteRequest, v1::AddNoteResponse>(
      registry, context, "WorklistService.AddNote",
      [](const Item& item, const Actor& actor, const auto& request, Instant now, Call&) -> Done {
        constexpr std::size_t longest = 8000;  // bytes of 2000 characters at most
        if (request.text().size() > longest) return fail(Code::invalid_argument, "too long", "text");
        return worklist::note(item, actor, request.text(), now);
      });
  register_act<v1::PrepareItemRequest, v1::PrepareItemResponse>(
      registry, context, "WorklistService.PrepareItem",
      [](const Item& item, const Actor& actor, const auto&, Instant now, Call&) {
        return worklist::prepare(item, actor, {worklist::Right::Level::realiser, false}, now);
      });
  register_act<v1::HandOverItemRequest, v1::HandOverItemResponse>(
      registry, context, "WorklistService.HandOverItem",
      [&context](const Item& item, const Actor& actor, const auto& request, Instant now, Call&) -> Done {
        const auto to = account_actor(context, request.to_id().empty() ? item.key.scope.subject.doctor_id
                                                                       : request.to_id());
        if (!to) return tl::unexpected<Error>(to.error());
        if (const auto may = may_receive(context, item, *to); !may) return tl::unexpected<Error>(may.error());
        return worklist::hand_over(item, actor, *to, request.reason(), now);
      });
  register_act<v1::CloseItemRequest, v1::CloseItemResponse>(
      registry, context, "WorklistService.CloseItem",
      [&context](const Item& item, const Actor& actor, const auto&, Instant now, Call& call) -> Done {
        const auto right = right_of(context, item, call.caller);
        if (!right) return tl::unexpected<Error>(right.error());
        return worklist::close(item, actor, *right, now);
      });
  register_act<v1::ValidateItemRequest, v1::ValidateItemResponse>(
      registry, context, "WorklistService.ValidateItem",
      [](const Item& item, const Actor& actor, const auto& request, Instant now, Call&) -> Done {
        const auto code = feedback_code(request.feedback_reason());
        if (!code) return tl::unexpected<Error>(code.error());
        if (!v1::Category_IsValid(request.settled_category())) {
          return fail(Code::invalid_argument, "no such category", "settled_category");
        }
        return worklist::validate(item, actor, now,
                                  {static_cast<worklist::Category>(request.settled_category()), *code});
      });
  register_act<v1::MarkSeenRequest, v1::MarkSeenResponse>(
      registry, context, "WorklistService.MarkSeen",
      [](const Item& item, const Actor& actor, const auto&, Instant now, Call&) {
        return worklist::mark_seen(item, actor, now);
      });
  register_act<v1::ReturnItemRequest, v1::ReturnItemResponse>(
      registry, context, "WorklistService.ReturnItem",
      [&context](const Item& item, const Actor& actor, const auto& request, Instant now, Call&) -> Done {
        const auto& wanted_id = request.assistant_id();
        const auto assistant = wanted_id.empty() ? last_assistant(context, item.id) : wanted_id;
        const auto to = account_actor(context, assistant);
        if (!to || to->role != worklist::Role::assistant) {
          return fail(Code::worklist_recipient_needed, "no assistant to return it to", "assistant_id");
        }
        if (const auto may = may_receive(context, item, *to); !may) return tl::unexpected<Error>(may.error());
        const auto code = feedback_code(request.feedback_reason());
        if (!code) return tl::unexpected<Error>(code.error());
        return worklist::return_to(item, actor, to->id, request.reason(), now, *code);
      });
}

}  // namespace relais::api
