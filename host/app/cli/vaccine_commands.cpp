// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <map>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "relais/v1/patient_record.grpc.pb.h"

namespace relais::cli {
namespace {

using RecordStub = v1::PatientRecordService::Stub;

const std::map<std::string, v1::ProofSeenOn> seen_words{{"carnet", v1::PROOF_SEEN_ON_BOOKLET},
                                                        {"certificat", v1::PROOF_SEEN_ON_CERTIFICATE},
                                                        {"boite", v1::PROOF_SEEN_ON_PACKAGE},
                                                        {"document", v1::PROOF_SEEN_ON_DOCUMENT}};

const std::map<std::string, v1::ImmunizationResolution> resolution_words{
    {"meme-acte", v1::IMMUNIZATION_RESOLUTION_SAME_ACT},
    {"deux-actes", v1::IMMUNIZATION_RESOLUTION_DIFFERENT_ACTS},
    {"erreur", v1::IMMUNIZATION_RESOLUTION_ENTERED_IN_ERROR}};

constexpr int status_done = 1, status_not_done = 2, status_in_error = 3;
constexpr int proof_seen = 1, proof_declared = 2;

std::string proof_text(const v1::Immunization& act) {
  if (act.proof() == proof_declared) return "déclaré";
  if (act.proof() != proof_seen) return "preuve inconnue";
  switch (act.seen_on()) {
    case v1::PROOF_SEEN_ON_BOOKLET:
      return "vu sur carnet";
    case v1::PROOF_SEEN_ON_CERTIFICATE:
      return "vu sur certificat";
    case v1::PROOF_SEEN_ON_PACKAGE:
      return "vu sur la boîte";
    default:
      return "vu sur document";
  }
}

std::string kind_text(v1::ImmunizationConflictKind kind) {
  switch (kind) {
    case v1::IMMUNIZATION_CONFLICT_KIND_LOT_ON_TWO_DATES:
      return "le même lot à deux dates";
    case v1::IMMUNIZATION_CONFLICT_KIND_LOT_OF_TWO_PRODUCTS:
      return "le même lot pour deux produits";
    case v1::IMMUNIZATION_CONFLICT_KIND_CLOSE_DATES:
      return "le même vaccin à deux jours près";
    case v1::IMMUNIZATION_CONFLICT_KIND_TWICE_A_DAY:
      return "le même vaccin deux fois le même jour";
    case v1::IMMUNIZATION_CONFLICT_KIND_VAGUE_DATE:
      return "une date imprécise qui peut être celle de l'autre";
    case v1::IMMUNIZATION_CONFLICT_KIND_DONE_AND_NOT_DONE:
      return "fait pour une source, pas fait pour l'autre";
    case v1::IMMUNIZATION_CONFLICT_KIND_DONE_AND_IN_ERROR:
      return "fait pour une source, inscrit par erreur pour l'autre";
    default:
      return "à trancher";
  }
}

std::string vaccine_text(const v1::Immunization& act) {
  if (!act.label().empty()) return act.label();
  if (!act.product_code().empty()) return act.product_system() + " " + act.product_code();
  std::string diseases;
  for (const auto& one : act.target_diseases()) {
    const auto& word = one.display().empty() ? one.code() : one.display();
    diseases += (diseases.empty() ? "" : ", ") + word;
  }
  return diseases;
}

std::string line_of(const v1::Immunization& act) {
  const auto& day = act.given_on().empty() ? act.given_about() : act.given_on();
  std::string line = fmt::format("{:<10} {:<10} {}", act.id(), day.empty() ? "date ?" : day, vaccine_text(act));
  if (!act.lot().empty()) line += ", lot " + act.lot();
  if (act.dose_number() != 0) line += fmt::format(", rang {}", act.dose_number());
  if (act.status() == status_not_done)
    line += " ; NON FAIT" + (act.reason().empty() ? std::string() : " (" + act.reason() + ")");
  if (act.status() == status_in_error)
    line += " ; inscrit par erreur" + (act.reason().empty() ? std::string() : " (" + act.reason() + ")");
  if (act.status() != status_not_done && act.status() != status_in_error) line += " ; " + proof_text(act);
  if (!act.performer_name().empty()) line += " ; par " + act.performer_name();
  if (act.sources_size() > 1) line += fmt::format(" ; {} sources", act.sources_size());
  if (act.to_confirm()) line += " ; à confirmer par le médecin";
  return line;
}

void print_conflict(const v1::ImmunizationConflict& conflict) {
  std::cout << fmt::format("À trancher ({}) : {}\n    {}\n    {}\n", conflict.patient_id(), kind_text(conflict.kind()),
                           line_of(conflict.first()), line_of(conflict.second()));
}

// One call in a session of its own.
template <class Response, class Request>
Response ask(const Connection& connection,
             grpc::Status (RecordStub::*method)(grpc::ClientContext*, const Request&, Response*),
             const Request& request) {
  const Session session(connection);
  const auto stub = v1::PatientRecordService::NewStub(session.channel());
  return call<Response>(session, *stub, method, request);
}

template <class Set>
CLI::Option* words(CLI::App* command, const char* name, Set set, const char* help) {
  return command->add_option_function<std::string>(
      name, [set](const std::string& value) { set(value); }, help);
}

template <class Request>
void whose(CLI::App* command, Request& request) {
  words(
      command, "patient", [&](const std::string& id) { request.set_patient_id(id); }, "Patient")
      ->required();
}

template <class Request>
void under_task(CLI::App* command, Request& request) {
  words(
      command, "--task", [&](const std::string& id) { request.mutable_purpose()->set_task_id(id); },
      "Tâche de la fiche de poste (assistante), comme vaccin-tracabilite");
}

void describe(CLI::App* command, v1::Immunization& act) {
  words(
      command, "--label", [&](const std::string& text) { act.set_label(text); },
      "Nom du vaccin, comme sur la boîte ou le carnet");
  words(
      command, "--product", [&](const std::string& code) { act.set_product_code(code); }, "Code du produit");
  words(
      command, "--system", [&](const std::string& system) { act.set_product_system(system); },
      "Référentiel du code : cis, cip, atc, cvx");
  command->add_option_function<std::vector<std::string>>(
      "--disease",
      [&](const std::vector<std::string>& names) {
        for (const auto& name : names) act.add_target_diseases()->set_display(name);
      },
      "Maladie visée, quand le produit est inconnu");
  words(
      command, "--on", [&](const std::string& day) { act.set_given_on(day); }, "Date : AAAA-MM-JJ, AAAA-MM ou AAAA");
  words(
      command, "--lot", [&](const std::string& lot) { act.set_lot(lot); }, "Numéro de lot");
  words(
      command, "--site", [&](const std::string& site) { act.set_site(site); }, "Site d'injection");
  words(
      command, "--route", [&](const std::string& route) { act.set_route(route); }, "Voie");
  words(
      command, "--by", [&](const std::string& name) { act.set_performer_name(name); }, "Qui a vacciné");
  words(
      command, "--role", [&](const std::string& role) { act.set_performer_role(role); }, "Sa profession");
  words(
      command, "--rpps", [&](const std::string& id) { act.set_performer_national_id(id); },
      "Son identifiant national (8 + RPPS)");
  command
      ->add_option_function<int>(
          "--dose", [&](const int& rank) { act.set_dose_number(rank); }, "Rang dans la série")
      ->check(CLI::Range(1, 99));
  auto* seen = words(
                   command, "--seen",
                   [&](const std::string& word) {
                     act.set_proof(proof_seen);
                     act.set_seen_on(seen_words.at(word));
                   },
                   "Vu sur : carnet, certificat, boite, document")
                   ->check(CLI::IsMember(seen_words));
  auto* declared = command->add_flag_callback(
      "--declared", [&] { act.set_proof(proof_declared); }, "Déclaré par le patient ou un proche");
  seen->excludes(declared);
  act.set_status(status_done);
  auto* not_done = words(
      command, "--not-done",
      [&](const std::string& why) {
        act.set_status(status_not_done);
        act.set_reason(why);
      },
      "Non fait : pourquoi");
  not_done->excludes(declared);
}

}  // namespace

void add_vaccine_commands(CLI::App& app, const Connection& connection) {
  auto* vaccine = app.add_subcommand("vaccine", "Vaccinations d'un patient : carnet, saisie, contradictions");
  vaccine->require_subcommand(1);

  auto& asked = kept<v1::ListImmunizationsRequest>();
  auto* list = vaccine->add_subcommand("list", "Les vaccinations d'un patient, la dernière d'abord");
  whose(list, asked);
  under_task(list, asked);
  list->add_flag_callback(
      "--errors", [&] { asked.set_with_entered_in_error(true); }, "Aussi celles inscrites par erreur");
  list->callback([&] {
    const auto answer = ask(connection, &RecordStub::ListImmunizations, asked);
    for (const auto& one : answer.immunizations()) std::cout << line_of(one) << '\n';
    for (const auto& one : answer.conflicts()) print_conflict(one);
    for (const auto& field : answer.withheld()) std::cout << "masqué par votre fiche de poste : " << field << '\n';
  });

  auto& entry = kept<v1::RecordImmunizationRequest>();
  auto* add = vaccine->add_subcommand("add", "Inscrire une vaccination");
  whose(add, entry);
  under_task(add, entry);
  describe(add, *entry.mutable_immunization());
  add->callback([&] {
    const auto answer = ask(connection, &RecordStub::RecordImmunization, entry);
    std::cout << line_of(answer.immunization()) << '\n';
    if (answer.already_known()) std::cout << "Déjà au dossier : un seul acte, une source de plus.\n";
    for (const auto& one : answer.conflicts()) print_conflict(one);
  });

  auto& confirmed = kept<v1::ConfirmImmunizationRequest>();
  auto* confirm = vaccine->add_subcommand("confirm", "Confirmer ce qu'une assistante a inscrit (médecin)");
  whose(confirm, confirmed);
  words(
      confirm, "vaccination", [&](const std::string& id) { confirmed.set_immunization_id(id); }, "Sa ligne (imm-…)")
      ->required();
  confirm->callback([&] {
    std::cout << line_of(ask(connection, &RecordStub::ConfirmImmunization, confirmed).immunization()) << '\n';
  });

  auto& corrected = kept<v1::CorrectImmunizationRequest>();
  auto* correct = vaccine->add_subcommand("correct", "Remplacer ce qui est dit d'une vaccination");
  whose(correct, corrected);
  words(
      correct, "vaccination", [&](const std::string& id) { corrected.set_immunization_id(id); }, "Sa ligne (imm-…)")
      ->required();
  words(
      correct, "--reason", [&](const std::string& why) { corrected.set_reason(why); }, "Motif de la correction")
      ->required();
  under_task(correct, corrected);
  describe(correct, *corrected.mutable_immunization());
  correct->callback([&] {
    const auto answer = ask(connection, &RecordStub::CorrectImmunization, corrected);
    std::cout << line_of(answer.immunization()) << '\n';
    for (const auto& one : answer.conflicts()) print_conflict(one);
  });

  auto& wrong = kept<v1::EnterImmunizationInErrorRequest>();
  auto* withdraw = vaccine->add_subcommand("withdraw", "Retirer une vaccination inscrite par erreur");
  whose(withdraw, wrong);
  words(
      withdraw, "vaccination", [&](const std::string& id) { wrong.set_immunization_id(id); }, "Sa ligne (imm-…)")
      ->required();
  words(
      withdraw, "--reason", [&](const std::string& why) { wrong.set_reason(why); }, "Motif")
      ->required();
  under_task(withdraw, wrong);
  withdraw->callback([&] { ask(connection, &RecordStub::EnterImmunizationInError, wrong); });

  auto& open = kept<v1::ListImmunizationConflictsRequest>();
  auto* conflicts = vaccine->add_subcommand("conflicts", "Ce qui se contredit et ce qui attend un médecin");
  words(
      conflicts, "patient", [&](const std::string& id) { open.set_patient_id(id); },
      "Patient ; sans lui, tout le cabinet");
  under_task(conflicts, open);
  conflicts->callback([&] {
    const auto answer = ask(connection, &RecordStub::ListImmunizationConflicts, open);
    for (const auto& one : answer.conflicts()) print_conflict(one);
    for (const auto& one : answer.to_confirm())
      std::cout << fmt::format("À confirmer ({}) : {}\n", one.patient_id(), line_of(one.immunization()));
    if (answer.more()) std::cout << "Il y en a d'autres : demandez patient par patient.\n";
    if (answer.conflicts().empty() && answer.to_confirm().empty()) std::cout << "Rien à trancher.\n";
  });

  auto& settled = kept<v1::ResolveImmunizationConflictRequest>();
  auto* resolve = vaccine->add_subcommand("resolve", "Trancher entre deux vaccinations (médecin)");
  whose(resolve, settled);
  words(
      resolve, "first", [&](const std::string& id) { settled.set_first_id(id); }, "Première ligne")
      ->required();
  words(
      resolve, "second", [&](const std::string& id) { settled.set_second_id(id); }, "Seconde ligne")
      ->required();
  words(
      resolve, "answer", [&](const std::string& word) { settled.set_resolution(resolution_words.at(word)); },
      "meme-acte, deux-actes ou erreur")
      ->required()
      ->check(CLI::IsMember(resolution_words));
  words(
      resolve, "--keep", [&](const std::string& id) { settled.set_kept_id(id); },
      "Ligne qui fait foi (meme-acte), ou qui reste (erreur)");
  resolve->callback([&] {
    const auto answer = ask(connection, &RecordStub::ResolveImmunizationConflict, settled);
    for (const auto& one : answer.immunizations()) std::cout << line_of(one) << '\n';
  });
}

}  // namespace relais::cli
