// SPDX-License-Identifier: Apache-2.0
// A right from the record to the doctor's last word, through a whole host: nightly run, list, fiche, steps, draft.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "app/host.h"
#include "app/practice_config.h"
#include "domain/civil_time.h"
#include "practice.h"
#include "practice/database.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"
#include "relais/v1/practice.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "support/scratch.h"

namespace {

namespace v1 = relais::v1;
using namespace std::chrono_literals;
using relais::cli::CallFailed;
using relais::cli::Session;

constexpr auto password = "soiree-de-biologie";
constexpr auto today = "2026-11-23";

relais::Instant at(const char* moment) {
  return relais::fiche::to_instant(relais::fiche::parse_moment(moment)->at, "Europe/Paris");
}

// Dr Rouault confides the alert, and the draft up to the doctor's part; both plugins are installed.
class Practice {
 public:
  Practice() {
    ::setenv("RELAIS_PASSWORD", password, 1);
    relais::app::PracticeConfig config;
    config.name = "Cabinet d'essai";
    config.database = "sqlite:practice.sqlite";
    config.demonstration = true;
    REQUIRE(relais::app::init_practice(data(), config, "admin", password, clock));
    relais::app::HostOptions options;
    options.data = data();
    options.listen.unix_socket = scratch.path() / "socket" / "relais.sock";
    options.worker_executable = RELAIS_WORKER;
    options.tick = 10ms;
    auto started = relais::app::Host::start(std::move(options), clock);
    if (!started) FAIL(std::string(stable_code(started.error().code)) + " " + started.error().detail);
    host = std::move(*started);
    scenario.patients.resize(3);
    for (auto& patient : scenario.patients) {
      patient.treating_doctor = "rouault";
      patient.history.clear();
    }
    demo::open_accounts(connection(), scenario, std::string(RELAIS_PACKAGES) + "/bio-triage");
    demo::fill_record(connection(), scenario);
    static_cast<void>(demo::sign_and_enable(connection(), scenario, today, (scratch.path() / "fiches").string()));
    install();
  }

  void install() {
    const Session admin(connection("admin"));
    v1::InstallPluginRequest request;
    request.set_directory(std::string(RELAIS_PACKAGES) + "/ald-expiry");
    v1::InstallPluginResponse answer;
    Session::check(v1::PluginService::NewStub(admin.channel())->InstallPlugin(admin.context().get(), request, &answer));
  }
  void enable(const std::string& task) {
    const Session assistant(connection(scenario.assistant_id));
    v1::EnableTaskRequest request;
    request.set_doctor_id("rouault");
    request.set_task_id(task);
    v1::EnableTaskResponse answer;
    Session::check(
        v1::DelegationService::NewStub(assistant.channel())->EnableTask(assistant.context().get(), request, &answer));
  }
  // A second version of the fiche: the draft is confided too, and what it needs may be seen.
  void confide_draft() {
    auto yaml = demo::write_fiche(scenario, 0, today);
    const auto replace = [&](const std::string& from, const std::string& to) {
      REQUIRE(yaml.find(from) != std::string::npos);
      yaml.replace(yaml.find(from), from.size(), to);
    };
    replace("version: 1", "version: 2");
    const std::string start = "validite: {du: ";
    yaml.replace(yaml.find(start) + start.size(), std::string(today).size(), today);
    replace("niveau_max: D3", "niveau_max: D4");
    replace("  - {id: ald-renewal-alert", "  - {id: ald-protocole-prefill, mode: preparer}\n  - {id: ald-renewal-alert");
    demo::sign_fiche(connection(), "rouault", scenario.assistant_id, yaml);
  }

  relais::cli::Connection connection(const std::string& account = {}) const {
    return {"unix:" + (scratch.path() / "socket" / "relais.sock").string(), account, ""};
  }
  std::filesystem::path data() const { return scratch.path() / "data"; }

  relais::test::Scratch scratch;
  relais::test::TestClock clock{at("2026-11-23T16:45")};
  demo::Scenario scenario = demo::make_scenario(today);
  std::unique_ptr<relais::app::Host> host;
};

// Somebody at the screen.
class Person {
 public:
  Person(const Practice& practice, const std::string& account)
      : session(practice.connection(account)),
        record(v1::PatientRecordService::NewStub(session.channel())),
        worklist(v1::WorklistService::NewStub(session.channel())) {}

