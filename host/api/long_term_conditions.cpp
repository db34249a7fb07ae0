// SPDX-License-Identifier: Apache-2.0
#include "api/long_term_conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "api/idempotency.h"
#include "api/record_rules.h"
#include "domain/civil_time.h"
#include "domain/instant_bounds.h"
#include "records/record_events.h"
#include "records/record_store.h"
#include "records/record_table.h"

namespace relais::api {
namespace {

using practice::Transaction;
using records::Narrowing;
using records::select_rows;

constexpr int most_alds = 100;
constexpr int most_appointments = 1000;
constexpr std::size_t longest_number = 16;
constexpr std::size_t longest_text = 400;
constexpr const char* hypertension_closed = "2011-06-27";  // decree 2011-726
// A step on « all that the visit is about » takes what ends within a year: the widest a doctor can watch.
constexpr int ahead_months = 12;

tl::unexpected<Failure> wrong_right(std::string why, std::string place) {
  return refuse(Code::invalid_argument, std::move(why), std::move(place));
}

Result<v1::Patient> told_patient(Transaction& tx, const std::string& id) {
  auto rows = select_rows<v1::Patient>(tx.sql(), tx.now(), Narrowing{"t.id = :id", {id}});
  if (rows.empty()) return fail(Code::practice_unknown_patient, "no such patient", "patient_id");
  return std::move(rows.front().message);
}

// "8", "23.a", "7.2-nn", "NE": an item of the list (1 to 30), 31 or 32 with what it says of a sub-item, or non exonérante
// (ald.md, section 2). The sub-items themselves are the plugins' to know.
bool is_ald_number(std::string_view text) {
  if (text.size() > longest_number) return false;
  const auto item = text.substr(0, text.find_first_of(".-"));
  if (item == "NE") return text == item;
  int number = 0;
  const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), number);
  return error == std::errc{} && end == item.data() + item.size() && item.front() != '0' && number >= 1 && number <= 32;
}

Answer<void> check_ald(const v1::LongTermCondition& right, const std::string& place) {
  if (!right.id().empty()) {
    if (auto good = check_id(right.id(), place + ".id"); !good) return good;
  }
  if (!is_ald_number(right.number())) return wrong_right("which ALD?", place + ".number");
  if (right.label().size() > longest_text || right.code().size() > longest_number) return wrong_right("too long", place);
  if (auto good = check_date(right.from(), place + ".from"); !good) return good;
  if (auto good = check_date(right.until(), place + ".until"); !good) return good;
  const auto& source = right.until_source();
  const bool dated = source == "notified" || source == "estimated";
  if (right.until().empty() ? dated : !dated) return wrong_right("an end and its source go together", place + ".until_source");
  if (right.until().empty() && !source.empty() && source != "unknown") return wrong_right("no such source", place + ".until_source");
  if (!right.from().empty() && !right.until().empty() && right.until() < right.from()) {
    return wrong_right("ends before it begins", place + ".until");
  }
  if (!v1::LongTermConditionKind_IsValid(right.kind())) return wrong_right("no such kind", place + ".kind");
  if (!v1::RightPeriod_IsValid(right.period())) return wrong_right("no such period", place + ".period");
  for (const auto& protocol : right.protocols())
    if (auto good = check_date(protocol.established_on(), place + ".protocols"); !good) return good;
  for (const auto& earlier : right.renewals()) {
    if (auto good = check_date(earlier.from(), place + ".renewals"); !good) return good;
    if (auto good = check_date(earlier.until(), place + ".renewals"); !good) return good;
  }
  if (right.number() == "12" && right.period() == v1::RIGHT_PERIOD_FIRST && right.from() >= hypertension_closed) {
    return refuse(Code::record_ald_closed, "closed to new ones", place + ".number");
  }
  return {};
}

bool settles(v1::RenewalStep step) {
  return step == v1::RENEWAL_STEP_ACCEPTED || step == v1::RENEWAL_STEP_RENEWED_BY_CAISSE;
}

// Deciding, signing and sending are never delegated (ald.md, section 6).
bool doctors_own(v1::RenewalStep step) {
  return step == v1::RENEWAL_STEP_SENT || step == v1::RENEWAL_STEP_REFUSED || step == v1::RENEWAL_STEP_NOT_TO_RENEW;
}

// The period that ends joins the earlier ones, and the new one begins the day after it.
Answer<void> begin_period(v1::LongTermCondition& right, const std::string& until) {
  std::string from = right.from();
  if (const auto last = fiche::parse_date(right.until())) {
    from = fiche::format(fiche::CivilDate(date::sys_days(*last) + date::days(1)));
  }
  if (until <= from) return refuse(Code::record_renewal_date, "not after the start", "until");
  if (!right.until().empty()) {
    auto& earlier = *right.add_renewals();
    earlier.set_from(right.from());
    earlier.set_until(right.until());
    earlier.set_until_source(right.until_source());
  }
  right.set_from(from);
  right.set_until(until);
  right.set_until_source("notified");
  right.set_period(v1::RIGHT_PERIOD_RENEWAL);
  // A new period, a new task: nothing of it was done.
  right.clear_renewal_step();
  right.clear_renewal_step_on();
  right.clear_renewal_step_by();
  return {};
}

