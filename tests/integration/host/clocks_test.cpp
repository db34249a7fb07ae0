// SPDX-License-Identifier: Apache-2.0
// A whole host under a clock that the test moves: a critical result when nobody is there, and a host that was down.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "app/host.h"
#include "app/practice_config.h"
#include "domain/civil_time.h"
#include "evening.h"
#include "practice.h"
#include "practice/timers.h"
#include "relais/v1/identity.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"
#include "relais/v1/practice.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "support/scratch.h"

namespace {

namespace v1 = relais::v1;
using namespace std::chrono_literals;
using relais::cli::Session;
using Response = v1::WatchItemsResponse;

constexpr auto admin_password = "soiree-de-biologie";
constexpr auto today = "2026-11-23";
const auto package = std::string(RELAIS_PACKAGES) + "/bio-triage";

relais::Instant at(const char* moment) {
  return relais::fiche::to_instant(relais::fiche::parse_moment(moment)->at, "Europe/Paris");
}

// Dr Rouault delegates the sorting of biology; the assistant works on Monday, Wednesday and Friday until 18:30.
class Practice {
 public:
  Practice() {
    ::setenv("RELAIS_PASSWORD", admin_password, 1);
    relais::app::PracticeConfig config;
    config.name = "Cabinet d'essai";
    config.database = "sqlite:practice.sqlite";
    config.demonstration = true;
    REQUIRE(relais::app::init_practice(data(), config, "admin", admin_password, clock));
    start();
    demo::open_accounts(connection(), scenario, package);
    demo::fill_record(connection(), scenario);
    demo::sign_and_enable(connection(), scenario, today, (scratch.path() / "fiches").string());
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

  relais::cli::Connection connection(const std::string& account = {}) const {
    return {"unix:" + (scratch.path() / "socket" / "relais.sock").string(), account, ""};
  }
  void let_plugin_run(bool on) const {
    const Session admin(connection("admin"));
    const auto stub = v1::PluginService::NewStub(admin.channel());
    v1::EnablePluginRequest enable;
    v1::DisablePluginRequest disable;
    enable.set_plugin_id("bio-triage");
    disable.set_plugin_id("bio-triage");
    v1::EnablePluginResponse enabled;
    v1::DisablePluginResponse disabled;
    Session::check(on ? stub->EnablePlugin(admin.context().get(), enable, &enabled)
                      : stub->DisablePlugin(admin.context().get(), disable, &disabled));
  }
  std::filesystem::path data() const { return scratch.path() / "data"; }

  // Sends the report of that name alone.
  void send(const std::string& what) {
    auto one = scenario;
    one.reports.clear();
    for (const auto& report : scenario.reports)
      if (report.what == what && report.prescriber == "rouault") one.reports.push_back(report);
    REQUIRE(one.reports.size() == 1);
    demo::send_reports(connection(), one, today, (scratch.path() / what).string(), "");
  }

  relais::test::Scratch scratch;
  relais::test::TestClock clock{at("2026-11-23T16:45")};
  demo::Scenario scenario = demo::make_scenario(today);
  std::unique_ptr<relais::app::Host> host;
};

// Dr Rouault at the screen, who sees each item as the stream told it last: two items change in any order. The deadline
// is only there so that a failing test ends.
class Doctor {
 public:
  explicit Doctor(const Practice& practice)
      : session(practice.connection("rouault")),
        stub(v1::WorklistService::NewStub(session.channel())),
        context(session.context()) {
    context->set_deadline(std::chrono::system_clock::now() + 600s);
    stream = stub->WatchItems(context.get(), {});
  }
  ~Doctor() { context->TryCancel(); }
  Doctor(const Doctor&) = delete;
  Doctor& operator=(const Doctor&) = delete;

