// SPDX-License-Identifier: Apache-2.0
// What time does to the list of a practice whose doctor and assistant signed for real.
#include "app/item_timers.h"

#include <catch2/catch.hpp>

#include "practice/events.h"
#include "practice/notices.h"
#include "unit/practice/fiche_practice.h"

using namespace relais;
using namespace relais::app;
using namespace std::chrono_literals;
using practice::Transaction;
using worklist::Category;
using worklist::Item;
using worklist::State;

namespace {

Instant at(const char* moment) { return fiche::to_instant(fiche::parse_moment(moment)->at, "Europe/Paris"); }

class Leave final : public PracticeCalendar {
 public:
  std::optional<fiche::CivilDate> leave_until(const std::string& assistant, fiche::CivilDate day) override {
    return until && assistant == "perrin" && day <= *until ? until : std::nullopt;
  }
  std::optional<fiche::CivilDate> until;
};

// Dr Marchand and Julie Perrin, who works on Monday, Wednesday and Friday until 17:30. Monday 23 November 2026, 16:45.
struct World : practice::FichePractice {
  explicit World(const std::string& tasks = practice::triage) {
    accept(1, tasks);
    REQUIRE(fiches.set_enabled("marchand", "bio-triage", true, assistant));
  }

  // One finding, as a plugin's answer leaves it.
  Item item(const std::string& report, Category category, bool open = false, const std::string& task = "bio-triage") {
    worklist::Reply reply;
    reply.scope = {"bio-triage", task, {report, "p-1", "marchand"}};
    reply.slice_version =
        *database->write([&](Transaction& tx) { return worklist.begin_evaluation(tx, reply.scope); });
    reply.basis = {"1.0.0", "slice", "fp-marchand-perrin", 1};
    reply.clinical_task = task == "bio-triage";
    worklist::Finding finding;
    finding.kind = "result";
    finding.title = "Potassium";
    finding.category = category;
    finding.open = open;
    reply.findings = {finding};
    const auto applied = worklist.apply(reply);
    REQUIRE(applied);
    return applied->changes.at(0).item;
  }
  Item held(const Item& item) {
    return *database->read([&](soci::session& sql) { return practice::WorklistStore::item(sql, item.id); });
  }
  Item act(const Item& item, const practice::WorklistStore::Act& what) {
    const auto done = worklist.act(item.id, 0, what);
    REQUIRE(done);
    return done->item;
  }
  Item tick(const Item& item) {
    REQUIRE(keeper.tick());
    return held(item);
  }
  Item tick_at(const char* moment, const Item& item) {
    clock.set(at(moment));
    return tick(item);
  }
  std::vector<practice::Notice> notices(const std::string& account) {
    return *database->read([&](soci::session& sql) -> Result<std::vector<practice::Notice>> {
      return practice::notices(sql, account);
    });
  }

  practice::WorklistStore worklist{*database, *ledger};
  Leave calendar;
  ItemTimers timers{{*database, worklist, fiches, accounts, gate, calendar, clock, "Europe/Paris", {}, {}}};
  Timekeeper keeper{{*database, *ledger, worklist, clock, [this](bool all) { return timers.plan(all); },
                     [] { return std::vector<std::string>{}; }},
                    timers.kinds()};
};

worklist::Actor perrin() { return {"perrin", worklist::Role::assistant, {}}; }
worklist::Actor marchand() { return {"marchand", worklist::Role::doctor, {}}; }

}  // namespace

TEST_CASE("while the assistant is there an item is hers and it goes to the doctor when she leaves for too long") {
  World world;
  const auto item = world.item("r-1", Category::aujourdhui);
  CHECK(world.tick(item) == item);
  CHECK(world.tick_at("2026-11-23T17:29", item) == item);
  const auto routed = world.tick_at("2026-11-23T17:30", item);
  CHECK(routed.waiting.routed_to == "medecin");
  CHECK(routed.state == State::a_traiter);
  CHECK(routed.waiting.routed_why.find("25/11/2026 à 8 h 30") != std::string::npos);
}

