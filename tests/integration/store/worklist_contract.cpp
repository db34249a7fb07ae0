// SPDX-License-Identifier: Apache-2.0
// The worklist as it is kept, on each engine.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>

#include "engine.h"
#include "practice/worklist_store.h"
#include "practice/worklist_sweep.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

using namespace worklist;
using relais::test::Scratch;
using relais::test::TestClock;

const Actor marchand{"marchand", Role::doctor, {}};
const Actor perrin{"perrin", Role::assistant, {}};

Scope scope_of(std::string report = "lr-1", std::string patient = "p-1") {
  return {"bio-triage", "bio-triage", {std::move(report), std::move(patient), "marchand"}};
}

Finding finding(Category category, std::string kind = "result") {
  Finding found;
  found.kind = std::move(kind);
  found.title = "Kaliémie élevée";
  found.category = category;
  found.data_level = 3;
  found.rank = 1.5;
  found.reasons.push_back({"C-K", "potassium à 6,6 mmol/L", "liste du laboratoire", category, 3, {"obs-1", "obs-2"}});
  return found;
}

struct Practice {
  Scratch scratch;
  TestClock clock;
  std::unique_ptr<Database> database = Database::open(test::fresh_practice(), clock).value();
  std::unique_ptr<Ledger> ledger = Ledger::open(*database, scratch.path()).value();
  WorklistStore store{*database, *ledger};

  std::int64_t begin(const Scope& scope) {
    return database->write([&](Transaction& tx) { return store.begin_evaluation(tx, scope); }).value();
  }
  Reply reply(const Scope& scope, std::int64_t version, std::vector<Finding> findings) {
    Reply answer;
    answer.scope = scope;
    answer.slice_version = version;
    answer.basis = {"1.0.0", "slice", "fp-marchand-perrin", 2};
    answer.clinical_task = true;
    answer.findings = std::move(findings);
    return answer;
  }
  Reconciliation answer(const Scope& scope, std::vector<Finding> findings) {
    return store.apply(reply(scope, begin(scope), std::move(findings))).value();
  }
  std::vector<Item> items(const WorklistFilter& filter = {}) {
    return database->read([&](soci::session& sql) -> Result<std::vector<Item>> { return WorklistStore::items(sql, filter); })
        .value();
  }
  std::vector<NotEvaluated> silent() {
    return database
        ->read([&](soci::session& sql) -> Result<std::vector<NotEvaluated>> { return WorklistStore::not_evaluated(sql, {}); })
        .value();
  }
  std::vector<ReadEntry> ledger_of(const std::string& action) {
    LedgerFilter filter;
    filter.action = action;
    return ledger->query(filter).value();
  }
};

WorklistStore::Act validated_by(const Actor& doctor) {
  return [doctor](const Item& item, Instant now) { return validate(item, doctor, now); };
}
WorklistStore::Act claimed_by(const Actor& person) {
  return [person](const Item& item, Instant now) { return claim(item, person, now); };
}

TEST_CASE("a run over many subjects leaves rows only where something is held") {
  Practice practice;
  const auto healthy = scope_of("", "p-1");
  const auto ill = scope_of("", "p-2");
  const auto unread = scope_of("", "p-3");
  const auto known = scope_of("", "p-4");
  practice.answer(known, {finding(Category::a_voir)});
  const std::vector<Scope> scopes{healthy, ill, unread, known};
  const auto sweep = [&](std::vector<std::vector<Finding>> findings, const std::string& code) {
    const auto begun =
        practice.database
            ->write([&](Transaction& tx) -> Result<std::vector<Begun>> {
              return begin_evaluations(practice.store, tx, scopes);
            })
            .value();
    std::vector<Swept> answers;
    for (std::size_t i = 0; i < scopes.size(); ++i) {
      answers.push_back({practice.reply(scopes[i], begun[i].version, findings[i]), begun[i]});
    }
    answers[2].reply.not_evaluated = code;
    return practice.database->write([&](Transaction& tx) { return apply_all(practice.store, tx, answers); }).value();
  };
  // A new item, and the known one withdrawn or kept for a doctor to confirm.
  CHECK(sweep({{}, {finding(Category::a_voir)}, {}, {}}, "plugin.crashed") == 2);
  CHECK(practice.items().size() == 2);
  CHECK(practice.silent().size() == 1);
  // Again: the item stands as it is, and the subject that can be evaluated now is no longer silent.
  CHECK(sweep({{}, {finding(Category::a_voir)}, {}, {}}, "") == 0);
  CHECK(practice.silent().empty());
  const auto rows = practice.database->read([](soci::session& sql) -> Result<int> {
    int count = 0;
    sql << "SELECT COUNT(*) FROM worklist_scope", soci::into(count);
    return count;
  });
  CHECK(rows == 3);
}

