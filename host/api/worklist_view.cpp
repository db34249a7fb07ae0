// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_view.h"

#include <date/tz.h>

#include <algorithm>

#include "api/domain_words.h"
#include "api/words.h"
#include "domain/civil_time.h"
#include "practice/mandate_gate.h"

namespace relais::api {
namespace {

using practice::to_ms;
using worklist::State;

v1::ItemState to_proto(State state) {
  switch (state) {
    case State::a_traiter:
      return v1::ITEM_STATE_OPEN;
    case State::reclame:
      return v1::ITEM_STATE_CLAIMED;
    case State::prepare:
      return v1::ITEM_STATE_PREPARED;
    case State::remis:
      return v1::ITEM_STATE_HANDED_OVER;
    case State::a_valider:
      return v1::ITEM_STATE_TO_VALIDATE;
    case State::renvoye:
      return v1::ITEM_STATE_RETURNED;
    case State::a_confirmer:
      return v1::ITEM_STATE_TO_CONFIRM;
    case State::valide:
      return v1::ITEM_STATE_VALIDATED;
    case State::clos:
      return v1::ITEM_STATE_CLOSED;
    case State::retire:
      return v1::ITEM_STATE_WITHDRAWN;
  }
  return v1::ITEM_STATE_UNSPECIFIED;
}

v1::Subject to_proto(const worklist::Scope& scope) {
  v1::Subject subject;
  subject.set_item_id(scope.subject.item_id);
  subject.set_patient_id(scope.subject.patient_id);
  subject.set_doctor_id(scope.subject.doctor_id);
  subject.set_task_id(scope.task);
  return subject;
}

// Traits shown beside an item: those of the patient's file, else those the sender wrote.
void label(v1::PatientLabel& label, const worklist::Scope& scope, Instant as_of, records::RecordReader& reader) {
  std::optional<v1::Traits> traits;
  if (!scope.subject.patient_id.empty()) {
    label.set_patient_id(scope.subject.patient_id);
    const auto patient = reader.patient(scope.subject.patient_id, as_of);
    if (patient && !patient->rows.empty()) traits = patient->rows.front().traits();
  } else if (!scope.subject.item_id.empty()) {
    const auto report = reader.report(scope.subject.item_id, as_of);
    if (report && !report->rows.empty()) traits = report->rows.front().written_traits();
  }
  if (!traits) return;
  label.set_family(traits->used_family().empty() ? traits->birth_family() : traits->used_family());
  label.set_given(traits->used_given().empty() ? traits->birth_given_first() : traits->used_given());
  label.set_birth_date(traits->birth_date());
}

bool is_doctor(const Caller& caller) {
  return caller.role == v1::ROLE_DOCTOR || caller.role == v1::ROLE_REPLACEMENT_DOCTOR;
}

// Why the doctor hears of the item at once, without a word of what it holds.
std::string routed(const worklist::Finding& finding) {
  const auto carries = [&](std::string_view rule) {
    return std::any_of(finding.reasons.begin(), finding.reasons.end(),
                       [&](const worklist::Reason& reason) { return reason.rule == rule; });
  };
  if (carries(escalation::met_reason)) return "Une règle d'alerte immédiate du médecin est remplie.";
  if (carries(escalation::to_judge_reason)) return "Une règle d'alerte immédiate reste à juger par le médecin.";
  return {};
}

}  // namespace

WorklistView::WorklistView(const PracticeServices& context, Caller caller)
    : context_(context), caller_(std::move(caller)) {
  calendar_.zone = date::locate_zone(context.time_zone);
  calendar_.is_holiday = [region = context.gate.holidays()](fiche::CivilDate day) {
    return !fiche::holiday_name(day, region).empty();
  };
}

Instant WorklistView::known() const { return context_.record.latest(context_.clock.now()); }

practice::WorklistFilter WorklistView::filter(const std::string& doctor_id, const std::string& task_id) const {
  practice::WorklistFilter filter;
  if (is_doctor(caller_)) {
    filter.doctor_ids = {answers_for(caller_)};
    filter.assigned_to = caller_.id;
  } else if (!doctor_id.empty()) {
    filter.doctor_ids = {doctor_id};
  }
  if (!task_id.empty()) filter.tasks = {task_id};
  return filter;
}

Result<practice::MandateAnswer> WorklistView::decide(const worklist::Scope& scope, bool to_see) const {
  return context_.gate.decide(caller_.id, fiche::Action::voir,
                              {scope.task, scope.subject.item_id, scope.subject.patient_id, scope.subject.doctor_id,
                               to_see});
}

v1::ItemState WorklistView::state_of(const worklist::Item& item) { return to_proto(item.state); }

Result<WorklistView::Right> WorklistView::right(const worklist::Item& item) const {
  Right right;
  if (is_doctor(caller_)) {
    right.visible = worklist::answers_for(worklist_actor(caller_), item);
    right.shown = v1::DATA_LEVEL_D5;
    if (!right.visible) right.refused.set_sentence(std::string(french(Code::api_not_yours)));
    return right;
  }
  const auto answer = decide(item.key.scope, item.finding.category >= worklist::Category::a_voir);
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (answer->decision.authorised && item.finding.restricted) {
    // The whole item goes to the doctor (R17): rows are never cut out of restricted content.
    const auto reason = fiche::reason(fiche::Refusal::R17);
    right.refused.set_rule(std::string(reason.code));
    right.refused.set_sentence(std::string(reason.french));
    right.refused.set_unblocked_by(std::string(reason.unblock));
  } else if (answer->decision.authorised) {
    right.visible = true;
    right.shown = to_proto(answer->shown);
  } else {
    right.refused = to_proto(*answer);
  }
  return right;
}

v1::WorklistItem WorklistView::show(const worklist::Item& held, v1::DataLevel shown, soci::session& sql) const {
  worklist::Reader reader;
  reader.doctor = is_doctor(caller_);
  reader.data_level = static_cast<int>(shown) - 1;
  const auto view = worklist::view_for(held, reader);
  const auto& item = view.item;
  v1::WorklistItem made;
  made.set_id(item.id);
  *made.mutable_subject() = to_proto(item.key.scope);
  made.set_version(item.revision);
  made.set_category(to_proto(item.finding.category));
  made.set_state(to_proto(item.state));
  made.set_clinical(worklist::is_clinical(item));
  made.set_title(item.finding.title);
  label(*made.mutable_patient(), item.key.scope, known(), *context_.record.reader(sql));
  for (const auto& reason : item.finding.reasons) {
    auto& shown_reason = *made.add_reasons();
    shown_reason.set_rule(reason.rule);
    shown_reason.set_sentence(reason.text);
    shown_reason.set_source(reason.source);
    shown_reason.set_category(to_proto(reason.category));
    shown_reason.set_level(static_cast<v1::DataLevel>(reason.data_level + 1));
  }
  made.set_plugin_id(item.key.scope.plugin);
  made.set_plugin_version(item.basis.plugin_version);
  made.set_created_ms(to_ms(item.created_at));
  made.set_changed_ms(to_ms(item.changed_at));
  made.set_claimed_by(item.claimed_by);
  made.set_due_ms(to_ms(worklist::due(item, calendar_)));
  if (item.seen) {
    made.set_seen_ms(to_ms(item.seen->at));
    made.set_seen_by(item.seen->doctor_id);
  }
  made.set_assigned_to(item.assigned_to);
  made.set_state_reason(item.state_reason);
  made.set_more_expected(item.finding.open);
  made.set_reopened(item.reopened);
  made.set_digest(item.digest);
  const auto& waiting = item.waiting;
  if (waiting.overdue_since) made.set_overdue_ms(to_ms(*waiting.overdue_since));
  made.set_escalations(waiting.escalations);
  if (waiting.escalated_at) made.set_escalated_ms(to_ms(*waiting.escalated_at));
  made.set_trace_id(item.trace_id);
  made.set_routed_to(waiting.routed_to);
  auto why = routed(held.finding);
  if (waiting.routed_to == "medecin") why += (why.empty() ? "" : " ") + waiting.routed_why;
  made.set_routed_to_doctor(std::move(why));
  for (const auto& action : practice::WorklistStore::actions(sql, item.id)) {
    if (action.act != "item.note") continue;
    auto& note = *made.add_notes();
    note.set_author_id(action.actor);
    note.set_written_ms(to_ms(action.at));
    if (!view.cut) note.set_text(action.text);
  }
  if (view.cut) made.add_withheld("reasons");
  return made;
}

Result<bool> WorklistView::sees(const worklist::NotEvaluated& entry) const {
  const auto& doctor = entry.scope.subject.doctor_id;
  if (is_doctor(caller_)) return doctor.empty() || doctor == answers_for(caller_);
  const auto answer = decide(entry.scope, false);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return answer->decision.authorised;
}

v1::NotEvaluated WorklistView::show(const worklist::NotEvaluated& entry, soci::session& sql) const {
  v1::NotEvaluated made;
  *made.mutable_subject() = to_proto(entry.scope);
  made.set_plugin_id(entry.scope.plugin);
  made.set_since_ms(to_ms(entry.since));
  made.set_reason_code(entry.code);
  made.set_reason(sentence_of(entry.code));
  made.set_poisonous(entry.code.find("poison") != std::string::npos);
  label(*made.mutable_patient(), entry.scope, known(), *context_.record.reader(sql));
  return made;
}

}  // namespace relais::api
