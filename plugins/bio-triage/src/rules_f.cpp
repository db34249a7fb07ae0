// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::string_view laboratory_source = "interprétation et intervalle du laboratoire";

// What one measure is known by in reasons: both codes of one analyte are one thing.
std::string about(const Measure& measure) {
  return measure.analyte != nullptr ? measure.analyte->id : std::string(measure.observation.id());
}

struct Teller {
  const Situation& situation;
  Reasons& reasons;

  void operator()(std::string_view rule, Category category, const Measure& measure, const std::string& what) const {
    reasons.add(rule, category, fr::named(measure) + " : " + what + fr::details(situation, measure) + ".",
                laboratory_source, about(measure), measure.observation.id());
  }
};

// Whether the value may lie on both sides of a threshold of the analyte (F7).
bool straddles_a_threshold(const Situation& situation, const Measure& measure) {
  const auto value = measure.canonical();
  if (!value || value->exact() || situation.age_band() == AgeBand::under_2) return false;
  const Thresholds limits = situation.thresholds(*measure.analyte);
  const auto low = [&](const std::optional<Limit>& limit) {
    return limit && under(*value, *limit) == Against::straddling;
  };
  const auto high = [&](const std::optional<Limit>& limit) {
    return limit && over(*value, *limit) == Against::straddling;
  };
  return low(limits.critical_low) || low(limits.today_low) || high(limits.critical_high) || high(limits.today_high);
}

bool contradicts_range(const Measure& measure) {
  const auto against = measure.against_range();
  if (!against) return false;
  switch (measure.flag) {
    case Flag::normal:
    case Flag::negative:
      return *against == Against::beyond;
    case Flag::low:
    case Flag::very_low:
      return *against == Against::inside || measure.above_range();
    case Flag::high:
    case Flag::very_high:
      return *against == Against::inside || measure.below_range();
    case Flag::very:
    case Flag::positive:
      return *against == Against::inside;
    case Flag::absent:
    case Flag::other:
      break;
  }
  return false;
}

// F6 for an analyte of the table whose unit is missing or unknown.
void unknown_unit(const Teller& tell, const Measure& measure) {
  if (measure.analyte == nullptr || measure.conversion || !measure.value) return;
  const bool abnormal = flagged(measure.flag) || measure.against_range() == Against::beyond;
  const bool today = measure.analyte->has_thresholds() && abnormal;
  tell("F6", today ? Category::aujourdhui : Category::a_voir, measure,
       measure.observation.unit().empty() ? "unité absente, aucun seuil n'est appliqué"
                                          : "unité inconnue, aucun seuil n'est appliqué");
}

// F1, F2, F8: the flag itself. F2 is critique when no threshold can tell, because analyte or unit is not known.
void told_by_flag(const Teller& tell, const Measure& measure) {
  if (strongly_flagged(measure.flag)) {
    const bool no_threshold_known = measure.analyte == nullptr || (measure.value && !measure.conversion) ||
                                    (measure.analyte != nullptr && !measure.value);
    const bool met = measure.analyte != nullptr && tell.reasons.fired("C-" + measure.analyte->id, measure.analyte->id);
    tell("F2", no_threshold_known || met ? Category::critique : Category::aujourdhui, measure,
         no_threshold_known ? "très anormal pour le laboratoire, sans seuil connu pour en juger"
                            : "très anormal pour le laboratoire");
    return;
  }
  if (measure.flag == Flag::positive && !measure.value) {
    tell("F8", Category::a_voir, measure, "résultat positif ou anormal pour le laboratoire");
    return;
  }
  if (flagged(measure.flag)) tell("F1", Category::a_voir, measure, "signalé par le laboratoire");
}

// True when the measure is normal by positive evidence (F0).
bool numeric(const Teller& tell, const Measure& measure) {
  unknown_unit(tell, measure);
  told_by_flag(tell, measure);
  const bool contradicted = contradicts_range(measure);
  if (contradicted) tell("F4", Category::a_voir, measure, "le drapeau et l'intervalle du laboratoire se contredisent");
  const bool says_normal = measure.flag == Flag::normal || measure.flag == Flag::negative;
  const auto against = measure.against_range();
  if (measure.flag == Flag::absent && against == Against::beyond) {
    tell("F3", Category::a_voir, measure, "hors de l'intervalle du laboratoire, sans drapeau");
  }
  const bool straddling = !says_normal && (against == Against::straddling ||
                                           straddles_a_threshold(tell.situation, measure));
  if (straddling) tell("F7", Category::a_voir, measure, "la valeur exacte peut être de part et d'autre d'une limite");
  if (measure.flag == Flag::absent && !measure.has_range()) {
    if (tell.situation.told_by_a_twin(measure)) return false;
    tell("F5", Category::a_voir, measure, "ni intervalle exploitable ni drapeau");
  }
  const bool unit_known = measure.analyte == nullptr || measure.conversion;
  return unit_known && !contradicted && !straddling &&
         (says_normal || (measure.flag == Flag::absent && against == Against::inside));
}

bool qualitative(const Teller& tell, const Measure& measure) {
  const relais::Observation& observation = measure.observation;
  const bool negative = tell.situation.words().negative(observation.value_text(), observation.value_code());
  told_by_flag(tell, measure);
  if (negative && flagged(measure.flag)) {
    tell("F4", Category::a_voir, measure, "la réponse et le drapeau du laboratoire se contredisent");
  }
  if (flagged(measure.flag)) return false;
  if (measure.flag != Flag::absent || negative) return true;
  tell("F9", Category::a_voir, measure, "réponse sans drapeau, qui n'est pas un résultat négatif reconnu");
  return false;
}

// F4: the reader of the format saw a coded value that the narrative contradicts.
void contradicted_narrative(const Situation& situation, Reasons& reasons) {
  for (const relais::Anomaly anomaly : situation.report().anomalies()) {
    if (anomaly.code().find("narrative") == std::string_view::npos &&
        anomaly.code().find("text-differs") == std::string_view::npos) {
      continue;
    }
    reasons.add("F4", Category::a_voir,
                "Le texte du compte rendu et le résultat codé se contredisent (" + fr::quoted(anomaly.place(), 80) +
                    ").",
                laboratory_source, "narrative", situation.report().id());
  }
}

}  // namespace

void laboratory(const Situation& situation, Reasons& reasons) {
  const Teller tell{situation, reasons};
  contradicted_narrative(situation, reasons);
  std::size_t normal = 0;
  std::string list;
  std::vector<const Measure*> evidence;
  for (const Measure& measure : situation.measures()) {
    if (!rendered(situation, measure)) continue;
    if (!(measure.value ? numeric(tell, measure) : qualitative(tell, measure))) continue;
    ++normal;
    evidence.push_back(&measure);
    if (list.size() > 1500) continue;
    list += (list.empty() ? "" : " ; ") + fr::named(measure);
    if (measure.has_range()) list += " (" + fr::range(measure) + ")";
  }
  if (normal == 0) return;
  const std::string text = (normal == 1 ? "1 résultat normal" : std::to_string(normal) + " résultats normaux") +
                           " d'après le drapeau ou l'intervalle du laboratoire : " + list + ".";
  for (const Measure* const measure : evidence) {
    if (reasons.fired("F0") && evidence.size() > 200) break;
    reasons.add("F0", Category::normal, text, laboratory_source, "report", measure->observation.id());
  }
}

}  // namespace bio