TEST_CASE("an answer of a run is late when another evaluation began after it") {
  Practice practice;
  const auto scope = scope_of("", "p-1");
  const auto begun = practice.database
                         ->write([&](Transaction& tx) -> Result<std::vector<Begun>> {
                           return begin_evaluations(practice.store, tx, {scope});
                         })
                         .value();
  const auto newer = practice.begin(scope);
  const auto apply = [&] {
    return practice.database
        ->write([&](Transaction& tx) {
          return apply_all(
              practice.store, tx, {{practice.reply(scope, begun[0].version, {finding(Category::critique)}), begun[0]}});
        })
        .value();
  };
  CHECK(apply() == 0);
  CHECK(practice.items().empty());
  CHECK(practice.store.apply(practice.reply(scope, newer, {finding(Category::a_voir)})).value().verdict ==
        Verdict::applied);
  CHECK(apply() == 0);
  CHECK(practice.items().size() == 1);
}

TEST_CASE("an item is read back exactly as the domain made it") {
  Practice practice;
  const auto result = practice.answer(scope_of(), {finding(Category::critique)});
  REQUIRE(result.changes.size() == 1);
  CHECK(practice.items().at(0) == result.changes[0].item);
  const auto id = result.changes[0].item.id;
  const auto returned = practice.store
                            .act(id, 1, [](const Item& item, Instant now) {
                              return return_to(item, marchand, "perrin", "rappeler l'infirmière", now);
                            })
                            .value();
  CHECK(practice.items().at(0) == returned.item);
}

TEST_CASE("a replayed answer writes nothing and a late one neither") {
  Practice practice;
  const auto first = practice.begin(scope_of());
  const auto second = practice.begin(scope_of());
  CHECK(practice.store.apply(practice.reply(scope_of(), first, {finding(Category::normal)})).value().verdict ==
        Verdict::late);
  CHECK(practice.items().empty());
  const auto answer = practice.reply(scope_of(), second, {finding(Category::a_voir)});
  CHECK(practice.store.apply(answer).value().verdict == Verdict::applied);
  const auto held = practice.items();
  CHECK(practice.store.apply(answer).value().verdict == Verdict::replayed);
  CHECK(practice.items() == held);
  CHECK(practice.ledger_of("item.created").size() == 1);
}

TEST_CASE("an answer that fails half way leaves nothing behind") {
  Practice practice;
  const auto version = practice.begin(scope_of());
  const auto failed = practice.database->write([&](Transaction& tx) -> Result<int> {
    auto applied = practice.store.apply(tx, practice.reply(scope_of(), version, {finding(Category::critique)}));
    REQUIRE(applied);
    return fail(Code::io, "crash");
  });
  CHECK_FALSE(failed);
  CHECK(practice.items().empty());
  CHECK(practice.ledger_of("item.created").empty());
  CHECK(practice.store.apply(practice.reply(scope_of(), version, {finding(Category::critique)})).value().verdict ==
        Verdict::applied);
}

