// SPDX-License-Identifier: Apache-2.0
#include "domain/worklist.h"

#include <catch2/catch.hpp>

#include "worklist_samples.h"

using namespace relais::worklist;
using namespace relais::worklist::samples;
using relais::Code;

namespace {

Item item_of(Category category, bool clinical = true) {
  return answered({}, reply(1, {finding(category)}, clinical), at(0)).items.at(0);
}
Item after(const relais::Result<Outcome>& outcome) {
  REQUIRE(outcome);
  return outcome->item;
}
Code code_of(const relais::Result<Outcome>& outcome) {
  REQUIRE_FALSE(outcome);
  return outcome.error().code;
}
constexpr Right autonome{Right::Level::finaliser, false};

}  // namespace

TEST_CASE("an item that one assistant holds is not taken by another") {
  const auto held = after(claim(item_of(Category::a_voir), assistant("perrin"), at(1)));
  CHECK(held.state == State::reclame);
  CHECK(code_of(claim(held, assistant("benali"), at(2))) == Code::worklist_claimed);
  CHECK(code_of(release(held, assistant("benali"), at(2))) == Code::worklist_not_claimed);
  CHECK(after(claim(held, doctor(), at(2))).claimed_by == "marchand");
  CHECK(after(release(held, assistant("perrin"), at(2))).state == State::a_traiter);
}

TEST_CASE("whatever the mode an assistant does not close a clinical item") {
  for (const auto category : {Category::normal, Category::a_voir, Category::critique}) {
    const auto held = after(claim(item_of(category), assistant(), at(1)));
    CHECK(code_of(close(held, assistant(), autonome, at(2))) == Code::worklist_clinical);
    CHECK(after(prepare(held, assistant(), autonome, at(2))).state == State::a_valider);
  }
}

TEST_CASE("a clerical item closed under autonome stands in the digest of the doctor") {
  const auto held = after(claim(item_of(Category::normal, false), assistant(), at(1)));
  const auto closed = close(held, assistant(), autonome, at(2));
  CHECK(after(closed).state == State::clos);
  CHECK(closed->item.digest);
  CHECK(closed->fact.action == "item.close");
  CHECK(code_of(close(held, assistant(), {Right::Level::realiser, false}, at(2))) == Code::worklist_clinical);
  CHECK(code_of(close(held, assistant("benali"), autonome, at(2))) == Code::worklist_claimed);
}

TEST_CASE("an immediate rule or an open item or one to be confirmed forbids closing") {
  auto held = after(claim(item_of(Category::normal, false), assistant(), at(1)));
  CHECK(code_of(close(held, assistant(), {Right::Level::finaliser, true}, at(2))) == Code::worklist_clinical);
  auto open = held;
  open.finding.open = true;
  CHECK(code_of(close(open, assistant(), autonome, at(2))) == Code::worklist_clinical);
  auto doubtful = held;
  doubtful.state = State::a_confirmer;
  CHECK(code_of(close(doubtful, assistant(), autonome, at(2))) == Code::worklist_clinical);
  CHECK(after(prepare(doubtful, assistant(), autonome, at(2))).state == State::a_confirmer);
}

TEST_CASE("the mandate decides whether sorted work waits for an act or for validation") {
  const auto held = after(claim(item_of(Category::a_voir), assistant(), at(1)));
  CHECK(after(prepare(held, assistant(), {Right::Level::preparer, false}, at(2))).state == State::prepare);
  CHECK(after(prepare(held, assistant(), {Right::Level::realiser, false}, at(2))).state == State::a_valider);
  CHECK(code_of(prepare(item_of(Category::a_voir), assistant(), autonome, at(2))) == Code::worklist_not_claimed);
}

TEST_CASE("only a doctor who answers for the item validates it") {
  const auto item = item_of(Category::a_voir);
  CHECK(code_of(validate(item, assistant(), at(1))) == Code::worklist_doctor_only);
  CHECK(code_of(validate(item, doctor("nguyen"), at(1))) == Code::worklist_other_doctor);
  const auto closed = after(validate(item, doctor(), at(1)));
  CHECK(closed.state == State::valide);
  REQUIRE(closed.seen);
  CHECK(closed.seen->doctor_id == "marchand");
  CHECK(code_of(validate(closed, doctor(), at(2))) == Code::worklist_closed);
}

