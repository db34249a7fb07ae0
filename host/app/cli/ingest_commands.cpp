// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/ingest_file.h"
#include "app/cli/text_fr.h"
#include "relais/v1/ingest.grpc.pb.h"

namespace relais::cli {
namespace {

using IngestStub = v1::IngestService::Stub;

struct AttachOptions {
  std::string report;
  std::string patient;
  std::string reason;
};

// The word that stands first on the line: what kind of waiting it is.
std::string waiting_word(const v1::QueueEntry& entry) {
  static const std::set<std::string> suspect{"identity.envelope-mismatch", "ingest.other-patient",
                                             "ingest.other-laboratory", "ingest.action-disagrees"};
  if (entry.state() == v1::INBOUND_STATE_UNREADABLE) return "Illisible     ";
  if (entry.state() == v1::INBOUND_STATE_READ) return "À savoir      ";
  return suspect.contains(entry.reason_code()) ? "Quarantaine   " : "À rattacher   ";
}

void print_queue(const Connection& connection) {
  const Session session(connection);
  const auto stub = v1::IngestService::NewStub(session.channel());
  v1::ListQueueRequest request;
  do {
    const auto answer = call<v1::ListQueueResponse>(session, *stub, &IngestStub::ListQueue, request);
    for (const auto& entry : answer.entries()) {
      std::cout << waiting_word(entry) << instant_label(entry.received_ms()) << "  " << patient_label(entry.written()) << "  "
                << entry.reason() << " (" << entry.reason_code() << ")\n    message " << entry.inbound_id()
                << (entry.report_id().empty() ? "" : ", compte rendu " + entry.report_id()) << '\n';
      for (const auto& trait : entry.differing_traits()) std::cout << "    trait différent : " << trait << '\n';
      for (const auto& candidate : entry.candidate_patient_ids())
        std::cout << "    dossier possible : " << candidate << '\n';
    }
    request.mutable_page()->set_token(answer.next_page_token());
  } while (!request.page().token().empty());
}

}  // namespace

void add_ingest_commands(CLI::App& app, const Connection& connection) {
  auto* ingest = app.add_subcommand("ingest", "Déposer des comptes rendus de laboratoire");
  auto& files = kept<std::vector<std::string>>();
  ingest->add_option("files", files, "Fichiers CDA ou HL7 v2")->required();
  ingest->callback([&] {
    const Session session(connection);
    for (const auto& file : files) {
      const auto receipt = submit_file(session, file, "cli");
      std::cout << file << " : reçu " << receipt.inbound_id();
      if (receipt.duplicate()) std::cout << ", déjà reçu";
      if (!receipt.reason_code().empty()) std::cout << ", " << receipt.reason() << " (" << receipt.reason_code() << ")";
      std::cout << '\n';
    }
  });

  app.add_subcommand("queue", "Ce qui attend quelqu'un : à rattacher, quarantaine, illisible, chaîne rompue, accusé négatif")->callback([&] {
    print_queue(connection);
  });

  auto* attach = app.add_subcommand("attach", "Rattacher un compte rendu à un dossier");
  auto& given = kept<AttachOptions>();
  attach->add_option("report", given.report, "Identifiant du compte rendu")->required();
  attach->add_option("patient", given.patient, "Identifiant du dossier")->required();
  attach->callback([&] {
    const Session session(connection);
    const auto stub = v1::IngestService::NewStub(session.channel());
    v1::AttachRequest request;
    request.set_report_id(given.report);
    request.set_patient_id(given.patient);
    call<v1::AttachResponse>(session, *stub, &IngestStub::Attach, request);
    std::cout << "Rattaché ; le compte rendu est trié à nouveau avec l'historique du dossier.\n";
  });

  auto* detach = app.add_subcommand("detach", "Retirer un compte rendu d'un dossier");
  auto& taken = kept<AttachOptions>();
  detach->add_option("report", taken.report, "Identifiant du compte rendu")->required();
  detach->add_option("--reason", taken.reason, "Raison, en clair")->required();
  detach->callback([&] {
    const Session session(connection);
    const auto stub = v1::IngestService::NewStub(session.channel());
    v1::DetachRequest request;
    request.set_report_id(taken.report);
    request.set_reason(taken.reason);
    call<v1::DetachResponse>(session, *stub, &IngestStub::Detach, request);
    std::cout << "Retiré ; le compte rendu attend de nouveau dans « à rattacher ».\n";
  });
}

}  // namespace relais::cli