TEST_CASE("an act on an item that changed since it was read is refused") {
  Practice practice;
  const auto id = practice.answer(scope_of(), {finding(Category::a_voir)}).changes[0].item.id;
  REQUIRE(practice.store.act(id, 1, claimed_by(perrin)));
  const auto late = practice.store.act(id, 1, validated_by(marchand));
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Code::worklist_changed);
  CHECK(practice.store.act(id, 2, validated_by(marchand)));
  CHECK(practice.store.act("absent", 0, validated_by(marchand)).error().code == Code::not_found);
}

TEST_CASE("every act stands in the ledger with its rules and without a word of the finding") {
  Practice practice;
  const auto id = practice.answer(scope_of(), {finding(Category::a_voir)}).changes[0].item.id;
  REQUIRE(practice.store.act(id, 0, validated_by(marchand), "call-7"));
  const auto entries = practice.ledger_of("item.validate");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entry.actor == "marchand");
  CHECK(entries[0].entry.role == "doctor");
  CHECK(entries[0].entry.item_id == "lr-1");
  CHECK(entries[0].entry.rule_codes == std::vector<std::string>{"C-K"});
  CHECK(entries[0].entry.fiche_version == 2);
  CHECK(entries[0].entry.call_id == "call-7");
  CHECK(practice.ledger->verify().value().ok());
}

TEST_CASE("a rule named by a plugin in free text does not block its answer") {
  Practice practice;
  auto odd = finding(Category::a_voir);
  odd.reasons[0].rule = "règle « K »\n" + std::string(300, 'x');
  CHECK(practice.answer(scope_of(), {odd}).changes.size() == 1);
}

TEST_CASE("what could not be evaluated is kept with its first instant until it is") {
  Practice practice;
  auto silent = practice.reply(scope_of(), practice.begin(scope_of()), {});
  silent.not_evaluated = "plugin.timeout";
  const auto since = practice.clock.now();
  REQUIRE(practice.store.apply(silent));
  practice.clock.advance(std::chrono::minutes{5});
  silent.slice_version = practice.begin(scope_of());
  REQUIRE(practice.store.apply(silent));
  REQUIRE(practice.silent().size() == 1);
  CHECK(practice.silent()[0].since == since);
  CHECK(practice.silent()[0].last_at == practice.clock.now());
  CHECK(practice.silent()[0].scope == scope_of());
  practice.answer(scope_of(), {finding(Category::normal)});
  CHECK(practice.silent().empty());
}

TEST_CASE("lists are cut by doctor task and state and people see what was handed to them") {
  Practice practice;
  practice.answer(scope_of("lr-1"), {finding(Category::a_voir)});
  auto other = scope_of("lr-2");
  other.subject.doctor_id = "nguyen";
  const auto theirs = practice.answer(other, {finding(Category::a_voir)}).changes[0].item.id;
  auto orphan = scope_of("lr-3");
  orphan.subject.doctor_id.clear();
  practice.answer(orphan, {finding(Category::a_classer)});
  const auto subjects = [&](const WorklistFilter& filter) {
    std::vector<std::string> all;
    for (const auto& item : practice.items(filter)) all.push_back(item.key.scope.subject.item_id);
    std::sort(all.begin(), all.end());
    return all;
  };
  WorklistFilter mine;
  mine.doctor_ids = {"marchand"};
  CHECK(subjects(mine) == std::vector<std::string>{"lr-1", "lr-3"});
  REQUIRE(practice.store.act(theirs, 0, [](const Item& item, Instant now) {
    return hand_over(item, Actor{"nguyen", Role::doctor, {}}, marchand, "", now);
  }));
  mine.assigned_to = "marchand";
  CHECK(subjects(mine) == std::vector<std::string>{"lr-1", "lr-2", "lr-3"});
  mine.tasks = {"message-tri"};
  CHECK(subjects(mine).empty());
  WorklistFilter all;
  REQUIRE(practice.store.act(theirs, 0, validated_by(marchand)));
  CHECK(subjects(all) == std::vector<std::string>{"lr-1", "lr-3"});
  all.closed_too = true;
  CHECK(subjects(all).size() == 3);
  all.subject_item_id = "lr-2";
  CHECK(subjects(all) == std::vector<std::string>{"lr-2"});
}

