// SPDX-License-Identifier: Apache-2.0
// What must hold of any patient under the shipped schedule.
#include <rapidcheck.h>

#include <algorithm>
#include <functional>

#include "french_record.h"

using namespace relais::vaccine;
using namespace relais::vaccine::test;
using fr::Status;

namespace {

bool called(Status status) { return status == Status::a_faire || status == Status::en_retard; }

// A healthy patient of any age who received each dose of each series on the day it became recommended.
fr::Record follows_schedule(Day birth, Day assessed, const std::string& group,
                            const std::vector<std::string>& valences) {
  fr::Record who;
  who.birth = birth;
  who.assessed = assessed;
  who.gender = Gender::female;
  who.observations.push_back({"dtp-primovaccination-complete", {}});
  for (int i = 0; i < 12; ++i) {
    const auto now = answer_for(group, who);
    if (!called(now.status)) break;
    fr::RecordedDose dose;
    dose.first = dose.last = now.recommended;
    dose.valences = valences;
    who.doses.push_back(dose);
  }
  return who;
}

struct Course {
  const char* group;
  std::vector<std::string> valences;
};

const std::vector<Course>& courses() {
  static const std::vector<Course> all{
      {"hexavalent", hexavalent}, {"pneumocoque-nourrisson", {"VPC15"}}, {"meningocoque-b", {"MenB"}},
      {"meningocoque-acwy-nourrisson", {"MenACWY"}}, {"meningocoque-acwy-adolescent", {"MenACWY"}}, {"ror", ror},
      {"hpv", {"HPV9"}}, {"hepatite-b", {"HB"}}, {"zona", {"zoster"}}, {"pneumocoque-adulte", {"VPC20"}},
      {"vrs-adulte", {"RSV"}}, {"dtp-adulte", {"d", "T", "IPV"}}, {"dtcap-6-ans", {"D", "T", "Ca", "IPV"}},
      {"dtcap-11-13-ans", dtcap}, {"grippe", {"influenza"}}};
  return all;
}

// The whole range from the first try: small sizes would only draw the oldest patients.
int any(int below) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, below)); }
Day any_birth() { return on("1940-01-01") + any(31'000); }
Day any_assessment(Day birth) { return std::max(birth, on("2025-01-01")) + any(500); }

// Every course for one patient of any age.
void for_each_course(const std::function<void(const Course&, fr::Record)>& check) {
  fr::Record who;
  who.birth = any_birth();
  who.assessed = any_assessment(who.birth);
  who.gender = Gender::female;
  for (const auto& course : courses()) check(course, who);
}

}  // namespace

TEST_CASE("a patient who followed the schedule is never called") {
  CHECK(rc::check("followed", [] {
    for_each_course([](const Course& course, const fr::Record& who) {
      const auto done = follows_schedule(who.birth, who.assessed, course.group, course.valences);
      RC_LOG() << course.group << " born " << iso(who.birth) << " assessed " << iso(who.assessed);
      RC_ASSERT_FALSE(called(answer_for(course.group, done).status));
    });
  }));
}

TEST_CASE("a further valid dose never makes a patient later than before") {
  CHECK(rc::check("one more", [] {
    for_each_course([](const Course& course, fr::Record who) {
      const auto before = answer_for(course.group, who);
      if (!called(before.status)) return;
      fr::RecordedDose dose;
      dose.first = dose.last = *before.earliest + any(who.assessed - *before.earliest + 1);
      dose.valences = course.valences;
      who.doses.push_back(dose);
      const auto after = answer_for(course.group, who);
      RC_LOG() << course.group << " born " << iso(who.birth) << " assessed " << iso(who.assessed) << " given "
               << iso(*dose.first);
      if (after.late_from && before.late_from) {
        RC_ASSERT(*after.late_from >= *before.late_from);
      }
      if (after.recommended) {
        RC_ASSERT(*after.recommended >= *before.recommended);
      }
      // A first dose that is never late can open a second one that is: only from a day after it was given.
      if (after.late_from && !before.late_from) {
        RC_ASSERT(*after.late_from > *dose.first);
      }
    });
  }));
}

TEST_CASE("an unknown history is unknown and never read as not vaccinated") {
  CHECK(rc::check("unknown", [] {
    for_each_course([](const Course& course, fr::Record who) {
      const auto known = answer_for(course.group, who);
      // Nothing is known before the assessment itself.
      who.observations.push_back({"historique-inconnu", who.assessed + 1});
      const auto got = answer_for(course.group, who);
      RC_LOG() << course.group << " born " << iso(who.birth) << " assessed " << iso(who.assessed);
      RC_ASSERT_FALSE(called(got.status));
      RC_ASSERT((got.status == Status::inconnu || !called(known.status)));
    });
  }));
}

TEST_CASE("answers of any record keep their dates in order") {
  CHECK(rc::check("order", [] {
    const auto birth = any_birth();
    auto who = record("2000-01-01", "2025-01-01");
    who.birth = birth;
    who.assessed = any_assessment(birth);
    const auto count = any(8);
    for (int i = 0; i < count; ++i) {
      fr::RecordedDose dose;
      dose.first = dose.last = birth + any(who.assessed - birth + 1);
      dose.valences = courses()[static_cast<std::size_t>(any(static_cast<int>(courses().size())))].valences;
      who.doses.push_back(dose);
    }
    const auto answers = fr::answer(calendar(), who);
    RC_ASSERT(answers.has_value());
    for (const auto& each : *answers) {
      if (each.earliest && each.recommended) RC_ASSERT(*each.earliest <= *each.recommended);
      if (each.earliest && each.late_from) RC_ASSERT(*each.earliest < *each.late_from);
      if (each.status == Status::en_retard) RC_ASSERT(each.late_from.value() <= who.assessed);
    }
  }));
}
