// SPDX-License-Identifier: Apache-2.0
#include "app/practice_timers.h"

#include <catch2/catch.hpp>

#include "app/deadline_notices.h"
#include "domain/civil_time.h"
#include "practice/events.h"
#include "practice/notices.h"
#include "records/record_store.h"
#include "unit/practice/fiche_practice.h"

using namespace relais;
using namespace relais::app;
using namespace std::chrono_literals;
using practice::Transaction;

namespace {

Instant paris(const char* moment) { return fiche::to_instant(fiche::parse_moment(moment)->at, "Europe/Paris"); }

// What was entered of the assistant apart from the fiche.
struct Entered final : practice::DecisionFacts {
  practice::AssistantTerms entered;
  practice::AssistantTerms terms(const std::string& assistant, Instant) override {
    return assistant == "perrin" ? entered : practice::AssistantTerms{};
  }
};

// Monday 23 November 2026, 16:45; the night comes at half past two.
struct TimersWorld : practice::FichePractice {
  TimersWorld() {
    auto package = std::make_shared<plugins::Package>();
    package->manifest.id = "rappels";
    package->manifest.triggers = {nightly_trigger};
    packages.push_back(package);
  }
  void patients(int count) {
    REQUIRE(database->write([&](Transaction& tx) -> Result<void> {
      for (int number = 0; number < count; ++number) {
        v1::Patient patient;
        patient.set_id("pat-" + std::to_string(number));
        patient.mutable_traits()->set_birth_family("FICTIF");
        patient.set_treating_doctor_id(number % 2 == 0 ? "marchand" : "nguyen");
        records::put(tx, patient);
      }
      return {};
    }));
  }
  std::vector<practice::Event> events() {
    return *database->write(
        [](Transaction& tx) -> Result<std::vector<practice::Event>> { return practice::claim_events(tx, 5000, 0ms); });
  }
  practice::Timer timer(const std::string& name) {
    return *database->read([&](soci::session& sql) { return practice::timer(sql, name); });
  }
  std::vector<practice::Notice> notices(const std::string& account) {
    return *database->read([&](soci::session& sql) -> Result<std::vector<practice::Notice>> {
      return practice::notices(sql, account);
    });
  }
  void tick_at(const char* moment) {
    clock.set(paris(moment));
    REQUIRE(keeper.tick());
  }

  EnabledPackages packages;
  practice::WorklistStore worklist{*database, *ledger};
  Entered told;
  practice::MandateGate informed{fiches, accounts, *ledger, told, clock};
  PracticeTimers timers{{*database, *ledger, worklist, fiches, informed, clock, "Europe/Paris", 150min, [this] { return packages; }, {}}};
  Timekeeper keeper{{*database, *ledger, worklist, clock, [](bool) -> Result<void> { return {}; },
                     [] { return std::vector<std::string>{}; }},
                    timers.kinds()};
};

}  // namespace

TEST_CASE("the nightly run asks for every patient and every open item of the plugin once a night") {
  TimersWorld world;
  world.patients(1203);
  worklist::Reply reply;
  reply.scope = {"rappels", "vaccine-recall", {"r-1", "pat-0", "marchand"}};
  reply.slice_version = *world.database->write(
      [&](Transaction& tx) { return world.worklist.begin_evaluation(tx, reply.scope); });
  reply.findings.push_back({"rappel", "Rappel", worklist::Category::a_voir, 2, false, false, 0, {}});
  REQUIRE(world.worklist.apply(reply));
  REQUIRE(world.timers.ensure());
  world.tick_at("2026-11-24T02:29");
  CHECK(world.events().empty());
  world.tick_at("2026-11-24T02:30");
  const auto events = world.events();
  REQUIRE(events.size() == 1204);
  CHECK(events[0].kind == nightly_trigger);
  CHECK(events[0].patient_id == "pat-0");
  CHECK(events[0].doctor_id == "marchand");
  CHECK(events.back().item_id == "r-1");

  // A run that is made again because its host died before its end adds nothing.
  REQUIRE(world.database->write([](Transaction& tx) -> Result<void> {
    practice::plan_timer(tx, {"nightly", "nightly", {}}, paris("2026-11-24T02:30"));
    return {};
  }));
  world.tick_at("2026-11-24T02:40");
  CHECK(world.events().size() == 1204);
  // Three nights later there is one night more, not three.
  world.tick_at("2026-11-27T10:00");
  CHECK(world.events().size() == 2408);
  CHECK(world.timer("nightly").due == paris("2026-11-28T02:30"));
}