  std::string enter(v1::LongTermCondition right, const std::string& patient, const std::string& task = {}) {
    v1::PutLongTermConditionsRequest request;
    request.set_patient_id(patient);
    *request.add_conditions() = std::move(right);
    request.mutable_purpose()->set_task_id(task);
    v1::PutLongTermConditionsResponse answer;
    Session::check(record->PutLongTermConditions(session.context().get(), request, &answer));
    return answer.ids(0);
  }
  // The doctor is in the practice until the evening.
  void here() {
    v1::DeclarePresenceRequest request;
    request.set_presence(v1::PRESENCE_PRESENT);
    v1::DeclarePresenceResponse answer;
    Session::check(v1::PracticeService::NewStub(session.channel())->DeclarePresence(session.context().get(), request, &answer));
  }
  std::string step(v1::RenewalStep step, const std::string& patient, const std::string& right = {},
                   const std::string& until = {}, const std::string& task = {}) {
    v1::RecordRenewalStepRequest request;
    request.set_patient_id(patient);
    if (!right.empty()) request.add_condition_ids(right);
    request.set_step(step);
    request.set_until(until);
    request.mutable_purpose()->set_task_id(task);
    v1::RecordRenewalStepResponse answer;
    try {
      Session::check(record->RecordRenewalStep(session.context().get(), request, &answer));
    } catch (const CallFailed& failed) {
      return failed.code;
    }
    return "";
  }
  std::vector<v1::LongTermCondition> rights(const std::string& patient, const std::string& task = {}) {
    v1::ListLongTermConditionsRequest request;
    request.set_patient_id(patient);
    request.mutable_purpose()->set_task_id(task);
    v1::ListLongTermConditionsResponse answer;
    Session::check(record->ListLongTermConditions(session.context().get(), request, &answer));
    return {answer.conditions().begin(), answer.conditions().end()};
  }
  // Items of the task that ask for something; what no longer holds waits apart for the doctor's word.
  std::vector<v1::WorklistItem> open(const std::string& task) {
    v1::ListItemsResponse answer;
    Session::check(worklist->ListItems(session.context().get(), {}, &answer));
    std::vector<v1::WorklistItem> items;
    for (const auto& item : answer.items())
      if (item.subject().task_id() == task && (item.state() < v1::ITEM_STATE_TO_CONFIRM || item.state() == v1::ITEM_STATE_PREPARED)) items.push_back(item);
    return items;
  }
  // The doctor's word on what no longer holds and nobody had seen.
  void validate(const std::string& task) {
    v1::ListItemsResponse answer;
    Session::check(worklist->ListItems(session.context().get(), {}, &answer));
    int validated = 0;
    for (const auto& item : answer.items()) {
      if (item.subject().task_id() != task || item.state() != v1::ITEM_STATE_TO_CONFIRM) continue;
      v1::ValidateItemRequest request;
      request.set_item_id(item.id());
      request.set_version(item.version());
      v1::ValidateItemResponse done;
      Session::check(worklist->ValidateItem(session.context().get(), request, &done));
      CHECK(done.item().state() == v1::ITEM_STATE_VALIDATED);
      ++validated;
    }
    CHECK(validated == 1);
  }
  // Reads the list at each of its changes until it is as wanted. The deadline is only there so that a failing test ends.
  std::vector<v1::WorklistItem> until(const std::string& task,
                                      const std::function<bool(const std::vector<v1::WorklistItem>&)>& wanted) {
    const auto context = session.context();
    context->set_deadline(std::chrono::system_clock::now() + 120s);
    const auto stream = worklist->WatchItems(context.get(), {});
    v1::WatchItemsResponse change;
    for (;;) {
      auto items = open(task);
      if (wanted(items)) {
        context->TryCancel();
        return items;
      }
      if (!stream->Read(&change)) {
        std::string titles;
        for (const auto& item : items) titles += item.title() + " | ";
        FAIL("the list never was as wanted: " << titles);
      }
    }
  }

  Session session;
  std::unique_ptr<v1::PatientRecordService::Stub> record;
  std::unique_ptr<v1::WorklistService::Stub> worklist;
};

v1::LongTermCondition right(const char* number, const char* from, const char* until) {
  v1::LongTermCondition made;
  made.set_number(number);
  made.set_period(v1::RIGHT_PERIOD_FIRST);
  made.set_from(from);
  made.set_until(until);
  made.set_until_source(made.until().empty() ? "unknown" : "notified");
  return made;
}

bool says(const v1::WorklistItem& item, const std::string& rule) {
  for (const auto& reason : item.reasons())
    if (reason.rule() == rule) return true;
  return false;
}

constexpr auto alert = "ald-renewal-alert";
constexpr auto draft = "ald-protocole-prefill";

}  // namespace

