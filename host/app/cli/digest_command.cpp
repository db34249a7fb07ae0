// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "relais/v1/worklist.grpc.pb.h"

namespace relais::cli {
namespace {

using WorklistStub = v1::WorklistService::Stub;

// Lists the closures; with `mark`, says that exactly those that were printed have been seen.
void digest(const Connection& connection, v1::ListDigestRequest request, bool mark) {
  const Session session(connection);
  const auto stub = v1::WorklistService::NewStub(session.channel());
  v1::MarkDigestSeenRequest seen;
  do {
    const auto answer = call<v1::ListDigestResponse>(session, *stub, &WorklistStub::ListDigest, request);
    for (const auto& entry : answer.entries()) {
      std::cout << item_text(entry.item())
                << fmt::format("    clos par {} le {}{}\n", entry.closed_by(), instant_label(entry.closed_ms()),
                               entry.has_seen_ms() ? ", vu par " + entry.seen_by() + " le " +
                                                         instant_label(entry.seen_ms())
                                                   : std::string());
      seen.add_item_ids(entry.item().id());
      seen.set_through_ms(std::max(seen.through_ms(), entry.closed_ms()));
    }
    if (request.page().token().empty())
      std::cout << fmt::format("{} clôture(s) autonome(s) pas encore vue(s).\n", answer.unseen());
    request.mutable_page()->set_token(answer.next_page_token());
  } while (!request.page().token().empty());
  if (!mark || seen.item_ids().empty()) return;
  const auto done = call<v1::MarkDigestSeenResponse>(session, *stub, &WorklistStub::MarkDigestSeen, seen);
  std::cout << fmt::format("{} marquée(s) comme vue(s).\n", done.marked());
}

}  // namespace

void add_digest_command(CLI::App& app, const Connection& connection) {
  auto* worklist = app.add_subcommand("worklist", "Ce qui revient au médecin");
  worklist->require_subcommand(1);
  auto* command = worklist->add_subcommand("digest", "Ce que les assistants ont clos seuls (mode autonome)");
  auto& request = kept<v1::ListDigestRequest>();
  auto& mark = kept<int>();
  command->add_option_function<std::string>(
      "--since", [&](const std::string& at) { request.set_since_ms(instant_of(at)); },
      "Tout depuis cette date, déjà vu ou non (sans date : ce qui reste à voir)");
  command->add_flag("--mark", mark, "Marquer comme vu ce qui vient d'être affiché");
  command->callback([&] { digest(connection, request, mark > 0); });
}

}  // namespace relais::cli
