// SPDX-License-Identifier: Apache-2.0
#include "api/patient_record_service.h"

#include "api/immunizations.h"
#include "api/long_term_conditions.h"
#include "api/record_reads.h"
#include "api/record_writes.h"

namespace relais::api {
namespace {

// Registers what only whoever keeps the record may do.
class Writing {
 public:
  Writing(Registry& registry, bool elsewhere) : registry_(registry), elsewhere_(elsewhere) {}

  template <class Request, class Response>
  void unary(std::string_view name, std::function<Answer<Response>(Call&, const Request&)> handler,
             Registry::SubjectOf<Request> subject = nullptr) {
    if (!elsewhere_) return registry_.unary<Request, Response>(name, std::move(handler), std::move(subject));
    // There is nobody here to ask a fiche about.
    if (subject) subject = [](const Caller&, const Request&) -> Answer<v1::Subject> { return not_here(); };
    registry_.unary<Request, Response>(
        name, [](Call&, const Request&) -> Answer<Response> { return not_here(); }, std::move(subject));
  }

 private:
  static tl::unexpected<Failure> not_here() {
    return refuse(Code::record_reader_not_here, "the practice's software keeps the record");
  }

  Registry& registry_;
  const bool elsewhere_;
};

}  // namespace

void register_patient_record_service(Registry& registry, practice::Database& database, RecordSettings settings) {
  const auto reads = std::make_shared<RecordReads>(database, settings.record);
  const auto writes = std::make_shared<RecordWrites>(database, settings.zone, settings.changed);
  Writing writing(registry, settings.record.elsewhere());
  const auto asked = [reads](const Caller& caller, const auto& request) { return reads->subject(caller, request); };

  registry.unary<v1::SearchPatientsRequest, v1::SearchPatientsResponse>(
      "PatientRecordService.SearchPatients",
      [reads](Call& call, const auto& request) { return reads->search(call, request); });
  registry.unary<v1::GetPatientRequest, v1::GetPatientResponse>(
      "PatientRecordService.GetPatient",
      [reads, opened = settings.opened](Call& call, const auto& request) {
        auto shown = reads->patient(call, request);
        if (shown && opened) opened(request.patient_id());
        return shown;
      },
      asked);
  registry.unary<v1::ListReportsRequest, v1::ListReportsResponse>(
      "PatientRecordService.ListReports",
      [reads](Call& call, const auto& request) { return reads->reports(call, request); }, asked);
  registry.unary<v1::ListObservationsRequest, v1::ListObservationsResponse>(
      "PatientRecordService.ListObservations",
      [reads](Call& call, const auto& request) { return reads->observations(call, request); }, asked);

  writing.unary<v1::PutPractitionersRequest, v1::PutPractitionersResponse>(
      "PatientRecordService.PutPractitioners",
      [writes](Call& call, const auto& request) { return writes->practitioners(call, request); });
  writing.unary<v1::PutPatientsRequest, v1::PutPatientsResponse>(
      "PatientRecordService.PutPatients",
      [writes](Call& call, const auto& request) { return writes->patients(call, request); });
  writing.unary<v1::PutClinicalContextRequest, v1::PutClinicalContextResponse>(
      "PatientRecordService.PutClinicalContext",
      [writes](Call& call, const auto& request) { return writes->context(call, request); });
  writing.unary<v1::SetTargetRequest, v1::SetTargetResponse>(
      "PatientRecordService.SetTarget",
      [writes](Call& call, const auto& request) { return writes->target(call, request); });
  writing.unary<v1::DeclareKnownAnomalyRequest, v1::DeclareKnownAnomalyResponse>(
      "PatientRecordService.DeclareKnownAnomaly",
      [writes](Call& call, const auto& request) { return writes->known_anomaly(call, request); });
  writing.unary<v1::ImportHistoryRequest, v1::ImportHistoryResponse>(
      "PatientRecordService.ImportHistory",
      [writes](Call& call, const auto& request) { return writes->history(call, request); });

  const auto rights = std::make_shared<LongTermConditions>(database, settings.zone, settings.changed, settings.record);
  registry.unary<v1::ListLongTermConditionsRequest, v1::ListLongTermConditionsResponse>(
      "PatientRecordService.ListLongTermConditions",
      [rights](Call& call, const auto& request) { return rights->list(call, request); }, asked);
  writing.unary<v1::PutLongTermConditionsRequest, v1::PutLongTermConditionsResponse>(
      "PatientRecordService.PutLongTermConditions",
      [rights](Call& call, const auto& request) { return rights->put(call, request); }, asked);
  writing.unary<v1::RecordRenewalStepRequest, v1::RecordRenewalStepResponse>(
      "PatientRecordService.RecordRenewalStep",
      [rights](Call& call, const auto& request) { return rights->step(call, request); }, asked);
  writing.unary<v1::PutAppointmentsRequest, v1::PutAppointmentsResponse>(
      "PatientRecordService.PutAppointments",
      [rights](Call& call, const auto& request) { return rights->appointments(call, request); });
  writing.unary<v1::PutDocumentsRequest, v1::PutDocumentsResponse>(
      "PatientRecordService.PutDocuments",
      [writes](Call& call, const auto& request) { return writes->documents(call, request); });
  writing.unary<v1::PutMessagesRequest, v1::PutMessagesResponse>(
      "PatientRecordService.PutMessages",
      [writes](Call& call, const auto& request) { return writes->messages(call, request); });

  const auto vaccinations = std::make_shared<Immunizations>(database, settings.zone, settings.changed, settings.record);
  registry.unary<v1::ListImmunizationsRequest, v1::ListImmunizationsResponse>(
      "PatientRecordService.ListImmunizations",
      [vaccinations](Call& call, const auto& request) { return vaccinations->list(call, request); }, asked);
  writing.unary<v1::RecordImmunizationRequest, v1::RecordImmunizationResponse>(
      "PatientRecordService.RecordImmunization",
      [vaccinations](Call& call, const auto& request) { return vaccinations->record(call, request); }, asked);
  writing.unary<v1::ConfirmImmunizationRequest, v1::ConfirmImmunizationResponse>(
      "PatientRecordService.ConfirmImmunization",
      [vaccinations](Call& call, const auto& request) { return vaccinations->confirm(call, request); });
  writing.unary<v1::CorrectImmunizationRequest, v1::CorrectImmunizationResponse>(
      "PatientRecordService.CorrectImmunization",
      [vaccinations](Call& call, const auto& request) { return vaccinations->correct(call, request); }, asked);
  writing.unary<v1::EnterImmunizationInErrorRequest, v1::EnterImmunizationInErrorResponse>(
      "PatientRecordService.EnterImmunizationInError",
      [vaccinations](Call& call, const auto& request) { return vaccinations->in_error(call, request); }, asked);
  registry.unary<v1::ListImmunizationConflictsRequest, v1::ListImmunizationConflictsResponse>(
      "PatientRecordService.ListImmunizationConflicts",
      [vaccinations](Call& call, const auto& request) { return vaccinations->conflicts(call, request); }, asked);
  writing.unary<v1::ResolveImmunizationConflictRequest, v1::ResolveImmunizationConflictResponse>(
      "PatientRecordService.ResolveImmunizationConflict",
      [vaccinations](Call& call, const auto& request) { return vaccinations->resolve(call, request); });
}

}  // namespace relais::api
