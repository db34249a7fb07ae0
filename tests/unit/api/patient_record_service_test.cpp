// SPDX-License-Identifier: Apache-2.0
#include "api/patient_record_service.h"

#include <algorithm>
#include <limits>

#include "practice/events.h"
#include "records/record_store.h"
#include "relais/v1/patient_record.pb.h"
#include "support/record_samples.h"
#include "support/service_practice.h"

namespace relais::api {
namespace {

using test::call_by;
using test::outcome;
using Names = std::vector<std::string>;

v1::Patient patient(const std::string& id, const std::string& family, const std::string& birth_date) {
  v1::Patient made;
  made.set_id(id);
  made.mutable_traits()->set_birth_family(family);
  made.mutable_traits()->set_birth_date(birth_date);
  made.set_identity_status(v1::IDENTITY_STATUS_PROVISOIRE);
  made.set_treating_doctor_id("martin");
  return made;
}

v1::LabReport report(const std::string& id, std::int64_t received_ms) {
  v1::LabReport made;
  made.set_id(id);
  made.set_patient_id("pat-1");
  made.set_status(v1::REPORT_STATUS_FINAL);
  made.set_received_ms(received_ms);
  made.set_collected_ms(received_ms);
  return made;
}

struct Record : test::ServicePractice {
  std::vector<std::string> read;

  Record() { register_patient_record_service(registry, *database); }

  template <class Response, class Request>
  Answer<Response> ask(const std::string& name, const Request& request, Call as) {
    clock.advance(std::chrono::seconds{1});
    auto answer = call<Response>("PatientRecordService." + name, as, request);
    read = as.subjects_read;
    return answer;
  }

  std::string put(const std::vector<v1::Patient>& patients, Call as = call_by("lgc", v1::ROLE_EDITOR)) {
    v1::PutPatientsRequest request;
    for (const auto& one : patients) *request.add_patients() = one;
    return outcome(ask<v1::PutPatientsResponse>("PutPatients", request, as));
  }

  std::string import(const v1::LabReport& one, const std::vector<v1::Observation>& results) {
    v1::ImportHistoryRequest request;
    auto& history = *request.add_reports();
    *history.mutable_report() = one;
    for (const auto& result : results) *history.add_observations() = result;
    return outcome(ask<v1::ImportHistoryResponse>("ImportHistory", request, call_by("lgc", v1::ROLE_EDITOR)));
  }

  Names search(const std::string& birth_date, const std::string& name) {
    v1::SearchPatientsRequest request;
    request.set_birth_date(birth_date);
    request.set_name(name);
    const auto answer = ask<v1::SearchPatientsResponse>("SearchPatients", request, call_by("s", v1::ROLE_SECRETARY));
    if (!answer) return {outcome(answer)};
    Names found;
    for (const auto& one : answer->patients()) {
      CHECK(one.treating_doctor_id().empty());
      found.push_back(one.id());
    }
    return found;
  }

  v1::GetPatientResponse get(v1::DataLevel shown) {
    v1::GetPatientRequest request;
    request.set_patient_id("pat-1");
    return ask<v1::GetPatientResponse>("GetPatient", request, call_by("lea", v1::ROLE_ASSISTANT, shown)).value();
  }

  Answer<v1::ListObservationsResponse> results(const std::string& report_id, std::vector<std::string> codes = {},
                                               v1::DataLevel shown = v1::DATA_LEVEL_D5) {
    v1::ListObservationsRequest request;
    request.set_patient_id("pat-1");
    request.set_report_id(report_id);
    for (const auto& code : codes) request.add_codes(code);
    return ask<v1::ListObservationsResponse>("ListObservations", request, call_by("martin", v1::ROLE_DOCTOR, shown));
  }
};

TEST_CASE("patients are found by birth date then by the first letters of a name whatever its accents") {
  Record practice;
  auto married = patient("pat-3", "DURAND", "1980-01-01");
  married.mutable_traits()->set_used_family("ELOY");
  REQUIRE(practice.put({patient("pat-1", "ÉLOI", "1980-01-01"), patient("pat-2", "MOREL", "1980-01-01"), married,
                        patient("pat-4", "ELOI", "1981-01-01")}) == "ok");
  CHECK(practice.search("1980-01-01", "") == Names{"pat-3", "pat-1", "pat-2"});
  CHECK(practice.read == Names{"pat-3", "pat-1", "pat-2"});
  CHECK(practice.search("1980-01-01", "elo") == Names{"pat-3", "pat-1"});
  // Only three letters count: the rest of what is typed changes nothing.
  CHECK(practice.search("1980-01-01", "Élodie") == Names{"pat-3", "pat-1"});
  CHECK(practice.search("", "elo") == Names{"pat-3", "pat-1", "pat-4"});
  CHECK(practice.search("", "") == Names{"relais.invalid-argument birth_date"});
  CHECK(practice.search("01/01/1980", "elo") == Names{"relais.invalid-argument birth_date"});
}

TEST_CASE("a patient is cut to the reader's data level and what is left out is said") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  v1::PutClinicalContextRequest context;
  context.set_patient_id("pat-1");
  auto& condition = *context.add_conditions();
  condition.set_id("cond-1");
  condition.set_code("E11");
  auto& medication = *context.add_medications();
  medication.set_id("med-1");
  medication.set_code("B01AA03");
  REQUIRE(practice.ask<v1::PutClinicalContextResponse>("PutClinicalContext", context, call_by("lgc", v1::ROLE_EDITOR)));

