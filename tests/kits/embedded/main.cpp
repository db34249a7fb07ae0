// SPDX-License-Identifier: Apache-2.0
// A practice software in C++ that keeps the record in its own memory and holds Relais inside: one patient, one report with
// a critical potassium, given to relais::host::Settings::record. Prints, a line each, what stands on the doctor's list of
// that report, whether Relais read it from here, what is read of the patient, and how a wrong password and whoever writes
// there are answered.
//   record-in-memory FOLDER DEMONSTRATION-CLOCK INSTANT-MS      with RELAIS_PASSWORD set; INSTANT-MS: the clock's start
#include <grpcpp/grpcpp.h>
#include <relais/host.h>
#include <relais/v1/error.pb.h>
#include <relais/v1/patient_record.grpc.pb.h>
#include <relais/v1/record_reader.grpc.pb.h>
#include <relais/v1/worklist.grpc.pb.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

namespace v1 = relais::v1;

namespace {

class Memory final : public v1::RecordReaderService::Service {
 public:
  // Known for a minute when the practice opens.
  explicit Memory(std::int64_t now_ms) : known_ms_(now_ms - 60'000) {}

  std::int64_t reports_read() const { return reports_; }
  std::int64_t results_read() const { return results_; }

  grpc::Status DescribeRecord(grpc::ServerContext*, const v1::DescribeRecordRequest*,
                              v1::DescribeRecordResponse* answer) override {
    answer->set_product("Mémoire (fictif)");
    answer->set_version("1.0");
    answer->set_contract(1);
    for (const auto kind : {v1::RECORD_KIND_PATIENT, v1::RECORD_KIND_PRACTITIONER, v1::RECORD_KIND_LAB_REPORT,
                            v1::RECORD_KIND_OBSERVATION})
      answer->add_kinds(kind);
    answer->set_keeps_history(true);
    return grpc::Status::OK;
  }
  grpc::Status ReadPatient(grpc::ServerContext*, const v1::ReadPatientRequest* asked,
                           v1::ReadPatientResponse* answer) override {
    auto& rows = complete(*answer->mutable_rows());
    if (asked->patient_id() == patient_id && knows(asked->reading())) add_patient(rows);
    return grpc::Status::OK;
  }
  grpc::Status ReadReport(grpc::ServerContext*, const v1::ReadReportRequest* asked,
                          v1::ReadReportResponse* answer) override {
    auto& rows = complete(*answer->mutable_rows());
    if (asked->report_id() == report_id && knows(asked->reading())) add_report(rows);
    return grpc::Status::OK;
  }
  grpc::Status ReadResults(grpc::ServerContext*, const v1::ReadResultsRequest* asked,
                           v1::ReadResultsResponse* answer) override {
    auto& rows = complete(*answer->mutable_rows());
    if (asked->report_id() == report_id && knows(asked->reading())) add_result(rows);
    return grpc::Status::OK;
  }
  grpc::Status ReadPractitioners(grpc::ServerContext*, const v1::ReadPractitionersRequest* asked,
                                 v1::ReadPractitionersResponse* answer) override {
    auto& rows = complete(*answer->mutable_rows());
    if (!knows(asked->reading())) return grpc::Status::OK;
    auto* row = rows.add_rows();
    row->set_recorded_ms(known_ms_);
    row->mutable_practitioner()->set_id(doctor_id);
    row->mutable_practitioner()->set_display_name("Dr Rouault");
    return grpc::Status::OK;
  }
  grpc::Status FindPatients(grpc::ServerContext*, const v1::FindPatientsRequest* asked,
                            v1::FindPatientsResponse* answer) override {
    auto& rows = complete(*answer->mutable_rows());
    const bool same = asked->has_ins() ? asked->ins().value() == ins && asked->ins().oid() == ins_oid
                                       : asked->traits().birth_date() == born;
    if (same && knows(asked->reading())) add_patient(rows);
    return grpc::Status::OK;
  }
  grpc::Status ReadHistory(grpc::ServerContext*, const v1::ReadHistoryRequest* asked,
                           v1::ReadHistoryResponse* answer) override {
    auto& rows = complete(*answer->mutable_rows());
    if (asked->patient_id() != patient_id || !knows(asked->reading())) return grpc::Status::OK;
    if (asked->kind() == v1::RECORD_KIND_LAB_REPORT) add_report(rows);
    const auto& codes = asked->codes();
    const bool wanted = codes.empty() || std::find(codes.begin(), codes.end(), potassium) != codes.end();
    if (asked->kind() == v1::RECORD_KIND_OBSERVATION && wanted) add_result(rows);
    return grpc::Status::OK;
  }
  grpc::Status ReadPatientList(grpc::ServerContext*, const v1::ReadPatientListRequest* asked,
                               v1::ReadPatientListResponse* answer) override {
    auto& rows = complete(*answer->mutable_rows());
    if (asked->after_patient_id() < patient_id && knows(asked->reading())) add_patient(rows);
    return grpc::Status::OK;
  }
  // One change; then the stream ends and Relais asks again from there.
  grpc::Status WatchChanges(grpc::ServerContext*, const v1::WatchChangesRequest* asked,
                            grpc::ServerWriter<v1::WatchChangesResponse>* stream) override {
    if (!asked->after().empty()) return grpc::Status::OK;
    v1::WatchChangesResponse change;
    change.set_position("1");
    change.set_source("bilan/1");
    change.set_version(1);
    change.set_kind(v1::RECORD_CHANGE_KIND_LAB_REPORT);
    change.set_item_id(report_id);
    change.set_patient_id(patient_id);
    change.set_doctor_id(doctor_id);
    change.set_recorded_ms(known_ms_);
    stream->Write(change);
    return grpc::Status::OK;
  }

  static constexpr auto patient_id = "m-1";
  static constexpr auto report_id = "b-1";
  static constexpr auto family = "PAT-TROIS";

 private:
  // The official test identity DOMINIQUE PAT-TROIS.
  static constexpr auto ins = "279035121518989";
  static constexpr auto ins_oid = "1.2.250.1.213.1.4.10";
  static constexpr auto born = "1979-03-24";
  static constexpr auto doctor_id = "rouault";
  static constexpr auto potassium = "2823-3";

  static v1::RecordRows& complete(v1::RecordRows& rows) {
    rows.set_completeness(v1::RECORD_COMPLETENESS_COMPLETE);
    return rows;
  }
  bool knows(const v1::RecordReading& reading) const { return reading.as_of_ms() >= known_ms_; }
  v1::RecordRow& owned(v1::RecordRows& rows) const {
    auto& row = *rows.add_rows();
    row.set_patient_id(patient_id);
    row.set_recorded_ms(known_ms_);
    return row;
  }
  void add_patient(v1::RecordRows& rows) const {
    auto& patient = *owned(rows).mutable_patient();
    patient.set_id(patient_id);
    patient.mutable_ins()->set_value(ins);
    patient.mutable_ins()->set_oid(ins_oid);
    auto& traits = *patient.mutable_traits();
    traits.set_birth_family(family);
    traits.set_birth_given_all("DOMINIQUE");
    traits.set_birth_given_first("DOMINIQUE");
    traits.set_birth_date(born);
    traits.set_sex(v1::SEX_FEMALE);
    traits.set_birth_place_insee("51215");
    patient.set_identity_status(v1::IDENTITY_STATUS_QUALIFIEE);
    patient.set_treating_doctor_id(doctor_id);
  }
  void add_report(v1::RecordRows& rows) {
    ++reports_;
    auto& report = *owned(rows).mutable_report();
    report.set_id(report_id);
    report.set_patient_id(patient_id);
    report.set_identity_match(v1::IDENTITY_MATCH_UNIQUE);
    report.set_version(1);
    report.set_status(v1::REPORT_STATUS_FINAL);
    report.set_prescriber_id(doctor_id);
    report.set_addressee_id(doctor_id);
    report.set_laboratory("Laboratoire fictif");
    report.set_collected_ms(known_ms_ - 3'600'000);
    report.set_received_ms(known_ms_);
  }
  void add_result(v1::RecordRows& rows) {
    ++results_;
    auto& result = *owned(rows).mutable_observation();
    result.set_id("r-1");
    result.set_report_id(report_id);
    result.set_code(potassium);
    result.set_code_system("loinc");
    result.set_label("Potassium");
    result.set_value_type(v1::VALUE_TYPE_NUMERIC);
    result.set_value(6.9);
    result.set_low(3.5);
    result.set_high(5.1);
    result.set_unit("mmol/L");
    result.set_flag("HH");
    result.set_collected_ms(known_ms_ - 3'600'000);
  }

  const std::int64_t known_ms_;
  std::atomic<std::int64_t> reports_{0}, results_{0};
};

// The stable code of a refusal.
std::string code_of(const grpc::ClientContext& context) {
  const auto& trailing = context.GetServerTrailingMetadata();
  const auto found = trailing.find("relais-error-bin");
  v1::ErrorDetail detail;
  if (found == trailing.end() || !detail.ParseFromArray(found->second.data(), static_cast<int>(found->second.size())))
    return "sans code";
  return detail.code();
}

}  // namespace

int main(int argc, char** argv) try {
  const char* password = std::getenv("RELAIS_PASSWORD");
  if (argc != 4 || password == nullptr) return std::cerr << "record-in-memory DOSSIER HORLOGE INSTANT\n", 2;
  const auto memory = std::make_shared<Memory>(std::stoll(argv[3]));
  relais::host::Settings settings;
  settings.data = argv[1];
  settings.demonstration_clock = argv[2];
  settings.record = memory;
  relais::host::EmbeddedHost host(settings);
  try {
    (void)host.sign_in("rouault", "un autre mot de passe");
  } catch (const relais::host::Failure& refused) {
    std::cout << "sign in " << refused.code << '\n';
  }
  const auto doctor = host.sign_in("rouault", password);

  // The report's item, sorted by the plugin. The limit only ends a failing run.
  grpc::ClientContext watching;
  watching.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(4));
  const auto list = v1::WorklistService::NewStub(doctor)->WatchItems(&watching, {});
  v1::WatchItemsResponse change;
  bool sorted = false;
  while (!sorted && list->Read(&change)) {
    const auto& item = change.item();
    sorted = change.has_item() && item.subject().item_id() == Memory::report_id && item.plugin_id() == "bio-triage";
  }
  if (!sorted) throw std::runtime_error("Le compte rendu n'est pas arrivé sur la liste.");
  watching.TryCancel();
  std::cout << "item " << v1::Category_Name(change.item().category()) << ' ' << change.item().patient().family() << ' '
            << change.item().subject().patient_id() << '\n';
  const bool read = memory->reports_read() > 0 && memory->results_read() > 0;
  std::cout << "read " << (read ? "report and results" : "nothing") << '\n';

  const auto record = v1::PatientRecordService::NewStub(doctor);
  v1::GetPatientRequest asked;
  asked.set_patient_id(Memory::patient_id);
  v1::GetPatientResponse patient;
  grpc::ClientContext reading;
  const auto answered = record->GetPatient(&reading, asked, &patient);
  std::cout << "patient " << (answered.ok() ? patient.patient().traits().birth_family() : code_of(reading)) << '\n';

  v1::PutPatientsRequest put;
  put.add_patients()->set_id("m-2");
  v1::PutPatientsResponse written;
  grpc::ClientContext writing;
  const auto refused = record->PutPatients(&writing, put, &written);
  std::cout << "write " << (refused.ok() ? "done" : code_of(writing)) << '\n';
  host.stop();
  return 0;
} catch (const relais::host::Failure& refused) {
  return std::cerr << refused.what() << " (" << refused.code << ' ' << refused.place << ")\n", 1;
} catch (const std::exception& failed) {
  return std::cerr << failed.what() << '\n', 1;
}
