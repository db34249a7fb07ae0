// SPDX-License-Identifier: Apache-2.0
// Whose a reading of the record is, for the fiche that decides on it.
#include "api/record_reads.h"
#include "domain/reasons.h"
#include "practice/worklist_store.h"
#include "records/ingest.h"

namespace relais::api {
namespace {

// Whose patient the reading is about, from what is stored: for a report, whom it is for or who asked for it; else the
// médecin traitant. Empty when nobody is known: no fiche can decide then.
Result<std::string> doctor_of(records::RecordSource& record, soci::session& sql, Instant as_of,
                              const std::string& patient_id, const std::string& report_id) {
  const auto held = record.reader(sql);
  auto& reader = *held;
  if (!report_id.empty()) {
    const auto subject = records::Ingest::subject_of(sql, report_id);
    if (!subject && subject.error().code != Code::not_found) return tl::unexpected(subject.error());
    if (subject && !subject->doctor_id.empty()) return subject->doctor_id;
    // Imported history came by no message: the report itself says it.
    const auto report = reader.report(report_id, as_of);
    if (!report) return tl::unexpected(report.error());
    if (!report->rows.empty()) {
      const auto& row = report->rows.front();
      if (!row.prescriber_id().empty()) return row.prescriber_id();
      if (!row.addressee_id().empty()) return row.addressee_id();
    }
  }
  const auto patient = reader.patient(patient_id, as_of);
  if (!patient) return tl::unexpected(patient.error());
  return patient->rows.empty() ? std::string() : patient->rows.front().treating_doctor_id();
}

// The caller named a doctor whose patient this is not: one doctor's trust is not another's.
tl::unexpected<Failure> another_doctors() {
  const auto reason = fiche::reason(fiche::Refusal::R09);
  Failure failure(Code::api_mandate, "not the doctor of reference", "purpose.doctor_id");
  failure.rule = reason.code;
  failure.sentence = reason.french;
  failure.unblocked_by = reason.unblock;
  return tl::unexpected<Failure>(std::move(failure));
}

}  // namespace

Answer<v1::Subject> RecordReads::subject_of(const Caller& caller, const std::string& patient_id,
                                            const std::string& report_id, const v1::Purpose& purpose) const {
  v1::Subject subject;
  subject.set_patient_id(patient_id);
  subject.set_item_id(report_id);
  subject.set_task_id(purpose.task_id());
  const bool assistant = caller.role == v1::ROLE_ASSISTANT;
  if (assistant && purpose.task_id().empty()) {
    return refuse(Code::invalid_argument, "an assistant reads for a task", "purpose.task_id");
  }
  const auto found = database_.read([&](soci::session& sql) -> Result<void> {
    const auto held = record_.reader(sql);
    auto& reader = *held;
    if (patient_id.empty() && !report_id.empty()) {
      const auto report = reader.report(report_id, now());
      if (!report) return tl::unexpected(report.error());
      if (!report->rows.empty()) subject.set_patient_id(report->rows.front().patient_id());
    }
    if (!assistant) return {};
    if (!purpose.worklist_item_id().empty()) {
      const auto item = practice::WorklistStore::item(sql, purpose.worklist_item_id());
      if (!item) return fail(item.error().code, item.error().detail, "purpose.worklist_item_id");
      const auto& scope = item->key.scope;
      if (scope.subject.patient_id != subject.patient_id() || scope.task != purpose.task_id()) {
        return fail(Code::invalid_argument, "the item is of another patient or task", "purpose.worklist_item_id");
      }
      subject.set_item_id(scope.subject.item_id);
      subject.set_doctor_id(scope.subject.doctor_id);
    } else {
      auto doctor = doctor_of(record_, sql, now(), subject.patient_id(), report_id);
      if (!doctor) return tl::unexpected(doctor.error());
      subject.set_doctor_id(std::move(*doctor));
    }
    return {};
  });
  if (!found) return refuse(found.error());
  // What the client names never chooses the fiche: it may only agree with what is stored.
  const auto& named_doctor = purpose.doctor_id();
  if (assistant && !named_doctor.empty() && named_doctor != subject.doctor_id()) return another_doctors();
  return subject;
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::GetPatientRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::ListReportsRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::ListObservationsRequest& request) const {
  return subject_of(caller, request.patient_id(), request.report_id(), request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::ListLongTermConditionsRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::PutLongTermConditionsRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::RecordRenewalStepRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::ListImmunizationsRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::RecordImmunizationRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::CorrectImmunizationRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::EnterImmunizationInErrorRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

Answer<v1::Subject> RecordReads::subject(const Caller& caller, const v1::ListImmunizationConflictsRequest& request) const {
  return subject_of(caller, request.patient_id(), {}, request.purpose());
}

}  // namespace relais::api
