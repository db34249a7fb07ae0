// SPDX-License-Identifier: Apache-2.0
// Vaccine recalls through a whole host: record, nightly run, list of the assistant, what goes to the doctor.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <sstream>

#include "app/practice_config.h"
#include "command_line.h"
#include "domain/civil_time.h"
#include "practice.h"
#include "practice/database.h"
#include "records/record_store.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"
#include "relais/v1/practice.grpc.pb.h"
#include "relais/v1/scheduling.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "support/scratch.h"

namespace {

namespace v1 = relais::v1;
using namespace std::chrono_literals;
using relais::cli::CallFailed;
using relais::cli::Session;
using Items = std::vector<v1::WorklistItem>;

constexpr auto password = "soiree-de-biologie";
constexpr auto today = "2026-11-23";
constexpr auto recall = "vaccine-recall";

struct Dose {
  std::string cis;
  std::string day;
};
struct Child {
  std::string birth_date;
  std::vector<Dose> given;
};

// 14 months old, to whom nothing was given since 6 months.
Child late_child() {
  return {"2025-09-10",
          {{"60645557", "2025-11-10"},
           {"60645557", "2026-01-12"},
           {"67786749", "2025-11-10"},
           {"67786749", "2026-01-12"},
           {"64493883", "2025-12-10"},
           {"64493883", "2026-02-10"},
           {"69241562", "2026-03-10"}}};
}

// Ten weeks old, to whom all that was due was given: the next vaccines are those of 3 months, on 10 December 2026.
Child infant_on_schedule() {
  return {"2026-09-10", {{"60645557", "2026-11-10"}, {"67786749", "2026-11-10"}, {"60886387", "2026-11-10"}}};
}

relais::Instant at(const char* moment) {
  return relais::fiche::to_instant(relais::fiche::parse_moment(moment)->at, "Europe/Paris");
}

// The first patient is the child; of the second nothing is known.
class Practice {
 public:
  explicit Practice(const Child& first = late_child()) {
    ::setenv("RELAIS_PASSWORD", password, 1);
    relais::app::PracticeConfig config;
    config.name = "Cabinet d'essai";
    config.database = "sqlite:practice.sqlite";
    config.demonstration = true;
    REQUIRE(relais::app::init_practice(data(), config, "admin", password, clock));
    scenario.patients.resize(2);
    for (auto& patient : scenario.patients) {
      patient.treating_doctor = "rouault";
      patient.history.clear();
    }
    scenario.patients[0].birth_date = first.birth_date;
    give_before_the_start(first);
    start();
    demo::open_accounts(connection(), scenario, "");
    demo::fill_record(connection(), scenario);
    demo::sign_fiches(connection(), scenario, today, (scratch.path() / "fiches").string());
    install();
  }

  // The next version of the demonstration's fiche, with the recalls or without. `from` is the day of its signature.
  void sign(int version, bool with_recalls, const std::string& from = today) {
    std::istringstream written(demo::write_fiche(scenario, 0, today));
    std::string yaml, line;
    while (std::getline(written, line)) {
      if (line.find("id: vaccine-recall") != std::string::npos) continue;
      if (line.starts_with("fiche: {"))
        line.replace(line.find("version: 1"), 10, "version: " + std::to_string(version));
      const std::string validity = "validite: {du: ";
      if (line.starts_with(validity)) line.replace(validity.size(), from.size(), from);
      yaml += line + "\n";
      if (with_recalls && line == "taches:") yaml += "  - {id: vaccine-recall, mode: autonome}\n";
    }
    demo::sign_fiche(connection(), "rouault", scenario.assistant_id, yaml);
  }
  // The code of the refusal, empty when it is switched on.
  std::string enable() const {
    const Session assistant(connection(scenario.assistant_id));
    v1::EnableTaskRequest request;
    request.set_doctor_id("rouault");
    request.set_task_id(recall);
    v1::EnableTaskResponse answer;
    try {
      Session::check(
          v1::DelegationService::NewStub(assistant.channel())->EnableTask(assistant.context().get(), request, &answer));
    } catch (const CallFailed& failed) {
      return failed.code;
    }
    return "";
  }
  relais::cli::Connection connection(const std::string& account = {}) const {
    return {"unix:" + (scratch.path() / "socket" / "relais.sock").string(), account, ""};
  }
  relais::test::Said run(const std::string& who, const std::string& arguments) const {
    return relais::test::run_tool(connection().address, who, arguments);
  }
  const std::string& child() const { return scenario.patients[0].id; }

  relais::test::Scratch scratch;
  relais::test::TestClock clock{at("2026-11-23T16:45")};
  demo::Scenario scenario = demo::make_scenario(today);