TEST_CASE("the life of an item is told in order") {
  Practice practice;
  const auto id = practice.answer(scope_of(), {finding(Category::a_voir)}).changes[0].item.id;
  REQUIRE(practice.store.act(id, 0, claimed_by(perrin)));
  REQUIRE(practice.store.act(id, 0, [](const Item& item, Instant now) { return note(item, perrin, "appelé", now); }));
  REQUIRE(practice.store.act(id, 0, validated_by(marchand)));
  const auto lives = practice.database->read([&](soci::session& sql) -> Result<std::vector<Action>> {
    return WorklistStore::actions(sql, id);
  });
  std::vector<std::string> acts;
  for (const auto& action : lives.value()) acts.push_back(action.act);
  CHECK(acts == std::vector<std::string>{"item.created", "item.claim", "item.note", "item.validate"});
  CHECK(lives->at(2).text == "appelé");
  CHECK(lives->at(3).actor == "marchand");
}

TEST_CASE("the feed tells every change once in order and wakes who watches") {
  Practice practice;
  std::atomic<int> woken = 0;
  const auto number = practice.store.signal().add([&] { ++woken; });
  const auto feed = [&](std::int64_t seq) {
    return practice.database
        ->read([&](soci::session& sql) -> Result<std::vector<WorklistChange>> {
          return WorklistStore::changes_since(sql, seq);
        })
        .value();
  };
  CHECK(feed(0).empty());
  const auto id = practice.answer(scope_of(), {finding(Category::a_voir)}).changes[0].item.id;
  CHECK(woken == 1);
  const auto first = feed(0);
  REQUIRE(first.size() == 1);
  CHECK(first[0].item_id == id);
  REQUIRE(practice.store.act(id, 0, claimed_by(perrin)));
  auto silent = practice.reply(scope_of("lr-9"), practice.begin(scope_of("lr-9")), {});
  silent.not_evaluated = "plugin.crashed";
  REQUIRE(practice.store.apply(silent));
  const auto rest = feed(first[0].seq);
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].seq < rest[1].seq);
  CHECK(rest[1].scope_id == scope_id(scope_of("lr-9")));
  practice.store.signal().remove(number);
  REQUIRE(practice.store.act(id, 0, claimed_by(marchand)));
  CHECK(woken == 3);
}

TEST_CASE("a doctor signs the frozen normals once and within the hour") {
  Practice practice;
  practice.answer(scope_of("lr-1"), {finding(Category::normal)});
  practice.answer(scope_of("lr-2"), {finding(Category::normal)});
  practice.answer(scope_of("lr-3"), {finding(Category::a_voir)});
  const auto freeze = [&] {
    return practice.database
        ->write([&](Transaction& tx) { return practice.store.freeze_normals(tx, marchand, "bio-triage"); })
        .value();
  };
  const auto sign = [&](const StoredFrozenList& list) {
    return practice.database->write(
        [&](Transaction& tx) { return practice.store.sign_normals(tx, list.id, list.list.sha256, marchand); });
  };
  const auto list = freeze();
  REQUIRE(list.list.items.size() == 2);
  REQUIRE(practice.store.act(list.list.items[0].first, 0, claimed_by(perrin)));
  practice.answer(scope_of("lr-4"), {finding(Category::normal)});
  const auto done = sign(list);
  REQUIRE(done);
  CHECK(done->validated.size() == 1);
  REQUIRE(done->refused.size() == 1);
  CHECK(done->refused[0].second == Code::worklist_changed);
  CHECK(practice.items().size() == 3);
  CHECK(sign(list).error().code == Code::worklist_frozen_expired);
  const auto entries = practice.ledger_of("worklist.sign-normals");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entry.subjects->count == 1);
  const auto second = freeze();
  practice.clock.advance(std::chrono::minutes{61});
  CHECK(sign(second).error().code == Code::worklist_frozen_expired);
}