  const auto d0 = practice.get(v1::DATA_LEVEL_D0);
  CHECK(practice.read == Names{"pat-1"});
  CHECK(d0.patient().traits().birth_family() == "MOREL");
  CHECK(d0.patient().treating_doctor_id().empty());
  CHECK(d0.conditions_size() + d0.medications_size() == 0);
  CHECK(Names(d0.withheld().begin(), d0.withheld().end()) ==
        Names{"patient.treating_doctor_id", "conditions", "medications", "targets", "known_anomalies"});
  const auto d3 = practice.get(v1::DATA_LEVEL_D3);
  CHECK(d3.conditions_size() == 0);
  CHECK(d3.medications_size() == 1);
  CHECK(Names(d3.withheld().begin(), d3.withheld().end()) == Names{"conditions"});
  const auto d4 = practice.get(v1::DATA_LEVEL_D4);
  CHECK(d4.conditions_size() == 1);
  CHECK(d4.withheld_size() == 0);
}

TEST_CASE("an assistant reads for a named task and for the patient of the item") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  const auto& method = practice.method("PatientRecordService.GetPatient");
  const auto lea = call_by("lea", v1::ROLE_ASSISTANT).caller;
  v1::GetPatientRequest request;
  request.set_patient_id("pat-1");
  CHECK(outcome(method.subject(lea, request)) == "relais.invalid-argument purpose.task_id");
  request.mutable_purpose()->set_task_id("bio-triage");
  const auto subject = method.subject(lea, request);
  REQUIRE(subject);
  CHECK(subject->patient_id() == "pat-1");
  CHECK(subject->task_id() == "bio-triage");
  CHECK(subject->doctor_id() == "martin");
  request.mutable_purpose()->set_worklist_item_id("nothing");
  CHECK(outcome(method.subject(lea, request)) == "relais.not-found purpose.worklist_item_id");
  // A doctor needs no purpose.
  CHECK(method.subject(call_by("martin", v1::ROLE_DOCTOR).caller, v1::GetPatientRequest()));
}

TEST_CASE("the doctor of reference of a reading is what is stored and never what the client names") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  auto prescribed = report("old-1", 1'600'000'000'000);
  prescribed.set_prescriber_id("nguyen");
  auto addressed = report("old-2", 1'600'000'001'000);
  addressed.set_addressee_id("petit");
  REQUIRE(practice.import(prescribed, {}) == "ok");
  REQUIRE(practice.import(addressed, {}) == "ok");
  REQUIRE(practice.import(report("old-3", 1'600'000'002'000), {}) == "ok");
  const auto lea = call_by("lea", v1::ROLE_ASSISTANT).caller;
  const auto asked_for = [&](const std::string& report_id, const std::string& claimed) -> std::string {
    v1::ListObservationsRequest request;
    request.set_patient_id("pat-1");
    request.set_report_id(report_id);
    request.mutable_purpose()->set_task_id("bio-triage");
    request.mutable_purpose()->set_doctor_id(claimed);
    const auto subject = practice.method("PatientRecordService.ListObservations").subject(lea, request);
    if (subject) return subject->doctor_id();
    CHECK(status_code(subject.error().error.code) == grpc::StatusCode::PERMISSION_DENIED);
    CHECK_FALSE(subject.error().sentence.empty());
    CHECK_FALSE(subject.error().unblocked_by.empty());
    return outcome(subject) + " " + subject.error().rule;
  };
  const std::string refused = "api.mandate purpose.doctor_id R09";
  for (const auto& [report_id, doctor] : {std::pair<std::string, std::string>("", "martin"), {"old-1", "nguyen"},
                                          {"old-2", "petit"}, {"old-3", "martin"}}) {
    INFO(report_id);
    CHECK(asked_for(report_id, "") == doctor);
    CHECK(asked_for(report_id, doctor) == doctor);
    CHECK(asked_for(report_id, "marchand") == refused);
  }
  // Nobody's patient: no doctor of reference, so no fiche can be chosen for them.
  auto nobodys = patient("pat-2", "PETIT", "1980-01-01");
  nobodys.clear_treating_doctor_id();
  REQUIRE(practice.put({nobodys}) == "ok");
  v1::GetPatientRequest request;
  request.set_patient_id("pat-2");
  request.mutable_purpose()->set_task_id("bio-triage");
  const auto& get = practice.method("PatientRecordService.GetPatient");
  CHECK(get.subject(lea, request)->doctor_id().empty());
  request.mutable_purpose()->set_doctor_id("marchand");
  CHECK(outcome(get.subject(lea, request)) == "api.mandate purpose.doctor_id");
}

