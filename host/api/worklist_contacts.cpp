// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_contacts.h"

#include "api/domain_words.h"
#include "api/idempotency.h"
#include "api/worklist_acts.h"
#include "api/worklist_item.h"
#include "api/worklist_messages.h"
#include "domain/message_text.h"
#include "practice/contact_store.h"
#include "relais/v1/worklist.pb.h"
#include "scheduling/agenda_store.h"

namespace relais::api {
namespace {

using practice::WorklistStore;
using worklist::ContactAnswer;
using worklist::ContactEffect;

constexpr std::size_t longest_comment = 8000;  // bytes of 2000 characters at most
constexpr int most_tries_allowed = 10;
constexpr auto furthest_call_back = date::days{366};

std::optional<ContactAnswer> asked_answer(v1::ContactAnswer answer) {
  switch (answer) {
    case v1::CONTACT_ANSWER_ACCEPTED:
      return ContactAnswer::accepted;
    case v1::CONTACT_ANSWER_REFUSED:
      return ContactAnswer::refused;
    case v1::CONTACT_ANSWER_CALL_BACK:
      return ContactAnswer::call_back;
    case v1::CONTACT_ANSWER_UNREACHABLE:
      return ContactAnswer::unreachable;
    case v1::CONTACT_ANSWER_CONTRAINDICATION:
      return ContactAnswer::contraindication;
    default:
      return std::nullopt;
  }
}

v1::ContactAnswer shown_answer(ContactAnswer answer) {
  switch (answer) {
    case ContactAnswer::accepted:
      return v1::CONTACT_ANSWER_ACCEPTED;
    case ContactAnswer::refused:
      return v1::CONTACT_ANSWER_REFUSED;
    case ContactAnswer::call_back:
      return v1::CONTACT_ANSWER_CALL_BACK;
    case ContactAnswer::unreachable:
      return v1::CONTACT_ANSWER_UNREACHABLE;
    case ContactAnswer::contraindication:
      break;
  }
  return v1::CONTACT_ANSWER_CONTRAINDICATION;
}

v1::ContactEffect shown_effect(ContactEffect effect) {
  switch (effect) {
    case ContactEffect::noted:
      return v1::CONTACT_EFFECT_NOTED;
    case ContactEffect::handed_over:
      return v1::CONTACT_EFFECT_HANDED_OVER;
    case ContactEffect::prepared:
      return v1::CONTACT_EFFECT_PREPARED;
    case ContactEffect::closed:
      break;
  }
  return v1::CONTACT_EFFECT_CLOSED;
}

// Without its comment, which the caller adds where it may be shown.
v1::Contact shown_contact(const practice::Contact& contact) {
  v1::Contact made;
  made.set_id(contact.id);
  made.set_item_id(contact.item_id);
  made.set_answer(shown_answer(contact.answer));
  made.set_effect(shown_effect(contact.effect));
  made.set_at_ms(practice::to_ms(contact.at));
  made.set_by_id(contact.by);
  made.set_hold_id(contact.hold_id);
  made.set_booking_id(contact.booking_id);
  if (contact.call_back) made.set_call_back_ms(practice::to_ms(*contact.call_back));
  made.set_unanswered(contact.unanswered);
  return made;
}

v1::ContactRule shown_rule(const practice::ContactRule& rule) {
  v1::ContactRule made;
  made.set_most_tries(rule.most_tries);
  made.set_set_by(rule.set_by);
  if (rule.set) made.set_set_ms(practice::to_ms(*rule.set));
  return made;
}

// What does not depend on what is stored.
Answer<ContactAnswer> answer_of(const v1::RecordContactRequest& request, Instant now) {
  const auto answer = asked_answer(request.answer());
  if (!answer) return refuse(Code::contact_answer, "no answer", "answer");
  const bool accepted = *answer == ContactAnswer::accepted;
  if (accepted == (request.hold_id().empty() && request.booking_id().empty())) {
    return refuse(Code::contact_answer, "an acceptance, and nothing else, names what was booked", "booking_id");
  }
  if (!request.hold_id().empty() && !request.booking_id().empty()) {
    return refuse(Code::contact_answer, "a hold or an appointment", "hold_id");
  }
  if (request.has_call_back_ms()) {
    const auto at = practice::from_ms(request.call_back_ms());
    if (*answer != ContactAnswer::call_back || at <= now || at > now + furthest_call_back) {
      return refuse(Code::contact_answer, "no time to call back at", "call_back_ms");
    }
  }
  if (request.comment().size() > longest_comment) return refuse(Code::invalid_argument, "too long", "comment");
  return *answer;
}

// What the patient accepted is there and is the patient's.
Result<void> check_booked(soci::session& sql, Instant now, const v1::RecordContactRequest& request,
                          const std::string& patient) {
  const auto refused = [](const char* place) { return fail(Code::contact_not_booked, "not for this patient", place); };
  if (!request.hold_id().empty()) {
    const auto hold = scheduling::AgendaStore::hold(sql, request.hold_id(), now);
    if (!hold) return hold.error().code == Code::not_found ? refused("hold_id") : tl::unexpected(hold.error());
    if (hold->patient_id() != patient || hold->state() != v1::BOOKING_STATE_HELD) return refused("hold_id");
  }
  if (!request.booking_id().empty() && !confirmed_booking(sql, request.booking_id(), patient)) {
    return refused("booking_id");
  }
  return {};
}

Answer<v1::RecordContactResponse> record(const PracticeServices& context, Call& call,
                                         const v1::RecordContactRequest& request) {
  const auto answer = answer_of(request, context.clock.now());
  if (!answer) return tl::unexpected<Failure>(answer.error());
  // What is kept to answer a repeated call holds no health data.
  auto done = write_once<v1::RecordContactResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::RecordContactResponse> {
        worklist::ContactAsked asked;
        asked.answer = *answer;
        asked.booked = !request.booking_id().empty();
        asked.comment = request.comment();
        asked.unanswered = practice::unanswered(practice::contacts(tx.sql(), request.item_id()));
        asked.most_tries = practice::contact_rule(tx.sql()).most_tries;
        practice::Contact contact;
        if (request.has_call_back_ms()) {
          contact.call_back = practice::from_ms(request.call_back_ms());
          asked.when = "le " + message::french_date(*contact.call_back, context.time_zone) + " à " +
                       message::french_hour(*contact.call_back, context.time_zone);
        }
        const auto act = [&](const worklist::Item& item, Instant now) -> Result<worklist::Outcome> {
          const auto& subject = item.key.scope.subject;
          if (subject.patient_id.empty()) return fail(Code::contact_no_patient, "item " + item.id);
          if (const auto booked = check_booked(tx.sql(), now, request, subject.patient_id); !booked) {
            return tl::unexpected(booked.error());
          }
          asked.doctor.id = subject.doctor_id;
          asked.doctor.role = worklist::Role::doctor;
          const auto actor = worklist_actor(call.caller);
          if (!worklist::is_doctor(actor)) {
            const auto right = right_of(context, item, call.caller);
            if (!right) return tl::unexpected(right.error());
            asked.right = *right;
          }
          auto contacted = worklist::record_contact(item, actor, asked, now);
          if (!contacted) return tl::unexpected(contacted.error());
          contact.patient_id = subject.patient_id;
          contact.effect = contacted->effect;
          contact.unanswered = contacted->unanswered;
          return std::move(contacted->outcome);
        };
        const auto outcome = context.worklist.act(tx, request.item_id(), request.version(), act, call.call_id);
        if (!outcome) return refuse(outcome.error());
        contact.item_id = request.item_id();
        contact.answer = *answer;
        contact.by = call.caller.id;
        contact.hold_id = request.hold_id();
        contact.booking_id = request.booking_id();
        contact.comment = request.comment();
        v1::RecordContactResponse kept;
        *kept.mutable_contact() = shown_contact(practice::add_contact(tx, std::move(contact)));
        kept.mutable_item()->set_id(request.item_id());
        kept.mutable_item()->set_version(outcome->item.revision);
        return kept;
      });
  if (!done) return done;
  context.worklist.changed();
  done->mutable_contact()->set_comment(request.comment());
  // An item that left the caller's hands may no longer be theirs to see: its id and version remain.
  if (auto item = shown_item(context, call, request.item_id())) *done->mutable_item() = std::move(*item);
  return done;
}

Answer<v1::ListContactsResponse> list_contacts(const PracticeServices& context, Call& call,
                                               const v1::ListContactsRequest& request) {
  const auto item = shown_item(context, call, request.item_id());
  if (!item) return tl::unexpected<Failure>(item.error());
  const bool cut = item->withheld_size() > 0;
  auto response = context.database.read([&](soci::session& sql) -> Result<v1::ListContactsResponse> {
    v1::ListContactsResponse made;
    for (const auto& contact : practice::contacts(sql, request.item_id())) {
      auto& shown = *made.add_contacts();
      shown = shown_contact(contact);
      if (!cut) shown.set_comment(contact.comment);
    }
    for (const auto& draft : practice::message_drafts(sql, request.item_id())) *made.add_drafts() = shown_draft(draft);
    return made;
  });
  if (!response) return refuse(response.error());
  return std::move(*response);
}

Answer<v1::PutContactRuleResponse> put_rule(const PracticeServices& context, Call& call,
                                            const v1::PutContactRuleRequest& request) {
  if (request.most_tries() < 1 || request.most_tries() > most_tries_allowed) {
    return refuse(Code::invalid_argument, "1 to 10", "most_tries");
  }
  return write_once<v1::PutContactRuleResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::PutContactRuleResponse> {
        v1::PutContactRuleResponse response;
        *response.mutable_rule() = shown_rule(practice::set_contact_rule(tx, request.most_tries(), call.caller.id));
        return response;
      });
}

