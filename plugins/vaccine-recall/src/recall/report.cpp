// SPDX-License-Identifier: Apache-2.0
#include "recall/report.h"

#include <algorithm>
#include <set>

#include "recall/words.h"

namespace recall {
namespace {

using relais::Category;
using relais::DataLevel;
using relais::vaccine::add;
using relais::vaccine::Duration;
using relais::vaccine::iso;

constexpr Duration of_age{18, 0, 0};
constexpr std::size_t most_rows = 10;  // named one by one

relais::Reason reason(std::string rule, std::string text, std::string source, Category category,
                      std::vector<std::string> evidence = {}, DataLevel level = DataLevel::d2) {
  relais::Reason made;
  made.rule = std::move(rule);
  made.text = std::move(text);
  made.source = std::move(source);
  made.category = category;
  made.level = level;
  made.evidence = std::move(evidence);
  return made;
}

// The facts of one call, so that no function carries seven arguments.
struct Desk {
  const relais::Slice& slice;
  const History& history;
  const Judgement& judgement;
  const fr::Calendar& calendar;
  const Groups& groups;
  const Settings& settings;
  Day today = history.sure.assessed;

  bool child() const { return today < add(history.sure.birth, of_age); }
  bool doctor_calls() const {
    if (history.pregnant) return settings.pregnancies_by_doctor;
    return child() ? settings.children_by_doctor : settings.adults_by_doctor;
  }
  // An age that the doctor leaves out of the recalls.
  bool called_age() const {
    const auto years = [&](int count) { return add(history.sure.birth, Duration{count, 0, 0}); };
    return today >= years(settings.least_age) && today < years(settings.most_age + 1);
  }
  std::optional<relais::Appointment> next_appointment() const {
    std::optional<relais::Appointment> next;
    for (const relais::Appointment each : slice.appointments()) {
      if (!each.start() || *each.start() < slice.as_of()) continue;
      if (!next || *each.start() < *next->start()) next = each;
    }
    return next;
  }
  std::string edition() const { return "calendrier des vaccinations, édition " + calendar.edition; }
};

const char* rule_of(Need need) {
  switch (need) {
    case Need::overdue:
      return "VAC-RETARD";
    case Need::due:
      return "VAC-A-FAIRE";
    case Need::soon:
      return "VAC-BIENTOT";
  }
  return "";
}

relais::Reason line_reason(const Desk& desk, const Line& line, Category category) {
  return reason(rule_of(line.need), line_words(line, desk.calendar), line_source(line, desk.calendar), category);
}

relais::Reason edition_reason(const Desk& desk) {
  std::string text = "Calcul sur le " + desk.edition() + ", hors voyages. Le médecin pose l'indication.";
  if (desk.judgement.old) text += " Données anciennes : à vérifier dans l'édition en vigueur.";
  if (!desk.judgement.no_season.empty()) {
    text += " Aucune donnée pour la campagne en cours : " + joined(desk.judgement.no_season) + ".";
  }
  if (!desk.judgement.no_rule.empty()) text += " Expertise indisponible : " + joined(desk.judgement.no_rule) + ".";
  return reason("VAC-EDITION", text, "données du plugin", desk.judgement.old ? Category::normal : Category::none);
}

// Of the visits of a patient, the one to group with an appointment that exists already.
relais::Reason appointment_reason(const Desk& desk, const Visit& first) {
  const auto next = desk.next_appointment();
  const auto at = next ? next->local_start() : std::nullopt;
  if (!at) return reason("VAC-RDV", "Aucun rendez-vous à venir.", "agenda du dossier", Category::none);
  const Day day = day_of(relais::Date(std::chrono::floor<std::chrono::days>(*at).time_since_epoch()));
  std::string text = "Rendez-vous du " + appointment_words(*at);
  if (day < first.from) {
    text += " : trop tôt pour cette visite.";
  } else if (first.until && !first.overdue && day > *first.until) {
    text += " : après la date limite, à avancer.";
  } else {
    text += " : à grouper avec cette visite.";
  }
  return reason("VAC-RDV", text, "agenda du dossier", Category::none, {std::string(next->id())});
}

void add_drafts(const Desk& desk, const Visit& first, std::vector<relais::Effect>& drafts) {
  relais::Effect need;
  need.type = "draft.appointment-need";
  need.key = "visite";
  need.body =
      "Besoin de rendez-vous, pour l'agenda :\nkind: vaccine\nminutes: " + std::to_string(desk.settings.minutes) +
      "\nnot_before: " + iso(first.from) + "\nnot_after: " + (first.until ? iso(*first.until) : std::string("-")) +
      "\nminimum_delay_days: " + std::to_string(desk.settings.minimum_delay_days) + "\npriority: " +
      (first.overdue              ? "1"
       : first.from <= desk.today ? "2"
                                  : "3") +
      "\n";
  drafts.push_back(std::move(need));
  relais::Effect message;
  message.type = "draft.patient-message";
  message.key = "message";
  message.body = message_words(desk.child(), desk.settings.minutes);
  drafts.push_back(std::move(message));
}

std::optional<relais::Finding> visit_finding(const Desk& desk, std::vector<relais::Effect>& drafts) {
  const auto& judgement = desk.judgement;
  if (judgement.lines.empty()) return std::nullopt;
  const bool doctor = desk.doctor_calls();
  const Category category = doctor ? Category::a_voir : Category::normal;
  relais::Finding finding;
  finding.kind = visit_kind;
  finding.level = DataLevel::d2;
  finding.category = category;
  finding.title = title_words(judgement.lines);
  auto& reasons = finding.reasons;
  for (const Line& line : judgement.lines) reasons.push_back(line_reason(desk, line, category));
  const auto all = visits(judgement.lines, desk.groups, desk.settings, desk.today);
  for (std::size_t i = 0; i < all.size(); ++i) {
    reasons.push_back(
        reason("VAC-VISITE", visit_words(all[i], i + 1, desk.today, desk.settings), "choix de Relais", Category::none));
  }
  reasons.push_back(appointment_reason(desk, all.front()));
  if (doctor) {
    reasons.push_back(
        reason("VAC-APPEL", "Appel réservé au médecin (réglage du cabinet).", "réglage du médecin", Category::a_voir));
  }
  if (!judgement.refused.empty()) {
    reasons.push_back(reason("VAC-REFUS",
                             "Noté « non fait » il y a moins de " + std::to_string(desk.settings.refusal_months) +
                                 " mois, non proposé : " + joined(judgement.refused) + ".",
                             "dossier du patient", Category::none));
  }
  for (const auto& answer : judgement.forbidden) {
    std::string text = answer.label + " : contre-indiqué.";
    if (!answer.notices.empty()) text += " " + answer.notices.back();
    reasons.push_back(reason("VAC-CONTRE-INDICATION", text, desk.edition(), Category::none, {}, DataLevel::d4));
  }
  reasons.push_back(edition_reason(desk));
  const auto overdue = std::ranges::count(judgement.lines, Need::overdue, &Line::need);
  finding.rank = static_cast<double>(overdue) * 100 + static_cast<double>(judgement.lines.size());
  for (const auto& each : reasons) finding.category = std::max(finding.category, each.category);
  add_drafts(desk, all.front(), drafts);
  return finding;
}

bool asks_for_booklet(const Desk& desk) {
  switch (desk.settings.booklet) {
    case Booklet::never:
      return false;
    case Booklet::always:
      return true;
    case Booklet::with_appointment:
      return desk.child() || desk.next_appointment().has_value();
  }
  return false;
}

std::vector<relais::Reason> record_reasons(const Desk& desk) {
  std::vector<relais::Reason> reasons;
  const auto& judgement = desk.judgement;
  for (const auto& doubt : desk.history.doubts) {
    if (doubt.category == Category::none || reasons.size() >= most_rows) continue;
    reasons.push_back(
        reason(doubt.rule, doubt.text, "dossier du patient", doubt.category, doubt.evidence, doubt.level));
  }
  if (!desk.history.open_words.empty() && (!judgement.undecided.empty() || desk.history.unread > 0)) {
    std::string text = "Lignes du carnet qui ne disent pas tout : ";
    std::vector<std::string> rows = desk.history.open_words;
    if (rows.size() > most_rows) {
      rows.resize(most_rows);
      rows.emplace_back("et d'autres");
    }
    text += joined(rows) + ".";
    text += judgement.undecided.empty()
                ? " Aucune réponse n'en dépend aujourd'hui."
                : " En dépendent, et ne sont pas proposés : " + joined(judgement.undecided) + ".";
    std::vector<std::string> ids = desk.history.open_ids;
    if (ids.size() > most_rows) ids.resize(most_rows);
    reasons.push_back(reason("VAC-PRODUIT", text, "dossier du patient", Category::normal, ids));
  }
  if (!judgement.unknown.empty() && asks_for_booklet(desk)) {
    std::string text = desk.history.empty ? "Aucune vaccination au dossier : inconnu, et non « jamais vacciné »."
                                          : "Rien n'est connu avant la première vaccination du dossier.";
    text += " Carnet à demander. En dépendent : " + joined(judgement.unknown) + ".";
    reasons.push_back(reason("VAC-INCONNU", text, "dossier du patient", Category::normal));
  }
  for (const auto& answer : judgement.questions) {
    reasons.push_back(reason("VAC-QUESTION", question_words(answer, desk.calendar), desk.edition(), Category::a_voir));
  }
  return reasons;
}

std::optional<relais::Finding> record_of(const Desk& desk) {
  auto reasons = record_reasons(desk);
  if (desk.slice.completeness("immunization") == relais::Completeness::withheld) {
    reasons.push_back(reason("VAC-INCOMPLET",
                             "Des vaccinations de ce dossier n'ont pas été transmises : réponse incomplète.",
                             "dossier du patient", Category::a_voir));
  }
  if (reasons.empty()) return std::nullopt;
  relais::Finding finding;
  finding.kind = record_kind;
  finding.level = DataLevel::d2;
  finding.reasons = std::move(reasons);
  for (const auto& each : finding.reasons) finding.category = std::max(finding.category, each.category);
  const bool doctor = finding.category >= Category::a_voir;
  finding.title =
      doctor ? "Vaccins : dossier à vérifier par le médecin" : "Vaccins : carnet à vérifier avant d'appeler";
  finding.rank = static_cast<double>(finding.reasons.size());
  // Beside what is asked: what was read from codes, and of which edition.
  for (const auto& doubt : desk.history.doubts) {
    if (doubt.category == Category::none) {
      finding.reasons.push_back(
          reason(doubt.rule, doubt.text, "correspondance des codes", Category::none, doubt.evidence, doubt.level));
    }
  }
  finding.reasons.push_back(edition_reason(desk));
  return finding;
}

}  // namespace

Report report(const relais::Slice& slice, const History& history, const Judgement& judgement,
              const fr::Calendar& calendar, const Groups& groups, const Settings& settings) {
  const Desk desk{slice, history, judgement, calendar, groups, settings};
  Report made;
  if (!desk.called_age()) return made;
  made.visit = visit_finding(desk, made.drafts);
  made.record = record_of(desk);
  return made;
}

relais::Finding record_finding(const Doubt& why) {
  relais::Finding finding;
  finding.kind = record_kind;
  finding.title = "Vaccins : dossier à vérifier par le médecin";
  finding.level = DataLevel::d2;
  finding.category = why.category;
  finding.reasons.push_back(reason(why.rule, why.text, "dossier du patient", why.category, why.evidence, why.level));
  return finding;
}

std::vector<relais::Rule> describe_rules() {
  std::vector<relais::Rule> rules;
  const auto told = [&](const char* id, const char* title, Category category, const char* threshold,
                        const char* source) {
    relais::Rule rule;
    rule.id = id;
    rule.title = title;
    rule.source = source;
    rule.category = category;
    rule.to_confirm = true;
    rule.threshold = threshold;
    rule.confirm = "chaque ligne de data/fr/2025, dans l'édition officielle en vigueur";
    rules.push_back(std::move(rule));
  };
  const char* const schedule = "calendrier des vaccinations, édition 2025 (data/fr/2025/sources.csv)";
  const char* const own = "choix de Relais";
  told("VAC-RETARD", "vaccin en retard, à proposer", Category::a_voir, "date de retard passée", schedule);
  told("VAC-A-FAIRE", "vaccin à faire, à proposer", Category::a_voir, "date recommandée atteinte", schedule);
  told("VAC-BIENTOT", "vaccin bientôt à faire", Category::a_voir, "recommandé dans moins de horizon.jours jours",
       schedule);
  told("VAC-VISITE", "ce qui se fait en une visite, et entre quelles dates", Category::none, "", own);
  told("VAC-RDV", "rendez-vous à venir, pour grouper", Category::none, "", own);
  told("VAC-APPEL", "appel réservé au médecin", Category::a_voir, "", "réglage du médecin");
  told("VAC-REFUS", "noté « non fait » récemment : non proposé", Category::none, "refus.mois mois", own);
  told("VAC-CONTRE-INDICATION", "contre-indiqué par une situation du dossier", Category::none, "", schedule);
  told("VAC-EDITION", "édition des données et ce qu'elles ne disent pas", Category::normal,
       "anciennes après le 31/12/2026", own);
  told("VAC-CONTRADICTION", "lignes du dossier qui se contredisent", Category::a_voir, "", own);
  told("VAC-PRODUIT", "ligne du carnet non lue, sans date ou sans preuve", Category::normal, "", own);
  told("VAC-INCONNU", "historique inconnu : carnet à demander", Category::normal,
       "première vaccination connue après le premier anniversaire, ou aucune", own);
  told("VAC-QUESTION", "les sources ne concordent pas : le médecin décide", Category::a_voir, "", schedule);
  told("VAC-RISQUE", "situation à risque sans règle dans ces données", Category::a_voir, "", own);
  told("VAC-CODE", "indication tirée d'un code du dossier", Category::none, "", own);
  told("VAC-TERME", "grossesse sans terme connu", Category::a_voir, "", own);
  told("VAC-NAISSANCE", "date de naissance absente ou impossible", Category::a_voir, "", own);
  told("VAC-INCOMPLET", "vaccinations non transmises", Category::a_voir, "", own);
  return rules;
}

}  // namespace recall
