// SPDX-License-Identifier: Apache-2.0
#include "api/immunizations.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "api/idempotency.h"
#include "api/immunization_rules.h"
#include "api/record_rules.h"
#include "domain/civil_time.h"
#include "records/immunization_store.h"
#include "records/record_table.h"

namespace relais::api {
namespace {

using practice::Transaction;
using records::Narrowing;
using records::PatientImmunizations;
using records::select_rows;

// The only task under which an assistant writes vaccinations (delegable-tasks.md).
constexpr const char* tracing_task = "vaccin-tracabilite";
constexpr int most_conflicts = 1000;

Answer<void> traces(const Call& call, const v1::Purpose& purpose) {
  if (call.caller.role != v1::ROLE_ASSISTANT || purpose.task_id() == tracing_task) return {};
  Failure failure(Code::api_mandate, "another task than vaccin-tracabilite", "purpose.task_id");
  failure.sentence = "Inscrire ou corriger un vaccin relève de la tâche « vaccin-tracabilite » de la fiche de poste.";
  failure.unblocked_by = "le médecin qui signe la fiche";
  return tl::unexpected(std::move(failure));
}

// Its birth date.
Answer<std::string> born(Transaction& tx, const std::string& patient_id) {
  auto rows = select_rows<v1::Patient>(tx.sql(), tx.now(), Narrowing{"t.id = :id", {patient_id}});
  if (rows.empty()) return refuse(Code::practice_unknown_patient, "no such patient", "patient_id");
  return rows.front().message.traits().birth_date();
}

records::TellingOfAct entered_by(const Call& call, v1::Immunization content) {
  records::TellingOfAct telling;
  telling.kind = "entered";
  telling.entered_by = call.caller.id;
  telling.needs_doctor = call.caller.role == v1::ROLE_ASSISTANT;
  telling.content = std::move(content);
  return telling;
}

// The act, when the caller may change it.
Answer<const records::ImmunizationAct*> to_change(const Call& call, const PatientImmunizations& held,
                                                  const std::string& id) {
  const auto* act = held.find(id);
  if (act == nullptr) return refuse(Code::not_found, "no such vaccination of this patient", "immunization_id");
  if (act->act.status() == records::immunization_in_error) {
    return refuse(Code::immunization_withdrawn, "entered in error", "immunization_id");
  }
  if (call.caller.role == v1::ROLE_ASSISTANT && !act->act.to_confirm()) {
    return refuse(Code::immunization_not_yours, "a doctor's to change", "immunization_id");
  }
  return act;
}

template <class Response>
void add_conflicts(const PatientImmunizations& held, const std::string& id, Response& response) {
  for (auto& one : held.conflicts_of(id)) *response.add_conflicts() = std::move(one);
}

bool shows_vaccinations(const Call& call) { return call.mandate.shown >= v1::DATA_LEVEL_D2; }

// Pairs in conflict among rows of one patient.
std::vector<v1::ImmunizationConflict> pairs_of(const std::string& patient_id,
                                               const std::vector<v1::Immunization>& rows) {
  std::vector<v1::ImmunizationConflict> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& other_id : rows[i].conflicts_with()) {
      const auto other = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(i) + 1, rows.end(),
                                      [&](const auto& row) { return row.id() == other_id; });
      if (other == rows.end()) continue;
      auto& one = all.emplace_back();
      one.set_patient_id(patient_id);
      const bool in_error =
          rows[i].status() == records::immunization_in_error || other->status() == records::immunization_in_error;
      one.set_kind(in_error ? v1::IMMUNIZATION_CONFLICT_KIND_DONE_AND_IN_ERROR
                            : records::contradiction(rows[i], *other));
      *one.mutable_first() = rows[i];
      *one.mutable_second() = *other;
    }
  }
  return all;
}

const std::string& day_of(const v1::Immunization& act) {
  return act.given_on().empty() ? act.given_about() : act.given_on();
}

}  // namespace