TEST_CASE("a replacement doctor validates for the doctors replaced and for no other") {
  const auto item = item_of(Category::a_voir);
  CHECK(after(validate(item, {"locum", Role::replacement_doctor, {"marchand"}}, at(1))).state == State::valide);
  CHECK(code_of(validate(item, {"locum", Role::replacement_doctor, {"nguyen"}}, at(1))) == Code::worklist_other_doctor);
}

TEST_CASE("an item handed to a doctor may be validated by that doctor") {
  const auto held = after(claim(item_of(Category::a_voir), assistant(), at(1)));
  const auto given = after(hand_over(held, assistant(), doctor("nguyen"), "avis", at(2)));
  CHECK(given.state == State::remis);
  CHECK(code_of(claim(given, assistant("benali"), at(3))) == Code::worklist_claimed);
  CHECK(after(validate(given, doctor("nguyen"), at(3))).state == State::valide);
}

TEST_CASE("an item is handed over to a named doctor or assistant only") {
  const auto held = after(claim(item_of(Category::a_voir), assistant(), at(1)));
  CHECK(code_of(hand_over(held, assistant(), {"", Role::assistant, {}}, "", at(2))) == Code::worklist_recipient_needed);
  CHECK(code_of(hand_over(held, assistant(), assistant(), "", at(2))) == Code::worklist_recipient_needed);
  CHECK(code_of(hand_over(held, assistant(), {"editeur", Role::editor, {}}, "", at(2))) ==
        Code::worklist_recipient_needed);
  CHECK(code_of(hand_over(held, assistant("benali"), doctor(), "", at(2))) == Code::worklist_claimed);
}

TEST_CASE("a return names the assistant and its reason and counts as seen") {
  const auto item = item_of(Category::a_voir);
  CHECK(code_of(return_to(item, doctor(), "perrin", "  ", at(1))) == Code::worklist_reason_needed);
  CHECK(code_of(return_to(item, assistant(), "perrin", "motif", at(1))) == Code::worklist_doctor_only);
  const auto returned = return_to(item, doctor(), "perrin", "rappeler le laboratoire", at(1));
  CHECK(after(returned).state == State::renvoye);
  CHECK(returned->item.seen);
  CHECK(returned->action.target == "perrin");
  CHECK(after(claim(returned->item, assistant("perrin"), at(2))).state == State::reclame);
}

TEST_CASE("the words of a note or a return never reach the ledger") {
  const auto item = item_of(Category::a_voir);
  const auto secret = std::string("sérologie");
  for (const auto& outcome : {note(item, assistant(), secret, at(1)), return_to(item, doctor(), "perrin", secret, at(1))}) {
    REQUIRE(outcome);
    CHECK(outcome->action.text == secret);
    for (const auto& [key, value] : outcome->fact.details) CHECK(value.find(secret) == std::string::npos);
  }
}

TEST_CASE("a restricted item is out of the hands of assistants") {
  auto item = item_of(Category::a_voir);
  item.finding.restricted = true;
  CHECK(code_of(claim(item, assistant(), at(1))) == Code::worklist_reserved);
  CHECK(code_of(note(item, assistant(), "x", at(1))) == Code::worklist_reserved);
  CHECK(code_of(hand_over(item, doctor(), assistant(), "", at(1))) == Code::worklist_reserved);
  CHECK(code_of(return_to(item, doctor(), "perrin", "motif", at(1))) == Code::worklist_reserved);
  CHECK(after(validate(item, doctor(), at(1))).state == State::valide);
}

TEST_CASE("an item without a doctor of reference is open to any doctor") {
  auto item = item_of(Category::critique);
  item.key.scope.subject.doctor_id.clear();
  CHECK(after(validate(item, doctor("nguyen"), at(1))).state == State::valide);
  CHECK(code_of(validate(item, assistant(), at(1))) == Code::worklist_doctor_only);
}

