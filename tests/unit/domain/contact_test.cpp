// SPDX-License-Identifier: Apache-2.0
#include "domain/contact.h"

#include <catch2/catch.hpp>

#include "worklist_samples.h"

using namespace relais;
using namespace relais::worklist;
using namespace relais::worklist::samples;

namespace {

// A recall that the assistant holds.
Item held_item(Category category = Category::a_classer, bool clinical = false) {
  auto held = answered({}, reply(1, {finding(category)}, clinical), at(0));
  REQUIRE(held.items.size() == 1);
  auto item = held.items.front();
  item.key.scope.subject = {"", "patient-1", "marchand"};
  return claim(item, assistant(), at(1))->item;
}

ContactAsked asked(ContactAnswer answer) {
  ContactAsked made;
  made.answer = answer;
  made.doctor = doctor();
  made.right.level = Right::Level::finaliser;
  return made;
}

Contacted recorded(const Item& item, const ContactAsked& what, const Actor& actor = assistant()) {
  auto done = record_contact(item, actor, what, at(2));
  INFO((done ? "" : stable_code(done.error().code)));
  REQUIRE(done);
  return std::move(*done);
}

}  // namespace

TEST_CASE("a refusal and a contraindication go to the doctor with what was said") {
  for (const auto answer : {ContactAnswer::refused, ContactAnswer::contraindication}) {
    auto what = asked(answer);
    what.comment = "Ne veut pas venir.";
    const auto done = recorded(held_item(), what);
    CHECK(done.effect == ContactEffect::handed_over);
    CHECK(done.outcome.item.state == State::remis);
    CHECK(done.outcome.item.assigned_to == "marchand");
    CHECK(done.outcome.item.assigned_to_doctor);
    CHECK(done.outcome.item.claimed_by.empty());
    CHECK(done.outcome.item.state_reason.ends_with("Ne veut pas venir."));
    CHECK(done.outcome.fact.details.back() == std::pair<std::string, std::string>("contact", std::string(name(answer))));
  }
}

TEST_CASE("nobody answers and at the last try of the practice's rule the doctor is asked") {
  auto what = asked(ContactAnswer::unreachable);
  what.most_tries = 2;
  const auto first = recorded(held_item(), what);
  CHECK(first.effect == ContactEffect::noted);
  CHECK(first.unanswered == 1);
  CHECK(first.outcome.item.claimed_by == "perrin");
  CHECK(first.outcome.action.text == "Injoignable (1 essai(s) sur 2).");
  what.unanswered = first.unanswered;
  const auto second = recorded(first.outcome.item, what);
  CHECK(second.effect == ContactEffect::handed_over);
  CHECK(second.unanswered == 2);
  CHECK(second.outcome.item.assigned_to == "marchand");
}

TEST_CASE("a call back is a note with its hour and ends the row of unanswered tries") {
  auto what = asked(ContactAnswer::call_back);
  what.unanswered = 2;
  what.when = "le mardi 24 novembre 2026 à 17 h 00";
  const auto done = recorded(held_item(), what);
  CHECK(done.effect == ContactEffect::noted);
  CHECK(done.unanswered == 0);
  CHECK(done.outcome.action.text == "Le patient demande à être rappelé le mardi 24 novembre 2026 à 17 h 00.");
  CHECK(done.outcome.action.act == "item.note");
}

TEST_CASE("an acceptance with an appointment closes what the fiche and the item let close") {
  auto what = asked(ContactAnswer::accepted);
  CHECK(recorded(held_item(), what).effect == ContactEffect::noted);
  what.booked = true;
  const auto closed = recorded(held_item(), what);
  CHECK(closed.effect == ContactEffect::closed);
  CHECK(closed.outcome.item.state == State::clos);
  CHECK(closed.outcome.item.digest);
  // Clinical by its category or its task: the doctor validates, whatever the mode.
  CHECK(recorded(held_item(Category::a_voir), what).effect == ContactEffect::prepared);
  const auto clinical = recorded(held_item(Category::a_classer, true), what);
  CHECK(clinical.effect == ContactEffect::prepared);
  CHECK(clinical.outcome.item.state == State::a_valider);
  what.right.level = Right::Level::realiser;
  CHECK(recorded(held_item(), what).outcome.item.state == State::a_valider);
  what.right.level = Right::Level::preparer;
  CHECK(recorded(held_item(), what).outcome.item.state == State::prepare);
  what.right = {Right::Level::finaliser, true};
  CHECK(recorded(held_item(), what).effect == ContactEffect::prepared);
}

TEST_CASE("only who holds the item calls about it and a doctor only about the own") {
  const auto refused = [](const Item& item, const Actor& actor) {
    const auto done = record_contact(item, actor, asked(ContactAnswer::refused), at(2));
    return done ? std::string("done") : std::string(stable_code(done.error().code));
  };
  auto item = held_item();
  CHECK(refused(item, assistant("moreau")) == "worklist.claimed");
  CHECK(refused(item, doctor("nguyen")) == "worklist.other-doctor");
  CHECK(refused(release(item, assistant(), at(2))->item, assistant()) == "worklist.not-claimed");
  CHECK(refused(validate(item, doctor(), at(2))->item, assistant()) == "worklist.closed");
  item.finding.restricted = true;
  CHECK(refused(item, assistant()) == "worklist.reserved");
}

TEST_CASE("a doctor who calls keeps the item and a refusal without a doctor has nowhere to go") {
  const auto done = recorded(held_item(), asked(ContactAnswer::refused), doctor());
  CHECK(done.effect == ContactEffect::noted);
  CHECK_FALSE(is_terminal(done.outcome.item.state));
  auto nobody = asked(ContactAnswer::refused);
  nobody.doctor.id.clear();
  const auto refused = record_contact(held_item(), assistant(), nobody, at(2));
  REQUIRE_FALSE(refused);
  CHECK(stable_code(refused.error().code) == "contact.no-doctor");
}

TEST_CASE("each answer and effect has a name of its own that is read back") {
  for (const auto answer : {ContactAnswer::accepted, ContactAnswer::refused, ContactAnswer::call_back,
                            ContactAnswer::unreachable, ContactAnswer::contraindication})
    CHECK(contact_answer(name(answer)) == answer);
  for (const auto effect :
       {ContactEffect::noted, ContactEffect::handed_over, ContactEffect::prepared, ContactEffect::closed})
    CHECK(contact_effect(name(effect)) == effect);
  CHECK_FALSE(contact_answer("Refused"));
}
