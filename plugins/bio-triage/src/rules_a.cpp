// SPDX-License-Identifier: Apache-2.0
// Acute kidney injury: NHS England algorithm (2014), rebuilt from its published description (Sawhney, PLoS ONE 2015).
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::string_view source =
    "NHS England, algorithme AKI (2014) ; KDIGO 2012 (à confirmer par le médecin)";

struct Earlier {
  std::optional<double> lowest_7d;    // RV1
  std::optional<double> median_year;  // RV2: more than 7 days
  std::optional<double> lowest_48h;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void keep_lowest(std::optional<double>& lowest, double value) { lowest = lowest ? std::min(*lowest, value) : value; }

Earlier read_earlier(const Situation& situation, const Measure& measure) {
  Earlier earlier;
  std::vector<double> older;
  for (const Measure* const one : situation.earlier(measure, std::chrono::days(365))) {
    const auto value = one->canonical();
    const auto age = situation.before(*one, measure);
    if (!value || !value->exact() || !age) continue;
    if (*age > std::chrono::days(7)) {
      older.push_back(value->low);
      continue;
    }
    keep_lowest(earlier.lowest_7d, value->low);
    if (*age <= std::chrono::hours(48)) keep_lowest(earlier.lowest_48h, value->low);
  }
  if (!older.empty()) earlier.median_year = median(older);
  return earlier;
}

// "1,60": two decimals, only to be read; comparisons are not rounded.
std::string ratio_text(double ratio) {
  // A laboratory may write any number: no integer holds every ratio.
  constexpr double most = 1e6;
  if (ratio > most) return "de plus d'un million";
  const auto hundredths = std::to_string(static_cast<long long>(std::round(ratio * 100)));
  const std::string padded = std::string(hundredths.size() < 3 ? 3 - hundredths.size() : 0, '0') + hundredths;
  return padded.substr(0, padded.size() - 2) + "," + padded.substr(padded.size() - 2);
}

void judge(const Situation& situation, const Measure& measure, Reasons& reasons) {
  const auto value = measure.canonical();
  if (!value || !value->exact()) return;
  const double now = value->low;
  const Earlier earlier = read_earlier(situation, measure);
  const std::string head = fr::named(measure) + fr::converted(measure);
  const auto add = [&](std::string_view rule, Category category, const std::string& what) {
    reasons.add(rule, category, head + " : " + what + fr::details(situation, measure) + ".", source, "CREA",
                measure.observation.id());
  };
  // Infinite without a bound: nothing is above it.
  const double upper = measure.high && measure.conversion ? (*measure.conversion)(*measure.high)
                                                          : std::numeric_limits<double>::infinity();
  if (!earlier.lowest_7d && !earlier.median_year) {
    if (compare(now, upper) > 0) {
      add("A0", compare(now, 354) > 0 ? Category::critique : Category::a_voir,
          "au-dessus de la limite haute sans créatinine connue depuis 365 jours, atteinte aiguë ou chronique à départager");
    }
    return;
  }
  const double by_week = earlier.lowest_7d && *earlier.lowest_7d > 0 ? now / *earlier.lowest_7d : 0;
  const double by_year = earlier.median_year && *earlier.median_year > 0 ? now / *earlier.median_year : 0;
  const double ratio = std::max(by_week, by_year);
  const bool child = situation.age() && *situation.age() < 18;
  const bool big = child ? now > 3 * upper : compare(now, 354) > 0;
  const std::string against =
      "rapport " + ratio_text(ratio) +
      (by_week >= by_year ? " à la plus basse des 7 derniers jours (" + fr::number(earlier.lowest_7d.value_or(0))
                          : " à la médiane de l'année (" + fr::number(earlier.median_year.value_or(0))) +
      " µmol/L)";
  int stage = 0;
  std::string what;
  const auto reaches = [&](double limit) { return compare(ratio, limit) >= 0; };
  if (reaches(1.5)) {
    stage = reaches(3) || big ? 3 : reaches(2) ? 2 : 1;
    what = against;
  } else if (earlier.lowest_48h && compare(now - *earlier.lowest_48h, 26) > 0) {
    stage = big ? 3 : 1;
    what = "hausse de " + fr::number(std::round((now - *earlier.lowest_48h) * 10) / 10) + " µmol/L en 48 heures, " + against;
  }
  if (stage == 0) return;
  add("A" + std::to_string(stage), stage == 1 ? Category::aujourdhui : Category::critique,
      "insuffisance rénale aiguë de stade " + std::to_string(stage) + ", " + what);
}

}  // namespace

void kidney(const Situation& situation, Reasons& reasons) {
  if (!situation.settled() || situation.has("dialyse")) return;
  for (const Measure& measure : situation.measures()) {
    if (rendered(situation, measure) && measure.analyte != nullptr && measure.analyte->id == "CREA") {
      judge(situation, measure, reasons);
    }
  }
}

}  // namespace bio
