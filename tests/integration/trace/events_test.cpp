// SPDX-License-Identifier: Apache-2.0
// Each kind of event that plugin.proto promises: what makes it, and that a plugin which asks for it is run.
#include <algorithm>

#include "practice/database.h"
#include "traced_practice.h"

using namespace relais::test;
using namespace std::chrono_literals;
namespace v1 = relais::v1;

CATCH_TRANSLATE_EXCEPTION(const relais::cli::CallFailed& failed) {
  return failed.code + " " + failed.rule + " " + failed.sentence;
}

namespace {

using Record = v1::PatientRecordService::Stub;

template <class Response, class Method, class Request>
Response write(TracedPractice& practice, const std::string& who, Method method, const Request& request) {
  return practice.ask<Response>(who, v1::PatientRecordService::NewStub, method, request);
}

// Calls of the witness's worker so far: one for each evaluation, whatever it found before.
std::size_t runs(TracedPractice& practice, const std::string& witness) {
  v1::QueryLedgerRequest request;
  request.set_event("plugin.run");
  std::size_t count = 0;
  for (const auto& entry : practice.ledger(request))
    if (entry.plugin_id() == "witness-" + witness && entry.outcome() == "ok") ++count;
  return count;
}

void wait_for_runs(TracedPractice& practice, const std::string& witness, std::size_t count) {
  TracedPractice::wait([&] { return runs(practice, witness) >= count; });
  CHECK(runs(practice, witness) == count);
}

v1::PutAppointmentsRequest appointment(const TracedPractice& practice, const std::string& id, std::int64_t start) {
  v1::PutAppointmentsRequest request;
  auto& one = *request.add_appointments();
  one.set_id(id);
  one.set_patient_id(practice.patient());
  one.set_doctor_id(practice.doctor());
  one.set_start_ms(start);
  one.set_end_ms(start + 900'000);
  return request;
}

}  // namespace

TEST_CASE("lab_report.available fires for a report that came in and runs the plugin on it") {
  TracedPractice practice({"report", "patient"});
  practice.submit(practice.report(0));
  const auto items = practice.wait_for("report", 1);
  REQUIRE(items.size() == 1);
  CHECK_FALSE(items.front().subject().item_id().empty());
  wait_for_runs(practice, "report", 1);
  // Who did not ask for it is not run.
  CHECK(runs(practice, "patient") == 0);
}

TEST_CASE("document.available fires for a document written into the record and runs the plugin on it") {
  TracedPractice practice({"document"});
  v1::PutDocumentsRequest request;
  request.set_patient_id(practice.patient());
  auto& one = *request.add_documents();
  one.mutable_document()->set_id("courrier-1");
  one.mutable_document()->set_type_code("courrier");
  one.mutable_document()->set_media_type("text/plain");
  one.set_content("Confrère, je vous remercie.");
  const auto written = write<v1::PutDocumentsResponse>(practice, "logiciel", &Record::PutDocuments, request);
  REQUIRE(written.ids_size() == 1);
  const auto items = practice.wait_for("document", 1);
  REQUIRE(items.size() == 1);
  CHECK(items.front().subject().item_id() == "courrier-1");
  CHECK(items.front().subject().patient_id() == practice.patient());
  // Written again as it stands it is no news; with other words it is.
  write<v1::PutDocumentsResponse>(practice, "logiciel", &Record::PutDocuments, request);
  request.mutable_documents(0)->set_content("Confrère, je vous remercie encore.");
  write<v1::PutDocumentsResponse>(practice, "logiciel", &Record::PutDocuments, request);
  wait_for_runs(practice, "document", 2);
}

TEST_CASE("message.received fires for a message written into the record and runs the plugin on it") {
  TracedPractice practice({"message"});
  v1::PutMessagesRequest request;
  request.set_patient_id(practice.patient());
  auto& one = *request.add_messages();
  one.set_id("message-1");
  one.set_channel("mssante");
  one.set_text("Peut-on avancer le rendez-vous ?");
  one.set_received_ms(relais::practice::to_ms(practice.clock.now()));
  write<v1::PutMessagesResponse>(practice, "logiciel", &Record::PutMessages, request);
  const auto items = practice.wait_for("message", 1);
  REQUIRE(items.size() == 1);
  CHECK(items.front().subject().item_id() == "message-1");
  // Another patient's message cannot take its id.
  request.set_patient_id(practice.patient(1));
  std::string refused;
  try {
    write<v1::PutMessagesResponse>(practice, "logiciel", &Record::PutMessages, request);
  } catch (const CallFailed& failed) {
    refused = failed.code;
  }
  CHECK(refused == "store.conflict");
}

TEST_CASE("patient.changed fires for what becomes true of a patient and runs the plugin on that patient") {
  TracedPractice practice({"patient"});
  std::size_t expected = 0;
  const auto changed = [&](const char* what) {
    INFO(what);
    wait_for_runs(practice, "patient", ++expected);
  };
  v1::PutClinicalContextRequest context;
  context.set_patient_id(practice.patient());
  auto& condition = *context.add_conditions();
  condition.set_id("pathologie-1");
  condition.set_code("E11");
  write<v1::PutClinicalContextResponse>(practice, "logiciel", &Record::PutClinicalContext, context);
  changed("a condition");
  const auto items = practice.wait_for("patient", 1);
  REQUIRE(items.size() == 1);
  CHECK(items.front().subject().patient_id() == practice.patient());
  CHECK(items.front().subject().item_id().empty());

  // The same words again are no change.
  write<v1::PutClinicalContextResponse>(practice, "logiciel", &Record::PutClinicalContext, context);
  auto& medication = *context.add_medications();
  medication.set_id("traitement-1");
  medication.set_label("metformine");
  write<v1::PutClinicalContextResponse>(practice, "logiciel", &Record::PutClinicalContext, context);
  changed("a treatment");

  v1::SetTargetRequest target;
  target.set_patient_id(practice.patient());
  target.mutable_target()->set_analyte("hba1c");
  target.mutable_target()->set_high(7);
  write<v1::SetTargetResponse>(practice, practice.doctor(), &Record::SetTarget, target);
  changed("a target");

  v1::PutLongTermConditionsRequest right;
  right.set_patient_id(practice.patient());
  auto& ald = *right.add_conditions();
  ald.set_number("8");
  ald.set_until("2027-02-01");
  ald.set_until_source("notified");
  write<v1::PutLongTermConditionsResponse>(practice, practice.doctor(), &Record::PutLongTermConditions, right);
  changed("a right");

  write<v1::PutAppointmentsResponse>(practice, "logiciel", &Record::PutAppointments,
                                     appointment(practice, "rdv-1", 1'796'000'000'000));
  changed("an appointment");
}

TEST_CASE("patient.changed fires for conditions and treatments that a FHIR bundle brings") {
  TracedPractice practice({"patient"});
  const auto& one = practice.scenario.patients.front();
  std::string bundle = R"({"resourceType": "Bundle", "type": "collection", "entry": [
    {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "p", "identifier": [
      {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "INS", "type": {"coding": [
        {"system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203", "code": "INS-NIR"}]}}],
      "name": [{"use": "official", "family": "FAMILY", "given": ["GIVEN"]}], "gender": "GENDER", "birthDate": "BORN"}},
    {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Condition", "id": "c", "subject": {"reference": "urn:uuid:1"},
      "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "E11"}], "text": "Diabète de type 2"}}}]})";
  const auto replace = [&](const std::string& from, const std::string& to) {
    REQUIRE(bundle.find(from) != std::string::npos);
    bundle.replace(bundle.find(from), from.size(), to);
  };
  replace("\"INS\"", "\"" + one.ins + "\"");
  replace("FAMILY", one.family);
  replace("GIVEN", one.given);
  replace("GENDER", one.female ? "female" : "male");
  replace("BORN", one.birth_date);
  const auto receipt = practice.submit(bundle);
  // Read, and matched to the patient or given to the patient by a doctor.
  std::string waits;
  TracedPractice::wait([&] {
    if (runs(practice, "patient") > 0) return true;
    const auto queue = demo::queue(practice.session(practice.doctor()));
    if (queue.empty()) return false;
    waits = queue.front().report_id();
    REQUIRE_FALSE(waits.empty());
    return true;
  });
  if (!waits.empty()) {
    v1::AttachRequest attach;
    attach.set_report_id(waits);
    attach.set_patient_id(one.id);
    practice.ask<v1::AttachResponse>(practice.doctor(), v1::IngestService::NewStub, &v1::IngestService::Stub::Attach, attach);
  }
  wait_for_runs(practice, "patient", 1);
  const auto items = practice.wait_for("patient", 1);
  REQUIRE(items.size() == 1);
  CHECK(items.front().subject().patient_id() == one.id);
  CHECK(items.front().trace_id() == receipt.trace_id());
}

TEST_CASE("patient.opened fires once a day for a patient whose record a doctor reads and runs the plugin on that patient") {
  TracedPractice practice({"opened"});
  const auto open = [&](const std::string& who, std::size_t patient) {
    v1::GetPatientRequest request;
    request.set_patient_id(practice.patient(patient));
    return write<v1::GetPatientResponse>(practice, who, &Record::GetPatient, request).patient().id();
  };
  CHECK(open(practice.doctor(), 0) == practice.patient(0));
  const auto items = practice.wait_for("opened", 1);
  REQUIRE(items.size() == 1);
  CHECK(items.front().subject().patient_id() == practice.patient(0));
  CHECK(items.front().subject().item_id().empty());

  // Not again on that day, nor for who was shown nothing.
  open(practice.doctor(), 0);
  CHECK_THROWS_AS(open("logiciel", 2), CallFailed);
  open(practice.doctor(), 1);
  wait_for_runs(practice, "opened", 2);
  CHECK(practice.found_by("opened").size() == 2);

  // A restarted host knows what was told: a third patient is run, the first is not.
  practice.stop();
  practice.start(std::chrono::milliseconds(20));
  open(practice.doctor(), 0);
  open(practice.doctor(), 2);
  wait_for_runs(practice, "opened", 3);
  practice.clock.set(relais::fiche::to_instant(relais::fiche::parse_moment("2026-11-24T08:00")->at, "Europe/Paris"));
  practice.sign_in_again();
  open(practice.doctor(), 0);
  wait_for_runs(practice, "opened", 4);
}

TEST_CASE("appointment.changed fires for an appointment that is entered or moved or cancelled and runs the plugin") {
  TracedPractice practice({"appointment"});
  write<v1::PutAppointmentsResponse>(practice, "logiciel", &Record::PutAppointments,
                                     appointment(practice, "rdv-1", 1'796'000'000'000));
  const auto items = practice.wait_for("appointment", 1);
  REQUIRE(items.size() == 1);
  CHECK(items.front().subject().item_id() == "rdv-1");
  write<v1::PutAppointmentsResponse>(practice, "logiciel", &Record::PutAppointments,
                                     appointment(practice, "rdv-1", 1'796'100'000'000));
  wait_for_runs(practice, "appointment", 2);
  v1::PutAppointmentsRequest cancel;
  cancel.add_cancelled("rdv-1");
  write<v1::PutAppointmentsResponse>(practice, "logiciel", &Record::PutAppointments, cancel);
  wait_for_runs(practice, "appointment", 3);
}

TEST_CASE("nightly fires each night for every patient and runs the plugin on each") {
  TracedPractice practice({"nightly"});
  CHECK(runs(practice, "nightly") == 0);
  practice.clock.set(relais::fiche::to_instant(relais::fiche::parse_moment("2026-11-24T02:31")->at, "Europe/Paris"));
  practice.sign_in_again();
  TracedPractice::wait([&] { return practice.found_by("nightly").size() >= practice.scenario.patients.size(); });
  CHECK(practice.found_by("nightly").size() == practice.scenario.patients.size());
}
