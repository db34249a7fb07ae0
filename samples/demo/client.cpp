// SPDX-License-Identifier: Apache-2.0
#include "client.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "app/cli/ingest_file.h"

namespace demo {
using relais::cli::CallFailed;
using relais::cli::Connection;
using relais::cli::Session;

namespace {
constexpr auto settle_deadline = std::chrono::seconds{120};
}  // namespace

Connection as(Connection host, const std::string& account) {
  host.account = account;
  return host;
}

std::vector<v1::WorklistItem> list(const Session& session, v1::WorklistService::Stub& stub) {
  std::vector<v1::WorklistItem> items;
  v1::ListItemsRequest request;
  do {
    v1::ListItemsResponse answer;
    const auto context = session.context();
    Session::check(stub.ListItems(context.get(), request, &answer));
    items.insert(items.end(), answer.items().begin(), answer.items().end());
    request.mutable_page()->set_token(answer.next_page_token());
  } while (!request.page().token().empty());
  return items;
}

std::vector<v1::QueueEntry> queue(const Session& session) {
  const auto stub = v1::IngestService::NewStub(session.channel());
  std::vector<v1::QueueEntry> entries;
  v1::ListQueueRequest request;
  do {
    v1::ListQueueResponse answer;
    const auto context = session.context();
    Session::check(stub->ListQueue(context.get(), request, &answer));
    entries.insert(entries.end(), answer.entries().begin(), answer.entries().end());
    request.mutable_page()->set_token(answer.next_page_token());
  } while (!request.page().token().empty());
  return entries;
}

void wait_until_settled(const Session& session, std::size_t sent) {
  const auto stub = v1::IngestService::NewStub(session.channel());
  const auto give_up = std::chrono::steady_clock::now() + settle_deadline;
  for (;;) {
    v1::GetProgressResponse progress;
    const auto context = session.context();
    Session::check(stub->GetProgress(context.get(), {}, &progress));
    if (progress.received() >= static_cast<std::int64_t>(sent) && progress.unread() == 0 && progress.unsorted() == 0)
      return;
    if (std::chrono::steady_clock::now() > give_up)
      throw CallFailed{fmt::format("Après {} s, {} messages ne sont pas lus et {} comptes rendus pas triés.",
                                   settle_deadline.count(), progress.unread(), progress.unsorted()),
                       "demo.not-settled",
                       {},
                       {}};
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
}

void expect_refusal(std::vector<Refused>& refused, const std::string& who, const std::string& what,
                    const std::function<void()>& act) {
  try {
    act();
    refused.push_back({who, what, "", "aucun refus : c'est une erreur", ""});
  } catch (const CallFailed& failed) {
    refused.push_back(
        {who, what, failed.rule.empty() ? failed.code : failed.rule, failed.sentence, failed.unblocked_by});
  }
}

void send_report(const Session& software, const Scenario& scenario, const DemoReport& report, const std::string& today,
                 const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const auto file = folder / report.name;
  std::ofstream(file, std::ios::binary) << write_report(scenario, report, today);
  relais::cli::submit_file(software, file, "demonstration");
}

}  // namespace demo