Answer<v1::ListImmunizationsResponse> Immunizations::list(Call& call,
                                                          const v1::ListImmunizationsRequest& request) const {
  v1::ListImmunizationsResponse response;
  if (request.patient_id().empty()) return refuse(Code::invalid_argument, "which patient?", "patient_id");
  if (!shows_vaccinations(call)) {
    response.add_withheld("immunizations");
    return response;
  }
  auto found = database_.read([&](soci::session& sql) -> Result<std::vector<v1::Immunization>> {
    auto held = record_.reader(sql)->immunizations({request.patient_id(), database_.clock().now(), std::nullopt});
    if (!held) return tl::unexpected(held.error());
    return std::move(held->rows);
  });
  if (!found) return refuse(found.error());
  // Latest first; without a date, last.
  std::stable_sort(found->begin(), found->end(), [](const auto& a, const auto& b) { return day_of(a) > day_of(b); });
  for (auto& one : pairs_of(request.patient_id(), *found)) *response.add_conflicts() = std::move(one);
  for (auto& one : *found) {
    const bool error = one.status() == records::immunization_in_error;
    if (!error || request.with_entered_in_error()) *response.add_immunizations() = std::move(one);
  }
  call.read(request.patient_id());
  return response;
}

Answer<v1::RecordImmunizationResponse> Immunizations::record(Call& call,
                                                             const v1::RecordImmunizationRequest& request) const {
  if (auto good = traces(call, request.purpose()); !good) return tl::unexpected(good.error());
  if (auto good = check_id(request.patient_id(), "patient_id"); !good) return tl::unexpected(good.error());
  auto answer = write_once<v1::RecordImmunizationResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::RecordImmunizationResponse> {
        const auto birth_date = born(tx, request.patient_id());
        if (!birth_date) return tl::unexpected(birth_date.error());
        const auto today = fiche::day_of(fiche::to_local(tx.now(), zone_));
        auto entered = checked_immunization(request.immunization(), *birth_date, today);
        if (!entered) return tl::unexpected(entered.error());
        PatientImmunizations held(tx, request.patient_id());
        const auto telling = held.add(entered_by(call, std::move(*entered)));
        held.settle();
        const auto* act = held.of_telling(telling);
        if (act == nullptr) return refuse(Code::internal, "an entered vaccination that is of no act");
        v1::RecordImmunizationResponse response;
        *response.mutable_immunization() = act->act;
        response.set_already_known(act->tellings.size() > 1);
        add_conflicts(held, act->act.id(), response);
        return response;
      });
  if (answer && changed_) changed_();
  return answer;
}

Answer<v1::ConfirmImmunizationResponse> Immunizations::confirm(Call& call,
                                                               const v1::ConfirmImmunizationRequest& request) const {
  auto answer = write_once<v1::ConfirmImmunizationResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::ConfirmImmunizationResponse> {
        PatientImmunizations held(tx, request.patient_id());
        const auto act = to_change(call, held, request.immunization_id());
        if (!act) return tl::unexpected(act.error());
        held.confirm(request.immunization_id(), call.caller.id);
        held.settle();
        v1::ConfirmImmunizationResponse response;
        *response.mutable_immunization() = held.find(request.immunization_id())->act;
        return response;
      });
  if (answer && changed_) changed_();
  return answer;
}

Answer<v1::CorrectImmunizationResponse> Immunizations::correct(Call& call,
                                                               const v1::CorrectImmunizationRequest& request) const {
  if (auto good = traces(call, request.purpose()); !good) return tl::unexpected(good.error());
  if (request.reason().find_first_not_of(" \t\r\n") == std::string::npos) {
    return refuse(Code::immunization_reason_needed, "why?", "reason");
  }
  auto answer = write_once<v1::CorrectImmunizationResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::CorrectImmunizationResponse> {
        const auto birth_date = born(tx, request.patient_id());
        if (!birth_date) return tl::unexpected(birth_date.error());
        const auto today = fiche::day_of(fiche::to_local(tx.now(), zone_));
        auto entered = checked_immunization(request.immunization(), *birth_date, today);
        if (!entered) return tl::unexpected(entered.error());
        PatientImmunizations held(tx, request.patient_id());
        const auto act = to_change(call, held, request.immunization_id());
        if (!act) return tl::unexpected(act.error());
        held.withdraw(request.immunization_id(), request.reason());
        auto telling = entered_by(call, std::move(*entered));
        telling.act_id = request.immunization_id();
        const auto told = held.add(std::move(telling));
        held.settle();
        const auto* now = held.of_telling(told);
        if (now == nullptr) return refuse(Code::internal, "a corrected vaccination that is of no act");
        v1::CorrectImmunizationResponse response;
        *response.mutable_immunization() = now->act;
        add_conflicts(held, now->act.id(), response);
        return response;
      });
  if (answer && changed_) changed_();
  return answer;
}

