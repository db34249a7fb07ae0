// SPDX-License-Identifier: Apache-2.0
// What comes in at Relais' own doors while a software keeps the record: refused, with a word for people, and not kept.
#include <chrono>
#include <functional>
#include <map>
#include <ostream>
#include <thread>
#include <vector>

#include "app/cli/ingest_file.h"
#include "practice/database.h"
#include "practice_elsewhere.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "unit/records/formats/samples.h"
#include "unit/records/served_record.h"

using namespace relais;
using relais::cli::CallFailed;
using relais::cli::Session;
using relais::test::PracticeElsewhere;
using relais::test::ServedRecord;

namespace {

struct Refusal {
  std::string code;
  std::string sentence;
  bool operator==(const Refusal&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  return out << refusal.code << ' ' << refusal.sentence;
}

const Refusal not_here{"record-reader.not-here",
                       "Les dossiers de ce cabinet sont tenus par votre logiciel : faites-le dans ce logiciel."};

// An account at work: what it sends, and what stands in the queue. Every call throws CallFailed.
struct Desk {
  Desk(const PracticeElsewhere& practice, const std::string& account)
      : folder(practice.path()),
        session(practice.connection(account)),
        ingest(v1::IngestService::NewStub(session.channel())) {}

  v1::SubmitResponse submit(const std::string& message) {
    const auto file = folder / "message.xml";
    std::ofstream(file) << message;
    return cli::submit_file(session, file, "essai");
  }
  v1::LabReport attach(const std::string& report, const std::string& patient) {
    v1::AttachRequest request;
    request.set_report_id(report);
    request.set_patient_id(patient);
    v1::AttachResponse answer;
    Session::check(ingest->Attach(session.context().get(), request, &answer));
    return answer.report();
  }
  void detach(const std::string& report) {
    v1::DetachRequest request;
    request.set_report_id(report);
    request.set_reason("essai");
    v1::DetachResponse answer;
    Session::check(ingest->Detach(session.context().get(), request, &answer));
  }
  std::vector<v1::QueueEntry> queue() {
    v1::ListQueueResponse answer;
    Session::check(ingest->ListQueue(session.context().get(), {}, &answer));
    return {answer.entries().begin(), answer.entries().end()};
  }
  v1::GetProgressResponse progress() {
    v1::GetProgressResponse answer;
    Session::check(ingest->GetProgress(session.context().get(), {}, &answer));
    return answer;
  }

  const std::filesystem::path folder;
  Session session;
  std::unique_ptr<v1::IngestService::Stub> ingest;
};

Refusal refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const CallFailed& failed) {
    return {failed.code, failed.sentence};
  }
  return {"done", ""};
}

// Rows of everything that a message leaves. The host is stopped.
std::map<std::string, long long> kept(const PracticeElsewhere& practice) {
  const SystemClock clock;
  const auto database = practice::Database::open("sqlite:" + (practice.data() / "practice.sqlite").string(), clock);
  REQUIRE(database);
  std::map<std::string, long long> rows;
  REQUIRE((*database)->read([&](soci::session& sql) -> Result<void> {
    for (const auto* table : {"inbound", "inbound_content", "ingest_report", "record_lab_report", "record_observation",
                              "record_content", "event"})
      sql << std::string("SELECT COUNT(*) FROM ") + table, soci::into(rows[table]);
    return {};
  }));
  return rows;
}

std::string report_of(const std::string& potassium) {
  samples::Report report;
  report.value = R"(<value xsi:type="PQ" value=")" + potassium + R"(" unit="mmol/L"/>)";
  report.set_id = R"(<setId root="1.2.3.)" + potassium + R"("/>)";
  return report.xml();
}

}  // namespace

TEST_CASE("while a software keeps the record nothing is submitted or attached and nothing is kept of the attempt") {
  ServedRecord software;
  PracticeElsewhere practice;
  practice.open_account("rouault", v1::ROLE_DOCTOR);
  practice.open_account("logiciel", v1::ROLE_EDITOR);
  std::string waiting;
  {
    // Relais keeps the record: one report waits for its patient.
    Desk doctor(practice, "rouault");
    v1::PutPatientsRequest patients;
    auto& patient = *patients.add_patients();
    patient.set_id("p-1");
    patient.set_identity_status(v1::IDENTITY_STATUS_PROVISOIRE);
    patient.mutable_traits()->set_birth_family("FICTIF-RENARD");
    patient.mutable_traits()->set_birth_given_first("ALMA");
    patient.mutable_traits()->set_birth_date("1980-01-07");
    patient.mutable_traits()->set_sex(v1::SEX_FEMALE);
    v1::PutPatientsResponse entered;
    Session::check(v1::PatientRecordService::NewStub(doctor.session.channel())
                       ->PutPatients(doctor.session.context().get(), patients, &entered));
    CHECK_FALSE(doctor.submit(report_of("4.1")).duplicate());
    // The deadline is only there so that a failing test ends.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(180);
    while (doctor.queue().empty()) {
      REQUIRE(std::chrono::steady_clock::now() < end);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    waiting = doctor.queue().front().report_id();
    REQUIRE_FALSE(waiting.empty());
  }
  practice.stop();
  const auto before = kept(practice);
  REQUIRE(before.at("inbound") == 1);
  REQUIRE(before.at("record_lab_report") == 1);

  practice.start_with("record_reader: " + software.address() + "\n");
  {
    Desk doctor(practice, "rouault");
    Desk editor(practice, "logiciel");
    CHECK(refusal([&] { doctor.submit(report_of("6.9")); }) == not_here);
    CHECK(refusal([&] { editor.submit(report_of("6.9")); }) == not_here);
    // Of many parts: the first one is refused.
    CHECK(refusal([&] { editor.submit(report_of("6.9") + std::string(std::size_t{3} << 20U, ' ')); }) == not_here);
    CHECK(refusal([&] { doctor.attach(waiting, "p-1"); }) == not_here);
    CHECK(refusal([&] { doctor.detach(waiting); }) == not_here);
    CHECK(doctor.progress().received() == 1);
    CHECK(doctor.progress().unread() == 0);
    const auto queue = doctor.queue();
    REQUIRE(queue.size() == 1);
    CHECK(queue.front().report_id() == waiting);
    CHECK(queue.front().state() == v1::INBOUND_STATE_TO_ATTACH);
  }
  practice.stop();
  CHECK(kept(practice) == before);

  // The same acts are good ones where Relais keeps the record.
  practice.start_with("");
  Desk doctor(practice, "rouault");
  CHECK_FALSE(doctor.submit(report_of("6.9")).duplicate());
  CHECK(doctor.attach(waiting, "p-1").patient_id() == "p-1");
}
