// SPDX-License-Identifier: Apache-2.0
// What the dispatcher does when something goes wrong: nothing vanishes, nothing blocks what stands behind it. Driven
// by hand, round after round, with the real worker.
#include "app/dispatcher.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <utility>

#include "api/installed_plugins.h"
#include "app/practice_timers.h"
#include "app/record_facts.h"
#include "app/subject_slice.h"
#include "practice/accounts.h"
#include "practice/doctors.h"
#include "practice/fiche_store.h"
#include "practice/events.h"
#include "practice/ids.h"
#include "practice/inbound.h"
#include "records/record_store.h"
#include "scenario.h"

using namespace relais;
using practice::Transaction;

namespace {

constexpr auto password = "soiree-de-biologie";

struct FixedClock final : Clock {
  Instant at{std::chrono::milliseconds{1795448700000}};  // Monday 23 November 2026, 16:45 in Paris
  Instant now() const override { return at; }
};

// Does something once, at the first look at the clock: between what a round sees first and what it does then.
struct InterruptingClock final : Clock {
  explicit InterruptingClock(const Clock& kept) : clock(kept) {}
  Instant now() const override {
    if (interrupt) std::exchange(interrupt, {})();
    return clock.now();
  }
  const Clock& clock;
  mutable std::function<void()> interrupt;
};

// The parts of a host without its threads.
struct World {
  World() {
    accounts.create_first({"admin", "admin", "Admin", worklist::Role::administrator, {}, {}, false, {}, {}}, password);
    for (const auto& doctor : scenario.doctors) {
      practice::Account account;
      account.id = account.login = doctor.id;
      account.display_name = doctor.name;
      account.role = worklist::Role::doctor;
      REQUIRE(accounts.create(account, password, {"admin", worklist::Role::administrator, ""}));
    }
  }
  ~World() { std::filesystem::remove_all(folder); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  static std::string make_folder() {
    char name[] = "/tmp/relais-dispatch-XXXXXX";
    return ::mkdtemp(name);
  }

  std::string submit(const std::string& bytes) {
    const auto stored = database->write([&](Transaction& tx) -> Result<std::string> {
      return practice::submit(tx, "test", bytes).id;
    });
    REQUIRE(stored);
    return *stored;
  }
  std::string report(std::size_t number) { return demo::write_cda(scenario, scenario.reports[number], "2026-11-23"); }

  // Some hours ago, the first doctor delegated the sorting to an assistant who switched it on. The plugin runs.
  void delegate() {
    clock.at -= std::chrono::hours{6};
    practice::Account account;
    account.id = account.login = scenario.assistant_id;
    account.display_name = scenario.assistant_name;
    account.role = worklist::Role::assistant;
    REQUIRE(accounts.create(account, password, {"admin", worklist::Role::administrator, ""}));
    REQUIRE(database->write([&](Transaction& tx) -> Result<void> {
      v1::Practitioner practitioner;
      practitioner.set_id(scenario.doctors.front().id);
      practitioner.set_national_id(scenario.doctors.front().national_id);
      records::put(tx, practitioner);
      return {};
    }));
    const practice::Attribution doctor{scenario.doctors.front().id, worklist::Role::doctor, ""};
    const practice::Attribution assistant{scenario.assistant_id, worklist::Role::assistant, ""};
    for (const auto& person : {doctor, assistant}) REQUIRE(accounts.set_signing_key(password, person));
    auto yaml = demo::write_fiche(scenario, 0, "2026-11-23");
    // No grammar is installed here that could read immediate rules.
    const auto rules = yaml.find("    escalade:");
    yaml.erase(rules, yaml.find('\n', rules) + 1 - rules);
    const auto draft = fiches.put_draft(yaml, doctor);
    REQUIRE(draft);
    REQUIRE(fiches.sign(draft->id, 1, draft->sha256, password, doctor));
    REQUIRE(fiches.answer(draft->id, 1, draft->sha256, fiche::AnswerKind::accepte, {}, password, assistant));
    REQUIRE(fiches.set_enabled(doctor.actor, "bio-triage", true, assistant));
    clock.at += std::chrono::hours{6};
    package = std::make_shared<plugins::Package>(*plugins::open_package(RELAIS_PACKAGES "/bio-triage"));
    packages.push_back(package);
    REQUIRE(supervisor.load(*package));
  }
  std::vector<worklist::NotEvaluated> not_evaluated() {
    return *database->read([](soci::session& sql) -> Result<std::vector<worklist::NotEvaluated>> {
      return practice::WorklistStore::not_evaluated(sql, {});
    });
  }

  // The report of this item is to be evaluated again.
  void announce(const worklist::Item& item) {
    const auto told = database->write([&](Transaction& tx) -> Result<void> {
      const auto& subject = item.key.scope.subject;
      practice::Event event;
      event.source = "test/" + subject.item_id;
      event.version = practice::next_number(tx, "test-event");
      event.kind = records::report_available;
      event.item_id = subject.item_id;
      event.patient_id = subject.patient_id;
      event.doctor_id = subject.doctor_id;
      practice::append_event(tx, event);
      return {};
    });
    REQUIRE(told);
  }

  // The night asks for this subject.
  void ask_by_night(const worklist::Subject& subject) {
    REQUIRE(database->write([&](Transaction& tx) -> Result<void> {
      practice::Event event;
      event.source = "nightly/" + subject.item_id + "/" + subject.patient_id;
      event.version = 20261123;
      event.kind = app::nightly_trigger;
      event.item_id = subject.item_id;
      event.patient_id = subject.patient_id;
      event.doctor_id = subject.doctor_id;
      practice::append_event(tx, event);
      return {};
    }));
  }

  void work() {
    for (int round = 0; round < 8; ++round) {
      const auto done = dispatcher.work_once();
      REQUIRE(done);
      if (*done == 0) return;
    }
  }
  std::vector<worklist::Item> items() {
    const auto found = database->read([](soci::session& sql) -> Result<std::vector<worklist::Item>> {
      return practice::WorklistStore::items(sql, {});
    });
    REQUIRE(found);
    return *found;
  }
  // Those about reports that nobody sorts; and those about how messages came in.
  std::vector<worklist::Item> unsorted() { return of(app::own_plugin); }
  std::vector<worklist::Item> of(std::string_view plugin) {
    auto all = items();
    std::erase_if(all, [&](const auto& item) { return item.key.scope.plugin != plugin; });
    return all;
  }
  std::vector<practice::InboundMessage> in_state(practice::InboundState state) {
    const auto found = database->read([&](soci::session& sql) -> Result<std::vector<practice::InboundMessage>> {
      return practice::inbound_in_state(sql, state);
    });
    REQUIRE(found);
    return *found;
  }
  std::int64_t waiting() {
    return *database->read([](soci::session& sql) -> Result<std::int64_t> { return practice::events_waiting(sql); });
  }

  std::string folder = make_folder();
  FixedClock clock;
  demo::Scenario scenario = demo::make_scenario("2026-11-23");
  std::unique_ptr<practice::Database> database = *practice::Database::open("sqlite:" + folder + "/practice.db", clock);
  std::unique_ptr<practice::Ledger> ledger = *practice::Ledger::open(*database, folder);
  practice::HostKey key = *practice::HostKey::open(folder + "/keys", false);
  practice::Accounts accounts{*database, *ledger, key};
  practice::FicheStore fiches{*database, *ledger, accounts};
  app::RecordFacts facts{*database, "Europe/Paris"};
  practice::MandateGate gate{fiches, accounts, *ledger, facts, clock};
  practice::WorklistStore worklist{*database, *ledger};
  records::Ingest ingest{*ledger, worklist, ingest_settings()};
  app::SlicePoison poison{*database};
  plugins::Supervisor supervisor{{RELAIS_WORKER, {}, false, false, false}, clock, [](const plugins::PluginEvent&) {}};
  std::shared_ptr<const plugins::Package> package;
  std::vector<std::shared_ptr<const plugins::Package>> packages;
  app::Dispatcher dispatcher{app::DispatchParts{*database, *ledger, worklist, gate, ingest, supervisor, poison,
                                                records::ContextMap::built_in(), clock, "Europe/Paris",
                                                [this] { return packages; }}};

  static records::IngestSettings ingest_settings() {
    records::IngestSettings settings;
    settings.zone = date::locate_zone("Europe/Paris");
    settings.matching.test_identities_accepted = true;
    settings.is_own_doctor = practice::is_open_doctor;
    return settings;
  }
};

}  // namespace

TEST_CASE("a report that no plugin serves stands on the list and its event ends") {
  World world;
  world.submit(world.report(0));
  world.work();
  REQUIRE(world.unsorted().size() == 1);
  CHECK(world.waiting() == 0);
}

TEST_CASE("a report whose task nobody delegated stands unsorted on the list") {
  World world;
  world.packages.push_back(std::make_shared<plugins::Package>(*plugins::open_package(RELAIS_PACKAGES "/bio-triage")));
  world.submit(world.report(0));
  world.work();
  REQUIRE(world.unsorted().size() == 1);
  CHECK(world.unsorted().front().finding.category == worklist::Category::none);
  CHECK(world.waiting() == 0);
}

TEST_CASE("an unreadable message does not keep those behind it waiting") {
  World world;
  world.submit("this is no report at all");
  world.submit(world.report(1));
  world.work();
  CHECK(world.in_state(practice::InboundState::unreadable).size() == 1);
  CHECK(world.unsorted().size() == 1);
  int unreadable = 0;
  for (const auto& item : world.of(practice::reception_plugin)) unreadable += item.key.kind == "illisible" ? 1 : 0;
  CHECK(unreadable == 1);
}

TEST_CASE("the same message twice makes one item") {
  World world;
  world.submit(world.report(2));
  world.submit(world.report(2));
  world.work();
  CHECK(world.unsorted().size() == 1);
  CHECK(world.of(practice::reception_plugin).size() == 1);
}

TEST_CASE("an event claimed by a host that died is taken up again") {
  World world;
  const auto id = world.submit(world.report(3));
  REQUIRE(world.database->write([&](Transaction& tx) { return world.ingest.process(tx, id); }));
  REQUIRE(world.database->write([](Transaction& tx) -> Result<std::size_t> {
    return practice::claim_events(tx, 64, std::chrono::hours(1)).size();
  }));
  world.work();
  CHECK(world.unsorted().empty());
  // What a host does when it starts.
  REQUIRE(world.database->write([](Transaction& tx) -> Result<void> {
    practice::release_events(tx);
    return {};
  }));
  world.work();
  CHECK(world.unsorted().size() == 1);
  CHECK(world.waiting() == 0);
}

TEST_CASE("events of one subject that wait together are one evaluation") {
  World world;
  world.submit(world.report(0));
  world.work();
  REQUIRE(world.unsorted().size() == 1);
  CHECK(world.unsorted().front().slice_version == 1);
  for (int more = 0; more < 3; ++more) world.announce(world.unsorted().front());
  world.work();
  CHECK(world.unsorted().front().slice_version == 2);
  CHECK(world.waiting() == 0);
}

TEST_CASE("a report that comes in while a whole night waits is on the list after the next round") {
  World world;
  for (int patient = 0; patient < 200; ++patient)
    world.ask_by_night({{}, "pat-" + std::to_string(patient), world.scenario.doctors.front().id});
  world.submit(world.report(0));
  REQUIRE(world.dispatcher.work_once());
  CHECK(world.unsorted().size() == 1);
  // The night has had the rest of that round.
  CHECK(world.waiting() == 137);
  world.work();
  CHECK(world.waiting() == 0);
}

TEST_CASE("of what is claimed together a report is on the list before the night is evaluated") {
  World world;
  world.delegate();
  auto by_night = *world.package;
  by_night.manifest.triggers.push_back(app::nightly_trigger);
  world.packages = {std::make_shared<plugins::Package>(std::move(by_night))};
  world.submit(world.report(0));
  world.work();
  REQUIRE(world.of("bio-triage").size() == 1);
  const auto first = world.of("bio-triage").front().key.scope.subject;
  world.ask_by_night(first);
  world.submit(world.report(1));
  REQUIRE(world.dispatcher.work_once());
  CHECK(world.waiting() == 0);
  practice::LedgerFilter runs;
  runs.action = "plugin.run";
  const auto run = world.ledger->query(runs);
  REQUIRE(run);
  REQUIRE(run->size() == 3);
  CHECK(run->at(0).entry.item_id == first.item_id);
  CHECK(run->at(1).entry.item_id != first.item_id);
  CHECK(run->at(2).entry.item_id == first.item_id);
}

TEST_CASE("what follows in a burst waits for its end and is then evaluated once") {
  World world;
  app::DispatchParts parts{*world.database, *world.ledger, world.worklist, world.gate, world.ingest, world.supervisor,
                           world.poison, records::ContextMap::built_in(), world.clock, "Europe/Paris",
                           [&] { return world.packages; }, std::chrono::seconds{2}};
  app::Dispatcher dispatcher(parts);
  world.submit(world.report(0));
  REQUIRE(dispatcher.work_once());
  REQUIRE(world.unsorted().size() == 1);
  for (int second = 0; second < 2; ++second) {
    world.announce(world.unsorted().front());
    REQUIRE(dispatcher.work_once());
    CHECK(world.unsorted().front().slice_version == 1);
    CHECK(world.waiting() == second + 1);
    world.clock.at += std::chrono::seconds{1};
  }
  REQUIRE(dispatcher.work_once());
  CHECK(world.unsorted().front().slice_version == 2);
  CHECK(world.waiting() == 0);
}

namespace {

// The ledger's part in each commit, on a disk that is full from a chosen commit on until there is room again.
class FillingDisk final : public practice::CommitListener {
 public:
  enum class Finds { before_commit, after_commit };  // durable, and answered with an error all the same
  FillingDisk(practice::Ledger& ledger, int commits, Finds finds) : ledger_(ledger), left_(commits), finds_(finds) {}
  Result<void> before_commit(Transaction& tx) override {
    if (finds_ == Finds::before_commit && full()) return fail(Code::store_full, "test");
    return ledger_.before_commit(tx);
  }
  Result<void> after_commit() override {
    if (const auto signed_head = ledger_.after_commit(); !signed_head) return signed_head;
    if (finds_ == Finds::after_commit && full()) return fail(Code::store_full, "test");
    return {};
  }
  void make_room() { room_ = true; }

