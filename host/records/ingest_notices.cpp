// SPDX-License-Identifier: Apache-2.0
#include "records/ingest_notices.h"

#include <algorithm>
#include <map>
#include <utility>

#include "practice/inbound.h"
#include "records/formats/sentence.h"
#include "records/ingest_arrival.h"
#include "records/succession.h"

namespace relais::records {

namespace {

using worklist::Category;
using worklist::Finding;

constexpr auto identity_source = "RNIV 1.2 ; guide d'implémentation ANS, erreurs 902 à 905";
constexpr auto chain_source = "Guide d'implémentation ANS, erreurs 900 et 901 ; choix de Relais";
constexpr auto change_source = "SFBC 2012, correction et annulation des résultats ; choix de Relais";
constexpr auto own_choice = "Choix de Relais";

struct Words {
  std::string kind;
  std::string title;
  Category category = Category::none;
  std::string rule;  // a rule of B3, or the stable code of what happened
  std::string text;
  std::string source;
  std::string evidence;
};

Finding finding_of(Words words) {
  Finding finding;
  finding.kind = std::move(words.kind);
  finding.title = std::move(words.title);
  finding.category = words.category;
  worklist::Reason reason;
  reason.rule = std::move(words.rule);
  reason.text = std::move(words.text);
  reason.source = std::move(words.source);
  reason.category = words.category;
  if (!words.evidence.empty()) reason.evidence.push_back(std::move(words.evidence));
  finding.reasons.push_back(std::move(reason));
  return finding;
}

bool is_code(const std::string& stable, Code code) { return stable == stable_code(code); }

bool has_anomaly(const v1::LabReport& report, Code code) {
  return std::any_of(report.anomalies().begin(), report.anomalies().end(),
                     [&](const auto& one) { return is_code(one.code(), code); });
}

// What waits for a human: whose it is, or whether it may do what it asks.
Finding waiting(const rows::Brought& row, const v1::LabReport& report) {
  const auto& code = row.queue_code;
  std::string text = formats::sentence_of(code);
  if (!row.traits.empty()) {
    text += " À comparer :";
    for (const auto& trait : row.traits) text += (&trait == &row.traits.front() ? " " : ", ") + trait;
    text += '.';
  }
  if (!row.candidates.empty()) {
    text += row.candidates.size() == 1 ? " Un dossier possible." : " " + std::to_string(row.candidates.size()) +
                                                                       " dossiers possibles.";
  }
  const bool suspect = is_code(code, Code::identity_envelope) || is_code(code, Code::ingest_other_patient) ||
                       is_code(code, Code::ingest_other_laboratory) || is_code(code, Code::ingest_action_disagrees);
  if (report.status() == v1::REPORT_STATUS_CANCELLED) {
    return finding_of({std::string(notice::lost_cancellation), "Annulation à classer : rien n'a été annulé",
                       Category::a_classer, code, text, chain_source, row.id});
  }
  if (suspect) {
    return finding_of({std::string(notice::quarantine), "Biologie en quarantaine : elle n'est dans aucun dossier",
                       Category::a_classer, code, text, identity_source, row.id});
  }
  return finding_of({std::string(notice::to_attach),
                     row.is_report ? "Biologie à rattacher" : "Document d'antécédents à rattacher",
                     Category::a_classer, code, text, identity_source, row.id});
}

// What became of a report that a doctor may have seen in an earlier version.
void add_change(soci::session& sql, const v1::LabReport& report, std::vector<Finding>& out) {
  if (report.replaces_id().empty()) return;
  const auto results = [&](const std::string& id) { return rows::observations(sql, "t.report_id = :report", {id}); };
  const bool seen = report.replaced_seen();
  const auto& former = report.replaces_id();
  if (report.status() == v1::REPORT_STATUS_CANCELLED) {
    const bool mattered = seen || report.replaced_category() >= v1::CATEGORY_AUJOURDHUI;
    out.push_back(finding_of(
        {std::string(seen ? notice::cancelled_after_seen : notice::cancelled),
         seen ? "Compte rendu annulé après avoir été vu" : "Compte rendu annulé par le laboratoire",
         mattered ? Category::aujourdhui : Category::a_voir, "I4",
         "Le laboratoire annule ce compte rendu. Ses valeurs restent lisibles, barrées, et sortent des tendances.",
         change_source, former}));
    return;
  }
  const auto before = rows::reports(sql, "t.id = :id", {former});
  // It came after what replaced it: nobody has known anything else than what stands.
  if (!before.empty() && before.front().received_ms() > report.received_ms()) return;
  const bool readable = !before.empty() && comparable(before.front(), report);
  const auto then = results(former), now = results(report.id());
  const auto telling = readable ? compare(then, now) : Telling::same;
  if (report.status() == v1::REPORT_STATUS_CORRECTED || telling == Telling::different || telling == Telling::fewer) {
    out.push_back(finding_of(
        {std::string(seen ? notice::corrected_after_seen : notice::corrected),
         seen ? "Compte rendu corrigé après avoir été vu" : "Compte rendu corrigé par le laboratoire", Category::a_voir,
         "I3", "Le laboratoire remplace ce compte rendu. L'ancienne version reste lisible.", change_source, former}));
    return;
  }
  const bool reworded = readable && !same_words(before.front(), then, report, now);
  if (seen && (telling == Telling::more || reworded || !readable)) {
    out.push_back(finding_of({std::string(notice::completed_after_seen), "Compte rendu complété après avoir été vu",
                              Category::none, "I5", "Des résultats ou des mots du laboratoire se sont ajoutés à ce qu'un médecin avait vu.",
                              own_choice, former}));
  }
}

std::string thing(const std::string& kind) {
  if (kind == "dmp") return "par le DMP";
  if (kind == "mss-reception") return "par la messagerie du destinataire (MSSanté)";
  if (kind == "mss-lecture") return "par le lecteur (MSSanté)";
  return "par le système destinataire";
}

struct Said {
  std::string inbound_id, kind, verdict, about, code, words, reason_code;
};

std::vector<Said> said_where(soci::session& sql, const std::string& where, const std::string& value) {
  Said one;
  soci::statement statement =
      (sql.prepare << "SELECT inbound_id, kind, verdict, about, code, words, reason_code FROM ingest_acknowledgement "
                      "WHERE " + where + " ORDER BY number, ordinal",
       soci::into(one.inbound_id), soci::into(one.kind), soci::into(one.verdict), soci::into(one.about),
       soci::into(one.code), soci::into(one.words), soci::into(one.reason_code), soci::use(value));
  statement.execute();
  std::vector<Said> all;
  while (statement.fetch()) all.push_back(one);
  return all;
}

std::string why(const Said& one) {
  std::string text = one.words;
  if (!one.code.empty()) text += (text.empty() ? "" : " ") + std::string("(") + one.code + ")";
  return text.empty() ? std::string{} : " Motif donné : " + text + ".";
}

// The last word of each kind counts: a success after a failure ends it.
void add_said(const std::vector<Said>& said, std::vector<Finding>& out) {
  std::map<std::pair<std::string, std::string>, Said> last;
  for (const auto& one : said) last[{one.kind, one.about}] = one;
  for (const auto& [key, one] : last) {
    if (one.verdict == "positive") continue;
    const bool negative = one.verdict == "negative";
    out.push_back(finding_of(
        {std::string(negative ? notice::negative_acknowledgement : notice::unclear_acknowledgement) + "-" + one.kind,
         (negative ? "Envoi refusé ou non reçu " : "Accusé incertain ") + thing(one.kind), Category::a_voir,
         std::string(stable_code(negative ? Code::ingest_ack_negative : Code::ingest_ack_unclear)),
         formats::sentence_of(stable_code(negative ? Code::ingest_ack_negative : Code::ingest_ack_unclear)) + why(one),
         own_choice, one.inbound_id}));
  }
}

Notices of_report(soci::session& sql, const rows::Brought& row) {
  Notices out;
  out.subject = rows::subject(row);
  v1::LabReport report;
  if (row.is_report) {
    auto found = rows::reports(sql, "t.id = :id", {row.id});
    if (!found.empty()) report = std::move(found.front());
  }
  if (!row.queue_code.empty()) out.reception.push_back(waiting(row, report));
  if (!row.is_report) return out;
  if (has_anomaly(report, Code::ingest_broken_chain)) {
    const std::string code(stable_code(Code::ingest_broken_chain));
    out.reception.push_back(finding_of(
        {std::string(notice::broken_chain), "Biologie qui en remplace une autre, jamais reçue", Category::a_classer, code,
         formats::sentence_of(code) + " Elle est gardée comme un nouveau compte rendu ; demander l'original au "
                                      "laboratoire s'il compte.",
         chain_source, row.id}));
  }
  if (has_anomaly(report, Code::ingest_two_successors)) {
    const std::string code(stable_code(Code::ingest_two_successors));
    out.reception.push_back(
        finding_of({std::string(notice::two_successors), "Deux remplacements concurrents du même compte rendu",
                    Category::a_voir, code,
                    formats::sentence_of(code) + " La dernière émise est montrée ; à faire confirmer par le laboratoire.",
                    chain_source, report.replaces_id()}));
  }
  const std::string older(stable_code(Code::ingest_older_version));
  const soci::rowset<std::string> late =
      (sql.prepare << "SELECT inbound_id FROM ingest_also WHERE report_id = :report AND code = :code ORDER BY inbound_id",
       soci::use(row.id), soci::use(older));
  for (const auto& inbound : late) {
    out.reception.push_back(finding_of({std::string(notice::older_version) + "/" + inbound,
                                        "Version ancienne reçue après la nouvelle", Category::none, older,
                                        formats::sentence_of(older), chain_source, inbound}));
  }
  if (row.queue_code.empty() || report.status() != v1::REPORT_STATUS_CANCELLED) add_change(sql, report, out.triage);
  add_said(said_where(sql, "report_id = :report", row.id), out.reception);
  return out;
}

// A message that brought no report: it cannot be read, or it speaks of something that is not here.
Notices of_message(soci::session& sql, const std::string& id) {
  Notices out;
  out.subject = {id, {}, {}};
  const auto message = practice::inbound_message(sql, id);
  if (!message) return out;
  if (message->state == practice::InboundState::unreadable) {
    out.reception.push_back(finding_of({std::string(notice::unreadable), "Message reçu illisible", Category::a_classer,
                                        message->error_code,
                                        formats::sentence_of(message->error_code) +
                                            " L'original est gardé : à ouvrir à la main ou à redemander.",
                                        own_choice, id}));
  }
  std::vector<Said> known;
  for (const auto& one : said_where(sql, "message_id = :message AND report_id = ''", id)) known.push_back(one);
  add_said(known, out.reception);
  for (const auto& one : said_where(sql, "inbound_id = :inbound AND reason_code <> ''", id)) {
    const bool negative = one.verdict == "negative";
    out.reception.push_back(finding_of({std::string(notice::lost_acknowledgement) + "-" + one.kind,
                                        negative ? "Accusé négatif à rapprocher d'un envoi" : "Accusé à rapprocher d'un envoi",
                                        Category::a_classer, one.reason_code,
                                        formats::sentence_of(one.reason_code) +
                                            (negative ? " Il est négatif : " + formats::sentence_of(stable_code(
                                                                                   Code::ingest_ack_negative))
                                                      : "") +
                                            why(one),
                                        own_choice, id}));
  }
  return out;
}

}  // namespace

Notices notices_of(soci::session& sql, const std::string& id) {
  if (const auto row = rows::find(sql, id)) return of_report(sql, *row);
  return of_message(sql, id);
}

}  // namespace relais::records