TEST_CASE("a machine never raises an identity status and may repeat what a doctor settled") {
  Record practice;
  auto one = patient("pat-1", "MOREL", "1980-01-01");
  one.set_identity_status(v1::IDENTITY_STATUS_RECUPEREE);
  CHECK(practice.put({one}) == "ok");
  one.set_identity_status(v1::IDENTITY_STATUS_VALIDEE);
  CHECK(practice.put({patient("pat-2", "A", "1980-01-01"), one}) == "api.identity-status patients[1].identity_status");
  CHECK(practice.search("1980-01-01", "") == Names{"pat-1"});  // all or nothing
  CHECK(practice.put({one}, call_by("martin", v1::ROLE_DOCTOR)) == "ok");
  CHECK(practice.put({one}) == "ok");
  one.mutable_traits()->set_birth_family("MOREAU");
  CHECK(practice.put({one}) == "api.identity-status patients[0].identity_status");
}

TEST_CASE("patients that cannot be stored as they are refuse the whole write with the place") {
  Record practice;
  auto bad = patient("pat-2", "MOREL", "1980-02-30");
  CHECK(practice.put({patient("pat-1", "A", ""), bad}) == "relais.invalid-argument patients[1].traits.birth_date");
  bad = patient("pat 2", "MOREL", "");
  CHECK(practice.put({bad}) == "relais.invalid-argument patients[0].id");
  CHECK(practice.put({patient("pat-1", "A", ""), patient("pat-1", "B", "")}) == "relais.invalid-argument patients[1].id");
  bad = patient("pat-2", "MOREL", "");
  bad.mutable_ins()->set_value("279035121518989");
  CHECK(practice.put({bad}) == "relais.invalid-argument patients[0].ins");
  CHECK(practice.put(std::vector<v1::Patient>(1001, patient("pat-1", "A", ""))) == "relais.invalid-argument patients");
  CHECK(practice.search("", "A").empty());
}

TEST_CASE("a row of the clinical context never moves from one patient to another") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "A", "1980-01-01"), patient("pat-2", "B", "1980-01-01")}) == "ok");
  v1::PutClinicalContextRequest context;
  context.set_patient_id("pat-1");
  auto& condition = *context.add_conditions();
  condition.set_id("cond-1");
  condition.set_code("E11");
  const auto put = [&] {
    return outcome(
        practice.ask<v1::PutClinicalContextResponse>("PutClinicalContext", context, call_by("lgc", v1::ROLE_EDITOR)));
  };
  CHECK(put() == "ok");
  context.set_patient_id("pat-2");
  CHECK(put() == "store.conflict conditions[0].id");
  context.set_patient_id("pat-9");
  CHECK(put() == "relais.not-found patient_id");
  CHECK(practice.get(v1::DATA_LEVEL_D5).conditions_size() == 1);
}

TEST_CASE("imported reports are history and wake nobody") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  auto potassium = test::result("2823-3", 4.1);
  potassium.set_id("obs-a");
  REQUIRE(practice.import(report("old-1", 1'600'000'000'000), {potassium, test::result("2951-2", 140)}) == "ok");
  const auto stored = practice.results("old-1");
  REQUIRE(stored);
  REQUIRE(stored->observations_size() == 2);
  for (const auto& row : stored->observations()) CHECK(row.history());
  CHECK(practice.database->read([](soci::session& sql) -> Result<std::int64_t> {
    return practice::events_waiting(sql);
  }).value() == 0);

  // Sent again with one result: the other goes with the version that is replaced.
  potassium.set_value(4.2);
  REQUIRE(practice.import(report("old-1", 1'600'000'000'000), {potassium}) == "ok");
  REQUIRE(practice.results("old-1")->observations_size() == 1);
  CHECK(practice.results("old-1")->observations(0).value() == 4.2);
}

