// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <map>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"

namespace relais::cli {
namespace {

using PatientRecordStub = v1::PatientRecordService::Stub;

const std::map<std::string, v1::RenewalStep> steps{
    {"contacte", v1::RENEWAL_STEP_CONTACTED},      {"visite-prevue", v1::RENEWAL_STEP_VISIT_BOOKED},
    {"prepare", v1::RENEWAL_STEP_DRAFTED},         {"envoye", v1::RENEWAL_STEP_SENT},
    {"accepte", v1::RENEWAL_STEP_ACCEPTED},        {"refuse", v1::RENEWAL_STEP_REFUSED},
    {"par-la-caisse", v1::RENEWAL_STEP_RENEWED_BY_CAISSE}, {"ne-pas-renouveler", v1::RENEWAL_STEP_NOT_TO_RENEW}};

const std::map<std::string, v1::RightPeriod> periods{{"premiere", v1::RIGHT_PERIOD_FIRST},
                                                     {"renouvellement", v1::RIGHT_PERIOD_RENEWAL}};

std::string step_word(v1::RenewalStep step) {
  for (const auto& [word, value] : steps)
    if (value == step) return word;
  return {};
}

std::string source_word(const std::string& source) {
  return source == "notified" ? "notifiée" : source == "estimated" ? "estimée" : "inconnue";
}

void print(const v1::LongTermCondition& right) {
  std::cout << fmt::format("{:<10} ALD {:<7} du {} au {} ({})", right.id(), right.number(),
                           right.from().empty() ? "?" : right.from(), right.until().empty() ? "?" : right.until(),
                           source_word(right.until_source()));
  if (!right.label().empty()) std::cout << ", " << right.label();
  if (right.renewal_step() != v1::RENEWAL_STEP_UNSPECIFIED)
    std::cout << fmt::format(" ; {} le {}", step_word(right.renewal_step()), right.renewal_step_on());
  if (right.to_confirm()) std::cout << " ; à revoir par le médecin";
  std::cout << '\n';
  for (const auto& earlier : right.renewals())
    std::cout << fmt::format("    période d'avant : du {} au {} ({})\n", earlier.from(), earlier.until(),
                             source_word(earlier.until_source()));
}

// One call in a session of its own.
template <class Response, class Request>
Response once(const Connection& connection,
              grpc::Status (PatientRecordStub::*method)(grpc::ClientContext*, const Request&, Response*),
              const Request& request) {
  const Session session(connection);
  const auto stub = v1::PatientRecordService::NewStub(session.channel());
  return call<Response>(session, *stub, method, request);
}

// An option whose value goes to a setter of the request.
template <class Set>
CLI::Option* text(CLI::App* command, const char* name, Set set, const char* help) {
  return command->add_option_function<std::string>(name, [set](const std::string& value) { set(value); }, help);
}

template <class Request>
void patient_and_purpose(CLI::App* command, Request& request) {
  text(command, "patient", [&](const std::string& id) { request.set_patient_id(id); }, "Patient")->required();
  text(command, "--task", [&](const std::string& id) { request.mutable_purpose()->set_task_id(id); },
       "Tâche de la fiche de poste (assistante), comme ald-renewal-alert");
}

void add_rights(CLI::App& app, const Connection& connection) {
  auto* ald = app.add_subcommand("ald", "Affections de longue durée : droits, dates, renouvellement");
  ald->require_subcommand(1);

  auto& asked = kept<v1::ListLongTermConditionsRequest>();
  auto* list = ald->add_subcommand("list", "Les ALD d'un patient");
  patient_and_purpose(list, asked);
  list->callback([&] {
    const auto answer = once(connection, &PatientRecordStub::ListLongTermConditions, asked);
    for (const auto& right : answer.conditions()) print(right);
    for (const auto& field : answer.withheld()) std::cout << "masqué par votre fiche de poste : " << field << '\n';
  });

  auto& put = kept<v1::PutLongTermConditionsRequest>();
  auto& right = *put.add_conditions();
  auto* write = ald->add_subcommand("put", "Inscrire une ALD, ou corriger celle de --id");
  patient_and_purpose(write, put);
  text(write, "number", [&](const std::string& number) { right.set_number(number); },
       "Numéro, avec son sous-numéro : 8, 23.a, 31")
      ->required();
  text(write, "--id", [&](const std::string& id) { right.set_id(id); }, "Ligne à remplacer");
  text(write, "--label", [&](const std::string& label) { right.set_label(label); }, "Libellé");
  text(write, "--code", [&](const std::string& code) { right.set_code(code); }, "Code CIM-10 (médecin)");
  text(write, "--period", [&](const std::string& word) { right.set_period(periods.at(word)); },
       "premiere ou renouvellement")
      ->check(CLI::IsMember(periods));
  text(write, "--from", [&](const std::string& day) { right.set_from(day); }, "Premier jour, AAAA-MM-JJ");
  text(write, "--until", [&](const std::string& day) { right.set_until(day); right.set_until_source("notified"); },
       "Dernier jour, notifié par la caisse, AAAA-MM-JJ");
  text(write, "--protocol", [&](const std::string& day) { right.add_protocols()->set_established_on(day); },
       "Date d'un protocole de soins, AAAA-MM-JJ");
  write->callback([&] {
    const auto written = once(connection, &PatientRecordStub::PutLongTermConditions, put);
    for (const auto& id : written.ids()) std::cout << id << '\n';
  });

  auto& step = kept<v1::RecordRenewalStepRequest>();
  auto* record = ald->add_subcommand("step", "Dire où en est le renouvellement");
  patient_and_purpose(record, step);
  text(record, "step", [&](const std::string& word) { step.set_step(steps.at(word)); },
       "contacte, visite-prevue, prepare, envoye, accepte, refuse, par-la-caisse, ne-pas-renouveler")
      ->required()
      ->check(CLI::IsMember(steps));
  record->add_option_function<std::vector<std::string>>(
      "--id", [&](const std::vector<std::string>& ids) { for (const auto& id : ids) step.add_condition_ids(id); },
      "ALD concernées ; sans elles, toutes celles qui arrivent à échéance");
  text(record, "--on", [&](const std::string& day) { step.set_on(day); }, "Le jour où c'était, AAAA-MM-JJ");
  text(record, "--until", [&](const std::string& day) { step.set_until(day); },
       "Nouvelle fin notifiée (accepte, par-la-caisse), AAAA-MM-JJ");
  record->callback(
      [&] { std::cout << once(connection, &PatientRecordStub::RecordRenewalStep, step).written() << " ALD\n"; });

  auto& item = kept<v1::GetItemRequest>();
  auto* draft = ald->add_subcommand("draft", "Le brouillon de demande d'un élément de la liste");
  text(draft, "item", [&](const std::string& id) { item.set_item_id(id); }, "Élément de la liste")->required();
  draft->callback([&] {
    const Session session(connection);
    const auto stub = v1::WorklistService::NewStub(session.channel());
    const auto answer = call<v1::GetItemResponse>(session, *stub, &v1::WorklistService::Stub::GetItem, item);
    for (const auto& one : answer.proposals()) std::cout << one.body();
    if (answer.proposals_withheld()) std::cout << "masqué par votre fiche de poste (niveau de données D4)\n";
  });
}

void add_appointments(CLI::App& app, const Connection& connection) {
  auto* appointment = app.add_subcommand("appointment", "Rendez-vous tenus dans un autre logiciel");
  appointment->require_subcommand(1);
  auto& put = kept<v1::PutAppointmentsRequest>();
  auto& one = *put.add_appointments();
  auto* write = appointment->add_subcommand("put", "Inscrire un rendez-vous");
  text(write, "id", [&](const std::string& id) { one.set_id(id); }, "Son numéro dans l'autre logiciel")->required();
  text(write, "patient", [&](const std::string& id) { one.set_patient_id(id); }, "Patient")->required();
  text(write, "start", [&](const std::string& at) { one.set_start_ms(instant_of(at)); }, "Début, AAAA-MM-JJTHH:MM")
      ->required();
  auto& minutes = kept<int>();
  minutes = 15;
  write->add_option("--minutes", minutes, "Durée")->check(CLI::Range(1, 480));
  text(write, "--doctor", [&](const std::string& id) { one.set_doctor_id(id); }, "Médecin");
  text(write, "--reason", [&](const std::string& reason) { one.set_reason(reason); }, "Motif");
  write->callback([&] {
    one.set_end_ms(one.start_ms() + std::int64_t{minutes} * 60'000);
    once(connection, &PatientRecordStub::PutAppointments, put);
    std::cout << one.id() << '\n';
  });

  auto& gone = kept<v1::PutAppointmentsRequest>();
  auto* cancel = appointment->add_subcommand("cancel", "Retirer un rendez-vous annulé");
  text(cancel, "id", [&](const std::string& id) { gone.add_cancelled(id); }, "Son numéro")->required();
  cancel->callback([&] { once(connection, &PatientRecordStub::PutAppointments, gone); });
}

}  // namespace

void add_ald_commands(CLI::App& app, const Connection& connection) {
  add_rights(app, connection);
  add_appointments(app, connection);
}

}  // namespace relais::cli
