// SPDX-License-Identifier: Apache-2.0
#include "judge.h"

#include <algorithm>

#include "words.h"

namespace ald {
namespace {

using relais::Category;
using relais::DataLevel;
using relais::RenewalStep;

constexpr const char* own_choice = "choix de Relais";
constexpr const char* renewal_page = "ameli.fr, « Renouvellement de l'ALD à réaliser »";

bool settled(RenewalStep step) { return step == RenewalStep::refused || step == RenewalStep::not_to_renew; }
bool renewed(RenewalStep step) { return step == RenewalStep::accepted || step == RenewalStep::by_caisse; }

// A request that is signed and sent silences reminders, but not the end itself. What the doctor settled is silent.
bool speaks(const Line& line) {
  if (settled(line.right.step)) return false;
  if (renewed(line.right.step)) return true;
  if (line.stage == Stage::none) return false;
  return line.right.step != RenewalStep::sent || line.stage == Stage::expired || line.stage == Stage::unknown;
}

relais::Reason reason(std::string rule, std::string text, std::string source, Category category, std::string evidence) {
  relais::Reason made;
  made.rule = std::move(rule);
  made.text = std::move(text);
  made.source = std::move(source);
  made.category = category;
  made.level = DataLevel::d2;
  if (!evidence.empty()) made.evidence.push_back(std::move(evidence));
  return made;
}

relais::Reason stage_reason(const Line& line, const Durations& durations) {
  const Right& right = line.right;
  if (renewed(right.step)) {
    return reason("ALD-CAISSE", ald(right) + " : " + step_words(right) + " ; seule la nouvelle date de fin manque.",
                  renewal_page, Category::a_voir, right.id);
  }
  Category category = category_of(line.stage);
  std::string text = ald(right) + " : ";
  if (line.stage == Stage::unknown) {
    text += advice(line.stage);
  } else {
    text += end_words(right, line.end) + " ; ";
    if (line.stage == Stage::expired && right.step == RenewalStep::sent) {
      text += "échue, " + step_words(right);
      category = Category::a_voir;
    } else {
      text += never_renewed(right, durations) ? "fin de droit prévue, sans renouvellement" : std::string(advice(line.stage));
      if (const auto step = step_words(right); !step.empty()) text += " ; " + step;
    }
  }
  const bool official = line.stage == Stage::prepare || line.stage == Stage::due;
  return reason(std::string(rule_of(line.stage)), text + ".", official ? renewal_page : own_choice, category, right.id);
}

std::optional<relais::Appointment> next_appointment(const relais::Slice& slice) {
  std::optional<relais::Appointment> next;
  for (const relais::Appointment each : slice.appointments()) {
    if (!each.start() || *each.start() < slice.as_of()) continue;
    if (!next || *each.start() < *next->start()) next = each;
  }
  return next;
}

void add_appointment(const relais::Slice& slice, const std::vector<Line>& all, std::vector<relais::Reason>& reasons) {
  const auto next = next_appointment(slice);
  if (!next) {
    reasons.push_back(reason("ALD-RDV", "Aucun rendez-vous à venir : une seule visite suffit pour toutes les ALD.",
                             own_choice, Category::none, ""));
    return;
  }
  std::string text = "À grouper avec le rendez-vous du " + appointment_words(*next);
  std::optional<Date> first;
  for (const Line& line : all)
    if (line.speaks && line.end.day && line.stage != Stage::expired) first = first ? std::min(*first, *line.end.day) : *line.end.day;
  const auto at = next->local_start();
  if (first && at && Date(std::chrono::floor<std::chrono::days>(*at).time_since_epoch()) > *first) {
    text += ", qui vient après la fin du droit : à avancer";
  }
  reasons.push_back(reason("ALD-RDV", text + ".", own_choice, Category::none, std::string(next->id())));
}

// Without any count of days: what is read tomorrow is what was read today, until something changes.
std::string title(const std::vector<Line>& all) {
  const auto speaking = std::count_if(all.begin(), all.end(), [](const Line& line) { return line.speaks; });
  const auto worst = std::ranges::max_element(all, {}, [](const Line& line) {
    return line.speaks ? static_cast<int>(category_of(line.stage)) * 10 + static_cast<int>(line.stage) : -1;
  });
  if (speaking == 0) return "ALD : dates à vérifier";
  const Line& first = *worst;
  if (renewed(first.right.step)) return ald(first.right) + " : nouvelle date de fin à noter";
  std::string text = ald(first.right) + " : ";
  if (first.stage == Stage::expired) {
    text += first.right.step == RenewalStep::sent ? "échue, " + step_words(first.right)
                                                  : "droit échu depuis le " + french(*first.end.day + std::chrono::days(1));
  } else if (first.end.day) {
    text += "fin de droit le " + french(*first.end.day);
  } else {
    text += "date de fin inconnue";
  }
  if (all.size() > 1) text += " (" + std::to_string(all.size()) + " ALD, une seule demande)";
  return text;
}

}  // namespace

std::vector<Line> lines(const relais::Slice& slice, const Durations& durations) {
  const Settings settings = read_settings(slice);
  std::vector<Line> all;
  for (Right& right : standing(slice)) {
    Line line;
    line.end = end_of(right, durations);
    line.stage = stage_on(line.end.day, slice.today(), settings);
    line.doubts = doubts(right, line.end, durations);
    line.right = std::move(right);
    line.speaks = speaks(line);
    all.push_back(std::move(line));
  }
  std::ranges::stable_sort(all, {}, [](const Line& line) { return line.end.day.value_or(Date::min()); });
  return all;
}

std::optional<relais::Finding> alert(const relais::Slice& slice, const std::vector<Line>& all,
                                     const Durations& durations) {
  const bool any_speaks = std::ranges::any_of(all, &Line::speaks);
  const auto twice = repeated(slice);
  const bool any_doubt = !twice.empty() || std::ranges::any_of(all, [](const Line& line) { return !line.doubts.empty(); });
  if (!any_speaks && !any_doubt) return std::nullopt;

  relais::Finding finding;
  finding.kind = "ald";
  finding.level = DataLevel::d2;
  auto& reasons = finding.reasons;
  for (const Line& line : all)
    if (line.speaks) reasons.push_back(stage_reason(line, durations));
  for (const Line& line : all)
    for (const Doubt& doubt : line.doubts)
      reasons.push_back(reason(doubt.rule, doubt.text, own_choice, Category::a_voir, line.right.id));
  for (const auto& number : twice)
    reasons.push_back(reason("ALD-INCOHERENCE", "ALD " + number + " : inscrite deux fois au même début.", own_choice,
                             Category::a_voir, ""));
  if (any_speaks) {
    for (const Line& line : all) {
      if (line.speaks) continue;
      std::string text = ald(line.right) + " : " + end_words(line.right, line.end);
      if (const auto step = step_words(line.right); !step.empty()) text += " ; " + step;
      reasons.push_back(reason("ALD-AUTRE", text + " ; à déclarer dans la même demande.", renewal_page, Category::none,
                               line.right.id));
    }
    add_appointment(slice, all, reasons);
  }
  if (slice.completeness("long_term_condition") == relais::Completeness::withheld) {
    reasons.push_back(reason("ALD-INCOMPLET", "Des ALD de ce dossier n'ont pas été transmises : liste incomplète.",
                             own_choice, Category::a_voir, ""));
  }
  for (const auto& each : reasons) finding.category = std::max(finding.category, each.category);
  for (const Line& line : all)
    if (line.speaks) finding.rank = std::max(finding.rank, static_cast<double>(line.stage));
  finding.title = title(all);
  return finding;
}

bool to_prepare(const Line& line, const Durations& durations) {
  if (!line.speaks || renewed(line.right.step) || line.right.step == RenewalStep::sent) return false;
  if (never_renewed(line.right, durations)) return false;
  return line.stage == Stage::prepare || line.stage == Stage::due || line.stage == Stage::critical ||
         line.stage == Stage::expired;
}

}  // namespace ald