Answer<v1::EnterImmunizationInErrorResponse> Immunizations::in_error(
    Call& call, const v1::EnterImmunizationInErrorRequest& request) const {
  if (auto good = traces(call, request.purpose()); !good) return tl::unexpected(good.error());
  if (request.reason().find_first_not_of(" \t\r\n") == std::string::npos) {
    return refuse(Code::immunization_reason_needed, "why?", "reason");
  }
  auto answer = write_once<v1::EnterImmunizationInErrorResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::EnterImmunizationInErrorResponse> {
        PatientImmunizations held(tx, request.patient_id());
        const auto act = to_change(call, held, request.immunization_id());
        if (!act) return tl::unexpected(act.error());
        held.withdraw(request.immunization_id(), request.reason());
        held.settle();
        return v1::EnterImmunizationInErrorResponse();
      });
  if (answer && changed_) changed_();
  return answer;
}

Answer<v1::ListImmunizationConflictsResponse> Immunizations::conflicts(
    Call& call, const v1::ListImmunizationConflictsRequest& request) const {
  v1::ListImmunizationConflictsResponse response;
  if (!shows_vaccinations(call)) return response;
  using ByPatient = std::map<std::string, std::vector<v1::Immunization>>;
  const auto& patient = request.patient_id();
  auto found = database_.read([&](soci::session& sql) -> Result<ByPatient> {
    const std::string open = "(t.conflicts_with <> '[]' OR t.to_confirm = 1)";
    const Narrowing narrowing =
        patient.empty() ? Narrowing{open, {}} : Narrowing{open + " AND t.patient_id = :patient", {patient}};
    ByPatient all;
    for (auto& row : select_rows<v1::Immunization>(sql, database_.clock().now(), narrowing)) {
      all[row.patient_id].push_back(std::move(row.message));
    }
    return all;
  });
  if (!found) return refuse(found.error());
  for (const auto& [patient_id, rows] : *found) {
    for (auto& one : pairs_of(patient_id, rows)) {
      if (response.conflicts_size() == most_conflicts) {
        response.set_more(true);
        break;
      }
      *response.add_conflicts() = std::move(one);
    }
    for (const auto& row : rows) {
      if (!row.to_confirm()) continue;
      if (response.to_confirm_size() == most_conflicts) {
        response.set_more(true);
        break;
      }
      auto& one = *response.add_to_confirm();
      one.set_patient_id(patient_id);
      *one.mutable_immunization() = row;
    }
    if (!response.more()) call.read(patient_id);
  }
  return response;
}

Answer<v1::ResolveImmunizationConflictResponse> Immunizations::resolve(
    Call& call, const v1::ResolveImmunizationConflictRequest& request) const {
  const auto resolution = request.resolution();
  const bool known =
      v1::ImmunizationResolution_IsValid(resolution) && resolution != v1::IMMUNIZATION_RESOLUTION_UNSPECIFIED;
  if (!known) return refuse(Code::invalid_argument, "which answer?", "resolution");
  const auto& first = request.first_id();
  const auto& second = request.second_id();
  const auto& kept = request.kept_id();
  const bool keeps = resolution != v1::IMMUNIZATION_RESOLUTION_DIFFERENT_ACTS;
  if (keeps ? kept != first && kept != second : !kept.empty()) {
    return refuse(Code::invalid_argument, "one of the two is kept, or both are", "kept_id");
  }
  auto answer = write_once<v1::ResolveImmunizationConflictResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::ResolveImmunizationConflictResponse> {
        PatientImmunizations held(tx, request.patient_id());
        if (held.find(first) == nullptr)
          return refuse(Code::not_found, "no such vaccination of this patient", "first_id");
        if (held.find(second) == nullptr)
          return refuse(Code::not_found, "no such vaccination of this patient", "second_id");
        const auto open = held.conflicts_of(first);
        const bool contradict = first != second && std::any_of(open.begin(), open.end(), [&](const auto& one) {
                                  return one.first().id() == second || one.second().id() == second;
                                });
        if (!contradict) return refuse(Code::immunization_no_conflict, "not in conflict", "second_id");
        if (resolution == v1::IMMUNIZATION_RESOLUTION_ENTERED_IN_ERROR) {
          held.withdraw(kept == first ? second : first, "contradicts " + kept);
        } else {
          held.rule({first, second, resolution, kept}, call.caller.id);
        }
        held.settle();
        v1::ResolveImmunizationConflictResponse response;
        for (const auto* id : {&first, &second})
          if (const auto* act = held.find(*id); act != nullptr) *response.add_immunizations() = act->act;
        return response;
      });
  if (answer && changed_) changed_();
  return answer;
}

}  // namespace relais::api
