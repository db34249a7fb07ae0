// SPDX-License-Identifier: Apache-2.0
// What must hold of any patient, through the plugin's own symbol.
#include <rapidcheck.h>

#include "recall_patient.h"

using namespace recall::test;
namespace vaccine = relais::vaccine;
namespace fr = relais::vaccine::fr;
using vaccine::Day;

namespace {

const fr::Calendar& shipped_calendar() {
  static const auto loaded = fr::load_calendar(VACCINE_DATA);
  if (!loaded) FAIL(loaded.error().text());
  return *loaded;
}

relais::Date date_of(Day day) { return relais::Date(std::chrono::days(day)); }

// What a practice gives of each group, and a name of it that a record would hold.
const std::vector<std::pair<std::string, std::string>>& products() {
  static const std::vector<std::pair<std::string, std::string>> all{{"hexavalent", "Hexyon"},
                                                                    {"dtcap-6-ans", "InfanrixTetra"},
                                                                    {"dtcap-11-13-ans", "BoostrixTetra"},
                                                                    {"dtp-adulte", "BoostrixTetra"},
                                                                    {"pneumocoque-nourrisson", "Vaxneuvance"},
                                                                    {"pneumocoque-adulte", "Prevenar 20"},
                                                                    {"rotavirus", "Rotarix"},
                                                                    {"meningocoque-b", "Bexsero"},
                                                                    {"meningocoque-acwy-nourrisson", "Nimenrix"},
                                                                    {"meningocoque-acwy-adolescent", "Nimenrix"},
                                                                    {"ror", "Priorix"},
                                                                    {"hpv", "Gardasil 9"},
                                                                    {"hepatite-b", "Engerix B10"},
                                                                    {"zona", "Shingrix"},
                                                                    {"vrs-adulte", "Arexvy"},
                                                                    {"grippe", "VaxigripTetra"},
                                                                    {"covid-19", "Comirnaty"}};
  return all;
}

int any(int below) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, below)); }

struct Person {
  Day birth = 0;
  Day today = 0;
  std::vector<std::pair<std::string, Day>> doses;

  Answer ask() const {
    Patient patient(date_of(birth));
    patient.word("historique-complet");
    for (const auto& [product, day] : doses) patient.given(product, date_of(day));
    return patient.ask(date_of(today));
  }
};

Person somebody() {
  Person who;
  who.birth = vaccine::parse_iso_day("1940-01-01").value() + any(31'000);
  who.today = std::max(who.birth, vaccine::parse_iso_day("2025-01-01").value()) + any(500);
  return who;
}

// The answer for a group, of the engine alone: which day a dose would be asked for.
std::vector<fr::Answer> answers_of(const Person& who) {
  fr::Record record;
  record.birth = who.birth;
  record.assessed = who.today;
  record.gender = vaccine::Gender::female;
  for (const auto& [product, day] : who.doses) {
    fr::RecordedDose dose;
    dose.first = dose.last = day;
    dose.product = product;
    record.doses.push_back(dose);
  }
  const auto answers = fr::answer(shipped_calendar(), record);
  RC_ASSERT(answers.has_value());
  return *answers;
}

// Everybody gives what is asked for on the day it is asked for, until nothing is left.
void follow_schedule(Person& who) {
  for (int round = 0; round < 60; ++round) {
    bool called = false;
    for (const auto& answer : answers_of(who)) {
      if (answer.status != fr::Status::a_faire && answer.status != fr::Status::en_retard) continue;
      const auto product = std::find_if(products().begin(), products().end(),
                                        [&](const auto& each) { return each.first == answer.group; });
      RC_ASSERT(product != products().end());
      who.doses.emplace_back(product->second, *answer.recommended);
      called = true;
      break;
    }
    if (!called) return;
  }
}

bool calls(const Answer& answer) { return !said(answer, "VAC-RETARD").empty() || !said(answer, "VAC-A-FAIRE").empty(); }

}  // namespace

TEST_CASE("a patient whose record follows the schedule is never called") {
  CHECK(rc::check("followed", [] {
    auto who = somebody();
    follow_schedule(who);
    const auto answer = who.ask();
    RC_LOG() << "born " << vaccine::iso(who.birth) << " on " << vaccine::iso(who.today);
    RC_ASSERT_FALSE(calls(answer));
  }));
}

TEST_CASE("one more dose that counts makes nothing late that was not") {
  CHECK(rc::check("one more", [] {
    auto who = somebody();
    for (int i = any(4); i > 0; --i) {
      const auto& [group, product] = products()[static_cast<std::size_t>(any(static_cast<int>(products().size())))];
      who.doses.emplace_back(product, who.birth + any(who.today - who.birth + 1));
    }
    const auto before = who.ask();
    for (const auto& answer : answers_of(who)) {
      if (answer.status != fr::Status::a_faire && answer.status != fr::Status::en_retard) continue;
      const auto product = std::find_if(products().begin(), products().end(),
                                        [&](const auto& each) { return each.first == answer.group; });
      auto after = who;
      after.doses.emplace_back(product->second, after.today);
      RC_LOG() << answer.group << " born " << vaccine::iso(who.birth) << " on " << vaccine::iso(who.today);
      // Given today, nothing of it can be late today.
      RC_ASSERT_FALSE(says(after.ask(), "VAC-RETARD", answer.label + ", "));
      RC_ASSERT_FALSE(says(after.ask(), "VAC-RETARD", answer.label + " :"));
      break;
    }
    static_cast<void>(before);
  }));
}

TEST_CASE("whatever a record holds the answer is one a host takes and no text to a patient names a vaccine") {
  CHECK(rc::check("any record", [] {
    const auto who = somebody();
    Patient patient(date_of(who.birth), static_cast<relais::Sex>(any(3)));
    for (int i = any(12); i > 0; --i) {
      told::Immunization row;
      row.product_code = *rc::gen::element<std::string>("60645557", "J07CA02", "146", "ROR", "zzz", "");
      row.product_system = *rc::gen::element<std::string>("cis", "atc", "cvx", "snomed", "");
      row.label = *rc::gen::element<std::string>("", "Infanrix", "vaccin", "Priorix, suspension");
      if (any(5) > 0) row.given_on = date_of(who.birth - 400 + any(who.today - who.birth + 800));
      row.status = static_cast<std::uint32_t>(any(4));
      row.proof = static_cast<std::uint32_t>(any(3));
      patient.has(row);
    }
    if (any(3) == 0) patient.word("grossesse", date_of(who.today - any(400)), any(45));
    if (any(3) == 0) patient.ill(*rc::gen::element<std::string>("E11.9", "Z33", "D73.0", "L40", ""));
    if (any(2) == 0) patient.comes(date_of(who.today + any(100)));
    const auto answer = patient.ask(date_of(who.today));
    RC_ASSERT(answer.evaluated());
    RC_ASSERT(answer.findings.size() <= 2U);
    const auto message = draft(answer, "draft.patient-message");
    RC_ASSERT(message.find("accin") == std::string::npos);
  }));
}