  // The items of the snapshot, in its order.
  std::vector<v1::WorklistItem> snapshot() {
    std::vector<v1::WorklistItem> items;
    for (;;) {
      const auto change = next();
      if (change.kind() == Response::KIND_SNAPSHOT_END) return items;
      if (change.kind() == Response::KIND_ITEM) items.push_back(change.item());
    }
  }
  // Reads the stream until an item is as `wanted` says, and is satisfied with what was read before.
  template <class Wanted>
  v1::WorklistItem until(Wanted wanted) {
    for (;; next())
      for (const auto& [id, item] : seen)
        if (wanted(item)) return item;
  }
  // Reads the stream until a report is said to be not evaluated, with that code.
  void until_not_evaluated(const std::string& code) {
    Response change;
    do change = next();
    while (change.kind() != Response::KIND_NOT_EVALUATED || change.not_evaluated().reason_code() != code);
  }
  std::vector<v1::WorklistItem> list() {
    v1::ListItemsResponse answer;
    Session::check(stub->ListItems(session.context().get(), {}, &answer));
    return {answer.items().begin(), answer.items().end()};
  }
  v1::WorklistItem get(const std::string& id) {
    v1::GetItemRequest request;
    request.set_item_id(id);
    v1::GetItemResponse answer;
    Session::check(stub->GetItem(session.context().get(), request, &answer));
    return answer.item();
  }
  void mark_seen(const std::string& id) {
    v1::MarkSeenRequest request;
    request.set_item_id(id);
    v1::MarkSeenResponse answer;
    Session::check(stub->MarkSeen(session.context().get(), request, &answer));
    CHECK(answer.item().escalations() == 0);
  }
  // Time passes in steps that a session survives.
  void wait(Practice& practice, std::chrono::minutes time) {
    for (; time > 0min; time -= 5min) {
      practice.clock.advance(std::min<std::chrono::minutes>(time, 5min));
      v1::WhoAmIResponse me;
      Session::check(v1::IdentityService::NewStub(session.channel())->WhoAmI(session.context().get(), {}, &me));
    }
  }

 private:
  Response next() {
    Response change;
    REQUIRE(stream->Read(&change));
    if (change.kind() == Response::KIND_ITEM) seen[change.item().id()] = change.item();
    if (change.kind() == Response::KIND_REMOVED_FROM_VIEW) seen.erase(change.removed_item_id());
    return change;
  }
  std::map<std::string, v1::WorklistItem> seen;

