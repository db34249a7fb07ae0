// SPDX-License-Identifier: Apache-2.0
// What must hold of any history.
#include <rapidcheck.h>

#include <algorithm>

#include "small_data.h"

using namespace relais::vaccine;
using namespace relais::vaccine::test;

namespace {

const SupportingData& data() {
  static const auto loaded = load(antigen(series(
      {.name = "Three",
       .doses =
           series_dose(1, "<age><absMinAge>6 weeks - 4 days</absMinAge><minAge>6 weeks</minAge><earliestRecAge>2 months"
                          "</earliestRecAge><latestRecAge>3 months + 4 weeks</latestRecAge></age>") +
           series_dose(2, "<interval><fromPrevious>Y</fromPrevious><absMinInt>4 weeks - 4 days</absMinInt>"
                          "<minInt>4 weeks</minInt><earliestRecInt>2 months</earliestRecInt></interval>") +
           series_dose(3, "<age><minAge>12 months</minAge></age><interval><fromTargetDose>1</fromTargetDose>"
                          "<absMinInt>6 months</absMinInt><minInt>6 months</minInt></interval>")})));
  return loaded;
}

constexpr Day four_years = 1461;

int any(int below) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, below)); }

// Born in this century and assessed before 2090, so that four years hold one leap day.
Patient any_patient(Day assessed) {
  Patient who;
  who.birth = assessed - any(2'000);
  const int doses = any(6);
  for (int i = 0; i < doses; ++i) {
    Dose dose;
    dose.date = who.birth + any(assessed - who.birth + 1);
    dose.cvx = data().find_cvx(any(2) ? "A1" : any(2) ? "A2" : "B1");
    who.doses.push_back(dose);
  }
  return who;
}

Day any_assessment() { return day("2010-01-01") + any(20'000); }

}  // namespace

TEST_CASE("an answer shifts by four years with all its dates") {
  CHECK(rc::check("shift", [] {
    const auto assessed_on = any_assessment();
    const auto who = any_patient(assessed_on);
    auto later = who;
    later.birth += four_years;
    for (auto& dose : later.doses) dose.date += four_years;
    const auto one = assess(data(), who, assessed_on), two = assess(data(), later, assessed_on + four_years);
    RC_ASSERT(one.has_value());
    RC_ASSERT(two.has_value());
    RC_ASSERT(statuses(*one) == statuses(*two));
    const auto &a = alpha(*one).forecast, &b = alpha(*two).forecast;
    RC_ASSERT(a.status == b.status);
    const bool dates = a.earliest.has_value();
    RC_ASSERT(dates == b.earliest.has_value());
    RC_ASSERT((!dates || (*a.earliest + four_years == *b.earliest && *a.recommended + four_years == *b.recommended)));
  }));
}

TEST_CASE("dates of an answer are in order and a complete series stays complete") {
  CHECK(rc::check("order", [] {
    const auto assessed_on = any_assessment();
    const auto who = any_patient(assessed_on);
    const auto got = assess(data(), who, assessed_on);
    RC_ASSERT(got.has_value());
    const auto& forecast = alpha(*got).forecast;
    if (forecast.earliest) {
      RC_ASSERT(*forecast.earliest <= *forecast.recommended);
      RC_ASSERT(forecast.past_due.value_or(*forecast.earliest) >= *forecast.earliest);
      for (const auto& dose : got->doses) {
        const bool of_alpha = data().cvx[dose.cvx].code != "B1";
        RC_ASSERT((!of_alpha || dose.date <= *forecast.earliest));
      }
    }
    const auto later = assess(data(), who, assessed_on + any(3'000));
    RC_ASSERT(later.has_value());
    const bool complete = forecast.status == PatientSeriesStatus::complete;
    RC_ASSERT((!complete || alpha(*later).forecast.status == PatientSeriesStatus::complete));
  }));
}