 private:
  bool full() { return !room_ && --left_ < 0; }
  practice::Ledger& ledger_;
  int left_;
  const Finds finds_;
  bool room_ = false;
};

}  // namespace

TEST_CASE("wherever a round meets a full disk what it held is worked on once there is room") {
  World world;
  std::size_t number = 0;
  for (const auto finds : {FillingDisk::Finds::before_commit, FillingDisk::Finds::after_commit}) {
    for (int commits = 0; commits < 5; ++commits) {
      INFO("full after " << commits << " commits, found " << (finds == FillingDisk::Finds::after_commit));
      world.submit(world.report(number++));
      FillingDisk disk(*world.ledger, commits, finds);
      world.database->set_commit_listener(&disk);
      bool failed = false;
      for (int round = 0; round < 12; ++round) failed = !world.dispatcher.work_once() || failed;
      disk.make_room();
      world.work();
      // What one case of a round met is tried again soon; nothing waits for the end of a hold.
      world.clock.at += std::chrono::seconds{5};
      world.work();
      world.database->set_commit_listener(world.ledger.get());
      CHECK(failed);
      CHECK(world.waiting() == 0);
      CHECK(world.unsorted().size() == number);
    }
  }
  CHECK(world.in_state(practice::InboundState::unreadable).empty());
  for (const auto& item : world.unsorted()) CHECK(item.finding.title == "Biologie reçue ; aucun plugin ne la trie");
  const auto attempts = world.database->read([](soci::session& sql) -> Result<int> {
    int most = 0;
    sql << "SELECT MAX(attempts) FROM event", soci::into(most);
    return most;
  });
  // No later delay is longer for it.
  CHECK(attempts.value() == 1);
  CHECK(world.ledger->verify().value().ok());
}

TEST_CASE("a plugin that was stopped and runs again is given what it missed at once") {
  World world;
  world.delegate();
  REQUIRE(world.supervisor.unload("bio-triage"));
  world.submit(world.report(0));
  world.work();
  REQUIRE(world.not_evaluated().size() == 1);
  CHECK(world.not_evaluated().front().code == "plugin.stopped");
  REQUIRE(world.supervisor.load(*world.package));
  // The clock stands: what is tried again later is not due.
  world.work();
  CHECK(world.not_evaluated().empty());
  CHECK(world.of("bio-triage").size() == 1);
  CHECK(world.waiting() == 0);
}

TEST_CASE("a plugin that was stopped and runs again within one round is given what it missed") {
  World world;
  world.delegate();
  const InterruptingClock clock(world.clock);
  app::DispatchParts parts{*world.database, *world.ledger, world.worklist, world.gate, world.ingest, world.supervisor,
                           world.poison, records::ContextMap::built_in(), clock, "Europe/Paris",
                           [&] { return world.packages; }};
  app::Dispatcher dispatcher(parts);
  world.submit(world.report(0));
  clock.interrupt = [&] { CHECK(world.supervisor.unload("bio-triage")); };
  REQUIRE(dispatcher.work_once());
  REQUIRE(world.not_evaluated().size() == 1);
  REQUIRE(world.supervisor.load(*world.package));
  REQUIRE(dispatcher.work_once());
  CHECK(world.not_evaluated().empty());
  CHECK(world.of("bio-triage").size() == 1);
  CHECK(world.waiting() == 0);
}

TEST_CASE("what was recorded before the clock went back is still evaluated") {
  World world;
  world.delegate();
  world.submit(world.report(0));
  world.work();
  REQUIRE(world.of("bio-triage").size() == 1);
  const auto item = world.of("bio-triage").front();
  const auto recorded = world.clock.at;
  world.clock.at -= std::chrono::hours{3};
  const auto known = [&](const std::string& patient) {
    return *world.database->read([&](soci::session& sql) -> Result<Instant> {
      return app::knowing_all(sql, patient, world.clock.now());
    });
  };
  CHECK(known(item.key.scope.subject.patient_id) == recorded);
  CHECK(known("nobody") == world.clock.at);
  world.announce(item);
  world.work();
  CHECK(world.not_evaluated().empty());
  REQUIRE(world.of("bio-triage").size() == 1);
  const auto again = world.of("bio-triage").front();
  CHECK(again.slice_version > item.slice_version);
  CHECK(again.finding.category == item.finding.category);
  CHECK_FALSE(worklist::is_terminal(again.state));
}

TEST_CASE("what is no longer delegated is no longer said to wait for the plugin") {
  World world;
  world.delegate();
  REQUIRE(world.supervisor.unload("bio-triage"));
  world.submit(world.report(0));
  world.work();
  REQUIRE(world.not_evaluated().size() == 1);
  // Before the fiche was signed.
  world.clock.at -= std::chrono::hours{7};
  world.work();
  CHECK(world.not_evaluated().empty());
  CHECK(world.unsorted().size() == 1);
  CHECK(world.waiting() == 0);
}

TEST_CASE("what Relais said of a correction is withdrawn once the plugin's own item says it") {
  World world;
  world.delegate();
  const auto what = [&](const char* words) {
    const auto& reports = world.scenario.reports;
    const auto found = std::find_if(reports.begin(), reports.end(), [&](const auto& one) { return one.what == words; });
    REQUIRE(found != reports.end());
    return world.report(static_cast<std::size_t>(found - reports.begin()));
  };
  const auto told = [&] {
    auto notices = world.of(practice::reception_plugin);
    std::erase_if(notices, [](const auto& item) {
      return worklist::is_terminal(item.state) || item.key.scope.task != "bio-triage";
    });
    return notices;
  };
  world.submit(what("compte rendu complet"));
  world.work();
  CHECK(told().empty());
  REQUIRE(world.supervisor.unload("bio-triage"));
  world.submit(what("compte rendu corrigé"));
  world.work();
  // Nobody else says it yet.
  REQUIRE(told().size() == 1);
  const auto notice = told().front();
  CHECK(notice.finding.reasons.at(0).rule == "I3");
  REQUIRE(world.supervisor.load(*world.package));
  world.work();
  CHECK(world.not_evaluated().empty());
  CHECK(told().empty());
  const auto acts = *world.database->read([&](soci::session& sql) -> Result<std::vector<worklist::Action>> {
    return practice::WorklistStore::actions(sql, notice.id);
  });
  CHECK(acts.back().act == "item.covered");
  int sorted = 0;
  for (const auto& item : world.of("bio-triage"))
    for (const auto& reason : item.finding.reasons)
      sorted += reason.rule == "I3" && item.key.scope.subject.item_id == notice.key.scope.subject.item_id ? 1 : 0;
  CHECK(sorted == 1);
}
