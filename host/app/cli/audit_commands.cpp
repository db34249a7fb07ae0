// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "relais/v1/audit.grpc.pb.h"

namespace relais::cli {
namespace {

using AuditStub = v1::AuditService::Stub;

void verify(const Connection& connection) {
  const Session session(connection);
  const auto stub = v1::AuditService::NewStub(session.channel());
  const auto answer =
      call<v1::VerifyLedgerResponse>(session, *stub, &AuditStub::VerifyLedger, v1::VerifyLedgerRequest{});
  if (answer.intact()) {
    std::cout << fmt::format("Journal intact : {} entrées, chaîne et tête signée concordent.\n", answer.entries());
    return;
  }
  std::cout << fmt::format("JOURNAL ALTÉRÉ à l'entrée {} : {} ({})\n", answer.first_wrong(), answer.sentence(),
                           answer.code());
  throw CLI::RuntimeError(1);
}

void print_entry(const v1::LedgerEntry& entry) {
  std::string codes;
  for (const auto& code : entry.codes()) codes += " " + code;
  std::cout << fmt::format("{:>6}  {}  {:<12} {:<28} {:<9}{}  {} {} {}\n", entry.sequence(),
                           instant_label(entry.at_ms()), entry.actor_id(), entry.event(), entry.outcome(), codes,
                           entry.task_id(), entry.patient_id(), entry.item_id());
}

void query(const Connection& connection, v1::QueryLedgerRequest request) {
  const Session session(connection);
  const auto stub = v1::AuditService::NewStub(session.channel());
  do {
    const auto answer = call<v1::QueryLedgerResponse>(session, *stub, &AuditStub::QueryLedger, request);
    for (const auto& entry : answer.entries()) print_entry(entry);
    request.mutable_page()->set_token(answer.next_page_token());
  } while (!request.page().token().empty());
}

// One JSON object a line: the entries in order, then the signed head.
void export_lines(const Connection& connection, const std::string& file) {
  const Session session(connection);
  const auto stub = v1::AuditService::NewStub(session.channel());
  std::ofstream out(file);
  if (!out) throw CallFailed{"Écriture impossible : " + file + ".", "cli.file", {}, {}};
  const auto context = session.context();
  const auto stream = stub->ExportLedger(context.get(), {});
  v1::ExportLedgerResponse part;
  std::int64_t entries = 0;
  while (stream->Read(&part)) {
    std::string line;
    const auto written = google::protobuf::util::MessageToJsonString(part, &line);
    if (!written.ok())
      throw CallFailed{"Une entrée du journal n'a pas pu être écrite en JSON.", "cli.export", {}, {}};
    out << line << '\n';
    entries += part.has_entry() ? 1 : 0;
  }
  Session::check(stream->Finish());
  out.close();
  if (!out) throw CallFailed{"Écriture interrompue : " + file + ".", "cli.file", {}, {}};
  std::cout << entries << " entrées et la tête signée dans " << file << ".\n";
}

}  // namespace

void add_audit_commands(CLI::App& app, const Connection& connection) {
  auto* audit = app.add_subcommand("audit", "Le journal : qui a lu, décidé et fait quoi");
  audit->require_subcommand(1);
  audit->add_subcommand("verify", "Vérifier la chaîne et sa tête signée")->callback([&] { verify(connection); });

  auto* search = audit->add_subcommand("query", "Chercher dans le journal, le plus récent d'abord");
  auto& request = kept<v1::QueryLedgerRequest>();
  search->add_option_function<std::string>(
      "--patient", [&](const std::string& id) { request.set_patient_id(id); }, "Dossier");
  search->add_option_function<std::string>(
      "--task", [&](const std::string& id) { request.set_task_id(id); }, "Tâche déléguée");
  search->add_option_function<std::string>(
      "--person", [&](const std::string& id) { request.set_actor_id(id); }, "Personne");
  search->add_option_function<std::string>(
      "--event", [&](const std::string& id) { request.set_event(id); }, "Événement");
  search->add_option_function<std::string>(
      "--trace", [&](const std::string& id) { request.set_trace_id(id); }, "Trace");
  search->add_option_function<std::string>(
      "--item", [&](const std::string& id) { request.set_item_id(id); }, "Compte rendu ou message");
  search->callback([&] { query(connection, request); });

  auto* exported =
      audit->add_subcommand("export", "Écrire le journal entier et sa tête signée, une ligne JSON par entrée");
  auto& file = kept<std::string>();
  exported->add_option("file", file, "Fichier à écrire")->required();
  exported->callback([&] { export_lines(connection, file); });
}

}  // namespace relais::cli