Answer<v1::GetContactRuleResponse> get_rule(const PracticeServices& context) {
  const auto rule = context.database.read(
      [](soci::session& sql) -> Result<practice::ContactRule> { return practice::contact_rule(sql); });
  if (!rule) return refuse(rule.error());
  v1::GetContactRuleResponse response;
  *response.mutable_rule() = shown_rule(*rule);
  return response;
}

}  // namespace

void register_contacts(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::RecordContactRequest, v1::RecordContactResponse>(
      "WorklistService.RecordContact",
      [&context](Call& call, const v1::RecordContactRequest& request) { return record(context, call, request); },
      [&context](const Caller&, const v1::RecordContactRequest& request) {
        return subject_of_item(context, request.item_id());
      });
  registry.unary<v1::ListContactsRequest, v1::ListContactsResponse>(
      "WorklistService.ListContacts",
      [&context](Call& call, const v1::ListContactsRequest& request) { return list_contacts(context, call, request); },
      [&context](const Caller&, const v1::ListContactsRequest& request) {
        return subject_of_item(context, request.item_id());
      });
  registry.unary<v1::PutContactRuleRequest, v1::PutContactRuleResponse>(
      "WorklistService.PutContactRule",
      [&context](Call& call, const v1::PutContactRuleRequest& request) { return put_rule(context, call, request); });
  registry.unary<v1::GetContactRuleRequest, v1::GetContactRuleResponse>(
      "WorklistService.GetContactRule",
      [&context](Call&, const v1::GetContactRuleRequest&) { return get_rule(context); });
  register_messages(registry, context);
}

}  // namespace relais::api