 private:
  std::filesystem::path data() const { return scratch.path() / "data"; }
  void give_before_the_start(const Child& first) {
    const auto database = relais::practice::Database::open("sqlite:" + (data() / "practice.sqlite").string(), clock);
    REQUIRE(database);
    const auto written = (*database)->write([&](relais::practice::Transaction& tx) -> relais::Result<int> {
      for (const auto& [cis, day] : first.given) {
        v1::Immunization given;
        given.set_product_code(cis);
        given.set_product_system("cis");
        given.set_given_on(day);
        given.set_status(1);
        given.set_proof(1);
        relais::records::put(tx, child(), given);
      }
      return 0;
    });
    REQUIRE(written);
  }
  void start() {
    relais::app::HostOptions options;
    options.data = data();
    options.listen.unix_socket = scratch.path() / "socket" / "relais.sock";
    options.worker_executable = RELAIS_WORKER;
    options.tick = 10ms;
    auto started = relais::app::Host::start(std::move(options), clock);
    if (!started) FAIL(std::string(stable_code(started.error().code)) + " " + started.error().detail);
    host = std::move(*started);
  }
  void install() const {
    const Session admin(connection("admin"));
    v1::InstallPluginRequest request;
    request.set_directory(std::string(RELAIS_PACKAGES) + "/vaccine-recall");
    v1::InstallPluginResponse answer;
    Session::check(v1::PluginService::NewStub(admin.channel())->InstallPlugin(admin.context().get(), request, &answer));
  }

  std::unique_ptr<relais::app::Host> host;
};

// Somebody at the screen.
class Desk {
 public:
  Desk(const Practice& practice, const std::string& account)
      : session(practice.connection(account)), worklist(v1::WorklistService::NewStub(session.channel())) {}

