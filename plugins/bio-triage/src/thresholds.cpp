// SPDX-License-Identifier: Apache-2.0
#include "thresholds.h"

#include "text_fr.h"

namespace bio {

bool met(const Interval& value, const std::optional<Limit>& limit, Side side) {
  if (!limit) return false;
  return (side == Side::low ? under(value, *limit) : over(value, *limit)) == Against::beyond;
}

bool times_upper(const Measure& measure, const std::optional<double>& times) {
  return times && measure.high && measure.value && more_than(*measure.value, *times * *measure.high);
}

std::string told(const Limit& limit, Side side, const Analyte& analyte) {
  const std::string bound = fr::quantity(limit.value, analyte.unit);
  if (side == Side::low) return (limit.inclusive ? "au plus " : "moins de ") + bound;
  return (limit.inclusive ? "au moins " : "plus de ") + bound;
}

std::string told_times(double times) { return "plus de " + fr::number(times) + " fois la limite haute du laboratoire"; }

std::optional<Interval> against_table(const Situation& situation, const Measure& measure) {
  if (measure.analyte == nullptr || !rendered(situation, measure)) return std::nullopt;
  if (situation.age_band() == AgeBand::under_2) return std::nullopt;
  const std::string& id = measure.analyte->id;
  if ((id == "CREA" || id == "UREE") && situation.has("dialyse")) return std::nullopt;
  if (id == "INR" && situation.has("avk")) return std::nullopt;
  return situation.judged(measure);
}

void add_threshold(const Situation& situation, Reasons& reasons, const Measure& measure, Category category,
                   const std::string& bound, const std::string& remark) {
  const Analyte& analyte = *measure.analyte;
  const bool critical = category == Category::critique;
  reasons.add((critical ? "C-" : "J-") + analyte.id, category,
              fr::named(measure) + fr::converted(measure) + " : " + bound +
                  (critical ? ", seuil critique" : ", seuil du jour même") + remark + fr::details(situation, measure) +
                  ".",
              (critical ? analyte.critical_source : analyte.today_source) +
                  (analyte.to_confirm ? " (à confirmer par le médecin)" : ""),
              analyte.id, measure.observation.id());
}

}  // namespace bio
