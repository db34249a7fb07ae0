// SPDX-License-Identifier: Apache-2.0
// A practice whose software keeps the record: from a change that it tells to the doctor's list, and while it is away.
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <optional>

#include "logicab.h"
#include "practice.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "running_practice.h"

using namespace relais::test;
using namespace std::chrono_literals;
namespace v1 = relais::v1;
using relais::cli::CallFailed;
using relais::cli::Session;

namespace {

// Dr Rouault confides the sorting while Relais keeps the record; then LogiCab keeps it.
struct Practice {
  Practice() : logicab(practice.path() / "logicab", monday_evening) {
    try {
      demo::open_accounts(practice.connection(), scenario, bio_triage_package);
      static_cast<void>(demo::sign_and_enable(practice.connection(), scenario, monday, (practice.path() / "fiches").string()));
    } catch (const CallFailed& failed) {
      FAIL(failed.code + " " + failed.sentence);
    }
    practice.stop();
    std::ofstream(practice.data() / "practice.yaml", std::ios::app) << "record_reader: " << logicab.address() << '\n';
    practice.start();
  }

  demo::Scenario scenario = demo::make_scenario(monday);
  RunningPractice practice;
  LogiCab logicab;
};

struct Doctor {
  explicit Doctor(const Practice& world)
      : session(world.practice.connection("rouault")), worklist(v1::WorklistService::NewStub(session.channel())) {}

  std::vector<v1::WorklistItem> items() {
    v1::ListItemsResponse answer;
    Session::check(worklist->ListItems(session.context().get(), {}, &answer));
    return {answer.items().begin(), answer.items().end()};
  }
  std::vector<v1::NotEvaluated> not_evaluated() {
    v1::ListNotEvaluatedResponse answer;
    Session::check(worklist->ListNotEvaluated(session.context().get(), {}, &answer));
    return {answer.entries().begin(), answer.entries().end()};
  }
  // Looks again at each change of the list. The deadline is only there so that a failing test ends.
  void until(const char* what, const std::function<bool()>& wanted) {
    const auto context = session.context();
    context->set_deadline(std::chrono::system_clock::now() + 240s);
    const auto stream = worklist->WatchItems(context.get(), {});
    v1::WatchItemsResponse change;
    while (!wanted())
      if (!stream->Read(&change)) FAIL("never came: " << what);
    context->TryCancel();
  }
  std::optional<v1::WorklistItem> item_of(const std::string& report, v1::Category category) {
    for (auto& item : items())
      if (item.subject().item_id() == report && item.plugin_id() == "bio-triage" && item.category() == category) return item;
    return std::nullopt;
  }

  Session session;
  std::unique_ptr<v1::WorklistService::Stub> worklist;
};

std::string refused_with(const std::function<void()>& call) {
  try {
    call();
  } catch (const CallFailed& failed) {
    return failed.code;
  }
  return "";
}

}  // namespace

TEST_CASE("a critical potassium told by the software that keeps the record stands on the doctor's list by name") {
  Practice world;
  world.logicab.start();
  world.logicab.act({"recevoir", "1003", "6.9"}, 1min);  // B11
  Doctor doctor(world);
  doctor.until("the critical item", [&] { return doctor.item_of("B11", v1::CATEGORY_CRITIQUE).has_value(); });
  const auto item = *doctor.item_of("B11", v1::CATEGORY_CRITIQUE);
  CHECK(item.patient().family() == "ESSAI-TALUS");
  CHECK(item.patient().birth_date() == "1944-02-29");
  CHECK(item.subject().doctor_id() == "rouault");

  // Corrected: the same report, evaluated again.
  world.logicab.act({"corriger", "B11", "4.4"}, 30s);
  doctor.until("the corrected report",
               [&] { return !doctor.item_of("B11", v1::CATEGORY_CRITIQUE).has_value(); });

  // What only the software may do is told so.
  const auto record = v1::PatientRecordService::NewStub(doctor.session.channel());
  v1::PutPatientsRequest put;
  put.add_patients()->set_id("1001");
  v1::PutPatientsResponse written;
  CHECK(refused_with([&] { Session::check(record->PutPatients(doctor.session.context().get(), put, &written)); }) ==
        "record-reader.not-here");
  // What the software holds is read through Relais.
  v1::GetPatientRequest asked;
  asked.set_patient_id("1001");
  v1::GetPatientResponse patient;
  Session::check(record->GetPatient(doctor.session.context().get(), asked, &patient));
  CHECK(patient.patient().traits().birth_family() == "PAT-TROIS");
  CHECK(patient.conditions_size() == 2);
}

TEST_CASE("what comes while the software dies is not evaluated with the reason and evaluated when it is back") {
  Practice world;
  world.logicab.start("dies-when-read");
  Doctor doctor(world);
  // The first change it tells kills it.
  doctor.until("what is not evaluated", [&] { return !doctor.not_evaluated().empty(); });
  for (const auto& entry : doctor.not_evaluated()) {
    CHECK(entry.reason_code() == "record-reader.unreachable");
    CHECK(entry.plugin_id() == "bio-triage");
    CHECK(entry.reason().find("ne répond pas") != std::string::npos);
  }
  world.logicab.wait();
  world.logicab.act({"recevoir", "1002", "7.1"}, 1min);  // B11
  world.logicab.start();
  doctor.until("the critical item", [&] { return doctor.item_of("B11", v1::CATEGORY_CRITIQUE).has_value(); });
  CHECK(doctor.item_of("B11", v1::CATEGORY_CRITIQUE)->patient().family() == "ESSAI-ROC");
  doctor.until("everything evaluated", [&] { return doctor.not_evaluated().empty(); });
}
