// SPDX-License-Identifier: Apache-2.0
// A demonstration practice whose first doctor has delegated bio-triage, sorted by witnesses; its host runs here.
#pragma once

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "app/cli/session.h"
#include "app/host.h"
#include "app/practice_config.h"
#include "client.h"
#include "domain/civil_time.h"
#include "practice.h"
#include "relais/v1/audit.grpc.pb.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "support/scratch.h"

namespace relais::test {

namespace fs = std::filesystem;
using cli::CallFailed;
using cli::Session;

class TracedPractice {
 public:
  static constexpr auto today = "2026-11-23";

  // `witnesses`: by name; the first one is there when the fiches are signed.
  explicit TracedPractice(const std::vector<std::string>& witnesses,
                          std::chrono::milliseconds feedback_pace = std::chrono::milliseconds(20)) {
    ::setenv("RELAIS_PASSWORD", "soiree-de-biologie", 1);
    app::PracticeConfig config;
    config.name = "Cabinet d'essai";
    config.database = "sqlite:practice.sqlite";
    config.demonstration = true;
    REQUIRE(app::init_practice(data(), config, "admin", "soiree-de-biologie", clock));
    start(feedback_pace);
    scenario.patients.resize(3);
    for (auto& patient : scenario.patients) {
      patient.treating_doctor = doctor();
      patient.history.clear();
    }
    demo::open_accounts(connection(), scenario, package(witnesses.front()));
    for (std::size_t i = 1; i < witnesses.size(); ++i) {
      v1::InstallPluginRequest install;
      install.set_directory(package(witnesses[i]));
      ask<v1::InstallPluginResponse>("admin", v1::PluginService::NewStub, &v1::PluginService::Stub::InstallPlugin, install);
    }
    demo::fill_record(connection(), scenario);
    REQUIRE(demo::sign_and_enable(connection(), scenario, today, (scratch.path() / "fiches").string()).size() <= 1);
  }

  void start(std::chrono::milliseconds feedback_pace) {
    app::HostOptions options;
    options.data = data();
    options.listen.unix_socket = scratch.path() / "relais.sock";
    options.worker_executable = RELAIS_WORKER;
    options.tick = std::chrono::milliseconds(10);
    options.feedback_pace = feedback_pace;
    auto started = app::Host::start(std::move(options), clock);
    if (!started) FAIL(std::string(stable_code(started.error().code)) + " " + started.error().detail);
    host_ = std::move(*started);
  }
  void stop() {
    sessions_.clear();
    host_.reset();
  }

  // One unary call. Throws CallFailed.
  template <class Response, class MakeStub, class Method, class Request>
  Response ask(const std::string& who, MakeStub make, Method method, const Request& request) {
    Response response;
    const auto& as = session(who);
    const auto stub = make(as.channel(), grpc::StubOptions());
    Session::check((stub.get()->*method)(as.context().get(), request, &response));
    return response;
  }

  // A laboratory report of the scenario, sent by the practice's software with this metadata.
  v1::SubmitResponse submit(const std::string& bytes, const std::string& traceparent = {}) {
    const auto& software = session("logiciel");
    const auto context = software.context();
    if (!traceparent.empty()) context->AddMetadata("traceparent", traceparent);
    const auto stub = v1::IngestService::NewStub(software.channel());
    v1::SubmitResponse receipt;
    const auto writer = stub->Submit(context.get(), &receipt);
    v1::SubmitRequest part;
    part.set_source("essai");
    part.set_chunk(bytes);
    writer->Write(part);
    writer->WritesDone();
    Session::check(writer->Finish());
    return receipt;
  }
  // The n-th report of a doctor and a known patient that is alone of its kind, as CDA.
  std::string report(std::size_t number) const {
    std::size_t at = 0;
    for (const auto& one : scenario.reports) {
      const bool plain = one.prescriber == doctor() && one.patient < scenario.patients.size() && one.version == 1 &&
                         !one.partial && !one.damaged && !one.pdf_only && !one.cancels && !one.foreign_birth_place &&
                         !one.unknown_patient;
      if (plain && at++ == number) return demo::write_cda(scenario, one, today);
    }
    // The scenario has fewer: one is made of the first, under another name.
    auto made = scenario.reports.front();
    made.patient = number % scenario.patients.size();
    made.prescriber = doctor();
    made.document_id = "1.2.250.1.999.7." + std::to_string(1000 + number);
    made.set_id = "1.2.250.1.999.8." + std::to_string(1000 + number);
    made.version = 1;
    made.replaces.clear();
    made.partial = made.pdf_only = made.damaged = made.foreign_birth_place = made.unknown_patient = made.cancels = false;
    return demo::write_cda(scenario, made, today);
  }

