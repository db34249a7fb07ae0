// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_messages.h"

#include <algorithm>

#include "api/idempotency.h"
#include "api/worklist_contacts.h"
#include "api/worklist_item.h"
#include "domain/message_text.h"
#include "scheduling/agenda_store.h"

namespace relais::api {
namespace {

using practice::WorklistStore;

// In bytes: characters of French take two at most, but for rare ones.
constexpr std::size_t longest_template_id = 64, longest_title = 400, longest_body = 2000, longest_to_bring = 200;
constexpr int most_to_bring = 10;

v1::MessageTemplate shown_template(const practice::MessageTemplate& text) {
  v1::MessageTemplate made;
  made.set_id(text.id);
  made.set_doctor_id(text.doctor_id);
  made.set_version(text.version);
  made.set_title(text.title);
  made.set_body(text.body);
  made.set_written_ms(practice::to_ms(text.written));
  made.set_withdrawn(text.withdrawn);
  return made;
}

Answer<void> check_written(const v1::PutMessageTemplateRequest& request) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const auto& id = request.id();
  if (id.empty() || id.size() > longest_template_id || !std::all_of(id.begin(), id.end(), fits)) {
    return refuse(Code::invalid_argument, "small letters, digits and dashes", "id");
  }
  if (request.withdraw()) return {};
  if (request.title().empty() || request.title().size() > longest_title) {
    return refuse(Code::invalid_argument, "a short title", "title");
  }
  if (request.body().size() > longest_body) return refuse(Code::invalid_argument, "too long", "body");
  if (const auto good = message::check(request.body()); !good) return refuse(good.error());
  return {};
}

Answer<v1::PutMessageTemplateResponse> put(const PracticeServices& context, Call& call,
                                           const v1::PutMessageTemplateRequest& request) {
  if (const auto good = check_written(request); !good) return tl::unexpected<Failure>(good.error());
  return write_once<v1::PutMessageTemplateResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::PutMessageTemplateResponse> {
        auto text = practice::message_template(tx.sql(), call.caller.id, request.id());
        if (text.version != request.version()) return refuse(Code::worklist_changed, "another version", "version");
        if (request.withdraw()) {
          if (text.version == 0 || text.withdrawn) return refuse(Code::message_template, "not in use", "id");
          text.withdrawn = true;
        } else {
          text = {call.caller.id, request.id(), 0, request.title(), request.body(), {}, false};
        }
        v1::PutMessageTemplateResponse response;
        *response.mutable_text_template() = shown_template(practice::add_message_template(tx, std::move(text)));
        return response;
      });
}

Answer<v1::ListMessageTemplatesResponse> list_templates(const PracticeServices& context,
                                                        const v1::ListMessageTemplatesRequest& request) {
  const auto texts = context.database.read([&](soci::session& sql) -> Result<std::vector<practice::MessageTemplate>> {
    return practice::message_templates(sql, request.doctor_id());
  });
  if (!texts) return refuse(texts.error());
  v1::ListMessageTemplatesResponse response;
  for (const auto& text : *texts)
    if (request.withdrawn_too() || !text.withdrawn) *response.add_templates() = shown_template(text);
  return response;
}

Result<message::Fields> fields_of(soci::session& sql, const std::string& zone, const v1::Booking& booking,
                                  const v1::PrepareMessageRequest& request) {
  const auto schedule = scheduling::AgendaStore::schedule(sql, booking.slot().schedule_id());
  if (!schedule) return tl::unexpected(schedule.error());
  const auto start = practice::from_ms(booking.slot().start_ms());
  const auto& own = schedule->time_zone().empty() ? zone : schedule->time_zone();
  return message::Fields{message::french_date(start, own), message::french_hour(start, own), schedule->place(),
                         {request.bring().begin(), request.bring().end()}};
}