TEST_CASE("a right that nears its end comes on the list by night and leaves it by the doctor's last word") {
  Practice practice;
  practice.enable(alert);
  const auto patient = practice.scenario.patients[0].id;
  std::string id;
  {
    Person doctor(practice, "rouault");
    id = doctor.enter(right("30", "2022-06-15", "2027-06-14"), patient);
    doctor.enter(right("31", "2020-01-01", "2030-01-01"), patient);
    CHECK(doctor.open(alert).empty());
  }
  // Six months before the end, by night.
  practice.clock.set(at("2026-12-15T03:00"));
  {
    Person doctor(practice, "rouault");
    const auto items = doctor.until(alert, [](const auto& all) { return all.size() == 1; });
    CHECK(items[0].title() == "ALD 30 : fin de droit le 14/06/2027 (2 ALD, une seule demande)");
    CHECK(says(items[0], "ALD-WATCH"));
    CHECK(says(items[0], "ALD-AUTRE"));
    CHECK(items[0].subject().patient_id() == patient);
  }
  // Two months before, in the assistant's hours.
  practice.clock.set(at("2027-04-16T10:00"));
  Person(practice, "rouault").here();
  {
    Person assistant(practice, practice.scenario.assistant_id);
    const auto items = assistant.until(alert, [](const auto& all) { return all.size() == 1 && says(all[0], "ALD-DUE"); });
    CHECK(items[0].category() == v1::CATEGORY_A_VOIR);
    CHECK(assistant.step(v1::RENEWAL_STEP_CONTACTED, patient, id, {}, alert).empty());
    CHECK(assistant.step(v1::RENEWAL_STEP_SENT, patient, id, {}, alert) == "record.renewal-doctor-only");
    CHECK(assistant.step(v1::RENEWAL_STEP_NOT_TO_RENEW, patient, id, {}, alert) == "record.renewal-doctor-only");
    CHECK(assistant.step(v1::RENEWAL_STEP_CONTACTED, patient, id) == "relais.invalid-argument");  // for no task
    CHECK(assistant.step(v1::RENEWAL_STEP_ACCEPTED, patient, id, {}, alert) == "record.renewal-date");
    assistant.until(alert, [](const auto& all) {
      return all.size() == 1 && all[0].reasons(0).sentence().find("patient contacté le 16/04/2027") != std::string::npos;
    });
  }
  Person doctor(practice, "rouault");
  CHECK(doctor.step(v1::RENEWAL_STEP_SENT, patient, id).empty());
  doctor.until(alert, [](const auto& all) { return all.empty(); });
  doctor.validate(alert);
  CHECK(doctor.step(v1::RENEWAL_STEP_ACCEPTED, patient, id, "2027-06-14") == "record.renewal-date");
  CHECK(doctor.step(v1::RENEWAL_STEP_ACCEPTED, patient, id, "2032-06-14").empty());
  const auto rights = doctor.rights(patient);
  const auto renewed = std::find_if(rights.begin(), rights.end(), [&](const auto& one) { return one.id() == id; });
  REQUIRE(renewed != rights.end());
  CHECK(renewed->from() == "2027-06-15");
  CHECK(renewed->until() == "2032-06-14");
  CHECK(renewed->until_source() == "notified");
  CHECK(renewed->period() == v1::RIGHT_PERIOD_RENEWAL);
  CHECK(renewed->renewal_step() == v1::RENEWAL_STEP_UNSPECIFIED);
  REQUIRE(renewed->renewals_size() == 1);
  CHECK(renewed->renewals(0).until() == "2027-06-14");
}