TEST_CASE("an item with days to spare waits for the assistant as long as the fiche says") {
  World world;
  const auto item = world.item("r-1", Category::a_voir);
  CHECK(world.tick_at("2026-11-23T20:00", item).waiting.routed_to.empty());
  CHECK(world.tick_at("2026-11-24T16:44", item).waiting.routed_to.empty());
  CHECK(world.tick_at("2026-11-24T16:45", item).waiting.routed_to == "medecin");
}

TEST_CASE("during leave an item goes to repli from the first hour") {
  World world;
  world.calendar.until = *fiche::parse_date("2026-12-06");
  const auto item = world.tick(world.item("r-1", Category::a_voir));
  CHECK(item.waiting.routed_to == "medecin");
  CHECK(item.waiting.routed_why.find("07/12/2026") != std::string::npos);
}

TEST_CASE("an item in absent hands is taken out of them") {
  World world;
  auto item = world.item("r-1", Category::aujourdhui);
  item = world.act(item, [](const Item& held, Instant now) { return worklist::claim(held, perrin(), now); });
  CHECK(world.tick(item).claimed_by == "perrin");
  item = world.tick_at("2026-11-23T17:30", item);
  CHECK(item.claimed_by.empty());
  CHECK(item.state == State::a_traiter);
}

TEST_CASE("a revocation returns what is open to the doctor") {
  World world;
  auto item = world.item("r-1", Category::a_voir);
  item = world.act(item, [](const Item& held, Instant now) { return worklist::claim(held, perrin(), now); });
  world.tick(item);
  REQUIRE(world.fiches.revoke("fp-marchand-perrin", "", "fin", world.doctor));
  world.keeper.plan_again();
  item = world.tick(item);
  CHECK(item.waiting.routed_why == "La tâche n'est plus déléguée : l'élément revient au médecin.");
  CHECK(item.claimed_by.empty());
}

TEST_CASE("an item goes to another assistant of the same doctor when the fiche says so and one is there in time") {
  World world("  - {id: bio-triage, mode: faire-puis-valider, repli: {vers: autre-am, delai_h: 1}}\n");
  world.add("dupont", worklist::Role::assistant);
  const practice::Attribution dupont{"dupont", worklist::Role::assistant, "c-4"};
  REQUIRE(world.accounts.set_signing_key(world.password, dupont));
  auto yaml = practice::fiche_yaml(1, "  - {id: bio-triage, mode: faire-puis-valider}\n");
  for (auto place = yaml.find("perrin"); place != std::string::npos; place = yaml.find("perrin")) yaml.replace(place, 6, "dupont");
  const std::string days = "[lundi, mercredi, vendredi]";
  yaml.replace(yaml.find(days), days.size(), "[mardi]");
  const std::string training = ", jours_absence: [mardi, jeudi]";
  yaml.erase(yaml.find(training), training.size());
  const auto draft = world.fiches.put_draft(yaml, world.doctor);
  REQUIRE(draft);
  REQUIRE(world.fiches.sign(draft->id, 1, draft->sha256, world.password, world.doctor));
  REQUIRE(world.fiches.answer(draft->id, 1, draft->sha256, fiche::AnswerKind::accepte, {}, world.password, dupont));
  REQUIRE(world.fiches.set_enabled("marchand", "bio-triage", true, dupont));

  auto item = world.item("r-1", Category::a_voir);
  item = world.act(item, [](const Item& held, Instant now) { return worklist::claim(held, perrin(), now); });
  CHECK(world.tick(item).claimed_by == "perrin");
  item = world.tick_at("2026-11-23T17:45", item);
  CHECK(item.state == State::remis);
  CHECK(item.assigned_to == "dupont");
  CHECK(item.waiting.routed_to == "autre-am");
}

