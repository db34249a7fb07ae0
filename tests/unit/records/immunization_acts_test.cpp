// SPDX-License-Identifier: Apache-2.0
// Which tellings are of one vaccination, which contradict each other, and that the order of arrival decides nothing.
#include "records/immunization_acts.h"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <numeric>
#include <random>

namespace relais::records {
namespace {

using Tellings = std::vector<TellingOfAct>;
using Kinds = std::vector<v1::ImmunizationConflictKind>;

v1::Immunization given(const std::string& date, const std::string& cis = {}, const std::string& atc = {},
                       const std::string& lot = {}, int status = immunization_done) {
  v1::Immunization one;
  const auto add = [&](const char* system, const std::string& code) {
    if (code.empty()) return;
    auto& told = *one.add_codes();
    told.set_system(system);
    told.set_code(code);
  };
  add("cis", cis);
  add("atc", atc);
  (date.size() == 10 ? *one.mutable_given_on() : *one.mutable_given_about()) = date;
  one.set_lot(lot);
  one.set_status(status);
  prefer_code(one);
  return one;
}

v1::Immunization named(v1::Immunization one, const std::string& label) {
  one.set_label(label);
  return one;
}

TellingOfAct by_document(const std::string& source, v1::Immunization content) {
  TellingOfAct one;
  one.source_id = source;
  one.kind = "cda";
  content.set_proof(immunization_seen);
  one.content = std::move(content);
  return one;
}

TellingOfAct by_hand(const std::string& who, v1::Immunization content, bool assistant = true) {
  TellingOfAct one;
  one.kind = "entered";
  one.entered_by = who;
  one.needs_doctor = assistant;
  content.set_proof(immunization_declared);
  one.content = std::move(content);
  return one;
}

// In the order of their arrival.
Tellings arrived(Tellings all) {
  int number = 0;
  for (auto& one : all) {
    one.id = "vac-" + std::to_string(++number);
    one.told_ms = number;
  }
  return all;
}

Kinds kinds(const ImmunizationActs& found) {
  Kinds all;
  for (const auto& one : found.conflicts) all.push_back(one.kind);
  std::sort(all.begin(), all.end());
  return all;
}

// One act, or two and why.
std::pair<std::size_t, Kinds> outcome(Tellings all) {
  const auto found = acts_of(arrived(std::move(all)), {});
  return {found.acts.size(), kinds(found)};
}

constexpr auto revaxis = "60917345";
constexpr auto repevax = "67619892";
constexpr auto engerix = "62279329";
constexpr auto hbvaxpro = "64646891";

TEST_CASE("the pharmacist's note and what the assistant entered are one act with both sources and the better proof") {
  const auto found = acts_of(
      arrived({by_hand("perrin", named(given("2026-10-14", "", "", "U4421"), "Vaxigrip")),
               by_document("doc-1", named(given("2026-10-14", "61402736", "J07BB02", "U 4421"), "VAXIGRIPTETRA, suspension"))}),
      {});
  REQUIRE(found.acts.size() == 1);
  CHECK(found.conflicts.empty());
  const auto& act = found.acts[0].act;
  CHECK(act.proof() == immunization_seen);
  CHECK(act.product_system() == "cis");
  CHECK(act.product_code() == "61402736");
  REQUIRE(act.sources_size() == 2);
  CHECK(act.sources(0).entered_by() == "perrin");
  CHECK(act.sources(1).source_id() == "doc-1");
  CHECK_FALSE(act.to_confirm());
}

TEST_CASE("what assistants alone tell waits for a doctor until one has looked") {
  auto told = arrived({by_hand("perrin", given("2026-10-14", revaxis)), by_hand("benali", given("2026-10-14", revaxis))});
  CHECK(acts_of(told, {}).acts.at(0).act.to_confirm());
  told[1].confirmed_by = "marchand";
  const auto act = acts_of(told, {}).acts.at(0).act;
  CHECK_FALSE(act.to_confirm());
  CHECK(act.confirmed_by() == "marchand");
}

TEST_CASE("a date and a product or a date and a lot make one act") {
  CHECK(outcome({by_document("a", given("2020-05-04", revaxis)), by_document("b", given("2020-05-04", revaxis))}).first == 1);
  CHECK(outcome({by_document("a", given("2020-05-04", "", "J07CA02")), by_document("b", given("2020-05-04", repevax, "J07CA02"))})
            .first == 1);
  CHECK(outcome({by_document("a", given("2020-05-04", repevax, "", "AB12")), by_document("b", named(given("2020-05-04", "", "", "ab-12"), "DTP"))})
            .first == 1);
  CHECK(outcome({by_document("a", named(given("1985"), "ROR")), by_document("b", named(given("1985"), "R.O.R"))}).first == 2);
  CHECK(outcome({by_document("a", named(given("1985"), "Rougeole")), by_document("b", named(given("1985"), "ROUGEOLE"))}).first == 1);
}

TEST_CASE("a year that a dated act of the same lot lies in is that act") {
  const auto found =
      acts_of(arrived({by_document("a", given("2020", revaxis, "", "AB12")), by_document("b", given("2020-05-04", revaxis, "", "AB12"))}), {});
  REQUIRE(found.acts.size() == 1);
  CHECK(found.acts[0].act.given_on() == "2020-05-04");
  CHECK(found.acts[0].act.given_about().empty());
}

TEST_CASE("what may be one act or cannot both be right is shown and never merged") {
  const auto two = [](v1::ImmunizationConflictKind kind) { return std::make_pair(std::size_t{2}, Kinds{kind}); };
  CHECK(outcome({by_document("a", given("2020-05-04", revaxis, "", "L1")), by_document("b", given("2020-05-14", revaxis, "", "L1"))}) ==
        two(v1::IMMUNIZATION_CONFLICT_KIND_LOT_ON_TWO_DATES));
  CHECK(outcome({by_document("a", given("2020-05-04", revaxis, "", "L1")), by_document("b", given("2020-05-04", "68747507", "J07AM01", "L1"))}) ==
        two(v1::IMMUNIZATION_CONFLICT_KIND_LOT_OF_TWO_PRODUCTS));
  CHECK(outcome({by_document("a", given("2020-05-04", revaxis)), by_document("b", given("2020-05-05", revaxis))}) ==
        two(v1::IMMUNIZATION_CONFLICT_KIND_CLOSE_DATES));
  CHECK(outcome({by_document("a", given("2020-05-04", revaxis, "", "L1")), by_document("b", given("2020-05-04", revaxis, "", "L2"))}) ==
        two(v1::IMMUNIZATION_CONFLICT_KIND_TWICE_A_DAY));
  CHECK(outcome({by_document("a", given("2020-05-04", engerix, "J07BC01")), by_document("b", given("2020-05-04", hbvaxpro, "J07BC01"))}) ==
        two(v1::IMMUNIZATION_CONFLICT_KIND_TWICE_A_DAY));
  CHECK(outcome({by_document("a", given("2020", revaxis)), by_document("b", given("2020-05-04", revaxis))}) ==
        two(v1::IMMUNIZATION_CONFLICT_KIND_VAGUE_DATE));
  CHECK(outcome({by_document("a", given("2020-05-04", revaxis)), by_document("b", given("2020-05-04", revaxis, "", "", immunization_not_done))}) ==
        two(v1::IMMUNIZATION_CONFLICT_KIND_DONE_AND_NOT_DONE));
}

TEST_CASE("doses of one series and vaccines given together are no conflict") {
  const auto none = std::make_pair(std::size_t{2}, Kinds{});
  CHECK(outcome({by_document("a", given("2020-05-04", engerix, "J07BC01")), by_document("a", given("2020-06-04", engerix, "J07BC01"))}) == none);
  CHECK(outcome({by_document("a", given("2020-05-04", engerix, "J07BC01")), by_document("a", given("2020-05-04", revaxis, "J07CA01"))}) == none);
  auto first = given("2020-05-04", engerix, "", "L1"), second = given("2020-06-04", engerix, "", "L1");
  first.set_dose_number(1);
  second.set_dose_number(2);
  CHECK(outcome({by_document("a", first), by_document("a", second)}) == none);
  CHECK(outcome({by_document("a", given("2020-05-04", "", "J07AL01")), by_document("a", given("2021-05-04", "", "J07AL02"))}) == none);
}

TEST_CASE("a class of vaccines brings two acts into conflict and never makes one of them") {
  CHECK(outcome({by_document("a", given("2020-05-04", "", "J07AL")), by_document("b", given("2020-05-04", "62189757", "J07AL02"))}) ==
        std::make_pair(std::size_t{2}, Kinds{v1::IMMUNIZATION_CONFLICT_KIND_TWICE_A_DAY}));
  CHECK(outcome({by_document("a", named(given("2020-05-04"), "Infanrix")), by_document("b", named(given("2020-05-04"), "Infanrix Hexa"))}) ==
        std::make_pair(std::size_t{2}, Kinds{v1::IMMUNIZATION_CONFLICT_KIND_TWICE_A_DAY}));
}

TEST_CASE("what was told twice a day by two lots keeps a third telling with one of them") {
  const auto found = acts_of(arrived({by_hand("perrin", given("2020-05-04", revaxis)), by_document("a", given("2020-05-04", revaxis, "", "L1")),
                                      by_document("b", given("2020-05-04", revaxis, "", "L2"))}),
                             {});
  CHECK(found.acts.size() == 2);
  CHECK(kinds(found) == Kinds{v1::IMMUNIZATION_CONFLICT_KIND_TWICE_A_DAY});
}

TEST_CASE("what a person took back stays taken back when a document tells it again and may be entered anew") {
  auto told = arrived({by_document("doc-1", given("2020-05-04", revaxis, "", "L1"))});
  told[0].act_id = "imm-1";
  told[0].withdrawn = true;
  told[0].reason = "autre patient";
  auto again = by_document("doc-2", given("2020-05-04", revaxis, "", "L1"));
  again.id = "vac-9";
  told.push_back(again);
  auto found = acts_of(told, {});
  REQUIRE(found.acts.size() == 1);
  CHECK(found.acts[0].act.id() == "imm-1");
  CHECK(found.acts[0].act.status() == immunization_in_error);
  CHECK(found.acts[0].act.reason() == "autre patient");
  CHECK(found.conflicts.empty());
  auto anew = by_hand("marchand", given("2020-05-04", revaxis, "", "L1"), false);
  anew.id = "vac-10";
  told.push_back(anew);
  found = acts_of(told, {});
  CHECK(std::count_if(found.acts.begin(), found.acts.end(), [](const auto& one) { return one.act.status() == immunization_done; }) == 1);
}

TEST_CASE("the sender's last word on what it names stands and its error takes the act back") {
  const auto told_as = [](const std::string& key, v1::Immunization content) {
    auto one = by_document("doc", std::move(content));
    one.sender_key = key;
    return one;
  };
  auto found = acts_of(arrived({told_as("k", given("2020-05-04", revaxis, "", "L1")), told_as("k", given("2020-05-04", revaxis, "", "L2"))}), {});
  REQUIRE(found.acts.size() == 1);
  CHECK(found.acts[0].act.lot() == "L2");
  const auto error = told_as("k", given("2020-05-04", revaxis, "", "L1", immunization_in_error));
  for (const bool error_first : {true, false}) {
    const auto done = told_as("k", given("2020-05-04", revaxis, "", "L1"));
    found = acts_of(arrived(error_first ? Tellings{error, done} : Tellings{done, error}), {});
    REQUIRE(found.acts.size() == 1);
    CHECK(found.acts[0].act.status() == immunization_in_error);
  }
  // Another source still tells it.
  found = acts_of(arrived({error, by_document("other", given("2020-05-04", revaxis, "", "L1"))}), {});
  CHECK(found.acts.size() == 2);
  CHECK(kinds(found) == Kinds{v1::IMMUNIZATION_CONFLICT_KIND_DONE_AND_IN_ERROR});
}

TEST_CASE("what a doctor said of two acts holds and is not asked again") {
  auto told = arrived({by_document("a", given("2020-05-04", revaxis, "", "L1")), by_document("b", given("2020-05-05", revaxis, "", "L1"))});
  told[0].act_id = "imm-1";
  told[1].act_id = "imm-2";
  SECTION("two acts") {
    const auto found = acts_of(told, {{"imm-1", "imm-2", v1::IMMUNIZATION_RESOLUTION_DIFFERENT_ACTS, ""}});
    CHECK(found.acts.size() == 2);
    CHECK(found.conflicts.empty());
  }
  SECTION("one act as one of them tells it") {
    const auto found = acts_of(told, {{"imm-1", "imm-2", v1::IMMUNIZATION_RESOLUTION_SAME_ACT, "imm-2"}});
    REQUIRE(found.acts.size() == 1);
    CHECK(found.acts[0].act.id() == "imm-2");
    CHECK(found.acts[0].act.given_on() == "2020-05-05");
    CHECK(found.acts[0].act.sources_size() == 2);
    CHECK(found.conflicts.empty());
  }
}

TEST_CASE("an act keeps its name when the next version of its document tells it") {
  auto told = arrived({by_document("doc-2", given("2020-05-04", revaxis, "", "L1"))});
  auto before = given("2020-05-04", revaxis, "", "L1");
  before.set_id("imm-7");
  CHECK(acts_of(told, {}, {before}).acts.at(0).act.id() == "imm-7");
  before.set_given_on("2019-05-04");
  CHECK(acts_of(told, {}, {before}).acts.at(0).act.id().empty());
}

// --- Properties over a small world, where coincidences are many. ---

TellingOfAct any_telling() {
  using rc::gen::element;
  const auto date = *element<std::string>("", "2020", "2020-05", "2020-05-04", "2020-05-05", "2020-05-20", "2021-05-04");
  const auto cis = *element<std::string>("", "", revaxis, engerix, hbvaxpro);
  const auto atc = *element<std::string>("", "J07BC01", "J07BC", "J07CA01");
  const auto lot = *element<std::string>("", "L1", "L2");
  auto content = given(date, cis, atc, lot, *element(immunization_done, immunization_done, immunization_done, immunization_not_done));
  content.set_label(*element<std::string>("DTP", "Engerix", "Engerix B20"));
  content.set_dose_number(*element(0, 0, 1, 2));
  return *rc::gen::arbitrary<bool>() ? by_document(*element<std::string>("doc-1", "doc-2"), content) : by_hand("perrin", content);
}

Tellings any_tellings() {
  Tellings all(*rc::gen::inRange<std::size_t>(0, 9));
  for (auto& one : all) one = any_telling();
  return all;
}

// What the record would say, whatever the numbers.
std::pair<std::multiset<std::string>, std::multiset<std::string>> said(const ImmunizationActs& found) {
  const auto words = [](v1::Immunization act) {
    act.clear_sources();
    return act.SerializeAsString();
  };
  std::multiset<std::string> acts, conflicts;
  for (const auto& one : found.acts) acts.insert(words(one.act));
  for (const auto& one : found.conflicts) {
    auto a = words(found.acts[one.first].act), b = words(found.acts[one.second].act);
    if (b < a) std::swap(a, b);
    conflicts.insert(std::to_string(one.kind) + a + "\n" + b);
  }
  return {acts, conflicts};
}

TEST_CASE("the order of arrival decides nothing") {
  const bool holds = rc::check([] {
    auto told = any_tellings();
    const auto before = said(acts_of(arrived(told), {}));
    std::mt19937 shuffled(*rc::gen::arbitrary<unsigned>());
    std::shuffle(told.begin(), told.end(), shuffled);
    RC_ASSERT(said(acts_of(arrived(told), {})) == before);
  });
  CHECK(holds);
}

TEST_CASE("what is told again changes nothing") {
  const bool holds = rc::check([] {
    auto told = any_tellings();
    const auto before = said(acts_of(arrived(told), {}));
    const auto twice = told;
    told.insert(told.end(), twice.begin(), twice.end());
    RC_ASSERT(said(acts_of(arrived(told), {})) == before);
  });
  CHECK(holds);
}

TEST_CASE("no telling is lost and none is of two acts") {
  const bool holds = rc::check([] {
    const auto told = arrived(any_tellings());
    const auto found = acts_of(told, {});
    std::multiset<std::string> ids;
    for (const auto& one : found.acts) {
      RC_ASSERT(one.tellings.size() == one.act_ids.size());
      ids.insert(one.tellings.begin(), one.tellings.end());
    }
    RC_ASSERT(ids.size() == told.size());
    for (const auto& one : told) RC_ASSERT(ids.count(one.id) == 1);
  });
  CHECK(holds);
}

TEST_CASE("within one act nothing that was told disagrees") {
  const bool holds = rc::check([] {
    const auto told = arrived(any_tellings());
    std::map<std::string, const v1::Immunization*> by_id;
    for (const auto& one : told) by_id[one.id] = &one.content;
    for (const auto& one : acts_of(told, {}).acts) {
      for (const auto& a : one.tellings) {
        for (const auto& b : one.tellings) {
          const auto &x = *by_id[a], &y = *by_id[b];
          RC_ASSERT(x.status() == y.status());
          RC_ASSERT(x.lot().empty() || y.lot().empty() || x.lot() == y.lot());
          RC_ASSERT(x.given_on().empty() || y.given_on().empty() || x.given_on() == y.given_on());
        }
      }
    }
  });
  CHECK(holds);
}

TEST_CASE("acts keep their names when the record is worked out again") {
  const bool holds = rc::check([] {
    auto told = arrived(any_tellings());
    auto found = acts_of(told, {});
    int number = 0;
    std::map<std::string, std::string> act_of;
    for (auto& one : found.acts) {
      one.act.set_id("imm-" + std::to_string(++number));
      for (const auto& id : one.tellings) act_of[id] = one.act.id();
    }
    for (auto& one : told) one.act_id = act_of[one.id];
    for (const auto& one : acts_of(told, {}).acts) {
      RC_ASSERT(one.other_ids.empty());
      for (const auto& id : one.tellings) RC_ASSERT(one.act.id() == act_of[id]);
    }
  });
  CHECK(holds);
}

}  // namespace
}  // namespace relais::records