TEST_CASE("no time of a record is one that no calendar has") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  const auto editor = call_by("lgc", v1::ROLE_EDITOR);
  for (const auto at : {std::numeric_limits<std::int64_t>::min(), std::int64_t{253'402'300'800'000},
                        std::numeric_limits<std::int64_t>::max()}) {
    INFO(at);
    auto potassium = test::result("2823-3", 4.1);
    potassium.set_collected_ms(at);
    CHECK(practice.import(report("old-1", 1'600'000'000'000), {potassium}) == "relais.invalid-argument reports[0].observations[0].collected_ms");
    auto late = report("old-1", 1'600'000'000'000);
    late.set_collected_ms(at);
    CHECK(practice.import(late, {}) == "relais.invalid-argument reports[0].report.collected_ms");
    late = report("old-1", 1'600'000'000'000);
    late.set_issued_ms(at);
    CHECK(practice.import(late, {}) == "relais.invalid-argument reports[0].report.issued_ms");
    late = report("old-1", at);
    late.set_collected_ms(1'600'000'000'000);
    CHECK(practice.import(late, {}) == "relais.invalid-argument reports[0].report.received_ms");
    v1::PutAppointmentsRequest visits;
    auto& visit = *visits.add_appointments();
    visit.set_id("rdv-1");
    visit.set_patient_id("pat-1");
    visit.set_start_ms(1'600'000'000'000);
    visit.set_end_ms(at);
    CHECK(outcome(practice.ask<v1::PutAppointmentsResponse>("PutAppointments", visits, editor)) ==
          "relais.invalid-argument appointments[0].end_ms");
    v1::PutMessagesRequest messages;
    messages.set_patient_id("pat-1");
    messages.add_messages()->set_id("msg-1");
    messages.mutable_messages(0)->set_received_ms(at);
    CHECK(outcome(practice.ask<v1::PutMessagesResponse>("PutMessages", messages, editor)) ==
          "relais.invalid-argument messages[0].received_ms");
    v1::PutDocumentsRequest documents;
    documents.set_patient_id("pat-1");
    auto& document = *documents.add_documents()->mutable_document();
    document.set_id("doc-1");
    document.set_created_ms(at);
    CHECK(outcome(practice.ask<v1::PutDocumentsResponse>("PutDocuments", documents, editor)) ==
          "relais.invalid-argument documents[0].document.created_ms");
  }
}

TEST_CASE("an import does not touch what came in by a message nor another report's results") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  auto received = report("rep-1", 1'600'000'000'000);
  received.set_inbound_id("in-1");
  REQUIRE(practice.database->write([&](practice::Transaction& tx) -> Result<void> {
    records::put(tx, received);
    return {};
  }));
  CHECK(practice.import(report("rep-1", 1'600'000'000'000), {}) == "store.conflict reports[0].report.id");
  auto potassium = test::result("2823-3", 4.1);
  potassium.set_id("obs-a");
  REQUIRE(practice.import(report("old-1", 1'600'000'000'000), {potassium}) == "ok");
  CHECK(practice.import(report("old-2", 1'600'000'000'000), {potassium}) ==
        "store.conflict reports[0].observations[0].id");
  CHECK(outcome(practice.results("old-2")) == "relais.not-found report_id");
  auto timeless = report("old-3", 0);
  timeless.clear_collected_ms();
  CHECK(practice.import(timeless, {}) == "relais.invalid-argument reports[0].report.collected_ms");
}

TEST_CASE("reports are listed latest first with those that were cancelled") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  auto cancelled = report("old-2", 1'600'000'001'000);
  cancelled.set_status(v1::REPORT_STATUS_CANCELLED);
  REQUIRE(practice.import(report("old-1", 1'600'000'000'000), {}) == "ok");
  REQUIRE(practice.import(cancelled, {}) == "ok");
  REQUIRE(practice.import(report("old-3", 1'600'000'002'000), {}) == "ok");
  v1::ListReportsRequest request;
  request.set_patient_id("pat-1");
  const auto list = [&] {
    Names ids;
    const auto answer = practice.ask<v1::ListReportsResponse>("ListReports", request, call_by("m", v1::ROLE_DOCTOR));
    for (const auto& one : answer.value().reports()) ids.push_back(one.id());
    return ids;
  };
  CHECK(list() == Names{"old-3", "old-2", "old-1"});
  request.set_since_ms(1'600'000'001'000);
  CHECK(list() == Names{"old-3", "old-2"});
  CHECK(outcome(practice.ask<v1::ListReportsResponse>(
            "ListReports", request, call_by("lea", v1::ROLE_ASSISTANT, v1::DATA_LEVEL_D2))) == "api.mandate");
}