TEST_CASE("nothing clinical goes to a secretary and the rest is told to the secretaries once a day") {
  const std::string to_secretaries = ", repli: {vers: secretariat, delai_h: 0}}\n";
  World world("  - {id: bio-triage, mode: faire-puis-valider" + to_secretaries +
              "  - {id: bio-reception, mode: autonome" + to_secretaries);
  REQUIRE(world.fiches.set_enabled("marchand", "bio-reception", true, world.assistant));
  world.add("petit", worklist::Role::secretary);
  world.clock.set(at("2026-11-23T18:00"));
  const auto clinical = world.item("r-1", Category::a_voir);
  const auto plain = world.item("r-2", Category::normal, false, "bio-reception");
  const auto other = world.item("r-3", Category::normal, false, "bio-reception");
  CHECK(world.tick(clinical).waiting.routed_to == "medecin");
  CHECK(world.held(plain).waiting.routed_to == "secretariat");
  CHECK(world.held(other).waiting.routed_to == "secretariat");
  REQUIRE(world.notices("petit").size() == 1);
  CHECK(world.notices("petit")[0].kind == "repli");
}

TEST_CASE("a validation is reminded after its hours and then goes to repli") {
  World world("  - {id: bio-triage, mode: faire-puis-valider, validation_h: 4}\n");
  auto item = world.item("r-1", Category::normal);
  item = world.act(item, [](const Item& held, Instant now) { return worklist::claim(held, perrin(), now); });
  item = world.act(item, [](const Item& held, Instant now) {
    return worklist::prepare(held, perrin(), {worklist::Right::Level::realiser, false}, now);
  });
  CHECK_FALSE(world.tick_at("2026-11-23T20:44", item).waiting.reminded_at);
  item = world.tick_at("2026-11-23T20:45", item);
  CHECK(item.waiting.reminded_at == at("2026-11-23T20:45"));
  CHECK(item.state == State::a_valider);
  CHECK(world.tick_at("2026-11-24T20:44", item).waiting.routed_to.empty());
  item = world.tick_at("2026-11-24T20:45", item);
  CHECK(item.waiting.routed_to == "medecin");
  CHECK(item.state == State::a_valider);
}

TEST_CASE("what a doctor saw is left alone and its timer is gone") {
  World world;
  auto item = world.item("r-1", Category::critique);
  world.tick(item);
  item = world.act(item, [](const Item& held, Instant now) { return worklist::mark_seen(held, marchand(), now); });
  CHECK(world.tick_at("2026-12-23T16:45", item) == item);
  CHECK(world.database->read([](soci::session& sql) -> Result<std::size_t> {
          return practice::timers_of(sql, "item.").size();
        }) == std::size_t{0});
}

TEST_CASE("a partial report is evaluated again once when its rest is late") {
  World world;
  const auto item = world.item("r-1", Category::normal, true);
  const auto waiting = [&] {
    return *world.database->read([](soci::session& sql) -> Result<std::int64_t> { return practice::events_waiting(sql); });
  };
  world.tick_at("2026-11-30T16:44", item);
  CHECK(waiting() == 0);
  world.tick_at("2026-11-30T16:45", item);
  CHECK(waiting() == 1);
  world.tick_at("2026-12-30T16:45", item);
  CHECK(waiting() == 1);
}

TEST_CASE("a clock that goes back does not stop what is raised to the doctor") {
  World world;
  auto item = world.item("r-1", Category::critique);
  world.tick(item);
  // Raised, and wrong by ten days.
  item = world.tick_at("2026-12-03T16:45", item);
  const auto raised = item.waiting.escalations;
  CHECK(raised > 0);
  item = world.tick_at("2026-11-23T16:50", item);
  CHECK(item.waiting.escalations == raised);
  CHECK(world.tick_at("2026-11-23T17:04", item).waiting.escalations == raised);
  CHECK(world.tick_at("2026-11-23T17:05", item).waiting.escalations == raised + 1);
}