TEST_CASE("a report that gets its patient keeps its item in sight until it is evaluated again") {
  Practice practice;
  const auto nobody = scope_of("lr-1", "");
  const auto known = scope_of("lr-1", "p-1");
  const auto in_flight = [&] {
    practice.answer(nobody, {finding(Category::aujourdhui)});
    return practice.begin(nobody);
  }();
  REQUIRE(practice.database->write(
      [&](Transaction& tx) { return practice.store.move_subject(tx, nobody.subject, known.subject); }));
  CHECK(practice.items().size() == 1);
  CHECK(practice.store.apply(practice.reply(nobody, in_flight, {})).value().verdict == Verdict::late);
  const auto refused = practice.database->write([&](Transaction& tx) { return practice.store.begin_evaluation(tx, nobody); });
  CHECK(refused.error().code == Code::worklist_subject_moved);
  practice.answer(known, {finding(Category::normal)});
  const auto open = practice.items();
  REQUIRE(open.size() == 1);
  CHECK(open[0].key.scope == known);
  CHECK(practice.ledger_of("item.moved").size() == 1);
  REQUIRE(practice.database->write(
      [&](Transaction& tx) { return practice.store.move_subject(tx, known.subject, nobody.subject); }));
  practice.answer(nobody, {finding(Category::aujourdhui)});
  const auto back = practice.items();
  REQUIRE(back.size() == 1);
  CHECK(back[0].key.scope == nobody);
}

TEST_CASE("an unseen item of a moved subject that is no longer found is to be confirmed") {
  Practice practice;
  const auto nobody = scope_of("lr-1", "");
  practice.answer(nobody, {finding(Category::aujourdhui)});
  REQUIRE(practice.database->write(
      [&](Transaction& tx) { return practice.store.move_subject(tx, nobody.subject, scope_of().subject); }));
  practice.answer(scope_of(), {});
  REQUIRE(practice.items().size() == 1);
  CHECK(practice.items()[0].state == State::a_confirmer);
}

TEST_CASE("the standing of a report is its highest category and whether a doctor saw it") {
  Practice practice;
  const auto standing = [&] {
    return practice.database
        ->read([&](soci::session& sql) -> Result<WorklistStore::Standing> { return WorklistStore::standing(sql, "lr-1"); })
        .value();
  };
  CHECK(standing().category == Category::none);
  const auto id = practice.answer(scope_of(), {finding(Category::normal, "a"), finding(Category::critique, "b")}).changes[0].item.id;
  CHECK(standing().category == Category::critique);
  CHECK_FALSE(standing().seen);
  REQUIRE(practice.store.act(id, 0, validated_by(marchand)));
  CHECK(standing().seen);
}

TEST_CASE("the worklist survives the end of the host") {
  Scratch scratch;
  TestClock clock;
  const auto url = test::fresh_practice();
  {
    auto database = Database::open(url, clock).value();
    auto ledger = Ledger::open(*database, scratch.path()).value();
    WorklistStore store(*database, *ledger);
    const auto version = database->write([&](Transaction& tx) { return store.begin_evaluation(tx, scope_of()); }).value();
    Reply answer;
    answer.scope = scope_of();
    answer.slice_version = version;
    answer.findings = {finding(Category::critique)};
    REQUIRE(store.apply(answer));
  }
  auto database = Database::open(url, clock).value();
  const auto held = database->read([](soci::session& sql) -> Result<std::vector<Item>> { return WorklistStore::items(sql, {}); });
  REQUIRE(held.value().size() == 1);
  CHECK(held->at(0).finding.title == "Kaliémie élevée");
}

}  // namespace
}  // namespace relais::practice