TEST_CASE("a report of a restricted category shows to an assistant only that it exists") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  auto restricted = report("old-1", 1'600'000'000'000);
  restricted.set_restricted_category("addictions");
  restricted.set_comment("texte du laboratoire");
  REQUIRE(practice.import(restricted, {test::result("2823-3", 4.1)}) == "ok");
  v1::ListReportsRequest request;
  request.set_patient_id("pat-1");
  const auto shown = practice.ask<v1::ListReportsResponse>(
      "ListReports", request, call_by("lea", v1::ROLE_ASSISTANT, v1::DATA_LEVEL_D4));
  REQUIRE(shown->reports_size() == 1);
  CHECK(shown->reports(0).restricted_category() == "D5");
  CHECK(shown->reports(0).comment().empty());
  CHECK(practice.results("old-1", {}, v1::DATA_LEVEL_D4)->observations_size() == 0);
  CHECK(practice.results("", {}, v1::DATA_LEVEL_D4)->observations_size() == 0);
  CHECK(practice.results("")->observations_size() == 1);
  CHECK(practice.results("", {"2951-2"})->observations_size() == 0);
}

TEST_CASE("a target is the caller's and replaces the one of the same analyte") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  v1::SetTargetRequest request;
  request.set_patient_id("pat-1");
  auto& target = *request.mutable_target();
  target.set_analyte("4548-4");
  target.set_high(8);
  target.set_set_by("quelqu'un d'autre");
  target.set_set_on("1999-01-01");
  const auto set = [&] {
    return outcome(practice.ask<v1::SetTargetResponse>("SetTarget", request, call_by("martin", v1::ROLE_DOCTOR)));
  };
  REQUIRE(set() == "ok");
  target.set_high(7.5);
  REQUIRE(set() == "ok");
  const auto stored = practice.get(v1::DATA_LEVEL_D5);
  REQUIRE(stored.targets_size() == 1);
  CHECK(stored.targets(0).high() == 7.5);
  CHECK(stored.targets(0).set_by() == "martin");
  CHECK(stored.targets(0).set_on() == "2026-09-21");  // the test clock's day in Paris
  target.set_low(9);
  CHECK(set() == "relais.invalid-argument target.low");
  target.clear_low();
  target.clear_high();
  CHECK(set() == "relais.invalid-argument target");
}

TEST_CASE("an anomaly is known in one direction and for 24 months at most") {
  Record practice;
  REQUIRE(practice.put({patient("pat-1", "MOREL", "1980-01-01")}) == "ok");
  v1::DeclareKnownAnomalyRequest request;
  request.set_patient_id("pat-1");
  auto& anomaly = *request.mutable_anomaly();
  anomaly.set_analyte("718-7");
  const auto declare = [&](v1::Direction direction, const std::string& until) {
    anomaly.set_direction(direction);
    anomaly.set_until(until);
    return outcome(practice.ask<v1::DeclareKnownAnomalyResponse>("DeclareKnownAnomaly", request,
                                                                 call_by("martin", v1::ROLE_DOCTOR)));
  };
  CHECK(declare(v1::DIRECTION_UNSPECIFIED, "2027-01-01") == "relais.invalid-argument anomaly.direction");
  CHECK(declare(v1::DIRECTION_LOW, "") == "relais.invalid-argument anomaly.until");
  CHECK(declare(v1::DIRECTION_LOW, "2028-09-22") == "relais.invalid-argument anomaly.until");
  CHECK(declare(v1::DIRECTION_LOW, "2026-09-20") == "relais.invalid-argument anomaly.until");
  CHECK(declare(v1::DIRECTION_LOW, "2028-09-21") == "ok");
  CHECK(declare(v1::DIRECTION_LOW, "2027-01-01") == "ok");
  CHECK(declare(v1::DIRECTION_HIGH, "2027-01-01") == "ok");
  CHECK(practice.get(v1::DATA_LEVEL_D5).known_anomalies_size() == 2);
}

}  // namespace
}  // namespace relais::api