TEST_CASE("each act grows the revision by one and leaves the fact of who and what") {
  const auto item = item_of(Category::a_voir);
  const auto outcome = claim(item, assistant(), at(1));
  REQUIRE(outcome);
  CHECK(outcome->item.revision == item.revision + 1);
  CHECK(outcome->fact.actor == "perrin");
  CHECK(outcome->fact.item_id == item.id);
  CHECK(outcome->fact.rules == std::vector<std::string>{"F1"});
  CHECK(outcome->fact.fiche_version == 2);
}

TEST_CASE("only normal complete certain items enter the grouped sign off") {
  auto held = answered({},
                       reply(1, {finding(Category::normal, "a"), finding(Category::a_voir, "b"),
                                 finding(Category::a_classer, "c"), finding(Category::normal, "d"),
                                 finding(Category::normal, "e"), finding(Category::none, "f")}),
                       at(0));
  const auto id_of = [](const char* kind) { return item_id({scope(), kind}); };
  for (auto& item : held.items) {
    if (item.id == id_of("d")) item.finding.open = true;
    if (item.id == id_of("e")) item.state = State::a_confirmer;
  }
  const auto list = freeze_normals(held.items, {}, doctor(), at(1));
  REQUIRE(list.items.size() == 1);
  CHECK(list.items[0].first == id_of("a"));
  CHECK(freeze_normals(held.items, {scope()}, doctor(), at(1)).items.empty());
  CHECK(freeze_normals(held.items, {}, doctor("nguyen"), at(1)).items.empty());
}

TEST_CASE("a result that fell from a voir to normal unseen is not signed in a group") {
  auto held = answered({}, reply(1, {finding(Category::a_voir)}), at(0));
  held = answered(held, reply(2, {finding(Category::normal)}), at(1));
  CHECK(freeze_normals(held.items, {}, doctor(), at(2)).items.empty());
}

TEST_CASE("signing signs exactly the frozen items and lists those that changed since") {
  auto held = answered({}, reply(1, {finding(Category::normal, "a"), finding(Category::normal, "b")}), at(0));
  const auto list = freeze_normals(held.items, {}, doctor(), at(1));
  REQUIRE(list.items.size() == 2);
  auto now_held = held.items;
  now_held[0] = after(note(now_held[0], assistant(), "rappel", at(2)));
  auto extra = item_of(Category::normal);
  now_held.push_back(extra);
  const auto result = sign_normals(list, list.sha256, now_held, {}, doctor(), at(3));
  REQUIRE(result);
  REQUIRE(result->validated.size() == 1);
  CHECK(result->validated[0].item.id == now_held[1].id);
  CHECK(result->validated[0].item.state == State::valide);
  REQUIRE(result->refused.size() == 1);
  CHECK(result->refused[0] == std::pair<std::string, Code>{now_held[0].id, Code::worklist_changed});
}

TEST_CASE("a frozen list that was altered or belongs to another doctor is refused whole") {
  const auto held = answered({}, reply(1, {finding(Category::normal)}), at(0));
  const auto list = freeze_normals(held.items, {}, doctor(), at(1));
  CHECK(sign_normals(list, "0000", held.items, {}, doctor(), at(2)).error().code == Code::worklist_frozen_list);
  auto longer = list;
  longer.items.emplace_back("other", 1);
  CHECK(sign_normals(longer, list.sha256, held.items, {}, doctor(), at(2)).error().code == Code::worklist_frozen_list);
  CHECK(sign_normals(list, list.sha256, held.items, {}, doctor("nguyen"), at(2)).error().code ==
        Code::worklist_other_doctor);
  CHECK(sign_normals(list, list.sha256, held.items, {}, assistant(), at(2)).error().code == Code::worklist_doctor_only);
}

TEST_CASE("a frozen normal that is no longer evaluated is listed and not signed") {
  const auto held = answered({}, reply(1, {finding(Category::normal)}), at(0));
  const auto list = freeze_normals(held.items, {}, doctor(), at(1));
  const auto result = sign_normals(list, list.sha256, held.items, {scope()}, doctor(), at(2));
  REQUIRE(result);
  CHECK(result->validated.empty());
  CHECK(result->refused.at(0).second == Code::worklist_not_normal);
}