Answer<void> check_renewal_step(const Call& call, const v1::RecordRenewalStepRequest& request, fiche::CivilDate today) {
  if (!v1::RenewalStep_IsValid(request.step()) || request.step() == v1::RENEWAL_STEP_UNSPECIFIED) {
    return wrong_right("which step?", "step");
  }
  if (call.caller.role == v1::ROLE_ASSISTANT && doctors_own(request.step())) {
    return refuse(Code::record_renewal_doctor_only, "the doctor's own", "step");
  }
  if (auto good = check_date(request.on(), "on"); !good) return good;
  if (!request.on().empty() && *fiche::parse_date(request.on()) > today) return wrong_right("not yet", "on");
  if (auto good = check_date(request.until(), "until"); !good) return good;
  const bool needs = request.step() == v1::RENEWAL_STEP_ACCEPTED;
  if (needs && request.until().empty()) return refuse(Code::record_renewal_date, "the notified end", "until");
  if (!settles(request.step()) && !request.until().empty()) {
    return refuse(Code::record_renewal_date, "no new period comes with this step", "until");
  }
  // Each right has an end of its own.
  if (!request.until().empty() && request.condition_ids_size() != 1) return wrong_right("one right for one date", "condition_ids");
  return {};
}

bool ends_soon(const v1::LongTermCondition& right, fiche::CivilDate today) {
  const auto until = fiche::parse_date(right.until());
  return !until || *until <= fiche::plus_months(today, ahead_months);
}

}  // namespace

Answer<v1::ListLongTermConditionsResponse> LongTermConditions::list(
    Call& call, const v1::ListLongTermConditionsRequest& request) const {
  v1::ListLongTermConditionsResponse response;
  const auto shown = call.mandate.shown;
  if (shown < v1::DATA_LEVEL_D2) {
    response.add_withheld("conditions");
    return response;
  }
  auto found = database_.read([&](soci::session& sql) {
    return record_.reader(sql)->long_term_conditions(
        {request.patient_id(), record_.latest(database_.clock().now())});
  });
  if (!found) return refuse(found.error());
  for (auto& right : found->rows) {
    if (shown < v1::DATA_LEVEL_D4) {
      right.clear_label();
      right.clear_code();
      right.clear_protocols();
    }
    *response.add_conditions() = std::move(right);
  }
  if (shown < v1::DATA_LEVEL_D4)
    for (const auto* field : {"conditions.label", "conditions.code", "conditions.protocols"}) response.add_withheld(field);
  call.read(request.patient_id());
  return response;
}

Answer<v1::PutLongTermConditionsResponse> LongTermConditions::put(Call& call,
                                                                  const v1::PutLongTermConditionsRequest& request) const {
  if (auto good = check_id(request.patient_id(), "patient_id"); !good) return tl::unexpected(good.error());
  if (request.conditions().empty() || request.conditions_size() > most_alds) {
    return wrong_right(fmt::format("from 1 to {}", most_alds), "conditions");
  }
  for (int i = 0; i < request.conditions_size(); ++i) {
    auto good = check_ald(request.conditions(i), fmt::format("conditions[{}]", i));
    if (!good) return tl::unexpected(good.error());
  }
  auto answer = write_once<v1::PutLongTermConditionsResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::PutLongTermConditionsResponse> {
        const auto patient = told_patient(tx, request.patient_id());
        if (!patient) return refuse(patient.error());
        v1::PutLongTermConditionsResponse response;
        for (int i = 0; i < request.conditions_size(); ++i) {
          auto right = request.conditions(i);
          const auto before = right.id().empty() ? std::vector<records::Stored<v1::LongTermCondition>>{}
                                                 : select_rows<v1::LongTermCondition>(
                                                       tx.sql(), tx.now(), Narrowing{"t.id = :id", {right.id()}});
          if (!before.empty() && before.front().patient_id != patient->id()) {
            return refuse(Code::store_conflict, "this id is another patient's", fmt::format("conditions[{}].id", i));
          }
          v1::LongTermCondition stands;
          if (!before.empty()) stands = before.front().message;
          right.set_renewal_step(stands.renewal_step());
          right.set_renewal_step_on(stands.renewal_step_on());
          right.set_renewal_step_by(stands.renewal_step_by());
          right.set_source_id(stands.source_id());
          const bool assistant = call.caller.role == v1::ROLE_ASSISTANT;
          // What the illness is stays the doctor's to say.
          if (assistant) right.set_code(stands.code());
          right.set_to_confirm(assistant);
          response.add_ids(records::put(tx, patient->id(), std::move(right)));
        }
        records::tell_patient_changed(tx, patient->id());
        return response;
      });
  if (answer && changed_) changed_();
  return answer;
}