  // Open items of the doctor that this witness found.
  std::vector<v1::WorklistItem> found_by(const std::string& witness) {
    std::vector<v1::WorklistItem> items;
    const auto stub = v1::WorklistService::NewStub(session(doctor()).channel());
    for (auto& item : demo::list(session(doctor()), *stub))
      if (item.plugin_id() == "witness-" + witness) items.push_back(std::move(item));
    return items;
  }
  std::vector<v1::WorklistItem> wait_for(const std::string& witness, std::size_t count) {
    std::vector<v1::WorklistItem> items;
    wait([&] {
      items = found_by(witness);
      return items.size() >= count;
    });
    CHECK(items.size() == count);
    return items;
  }

  // Oldest first, as the doctor reads them.
  std::vector<v1::LedgerEntry> ledger(const v1::QueryLedgerRequest& wanted) {
    auto request = wanted;
    std::vector<v1::LedgerEntry> entries;
    do {
      const auto answer = ask<v1::QueryLedgerResponse>(doctor(), v1::AuditService::NewStub,
                                                       &v1::AuditService::Stub::QueryLedger, request);
      entries.insert(entries.begin(), answer.entries().rbegin(), answer.entries().rend());
      request.mutable_page()->set_token(answer.next_page_token());
    } while (!request.page().token().empty());
    return entries;
  }
  std::vector<v1::LedgerEntry> traced(const std::string& trace) {
    v1::QueryLedgerRequest request;
    request.set_trace_id(trace);
    return ledger(request);
  }

  // What the plugin wrote since the host started, and what the host told of it: kind and code, each with its number.
  std::multimap<std::string, std::int64_t> told(const std::string& witness) {
    v1::ListPluginEventsRequest request;
    request.set_plugin_id("witness-" + witness);
    const auto answer = ask<v1::ListPluginEventsResponse>("admin", v1::PluginService::NewStub,
                                                          &v1::PluginService::Stub::ListPluginEvents, request);
    std::multimap<std::string, std::int64_t> lines;
    for (const auto& event : answer.events())
      lines.emplace(event.kind() == "logged" ? event.code() : event.kind(),
                    event.kind() == "logged" ? event.number() : event.subjects());
    return lines;
  }

  // The deadline is only there so that a failing test ends.
  static void wait(const std::function<bool()>& wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(180);
    while (!wanted()) {
      if (std::chrono::steady_clock::now() > end) FAIL("it never was as wanted");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  // Tokens end by the practice's clock.
  void sign_in_again() { sessions_.clear(); }
  const Session& session(const std::string& who) {
    auto& kept = sessions_[who];
    if (!kept) kept = std::make_unique<Session>(connection(who));
    return *kept;
  }
  cli::Connection connection(const std::string& account = {}) const {
    return {"unix:" + (scratch.path() / "relais.sock").string(), account, ""};
  }
  static std::string package(const std::string& witness) { return std::string(WITNESSES) + "/" + witness; }
  std::string doctor() const { return scenario.doctors.front().id; }
  const std::string& patient(std::size_t number = 0) const { return scenario.patients[number].id; }
  fs::path data() const { return scratch.path() / "data"; }

  Scratch scratch;
  TestClock clock{fiche::to_instant(fiche::parse_moment("2026-11-23T16:45")->at, "Europe/Paris")};
  demo::Scenario scenario = demo::make_scenario(today);

 private:
  std::unique_ptr<app::Host> host_;
  std::map<std::string, std::unique_ptr<Session>> sessions_;
};

}  // namespace relais::test
