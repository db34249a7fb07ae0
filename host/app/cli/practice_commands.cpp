// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <map>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "relais/v1/practice.grpc.pb.h"

namespace relais::cli {
namespace {

using PracticeStub = v1::PracticeService::Stub;

std::string kind_label(v1::FactKind kind) {
  switch (kind) {
    case v1::FACT_KIND_PRESENCE:
      return "présence";
    case v1::FACT_KIND_LOCUM:
      return "remplacement";
    case v1::FACT_KIND_HOLIDAY_REGION:
      return "jours fériés";
    case v1::FACT_KIND_CLOSURE:
      return "fermeture";
    case v1::FACT_KIND_ABSENCE:
      return "absence";
    case v1::FACT_KIND_KINSHIP:
      return "lien familial";
    case v1::FACT_KIND_OPPOSITION:
      return "opposition";
    case v1::FACT_KIND_CATEGORY:
      return "catégorie";
    case v1::FACT_KIND_ATTESTATION:
      return "attestation";
    case v1::FACT_KIND_TITLE_REVOKED:
      return "titre retiré";
    case v1::FACT_KIND_CONTRACT:
      return "contrat";
    case v1::FACT_KIND_ANSWER:
      return "réponse";
    default:
      return "inconnu";
  }
}

const std::map<std::string, v1::FactKind> kinds{
    {"presence", v1::FACT_KIND_PRESENCE},       {"locum", v1::FACT_KIND_LOCUM},
    {"region", v1::FACT_KIND_HOLIDAY_REGION},   {"closure", v1::FACT_KIND_CLOSURE},
    {"absence", v1::FACT_KIND_ABSENCE},         {"kinship", v1::FACT_KIND_KINSHIP},
    {"opposition", v1::FACT_KIND_OPPOSITION},   {"category", v1::FACT_KIND_CATEGORY},
    {"attestation", v1::FACT_KIND_ATTESTATION}, {"title-revoked", v1::FACT_KIND_TITLE_REVOKED},
    {"contract", v1::FACT_KIND_CONTRACT},       {"answer", v1::FACT_KIND_ANSWER}};

void print(const v1::PracticeFact& fact) {
  std::string who;
  for (const auto& id : {fact.doctor_id(), fact.assistant_id(), fact.replacement_id(), fact.patient_id(),
                         fact.item_id()})
    if (!id.empty()) who += (who.empty() ? "" : ", ") + id;
  std::string when = fact.from_date().empty() ? "depuis le " + instant_label(fact.from_ms()) : "du " + fact.from_date();
  if (!fact.until_date().empty())
    when += " au " + fact.until_date() + " inclus";
  else if (fact.has_until_ms())
    when += " jusqu'au " + instant_label(fact.until_ms());
  std::cout << fmt::format("{:<10} {:<14} {} {} ({})\n", fact.id(), kind_label(fact.kind()), fact.value(), when, who);
  if (!fact.reference().empty()) std::cout << "    référence : " << fact.reference() << '\n';
  if (!fact.reason().empty()) std::cout << "    motif : " << fact.reason() << '\n';
  std::cout << fmt::format("    saisi le {} par {}\n", instant_label(fact.recorded_ms()), fact.recorded_by());
  if (fact.has_withdrawn_ms())
    std::cout << fmt::format("    RETIRÉ le {} par {} : {}\n", instant_label(fact.withdrawn_ms()), fact.withdrawn_by(),
                             fact.withdrawn_reason());
}

void print(const v1::Question& question) {
  std::cout << question.id() << '\n' << "    " << question.sentence() << '\n';
  if (question.answer() == v1::QUESTION_ANSWER_UNSPECIFIED)
    std::cout << "    " << question.meanwhile() << '\n';
  else
    std::cout << fmt::format("    Réponse : {}, le {}\n",
                             question.answer() == v1::QUESTION_ANSWER_KEEP ? "maintenir" : "mettre-fin",
                             instant_label(question.answered_ms()));
}

// One call in a session of its own.
template <class Response, class Request>
Response once(const Connection& connection,
              grpc::Status (PracticeStub::*method)(grpc::ClientContext*, const Request&, Response*),
              const Request& request) {
  const Session session(connection);
  const auto stub = v1::PracticeService::NewStub(session.channel());
  return call<Response>(session, *stub, method, request);
}

CLI::App* group(CLI::App& app, const char* name, const char* help) {
  auto* made = app.add_subcommand(name, help);
  made->require_subcommand(1);
  return made;
}

// An option whose value goes to a setter of the request.
template <class Set>
CLI::Option* text(CLI::App* command, const char* name, Set set, const char* help) {
  return command->add_option_function<std::string>(name, [set](const std::string& value) { set(value); }, help);
}

void add_presence(CLI::App& app, const Connection& connection) {
  auto* presence = group(app, "presence", "La présence du médecin ; inconnue, elle compte comme une absence");
  auto& request = kept<v1::DeclarePresenceRequest>();
  static const std::map<std::string, v1::Presence> words{{"present", v1::PRESENCE_PRESENT},
                                                         {"absent", v1::PRESENCE_ABSENT}};
  auto* declare = presence->add_subcommand("declare", "Dire le médecin présent (au plus tard jusqu'au soir) ou absent");
  text(declare, "presence", [&](const std::string& word) { request.set_presence(words.at(word)); },
       "present ou absent")
      ->required()
      ->check(CLI::IsMember(words));
  text(declare, "--doctor", [&](const std::string& id) { request.set_doctor_id(id); }, "Médecin (logiciel du cabinet)");
  text(declare, "--from", [&](const std::string& at) { request.set_from_ms(instant_of(at)); }, "À partir de");
  text(declare, "--until", [&](const std::string& at) { request.set_until_ms(instant_of(at, true)); }, "Jusqu'à");
  declare->callback([&] { print(once(connection, &PracticeStub::DeclarePresence, request).fact()); });

  auto& asked = kept<v1::GetPresenceRequest>();
  auto* show = presence->add_subcommand("show", "Présent, absent ou inconnu, et qui remplace");
  text(show, "--doctor", [&](const std::string& id) { asked.set_doctor_id(id); }, "Médecin");
  text(show, "--at", [&](const std::string& at) { asked.set_at_ms(instant_of(at)); }, "À cet instant");
  show->callback([&] {
    const auto answer = once(connection, &PracticeStub::GetPresence, asked);
    std::cout << answer.doctor_id() << " : "
              << (answer.presence() == v1::PRESENCE_PRESENT  ? "présent"
                  : answer.presence() == v1::PRESENCE_ABSENT ? "absent"
                                                             : "inconnu (compte comme absent)")
              << (answer.replaced_by().empty() ? "" : ", remplacé par " + answer.replaced_by()) << '\n';
    if (answer.has_fact()) print(answer.fact());
  });
}

void add_locum(CLI::App& app, const Connection& connection) {
  auto* locum = group(app, "locum", "Les remplacements : qui remplace qui, de quand à quand");
  auto& request = kept<v1::DeclareLocumRequest>();
  auto* declare = locum->add_subcommand("declare", "Déclarer un remplacement");
  text(declare, "replacement", [&](const std::string& id) { request.set_replacement_id(id); }, "Compte du remplaçant")
      ->required();
  text(declare, "--doctor", [&](const std::string& id) { request.set_doctor_id(id); },
       "Médecin remplacé (administrateur)");
  text(declare, "--from", [&](const std::string& at) { request.set_from_ms(instant_of(at)); }, "À partir de")
      ->required();
  text(declare, "--until", [&](const std::string& at) { request.set_until_ms(instant_of(at, true)); },
       "Jusqu'à ; un jour est inclus")
      ->required();
  text(declare, "--contract", [&](const std::string& id) { request.set_contract(id); }, "Référence du contrat")
      ->required();
  declare->callback([&] { print(once(connection, &PracticeStub::DeclareLocum, request).fact()); });
}

void add_calendar(CLI::App& app, const Connection& connection) {
  auto* calendar = group(app, "calendar", "Jours fériés, fermetures, jours avec et sans assistant");
  auto& shown = kept<v1::GetCalendarRequest>();
  auto* show = calendar->add_subcommand("show", "Chaque jour : férié, fermé, assistants attendus ou absents");
  text(show, "--from", [&](const std::string& day) { shown.set_from_date(day); }, "Premier jour (aujourd'hui)");
  text(show, "--until", [&](const std::string& day) { shown.set_until_date(day); }, "Dernier jour, inclus");
  text(show, "--assistant", [&](const std::string& id) { shown.set_assistant_id(id); }, "Seulement cet assistant");
  show->callback([&] {
    const auto answer = once(connection, &PracticeStub::GetCalendar, shown);
    for (const auto& day : answer.days()) {
      std::cout << day.date() << (day.holiday().empty() ? "" : "  férié : " + day.holiday())
                << (day.closed() ? "  fermé " + day.closed_reason() : "") << '\n';
      for (const auto& one : day.assistants()) {
        std::string hours;
        for (const auto& span : one.hours()) hours += " " + span;
        std::cout << "    " << one.assistant_id() << " (" << one.doctor_id() << ") :"
                  << (!one.absent_until().empty() ? " absent(e) jusqu'au " + one.absent_until() + " inclus"
                      : hours.empty()             ? std::string(" pas attendu(e)")
                                                  : hours)
                  << (one.training() ? " — jour de formation" : "") << '\n';
      }
    }
  });

  auto& region = kept<v1::SetHolidayRegionRequest>();
  static const std::map<std::string, v1::HolidayRegion> regions{{"france", v1::HOLIDAY_REGION_FRANCE},
                                                                {"alsace-moselle", v1::HOLIDAY_REGION_ALSACE_MOSELLE}};
  auto* set = calendar->add_subcommand("region", "Les jours fériés du cabinet");
  text(set, "region", [&](const std::string& word) { region.set_region(regions.at(word)); }, "france, alsace-moselle")
      ->required()
      ->check(CLI::IsMember(regions));
  set->callback([&] { print(once(connection, &PracticeStub::SetHolidayRegion, region).fact()); });

  auto& closure = kept<v1::AddClosureRequest>();
  auto* close = calendar->add_subcommand("close", "Fermer le cabinet un ou plusieurs jours");
  text(close, "--from", [&](const std::string& day) { closure.set_from_date(day); }, "Premier jour")->required();
  text(close, "--until", [&](const std::string& day) { closure.set_until_date(day); }, "Dernier jour, inclus");
  text(close, "--reason", [&](const std::string& words) { closure.set_reason(words); }, "Motif, montré à tous");
  close->callback([&] { print(once(connection, &PracticeStub::AddClosure, closure).fact()); });

  auto& absence = kept<v1::DeclareAbsenceRequest>();
  auto* absent = calendar->add_subcommand("absence", "Déclarer un assistant absent");
  text(absent, "--assistant", [&](const std::string& id) { absence.set_assistant_id(id); }, "Assistant (vous-même)");
  text(absent, "--from", [&](const std::string& day) { absence.set_from_date(day); }, "Premier jour (aujourd'hui)");
  text(absent, "--until", [&](const std::string& day) { absence.set_until_date(day); }, "Dernier jour, inclus");
  text(absent, "--reason", [&](const std::string& words) { absence.set_reason(words); }, "Motif");
  absent->callback([&] { print(once(connection, &PracticeStub::DeclareAbsence, absence).fact()); });
}

// Kinship and opposition of one patient, with the dates of the questions.
void add_standing(CLI::App* of, const Connection& connection) {
  auto& request = kept<v1::GetPatientStandingRequest>();
  auto* show = of->add_subcommand("show", "Liens et oppositions d'un patient, et la date de la question");
  text(show, "patient", [&](const std::string& id) { request.set_patient_id(id); }, "Patient")->required();
  text(show, "--as-of", [&](const std::string& at) { request.set_as_of_ms(instant_of(at)); },
       "Ce qui était su à cet instant");
  show->callback([&] {
    const auto answer = once(connection, &PracticeStub::GetPatientStanding, request);
    std::cout << "Opposition :";
    for (const auto kind : answer.oppositions())
      std::cout << (kind == v1::OPPOSITION_KIND_ACCES_AM ? " acces-am" : " presence-am");
    if (answer.oppositions().empty()) std::cout << " aucune connue";
    std::cout << (answer.has_opposition_asked_ms() ? ", demandé le " + instant_label(answer.opposition_asked_ms())
                                                   : ", jamais demandé")
              << '\n';
    for (const auto& kinship : answer.kinships())
      std::cout << "Lien familial avec " << kinship.assistant_id() << " : " << (kinship.kin() ? "oui" : "aucun")
                << ", demandé le " << instant_label(kinship.asked_ms()) << '\n';
    if (answer.kinships().empty()) std::cout << "Lien familial : aucun connu, jamais demandé\n";
  });
}

void add_patients(CLI::App& app, const Connection& connection) {
  auto* kinship = group(app, "kinship", "Les liens familiaux que déclare l'assistant");
  auto& kin = kept<v1::DeclareKinshipRequest>();
  auto* declare = kinship->add_subcommand("declare", "Dire si ce patient est un proche ; « non » ne lève rien");
  text(declare, "patient", [&](const std::string& id) { kin.set_patient_id(id); }, "Patient")->required();
  text(declare, "kin", [&](const std::string& word) { kin.set_kin(word == "oui"); }, "oui ou non")
      ->required()
      ->check(CLI::IsMember({"oui", "non"}));
  declare->callback([&] { print(once(connection, &PracticeStub::DeclareKinship, kin).fact()); });
  add_standing(kinship, connection);

  auto* opposition = group(app, "opposition", "Les oppositions des patients");
  auto& opposed = kept<v1::RecordOppositionRequest>();
  static const std::map<std::string, v1::OppositionKind> words{{"acces-am", v1::OPPOSITION_KIND_ACCES_AM},
                                                               {"presence-am", v1::OPPOSITION_KIND_PRESENCE_AM}};
  auto* record = opposition->add_subcommand("record", "Noter ce que dit le patient ; sans mot : demandé, aucune");
  text(record, "patient", [&](const std::string& id) { opposed.set_patient_id(id); }, "Patient")->required();
  record
      ->add_option_function<std::vector<std::string>>(
          "kinds",
          [&](const std::vector<std::string>& all) {
            for (const auto& word : all) opposed.add_kinds(words.at(word));
          },
          "acces-am, presence-am")
      ->check(CLI::IsMember(words));
  record->callback([&] {
    const auto answer = once(connection, &PracticeStub::RecordOpposition, opposed);
    for (const auto& fact : answer.facts()) print(fact);
  });
  add_standing(opposition, connection);

  auto* category = group(app, "category", "Les catégories réservées (D5) d'un élément");
  auto& restricted = kept<v1::RestrictItemRequest>();
  auto* restrict_item = category->add_subcommand("restrict", "Mettre un élément dans une catégorie réservée");
  text(restrict_item, "item", [&](const std::string& id) { restricted.set_item_id(id); }, "Élément")->required();
  text(restrict_item, "category", [&](const std::string& word) { restricted.set_category(word); },
       "psychiatrie, vih-ist, violences, ivg-contraception, addictions, secret-mineur, genetique, notes-personnelles")
      ->required();
  restrict_item->callback([&] { print(once(connection, &PracticeStub::RestrictItem, restricted).fact()); });
}

void add_titles(CLI::App& app, const Connection& connection) {
  auto* attestation = group(app, "attestation", "Les titres obtenus ou perdus depuis la signature de la fiche");
  auto& added = kept<v1::AddAttestationRequest>();
  auto* add = attestation->add_subcommand("add", "Ajouter un titre : les limites de formation se lèvent seules");
  text(add, "assistant", [&](const std::string& id) { added.set_assistant_id(id); }, "Assistant")->required();
  text(add, "title", [&](const std::string& word) { added.set_title(word); }, "dei, deas, deap, cqp, fae, afgsu1, afgsu2")
      ->required();
  text(add, "--obtained", [&](const std::string& day) { added.set_obtained_on(day); }, "Obtenu le")->required();
  text(add, "--proof", [&](const std::string& words) { added.set_proof(words); }, "Référence du justificatif")
      ->required();
  add->callback([&] { print(once(connection, &PracticeStub::AddAttestation, added).fact()); });

  auto& revoked = kept<v1::RevokeTitleRequest>();
  auto* revoke = attestation->add_subcommand("revoke", "Titre perdu : ce qui l'exige est refusé aussitôt");
  text(revoke, "assistant", [&](const std::string& id) { revoked.set_assistant_id(id); }, "Assistant")->required();
  text(revoke, "title", [&](const std::string& word) { revoked.set_title(word); }, "Titre")->required();
  text(revoke, "--from", [&](const std::string& day) { revoked.set_from_date(day); }, "À partir du (aujourd'hui)");
  text(revoke, "--until", [&](const std::string& day) { revoked.set_until_date(day); }, "Suspension : dernier jour");
  text(revoke, "--reason", [&](const std::string& words) { revoked.set_reason(words); }, "Motif");
  text(revoke, "--proof", [&](const std::string& words) { revoked.set_proof(words); }, "Décision");
  revoke->callback([&] { print(once(connection, &PracticeStub::RevokeTitle, revoked).fact()); });
}

void add_contract(CLI::App& app, const Connection& connection) {
  auto* contract = group(app, "contract", "Les dates des contrats, et les questions qu'elles posent");
  auto& request = kept<v1::RecordContractDateRequest>();
  static const std::map<std::string, v1::ContractDate> words{{"prise-de-fonction", v1::CONTRACT_DATE_FUNCTION_START},
                                                             {"fin-de-fonction", v1::CONTRACT_DATE_FUNCTION_END},
                                                             {"depart", v1::CONTRACT_DATE_DOCTOR_DEPARTURE},
                                                             {"suspension-aide", v1::CONTRACT_DATE_AID_SUSPENDED}};
  auto* record = contract->add_subcommand("record", "Noter une date");
  text(record, "what", [&](const std::string& word) { request.set_what(words.at(word)); },
       "prise-de-fonction, fin-de-fonction, depart (du médecin), suspension-aide")
      ->required()
      ->check(CLI::IsMember(words));
  text(record, "--date", [&](const std::string& day) { request.set_date(day); }, "Jour")->required();
  text(record, "--assistant", [&](const std::string& id) { request.set_assistant_id(id); }, "Assistant");
  text(record, "--doctor", [&](const std::string& id) { request.set_doctor_id(id); }, "Médecin qui part");
  text(record, "--reason", [&](const std::string& all) { request.set_reason(all); }, "Motif");
  text(record, "--reference", [&](const std::string& id) { request.set_reference(id); }, "Contrat ou courrier");
  record->callback([&] {
    const auto answer = once(connection, &PracticeStub::RecordContractDate, request);
    print(answer.fact());
    for (const auto& question : answer.questions()) print(question);
  });

  auto& list = kept<v1::ListQuestionsRequest>();
  auto* questions = contract->add_subcommand("questions", "Ce que les dates vous demandent");
  questions->add_flag_function("--all", [&](std::int64_t) { list.set_answered(true); }, "Celles qui ont une réponse aussi");
  questions->callback([&] {
    const Session session(connection);
    const auto stub = v1::PracticeService::NewStub(session.channel());
    do {
      const auto answer = call<v1::ListQuestionsResponse>(session, *stub, &PracticeStub::ListQuestions, list);
      for (const auto& question : answer.questions()) print(question);
      list.mutable_page()->set_token(answer.next_page_token());
    } while (!list.page().token().empty());
  });

  auto& given = kept<v1::AnswerQuestionRequest>();
  auto* answer = contract->add_subcommand("answer", "Répondre : vos délégations tiennent, ou prennent fin");
  text(answer, "question", [&](const std::string& id) { given.set_question_id(id); }, "Question")->required();
  text(answer, "answer",
       [&](const std::string& word) {
         given.set_answer(word == "maintenir" ? v1::QUESTION_ANSWER_KEEP : v1::QUESTION_ANSWER_END);
       },
       "maintenir ou mettre-fin")
      ->required()
      ->check(CLI::IsMember({"maintenir", "mettre-fin"}));
  text(answer, "--reason", [&](const std::string& all) { given.set_reason(all); }, "Motif");
  answer->callback([&] { print(once(connection, &PracticeStub::AnswerQuestion, given).question()); });
}

void add_history(CLI::App& app, const Connection& connection) {
  auto& list = kept<v1::ListFactsRequest>();
  auto* history = app.add_subcommand("history", "Tout ce qui a été saisi, le plus récent d'abord, retraits compris");
  text(history, "--kind", [&](const std::string& word) { list.add_kinds(kinds.at(word)); }, "Seulement ce genre")
      ->check(CLI::IsMember(kinds));
  text(history, "--doctor", [&](const std::string& id) { list.set_doctor_id(id); }, "Médecin");
  text(history, "--assistant", [&](const std::string& id) { list.set_assistant_id(id); }, "Assistant");
  text(history, "--patient", [&](const std::string& id) { list.set_patient_id(id); }, "Patient");
  text(history, "--item", [&](const std::string& id) { list.set_item_id(id); }, "Élément");
  text(history, "--as-of", [&](const std::string& at) { list.set_as_of_ms(instant_of(at)); },
       "Ce qui était su à cet instant");
  history->add_flag_function("--standing", [&](std::int64_t) { list.set_standing_only(true); }, "Sans ce qui est retiré");
  history->callback([&] {
    const Session session(connection);
    const auto stub = v1::PracticeService::NewStub(session.channel());
    do {
      const auto answer = call<v1::ListFactsResponse>(session, *stub, &PracticeStub::ListFacts, list);
      for (const auto& fact : answer.facts()) print(fact);
      list.mutable_page()->set_token(answer.next_page_token());
    } while (!list.page().token().empty());
  });

  auto& request = kept<v1::WithdrawFactRequest>();
  auto* withdraw = app.add_subcommand("withdraw", "Retirer une saisie ; elle reste dans l'historique");
  text(withdraw, "fact", [&](const std::string& id) { request.set_fact_id(id); }, "Numéro de la saisie")->required();
  text(withdraw, "--reason", [&](const std::string& words) { request.set_reason(words); }, "Motif")->required();
  withdraw->callback([&] { print(once(connection, &PracticeStub::WithdrawFact, request).fact()); });
}

}  // namespace

void add_practice_commands(CLI::App& app, const Connection& connection) {
  auto* practice = group(app, "practice", "Ce que les décisions doivent savoir : présence, remplacements, calendrier…");
  add_presence(*practice, connection);
  add_locum(*practice, connection);
  add_calendar(*practice, connection);
  add_patients(*practice, connection);
  add_titles(*practice, connection);
  add_contract(*practice, connection);
  add_history(*practice, connection);
}

}  // namespace relais::cli