Answer<v1::PrepareMessageResponse> prepare_message(const PracticeServices& context, Call& call,
                                           const v1::PrepareMessageRequest& request) {
  if (request.bring_size() > most_to_bring) return refuse(Code::invalid_argument, "at most 10", "bring");
  for (const auto& one : request.bring()) {
    if (one.empty() || one.size() > longest_to_bring) return refuse(Code::invalid_argument, "a few words", "bring");
    if (const auto neutral = message::check_neutral(one); !neutral) return refuse(neutral.error());
  }
  // Whoever may not see the item prepares nothing about it.
  const auto seen = shown_item(context, call, request.item_id());
  if (!seen) return tl::unexpected<Failure>(seen.error());
  // What is kept to answer a repeated call holds no text: the draft is read again.
  auto done = write_once<v1::PrepareMessageResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::PrepareMessageResponse> {
        const auto item = WorklistStore::item(tx.sql(), request.item_id());
        if (!item) return refuse(item.error());
        const auto& subject = item->key.scope.subject;
        if (subject.patient_id.empty()) return refuse(Code::contact_no_patient, "item " + item->id);
        const auto text = practice::message_template(tx.sql(), subject.doctor_id, request.template_id());
        if (text.version == 0 || text.withdrawn) return refuse(Code::message_template, "not in use", "template_id");
        const auto booking = confirmed_booking(tx.sql(), request.booking_id(), subject.patient_id);
        if (!booking) return refuse(Code::message_not_confirmed, "no confirmed appointment", "booking_id");
        const auto fields = fields_of(tx.sql(), context.time_zone, *booking, request);
        if (!fields) return refuse(fields.error());
        auto body = message::fill(text.body, *fields);
        if (!body) return refuse(body.error());
        v1::PrepareMessageResponse response;
        *response.mutable_draft() = shown_draft(practice::add_message_draft(
            tx, {{}, item->id, booking->id(), subject.doctor_id, text.id, text.version, std::move(*body),
                 call.caller.id, {}}));
        response.mutable_draft()->clear_body();
        return response;
      });
  if (!done) return done;
  const auto drafts = context.database.read([&](soci::session& sql) -> Result<std::vector<practice::MessageDraft>> {
    return practice::message_drafts(sql, request.item_id());
  });
  if (!drafts) return refuse(drafts.error());
  for (const auto& draft : *drafts)
    if (draft.id == done->draft().id()) *done->mutable_draft() = shown_draft(draft);
  return done;
}

}  // namespace

v1::MessageDraft shown_draft(const practice::MessageDraft& draft) {
  v1::MessageDraft made;
  made.set_id(draft.id);
  made.set_item_id(draft.item_id);
  made.set_booking_id(draft.booking_id);
  made.set_template_id(draft.template_id);
  made.set_template_version(draft.template_version);
  made.set_body(draft.body);
  made.set_prepared_by(draft.by);
  made.set_prepared_ms(practice::to_ms(draft.at));
  return made;
}

std::optional<v1::Booking> confirmed_booking(soci::session& sql, const std::string& booking_id,
                                             const std::string& patient) {
  auto booking = scheduling::AgendaStore::booking(sql, booking_id);
  if (!booking || booking->patient_id() != patient || booking->state() != v1::BOOKING_STATE_CONFIRMED) {
    return std::nullopt;
  }
  return std::move(*booking);
}

void register_messages(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::PutMessageTemplateRequest, v1::PutMessageTemplateResponse>(
      "WorklistService.PutMessageTemplate",
      [&context](Call& call, const v1::PutMessageTemplateRequest& request) { return put(context, call, request); });
  registry.unary<v1::ListMessageTemplatesRequest, v1::ListMessageTemplatesResponse>(
      "WorklistService.ListMessageTemplates",
      [&context](Call&, const v1::ListMessageTemplatesRequest& request) { return list_templates(context, request); });
  registry.unary<v1::PrepareMessageRequest, v1::PrepareMessageResponse>(
      "WorklistService.PrepareMessage",
      [&context](Call& call, const v1::PrepareMessageRequest& request) { return prepare_message(context, call, request); },
      [&context](const Caller&, const v1::PrepareMessageRequest& request) {
        return subject_of_item(context, request.item_id());
      });
}

}  // namespace relais::api
