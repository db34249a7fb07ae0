// SPDX-License-Identifier: Apache-2.0
#include "engine/explain.h"

#include <array>
#include <string_view>
#include <utility>

namespace relais::vaccine {
namespace {

const Series& series_at(const SupportingData& data, const SeriesOutcome& outcome) {
  return data.antigens[outcome.antigen].series[outcome.series];
}

bool concerns(const TraceEvent& event, const SeriesOutcome& outcome) {
  return event.antigen == outcome.antigen && event.series == outcome.series;
}

const char* french_status(DoseStatus status) {
  switch (status) {
    case DoseStatus::valid: return "compte";
    case DoseStatus::not_valid: return "ne compte pas et reste à refaire";
    case DoseStatus::extraneous: return "en plus, sans être à refaire";
    case DoseStatus::sub_standard: return "produit périmé ou altéré, à refaire";
    case DoseStatus::none: break;
  }
  return "non évaluée";
}

const char* french_status(PatientSeriesStatus status) {
  switch (status) {
    case PatientSeriesStatus::not_complete: return "série à poursuivre";
    case PatientSeriesStatus::complete: return "série complète";
    case PatientSeriesStatus::not_recommended: return "non recommandé actuellement";
    case PatientSeriesStatus::immune: return "immunité établie";
    case PatientSeriesStatus::contraindicated: return "contre-indiqué";
    case PatientSeriesStatus::aged_out: return "âge maximal dépassé";
  }
  return "";
}

// What a date of the forecast comes from; null when people need not read it.
const char* french_origin(std::string_view element) {
  constexpr std::array<std::pair<std::string_view, const char*>, 9> words{{
      {"age.minAge", "âge minimal"},
      {"interval.minInt", "intervalle minimal depuis la dose de référence"},
      {"conflictEndInterval", "délai après un autre vaccin vivant"},
      {"seasonalRecommendation.startDate", "début de la saison"},
      {"most recent dose", "date de la dernière dose"},
      {"age.earliestRecAge", "âge recommandé"},
      {"interval.earliestRecInt", "intervalle recommandé"},
      {"age.latestRecAge", "âge à ne pas dépasser"},
      {"interval.latestRecInt", "intervalle à ne pas dépasser"},
  }};
  for (const auto& [name, word] : words) {
    if (name == element) return word;
  }
  return nullptr;
}

std::string developer_line(const Assessment& assessment, const Series& series, const TraceEvent& event) {
  std::string line = series.name + ": " + event.rule;
  if (event.series_dose > 0) line += " seriesDose " + std::to_string(event.series_dose);
  line += std::string(" ") + event.element;
  if (event.dose >= 0) line += " for the dose of " + iso(assessment.doses[static_cast<std::size_t>(event.dose)].date);
  if (event.reference) line += " from " + iso(*event.reference);
  if (event.date) line += " = " + iso(*event.date);
  return line + (event.met ? ", met" : ", not met");
}

}  // namespace

std::string french_reasons(Reasons reasons) {
  constexpr std::array<std::pair<Reason, const char*>, 12> words{{
      {Reason::too_young, "trop jeune"},
      {Reason::age_grace, "peu avant l’âge minimal, accepté"},
      {Reason::too_old, "trop âgé"},
      {Reason::too_soon, "trop tôt après la dose de référence"},
      {Reason::interval_grace, "peu avant l’intervalle minimal, accepté"},
      {Reason::vaccine_conflict, "trop près d’un autre vaccin vivant"},
      {Reason::not_preferable_or_allowable, "vaccin qui ne convient pas à cette dose"},
      {Reason::inadvertent, "donné par erreur"},
      {Reason::series_complete, "la série était déjà complète"},
      {Reason::expired_or_spoilt, "périmé ou altéré"},
      {Reason::small_volume, "volume inférieur à celui attendu"},
      {Reason::given_on_unknown_day, "date inconnue, comptée comme donnée à temps"},
  }};
  std::string out;
  for (const auto& [reason, word] : words) {
    if (!(reasons & reason)) continue;
    if (!out.empty()) out += " ; ";
    out += word;
  }
  return out;
}

std::vector<std::string> explain_for_developers(const SupportingData& data, const Assessment& assessment,
                                                const GroupForecast& forecast, const Trace& trace) {
  std::vector<std::string> out;
  for (const auto i : forecast.series) {
    const auto& outcome = assessment.series[i];
    for (const auto& event : trace.events) {
      if (concerns(event, outcome)) out.push_back(developer_line(assessment, series_at(data, outcome), event));
    }
    if (outcome.points != 0)
      out.push_back(series_at(data, outcome).name + ": SELECTBEST-1 points " + std::to_string(outcome.points));
  }
  return out;
}

std::vector<std::string> explain_in_french(const SupportingData& data, const Assessment& assessment,
                                           const GroupForecast& forecast, const Trace& trace) {
  std::vector<std::string> out;
  for (const auto i : forecast.series) {
    const auto& outcome = assessment.series[i];
    const auto& series = series_at(data, outcome);
    out.push_back(data.antigens[outcome.antigen].name + ", " + series.name + " : " +
                  french_status(outcome.forecast.status));
    for (const auto& each : outcome.evaluations) {
      const auto reasons = french_reasons(each.reasons);
      out.push_back("  dose du " + french_day(assessment.doses[each.dose].date) + " : " + french_status(each.status) +
                    (reasons.empty() ? std::string() : " (" + reasons + ")"));
    }
    if (!outcome.forecast.earliest) continue;
    const auto& next = series.doses[outcome.targets[outcome.next_target].series_dose];
    std::string line = "  prochaine dose, n° " + std::to_string(outcome.forecast.dose_number) + " : possible dès le " +
                       french_day(*outcome.forecast.earliest) + ", recommandée le " +
                       french_day(*outcome.forecast.recommended);
    if (outcome.forecast.past_due) line += ", à faire au plus tard le " + french_day(*outcome.forecast.past_due);
    out.push_back(std::move(line));
    for (const auto& event : trace.events) {
      const auto* origin = french_origin(event.element);
      if (!concerns(event, outcome) || event.dose >= 0 || event.series_dose != next.number || !origin || !event.date)
        continue;
      std::string why = std::string("    ") + origin;
      if (event.stated) why += " (" + french(*event.stated) + ")";
      out.push_back(why + " : " + french_day(*event.date));
    }
  }
  return out;
}

}  // namespace relais::vaccine
