// SPDX-License-Identifier: Apache-2.0
// A practice software that holds Relais inside: watches the doctor's list, sends one report and sees it arrive.
//   RELAIS_PASSWORD=… relais-embedded FOLDER REPORT [DEMONSTRATION-CLOCK]
#include <grpcpp/grpcpp.h>
#include <relais/host.h>
#include <relais/v1/ingest.grpc.pb.h>
#include <relais/v1/worklist.grpc.pb.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>

int main(int argc, char** argv) try {
  namespace v1 = relais::v1;
  const char* password = std::getenv("RELAIS_PASSWORD");
  if (argc < 3 || password == nullptr) return std::cerr << "relais-embedded DOSSIER COMPTE-RENDU\n", 2;
  relais::host::EmbeddedHost host({.data = argv[1], .demonstration_clock = argc > 3 ? argv[3] : ""});

  grpc::ClientContext watching, sending;
  watching.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
  const auto list = v1::WorklistService::NewStub(host.sign_in("rouault", password))->WatchItems(&watching, {});
  std::set<std::string> standing;  // on the doctor's list before anything is sent
  v1::WatchItemsResponse change;
  while (list->Read(&change) && change.kind() != v1::WatchItemsResponse::KIND_SNAPSHOT_END)
    standing.insert(change.item().id());

  v1::SubmitRequest report;
  report.set_file_name(argv[2]);
  std::ifstream file(argv[2], std::ios::binary);
  report.set_chunk(std::string(std::istreambuf_iterator<char>(file), {}));
  v1::SubmitResponse receipt;
  const auto writer = v1::IngestService::NewStub(host.sign_in("logiciel", password))->Submit(&sending, &receipt);
  writer->WriteLast(report, {});
  if (const auto sent = writer->Finish(); !sent.ok()) throw std::runtime_error(sent.error_message());
  std::cout << "Transmis : " << receipt.inbound_id() << '\n';

  while (list->Read(&change))
    if (change.has_item() && !standing.contains(change.item().id()))
      return std::cout << change.item().patient().family() << " : " << change.item().title() << '\n', 0;
  throw std::runtime_error("Le compte rendu n'est pas arrivé sur la liste.");
} catch (const relais::host::Failure& refused) {
  return std::cerr << refused.what() << " (" << refused.code << ")\n", 1;
} catch (const std::exception& failed) {
  return std::cerr << failed.what() << '\n', 1;
}