 public:
  Session session;
  std::unique_ptr<v1::WorklistService::Stub> stub;
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::ClientReader<Response>> stream;
};

bool critical(const v1::WorklistItem& item) { return item.category() == v1::CATEGORY_CRITIQUE; }

}  // namespace

TEST_CASE("a critical potassium at seven in the evening stands first before the doctor and is raised until seen") {
  Practice practice;
  practice.send("unité illisible sur un potassium haut");
  practice.clock.set(at("2026-11-23T19:00"));
  Doctor doctor(practice);
  doctor.until([](const v1::WorklistItem& one) { return !critical(one); });
  practice.send("potassium très haut");

  // The clock does not move: all this is the work of one tick.
  const auto item = doctor.until([](const v1::WorklistItem& one) { return critical(one) && !one.routed_to().empty(); });
  CHECK(item.routed_to() == "medecin");
  CHECK(item.routed_to_doctor() ==
        "Une règle d'alerte immédiate du médecin est remplie. "
        "L'assistant médical est absent jusqu'au 25/11/2026 à 8 h 30 : l'élément revient au médecin (repli).");
  CHECK(item.escalations() == 0);
  CHECK(item.state() == v1::ITEM_STATE_OPEN);
  CHECK(doctor.list().at(0).id() == item.id());
  CHECK(Doctor(practice).snapshot().at(0).id() == item.id());

  const auto raised = [&](int times) {
    return doctor.until([&](const v1::WorklistItem& one) { return one.id() == item.id() && one.escalations() == times; });
  };
  doctor.wait(practice, 15min);
  CHECK(raised(1).escalated_ms() == relais::practice::to_ms(at("2026-11-23T19:15")));
  doctor.wait(practice, 15min);
  raised(2);
  doctor.wait(practice, 15min);
  raised(3);
  doctor.wait(practice, 15min);
  // Past its hour it is overdue too.
  CHECK(raised(4).overdue_ms() == relais::practice::to_ms(at("2026-11-23T20:00")));

  practice.send("hémoglobine effondrée");
  const auto other = doctor.until([&](const v1::WorklistItem& one) { return critical(one) && one.id() != item.id(); });
  doctor.mark_seen(item.id());
  const auto seen = doctor.get(item.id());
  CHECK(seen.seen_by() == "rouault");
  CHECK(seen.state() == v1::ITEM_STATE_OPEN);
  // The one that nobody has seen goes on; the other one is left alone.
  doctor.wait(practice, 30min);
  doctor.until([&](const v1::WorklistItem& one) { return one.id() == other.id() && one.escalations() >= 1; });
  CHECK(doctor.get(item.id()).version() == seen.version());
}

TEST_CASE("what came due while the host was down is done once at its start") {
  Practice practice;
  practice.clock.set(at("2026-11-23T19:00"));
  practice.send("potassium très haut");
  practice.send("unité illisible sur un potassium haut");
  {
    Doctor doctor(practice);
    doctor.until([](const v1::WorklistItem& one) { return critical(one) && !one.routed_to().empty(); });
    doctor.until([](const v1::WorklistItem& one) { return !critical(one) && !one.routed_to().empty(); });
  }
  practice.host.reset();
  // Three nights.
  practice.clock.set(at("2026-11-26T10:00"));
  practice.start();
  Doctor doctor(practice);
  const auto done = [](const v1::WorklistItem& one) { return one.has_overdue_ms() && one.escalations() > 0; };
  auto item = doctor.until([&](const v1::WorklistItem& one) { return critical(one) && done(one); });
  doctor.until([&](const v1::WorklistItem& one) { return !critical(one) && done(one); });
  item = doctor.get(item.id());
  CHECK(item.overdue_ms() == relais::practice::to_ms(practice.clock.now()));
  // Raised once for three nights of quarters of an hour, and once for being overdue.
  CHECK(item.escalations() <= 2);
  CHECK(doctor.list().at(0).id() == item.id());
  practice.host.reset();

  const auto database = relais::practice::Database::open("sqlite:" + (practice.data() / "practice.sqlite").string(),
                                                         practice.clock);
  REQUIRE(database);
  const auto nightly = (*database)->read([](soci::session& sql) { return relais::practice::timer(sql, "nightly"); });
  REQUIRE(nightly);
  CHECK(nightly->run == 1);
  CHECK(nightly->last_slot == at("2026-11-24T02:30"));
  CHECK(nightly->due == at("2026-11-27T02:30"));
}

TEST_CASE("a clock that goes back by hours under a running host leaves nothing waiting for the later time") {
  Practice practice;
  practice.clock.set(at("2026-11-23T20:00"));
  practice.let_plugin_run(false);
  practice.send("potassium très haut");
  {
    Doctor doctor(practice);
    doctor.until_not_evaluated("plugin.stopped");
  }
  practice.clock.set(at("2026-11-23T17:00"));
  practice.send("hémoglobine effondrée");
  Doctor doctor(practice);
  practice.let_plugin_run(true);
  // The clock does not move: neither waits for its next try. What was received later by the clock comes too.
  std::set<std::string> found;
  while (found.size() < 2)
    found.insert(
        doctor.until([&](const v1::WorklistItem& one) { return critical(one) && !found.contains(one.id()); }).id());
  v1::ListNotEvaluatedResponse left;
  Session::check(doctor.stub->ListNotEvaluated(doctor.session.context().get(), {}, &left));
  CHECK(left.entries().empty());
  // Time goes on from there: both are raised at the quarter of an hour of the clock as it is now.
  doctor.wait(practice, 15min);
  for (std::set<std::string> raised; raised.size() < found.size();) {
    const auto item = doctor.until([&](const v1::WorklistItem& one) {
      return found.contains(one.id()) && !raised.contains(one.id()) && one.escalations() > 0;
    });
    CHECK(item.escalated_ms() == relais::practice::to_ms(at("2026-11-23T17:15")));
    raised.insert(item.id());
  }
}

TEST_CASE("an absence entered while the host runs sends what waits for the assistant to the doctor at once") {
  Practice practice;
  practice.send("unité illisible sur un potassium haut");
  Doctor doctor(practice);
  const auto item = doctor.until([](const v1::WorklistItem& one) { return !critical(one); });
  CHECK(item.routed_to().empty());
  v1::DeclareAbsenceRequest absence;
  absence.set_assistant_id(practice.scenario.assistant_id);
  absence.set_until_date("2026-12-24");
  v1::DeclareAbsenceResponse declared;
  const auto desk = v1::PracticeService::NewStub(doctor.session.channel());
  Session::check(desk->DeclareAbsence(doctor.session.context().get(), absence, &declared));
  // The clock does not move.
  const auto routed = doctor.until(
      [&](const v1::WorklistItem& one) { return one.id() == item.id() && !one.routed_to().empty(); });
  CHECK(routed.routed_to() == "medecin");
}