  Items items() const {
    v1::ListItemsResponse answer;
    Session::check(worklist->ListItems(session.context().get(), {}, &answer));
    Items found;
    for (const auto& item : answer.items()) {
      const bool asks = item.state() < v1::ITEM_STATE_TO_CONFIRM || item.state() == v1::ITEM_STATE_PREPARED;
      if (item.subject().task_id() == recall && asks) found.push_back(item);
    }
    return found;
  }
  // Reads the list at each of its changes until it is as wanted. The deadline is only there so that a failing test
  // ends.
  Items until(const std::function<bool(const Items&)>& wanted) const {
    const auto context = session.context();
    context->set_deadline(std::chrono::system_clock::now() + 120s);
    const auto stream = worklist->WatchItems(context.get(), {});
    v1::WatchItemsResponse change;
    for (;;) {
      const auto found = items();
      if (wanted(found)) {
        context->TryCancel();
        return found;
      }
      if (stream->Read(&change)) continue;
      std::string titles;
      for (const auto& item : found) titles += item.title() + " | ";
      FAIL("the list never was as wanted: " << titles);
    }
  }
  v1::GetItemResponse read(const v1::WorklistItem& item) const {
    v1::GetItemRequest request;
    request.set_item_id(item.id());
    v1::GetItemResponse answer;
    Session::check(worklist->GetItem(session.context().get(), request, &answer));
    return answer;
  }
  v1::WorklistItem hand_over(const v1::WorklistItem& item, const std::string& reason) const {
    v1::HandOverItemRequest request;
    request.set_item_id(item.id());
    request.set_version(item.version());
    request.set_reason(reason);
    v1::HandOverItemResponse answer;
    Session::check(worklist->HandOverItem(session.context().get(), request, &answer));
    return answer.item();
  }
  void appointment(const std::string& patient, const char* moment) const {
    v1::PutAppointmentsRequest agenda;
    auto& visit = *agenda.add_appointments();
    visit.set_id("rdv-1");
    visit.set_patient_id(patient);
    visit.set_start_ms(relais::practice::to_ms(at(moment)));
    visit.set_end_ms(visit.start_ms() + 900'000);
    v1::PutAppointmentsResponse answer;
    Session::check(v1::PatientRecordService::NewStub(session.channel())
                       ->PutAppointments(session.context().get(), agenda, &answer));
  }
  // The doctor is in the practice until the evening.
  void here() const {
    v1::DeclarePresenceRequest request;
    request.set_presence(v1::PRESENCE_PRESENT);
    v1::DeclarePresenceResponse answer;
    Session::check(
        v1::PracticeService::NewStub(session.channel())->DeclarePresence(session.context().get(), request, &answer));
  }

  Session session;
  std::unique_ptr<v1::WorklistService::Stub> worklist;
};

bool says(const v1::WorklistItem& item, const std::string& words) {
  return std::any_of(item.reasons().begin(), item.reasons().end(),
                     [&](const v1::Reason& reason) { return reason.sentence().find(words) != std::string::npos; });
}

// One item of the child and nothing else is asked.
bool one(const Items& items) { return items.size() == 1; }

}  // namespace

TEST_CASE("a fiche that does not confide the recalls gives no run and the next one gives them by night") {
  Practice practice;
  practice.sign(2, false);
  CHECK_FALSE(practice.enable().empty());
  // A whole night under that fiche.
  practice.clock.set(at("2026-11-24T03:30"));
  practice.clock.set(at("2026-11-25T10:00"));
  Desk(practice, "rouault").here();
  practice.sign(3, true, "2026-11-25");
  const auto confided = relais::practice::to_ms(practice.clock.now());
  REQUIRE(practice.enable().empty());
  practice.clock.set(at("2026-11-27T03:30"));
  const auto items = Desk(practice, "rouault").until([](const auto& all) { return !all.empty(); });
  for (const auto& item : items) CHECK(item.created_ms() >= confided);
}

TEST_CASE("a late child is one call for the assistant and a refusal goes to the doctor") {
  Practice practice;
  practice.sign(2, true);
  REQUIRE(practice.enable().empty());
  practice.clock.set(at("2026-11-25T03:30"));
  const auto of_child = [&](const Items& all) {
    Items kept;
    for (const auto& item : all) {
      if (item.subject().patient_id() == practice.child()) kept.push_back(item);
    }
    return kept;
  };
  {
    const Desk doctor(practice, "rouault");
    doctor.until([&](const auto& all) { return one(of_child(all)); });
  }
  practice.clock.set(at("2026-11-25T10:00"));
  const Desk doctor(practice, "rouault");
  doctor.here();
  const Desk assistant(practice, practice.scenario.assistant_id);
  const auto seen = of_child(assistant.until([&](const auto& all) { return one(of_child(all)); })).front();
  CHECK(seen.title() == "Vaccins : 5 en retard");
  CHECK(seen.category() == v1::CATEGORY_NORMAL);
  CHECK_FALSE(seen.clinical());
  CHECK(says(seen, "Rougeole, oreillons, rubéole, dose 1 : en retard depuis le 10/10/2026"));
  CHECK(says(seen, "4 injections, 15 min"));
  CHECK(says(seen, "Aucun rendez-vous à venir"));

  // What the record learns by day is told without waiting for the night.
  doctor.appointment(practice.child(), "2026-12-02T10:30");
  doctor.until([&](const auto& all) {
    const auto mine = of_child(all);
    return one(mine) && says(mine.front(), "Rendez-vous du 02/12/2026 à 10 h 30 : à grouper avec cette visite.");
  });

  const auto proposals = doctor.read(of_child(doctor.items()).front()).proposals();
  REQUIRE(proposals.size() == 2);
  for (const auto& proposal : proposals) {
    if (proposal.type() == "draft.patient-message") {
      CHECK(proposal.body().find("accin") == std::string::npos);
    } else {
      CHECK(proposal.type() == "draft.appointment-need");
      CHECK(proposal.body().find("kind: vaccine\nminutes: 15\nnot_before: 2026-09-10\n") != std::string::npos);
    }
  }

  const auto handed = assistant.hand_over(of_child(assistant.items()).front(), "la mère refuse le ROR");
  CHECK(handed.state() == v1::ITEM_STATE_HANDED_OVER);
  const auto at_doctor = of_child(doctor.until([&](const auto& all) {
    const auto mine = of_child(all);
    return one(mine) && mine.front().state() == v1::ITEM_STATE_HANDED_OVER;
  }));
  CHECK(at_doctor.front().assigned_to() == "rouault");
  CHECK(at_doctor.front().state_reason() == "la mère refuse le ROR");
}

namespace {

// Hours of the doctor's agenda on Mondays, Wednesdays and Fridays, and appointments of vaccination.
void open_agenda(const Desk& doctor, v1::SlotKind kind, std::int64_t version) {
  const auto agenda = v1::SchedulingService::NewStub(doctor.session.channel());
  v1::PutScheduleRequest put;
  auto& schedule = *put.mutable_schedule();
  schedule.set_id("agenda-rouault");
  schedule.set_person_id("rouault");
  schedule.set_place("Cabinet d'essai");
  schedule.set_recalls_per_day(6);
  schedule.set_version(version);
  for (const int weekday : {1, 3, 5}) {
    auto& opening = *schedule.add_openings();
    opening.set_weekday(weekday);
    opening.set_start("16:30");
    opening.set_end("17:30");
    opening.set_kind(kind);
    opening.set_slot_minutes(15);
  }
  v1::PutScheduleResponse answer;
  Session::check(agenda->PutSchedule(doctor.session.context().get(), put, &answer));
}

void add_vaccination_type(const Desk& doctor) {
  const auto agenda = v1::SchedulingService::NewStub(doctor.session.channel());
  v1::PutAppointmentTypeRequest put;
  auto& type = *put.mutable_type();
  type.set_id("vaccination");
  type.set_label("Vaccination");
  type.set_minutes(15);
  type.set_kind(v1::SLOT_KIND_VACCINE_ROUND);
  type.set_role(v1::ROLE_DOCTOR);
  type.set_for_recalls(true);
  v1::PutAppointmentTypeResponse answer;
  Session::check(agenda->PutAppointmentType(doctor.session.context().get(), put, &answer));
}

}  // namespace

TEST_CASE("the visit of an infant is proposed held and confirmed on or after its first valid day and never before") {
  using relais::test::fails;
  using relais::test::works;
  Practice practice(infant_on_schedule());
  practice.sign(2, true);
  REQUIRE(practice.enable().empty());
  practice.clock.set(at("2026-11-25T03:30"));
  const auto visit = [&](const Items& all) {
    Items kept;
    for (const auto& item : all)
      if (item.subject().patient_id() == practice.child() && says(item, "Pas avant le")) kept.push_back(item);
    return kept;
  };
  const auto& assistant = practice.scenario.assistant_id;
  std::string item;
  {
    const Desk doctor(practice, "rouault");
    item = visit(doctor.until([&](const auto& all) { return one(visit(all)); })).front().id();
  }
  practice.clock.set(at("2026-11-25T10:00"));
  const Desk doctor(practice, "rouault");
  doctor.here();
  add_vaccination_type(doctor);
  const auto replayed = practice.run("rouault", "plugin replay " + item);
  works(replayed, "vaccine-recall 1.0.0, rejoué avec la version 1.0.0");
  CHECK(replayed.says("Mêmes constats."));

  // Only time kept for the day's own needs: the doctor is asked to open a slot.
  open_agenda(doctor, v1::SLOT_KIND_UNPLANNED, 0);
  const auto none = practice.run("rouault", "agenda propose --type vaccination --late --item " + item);
  works(none, "Dates demandées : à partir du 2026-12-10, au plus tard le 2027-01-09 ; 15 min");
  CHECK(none.says("Aucun créneau libre pour un rappel dans les dates demandées"));
  CHECK(none.says("relais hand-over " + item));
  CHECK(none.says("Aucun créneau libre dans les trois mois."));
  CHECK_FALSE(none.says("Choix 1"));

  open_agenda(doctor, v1::SLOT_KIND_VACCINE_ROUND, 1);
  // 10 December is a Thursday.
  const auto proposed = practice.run(assistant, "agenda propose --type vaccination --item " + item);
  works(proposed, "Choix 1\n11/12/2026 16:30  15 min  agenda-rouault");
  CHECK(proposed.says("Pas avant le 10/12/2026"));
  CHECK_FALSE(proposed.says("09/12/2026"));
  CHECK_FALSE(proposed.says("Dates demandées"));  // the draft is not for her level of data: the reasons say the dates

  const auto hold = [&](const std::string& who, const std::string& start) {
    return practice.run(who, "agenda hold agenda-rouault " + start + " " + practice.child() +
                                 " --minutes 15 --type vaccination --item " + item);
  };
  works(practice.run(assistant, "claim " + item), "pris en charge");
  const auto early = hold(assistant, "2026-12-09T16:30");
  fails(early, "relais.invalid-argument");
  CHECK(early.says("Trop tôt"));
  fails(hold("rouault", "2026-12-09T16:30"), "Trop tôt");
  const auto late = hold("rouault", "2027-02-01T16:30");
  works(late, "Attention : après le 2027-01-09, dernière date demandée.");
  works(practice.run("rouault", "agenda release " + late.text.substr(0, late.text.find(' '))), "");

  const auto held = hold(assistant, "2026-12-11T16:30");
  works(held, "retenu jusqu'au 25/11/2026 10:10");
  const auto confirmed = practice.run(assistant, "agenda confirm " + held.text.substr(0, held.text.find(' ')));
  works(confirmed, "11/12/2026 16:30");
  const auto booking = confirmed.text.substr(0, confirmed.text.find(' '));
  // The record knows of it: what the item says has changed once, and stands.
  doctor.until([&](const auto& all) {
    const auto mine = visit(all);
    return one(mine) && says(mine.front(), "Rendez-vous du 11/12/2026");
  });
  works(practice.run(assistant, "contact add " + item + " --answer accepte --booking " + booking),
        "accepte");
  works(practice.run("rouault", "agenda appointments --patient " + practice.child()), booking);
}