TEST_CASE("without a plugin that works by night the night passes and asks for nothing") {
  TimersWorld world;
  world.packages.clear();
  world.patients(3);
  REQUIRE(world.timers.ensure());
  world.tick_at("2026-11-24T02:30");
  CHECK(world.events().empty());
  CHECK(world.timer("nightly").last_slot == paris("2026-11-24T02:30"));
}

TEST_CASE("another nightly hour takes effect at the next start") {
  TimersWorld world;
  REQUIRE(world.timers.ensure());
  PracticeTimers later({*world.database, *world.ledger, world.worklist, world.fiches, world.informed, world.clock, "Europe/Paris", 240min,
                        [&] { return world.packages; }, {}});
  REQUIRE(later.ensure());
  CHECK(world.timer("nightly").due == paris("2026-11-24T04:00"));
}

TEST_CASE("both are told that their fiche ends and the older word goes when the newer comes") {
  TimersWorld world;
  world.accept(1, practice::triage);  // until 12 April 2027
  REQUIRE(world.timers.ensure());
  world.tick_at("2027-02-10T08:00");
  CHECK(world.notices("marchand").empty());
  world.tick_at("2027-02-11T00:05");
  REQUIRE(world.notices("marchand").size() == 1);
  CHECK(world.notices("perrin").size() == 1);
  CHECK(world.notices("nguyen").empty());
  const auto first = world.notices("marchand")[0];
  world.tick_at("2027-02-12T08:00");
  CHECK(world.notices("marchand")[0].created == first.created);
  // The host was down for weeks.
  world.tick_at("2027-04-01T08:00");
  REQUIRE(world.notices("marchand").size() == 1);
  CHECK(world.notices("marchand")[0].id != first.id);
  world.tick_at("2027-04-13T00:05");
  REQUIRE(world.notices("perrin").size() == 1);
  CHECK(world.notices("perrin")[0].sentence.find("a pris fin le 12/04/2027") != std::string::npos);
}

TEST_CASE("the word on a training goes once its diploma was entered") {
  TimersWorld world;
  auto yaml = practice::fiche_yaml(1, practice::triage);
  const std::string since = "prise_de_fonction: 2026-02-02";
  yaml.replace(yaml.find(since), since.size(), "prise_de_fonction: 2025-01-15");
  const auto draft = world.fiches.put_draft(yaml, world.doctor);
  REQUIRE(draft);
  const auto done = world.fiches.sign(draft->id, 1, draft->sha256, world.password, world.doctor);
  REQUIRE(done);
  REQUIRE(world.fiches.answer(done->id, 1, done->sha256, fiche::AnswerKind::accepte, {}, world.password, world.assistant));
  REQUIRE(world.timers.ensure());
  world.tick_at("2026-11-24T08:00");
  REQUIRE(world.notices("perrin").size() == 1);
  CHECK(world.notices("perrin")[0].kind == training_notice);
  CHECK(world.notices("marchand").size() == 1);
  world.told.entered.attested = {{fiche::AttestationKind::cqp, *fiche::parse_date("2026-11-24"), "cqp.pdf"}};
  world.tick_at("2026-11-25T08:00");
  CHECK(world.notices("perrin").empty());
  CHECK(world.notices("marchand").empty());
}