TEST_CASE("what the doctor decides not to renew and what the caisse renewed end the task each in its own way") {
  Practice practice;
  practice.enable(alert);
  const auto patient = practice.scenario.patients[0].id;
  const auto other = practice.scenario.patients[1].id;
  Person doctor(practice, "rouault");
  doctor.enter(right("30", "2021-12-15", "2026-12-14"), patient);
  const auto id = doctor.enter(right("30", "2021-12-15", "2026-12-14"), other);
  doctor.until(alert, [](const auto& all) { return all.size() == 2; });
  // Kept in another software: the visit is told on the practice's own clock.
  v1::PutAppointmentsRequest agenda;
  auto& visit = *agenda.add_appointments();
  visit.set_id("rdv-1");
  visit.set_patient_id(patient);
  visit.set_start_ms(relais::practice::to_ms(at("2026-12-01T10:30")));
  visit.set_end_ms(visit.start_ms() + 900'000);
  v1::PutAppointmentsResponse written;
  Session::check(doctor.record->PutAppointments(doctor.session.context().get(), agenda, &written));
  const auto told = [&](const std::string& words) {
    doctor.until(alert, [&](const auto& all) {
      return std::any_of(all.begin(), all.end(), [&](const v1::WorklistItem& item) {
        return item.subject().patient_id() == patient &&
               std::any_of(item.reasons().begin(), item.reasons().end(), [&](const v1::Reason& reason) {
                 return reason.sentence().find(words) != std::string::npos;
               });
      });
    });
  };
  told("rendez-vous du 01/12/2026 à 10 h 30");
  agenda.clear_appointments();
  agenda.add_cancelled("rdv-1");
  Session::check(doctor.record->PutAppointments(doctor.session.context().get(), agenda, &written));
  told("Aucun rendez-vous à venir");
  CHECK(doctor.step(v1::RENEWAL_STEP_NOT_TO_RENEW, patient).empty());
  doctor.until(alert, [](const auto& all) { return all.size() == 1; });
  CHECK(doctor.step(v1::RENEWAL_STEP_RENEWED_BY_CAISSE, other, id).empty());
  doctor.until(alert, [](const auto& all) { return all.size() == 1 && says(all[0], "ALD-CAISSE"); });
  CHECK(doctor.step(v1::RENEWAL_STEP_RENEWED_BY_CAISSE, other, id, "2031-12-14").empty());
  doctor.until(alert, [](const auto& all) { return all.empty(); });
}

TEST_CASE("the draft stands beside its item for who may read it and holds neither medical part nor signature") {
  Practice practice;
  practice.confide_draft();
  practice.enable(alert);
  practice.enable(draft);
  const auto patient = practice.scenario.patients[0].id;
  Person doctor(practice, "rouault");
  doctor.enter(right("8", "2017-01-20", "2027-01-19"), patient);
  const auto items = doctor.until(draft, [](const auto& all) { return all.size() == 1; });
  v1::GetItemRequest asked;
  asked.set_item_id(items[0].id());
  v1::GetItemResponse answer;
  Session::check(doctor.worklist->GetItem(doctor.session.context().get(), asked, &answer));
  REQUIRE(answer.proposals_size() == 1);
  CHECK(answer.proposals(0).type() == "draft.ald-renewal");
  const auto& body = answer.proposals(0).body();
  CHECK(body.find("ALD 8") != std::string::npos);
  CHECK(body.find("réservée au médecin :\n[                    ]") != std::string::npos);
  CHECK(body.find("Signature du médecin, avec sa propre carte :\n[                    ]") != std::string::npos);
}

TEST_CASE("a number that is closed or on no list is refused at entry and what an assistant enters waits for the doctor") {
  Practice practice;
  practice.enable(alert);
  const auto patient = practice.scenario.patients[0].id;
  Person doctor(practice, "rouault");
  for (const char* number : {"12", "99", "33", "0", "08", "-1", "8e1", "A8", "NE.1", ".a", ""}) {
    INFO(number);
    CHECK_THROWS_AS(doctor.enter(right(number, "2026-11-01", ""), patient), CallFailed);
  }
  doctor.here();
  Person assistant(practice, practice.scenario.assistant_id);
  auto letter = right("13", "2020-03-01", "2030-02-28");
  letter.set_code("I25.1");
  assistant.enter(letter, patient, alert);
  const auto seen = assistant.rights(patient, alert);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].to_confirm());
  CHECK(doctor.rights(patient).at(0).code().empty());
  const auto items = doctor.until(alert, [](const auto& all) { return all.size() == 1; });
  CHECK(says(items[0], "ALD-A-REVOIR"));
  auto looked_at = doctor.rights(patient).at(0);
  doctor.enter(looked_at, patient);
  doctor.until(alert, [](const auto& all) { return all.empty(); });
}
