// SPDX-License-Identifier: Apache-2.0
// relais trace: everything the ledger holds of one id, from what came in to what people did.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "domain/trace.h"
#include "relais/v1/audit.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"

namespace relais::cli {
namespace {

using Entries = std::vector<v1::LedgerEntry>;

// Oldest first.
Entries entries_of(const Session& session, v1::QueryLedgerRequest request) {
  const auto stub = v1::AuditService::NewStub(session.channel());
  Entries found;
  do {
    const auto answer =
        call<v1::QueryLedgerResponse>(session, *stub, &v1::AuditService::Stub::QueryLedger, request);
    found.insert(found.end(), answer.entries().begin(), answer.entries().end());
    request.mutable_page()->set_token(answer.next_page_token());
  } while (!request.page().token().empty());
  std::ranges::reverse(found);
  return found;
}

Entries under_trace(const Session& session, const std::string& trace) {
  v1::QueryLedgerRequest request;
  request.set_trace_id(trace);
  return entries_of(session, request);
}

// Of an item of the list; empty when there is none that this account may see.
std::string trace_of_item(const Session& session, const std::string& id) {
  const auto stub = v1::WorklistService::NewStub(session.channel());
  v1::GetItemRequest request;
  request.set_item_id(id);
  v1::GetItemResponse response;
  const auto context = session.context();
  return stub->GetItem(context.get(), request, &response).ok() ? response.item().trace_id() : std::string{};
}

// What an id may lead to: a trace itself, an item of the list, a report or a message, in that order.
std::vector<std::string> traces_of(const Session& session, const std::string& id) {
  if (is_trace_id(id) && !under_trace(session, id).empty()) return {id};
  if (const auto trace = trace_of_item(session, id); !trace.empty()) return {trace};
  v1::QueryLedgerRequest request;
  request.set_item_id(id);
  std::vector<std::string> traces;
  std::set<std::string> seen;
  for (const auto& entry : entries_of(session, request))
    if (!entry.trace_id().empty() && seen.insert(entry.trace_id()).second) traces.push_back(entry.trace_id());
  return traces;
}

void print(const std::string& trace, const Entries& entries) {
  std::cout << fmt::format("Trace {} : {} {}\n", trace, entries.size(), entries.size() > 1 ? "entrées" : "entrée");
  for (const auto& entry : entries) {
    std::string line = fmt::format("{:>6}  {}  {:<12} {:<26} {:<8}", entry.sequence(), instant_label(entry.at_ms()),
                                   entry.actor_id(), entry.event(), entry.outcome());
    for (const auto& word : {entry.task_id(), entry.item_id(), entry.patient_id()})
      if (!word.empty()) line += " " + word;
    if (!entry.plugin_id().empty()) line += fmt::format(" {} {}", entry.plugin_id(), entry.plugin_version());
    for (const auto& code : entry.codes()) line += " " + code;
    std::cout << line << '\n';
  }
}

}  // namespace

void add_trace_command(CLI::App& app, const Connection& connection) {
  auto* command = app.add_subcommand(
      "trace", "Tout ce qui a la même origine, dans l'ordre : réception, lecture, décision, constat, gestes");
  auto& id = kept<std::string>();
  command->add_option("id", id, "Trace, élément de la liste, compte rendu ou message")->required();
  command->callback([&] {
    const Session session(connection);
    const auto traces = traces_of(session, id);
    if (traces.empty()) {
      std::cout << "Le journal n'a rien de cet identifiant que vous puissiez lire.\n";
      throw CLI::RuntimeError(1);
    }
    for (const auto& trace : traces) print(trace, under_trace(session, trace));
  });
}

}  // namespace relais::cli
