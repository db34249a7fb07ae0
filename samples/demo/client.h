// SPDX-License-Identifier: Apache-2.0
// What the parts of the demonstration ask of the host. Everything here throws CallFailed when a call is refused.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/cli/session.h"
#include "practice.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "scenario.h"

namespace demo {

namespace v1 = relais::v1;

relais::cli::Connection as(relais::cli::Connection host, const std::string& account);

template <class Stub, class Request, class Response>
Response call(const relais::cli::Session& session, Stub& stub,
              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request) {
  Response response;
  const auto context = session.context();
  relais::cli::Session::check((stub.*method)(context.get(), request, &response));
  return response;
}

// Every page of the caller's list, and of what waits for a human.
std::vector<v1::WorklistItem> list(const relais::cli::Session& session, v1::WorklistService::Stub& stub);
std::vector<v1::QueueEntry> queue(const relais::cli::Session& session);

// Until every message sent has been read (or found unreadable) and sorted.
void wait_until_settled(const relais::cli::Session& session, std::size_t sent);

// Writes the report's file into `folder` and submits it.
void send_report(const relais::cli::Session& software, const Scenario& scenario, const DemoReport& report,
                 const std::string& today, const std::filesystem::path& folder);

// Somebody tries to do `what`; the refusal is kept.
void expect_refusal(std::vector<Refused>& refused, const std::string& who, const std::string& what,
                    const std::function<void()>& act);

}  // namespace demo