Answer<v1::RecordRenewalStepResponse> LongTermConditions::step(Call& call,
                                                               const v1::RecordRenewalStepRequest& request) const {
  auto answer = write_once<v1::RecordRenewalStepResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::RecordRenewalStepResponse> {
        const auto today = fiche::day_of(fiche::to_local(tx.now(), zone_));
        if (auto good = check_renewal_step(call, request, today); !good) return tl::unexpected(good.error());
        const auto patient = told_patient(tx, request.patient_id());
        if (!patient) return refuse(patient.error());
        auto rows = select_rows<v1::LongTermCondition>(tx.sql(), tx.now(),
                                                       Narrowing{"t.patient_id = :patient", {patient->id()}});
        const std::set<std::string> named(request.condition_ids().begin(), request.condition_ids().end());
        std::erase_if(rows, [&](const auto& row) {
          return named.empty() ? !ends_soon(row.message, today) : !named.contains(row.id);
        });
        if (rows.empty() || (!named.empty() && rows.size() != named.size())) {
          return refuse(Code::not_found, "no such right of this patient", "condition_ids");
        }
        for (auto& row : rows) {
          auto& right = row.message;
          right.set_renewal_step(request.step());
          right.set_renewal_step_on(request.on().empty() ? fiche::format(today) : request.on());
          right.set_renewal_step_by(call.caller.id);
          if (!request.until().empty()) {
            if (auto begun = begin_period(right, request.until()); !begun) return tl::unexpected(begun.error());
            right.set_to_confirm(call.caller.role == v1::ROLE_ASSISTANT);
          }
          records::put(tx, patient->id(), right);
        }
        records::tell_patient_changed(tx, patient->id());
        v1::RecordRenewalStepResponse response;
        response.set_written(static_cast<int>(rows.size()));
        return response;
      });
  if (answer && changed_) changed_();
  return answer;
}

Answer<v1::PutAppointmentsResponse> LongTermConditions::appointments(Call& call,
                                                                     const v1::PutAppointmentsRequest& request) const {
  if (request.appointments_size() + request.cancelled_size() > most_appointments) {
    return wrong_right(fmt::format("at most {}", most_appointments), "appointments");
  }
  for (int i = 0; i < request.appointments_size(); ++i) {
    const auto& one = request.appointments(i);
    const auto place = fmt::format("appointments[{}]", i);
    if (auto good = check_id(one.id(), place + ".id"); !good) return tl::unexpected(good.error());
    if (auto good = check_id(one.patient_id(), place + ".patient_id"); !good) return tl::unexpected(good.error());
    if (one.start_ms() <= 0 || one.end_ms() < one.start_ms()) return wrong_right("ends before it begins", place + ".end_ms");
    if (!is_dated(one.start_ms())) return wrong_right("no such instant", place + ".start_ms");
    if (!is_dated(one.end_ms())) return wrong_right("no such instant", place + ".end_ms");
    if (one.reason().size() > longest_text) return wrong_right("too long", place + ".reason");
  }
  auto answer = write_once<v1::PutAppointmentsResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::PutAppointmentsResponse> {
        std::set<std::string> touched;
        const auto stands = [&](const std::string& id) {
          return select_rows<v1::Appointment>(tx.sql(), tx.now(), Narrowing{"t.id = :id", {id}});
        };
        for (int i = 0; i < request.appointments_size(); ++i) {
          const auto& one = request.appointments(i);
          for (const auto& before : stands(one.id())) {
            touched.insert(before.patient_id);
            if (before.patient_id != one.patient_id()) records::tell_appointment_changed(tx, before.patient_id, {});
          }
          touched.insert(one.patient_id());
          records::put(tx, one);
          records::tell_appointment_changed(tx, one.patient_id(), one.id());
        }
        for (int i = 0; i < request.cancelled_size(); ++i) {
          for (const auto& before : stands(request.cancelled(i))) {
            touched.insert(before.patient_id);
            records::tell_appointment_changed(tx, before.patient_id, {});
          }
          if (!records::remove<v1::Appointment>(tx, request.cancelled(i))) {
            return refuse(Code::not_found, "no such appointment", fmt::format("cancelled[{}]", i));
          }
        }
        for (const auto& id : touched) {
          const auto patient = told_patient(tx, id);
          if (!patient) return refuse(patient.error());
          records::tell_patient_changed(tx, patient->id());
        }
        v1::PutAppointmentsResponse response;
        response.set_written(request.appointments_size() + request.cancelled_size());
        return response;
      });
  if (answer && changed_) changed_();
  return answer;
}

}  // namespace relais::api
