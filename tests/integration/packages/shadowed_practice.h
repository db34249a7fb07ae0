// SPDX-License-Identifier: Apache-2.0
// For tests of a version in shadow.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "client.h"
#include "evening.h"
#include "package_practice.h"
#include "practice.h"
#include "relais/v1/audit.grpc.pb.h"

namespace relais::test {

inline constexpr auto today = "2026-11-23";

// A demonstration practice whose first doctor has delegated bio-triage, sorted by version 1.0.0; another version waits.
struct ShadowedPractice : PackagePractice {
  demo::Scenario scenario = demo::make_scenario(today);
  Author author;

  explicit ShadowedPractice(const std::string& other) : PackagePractice(true) {
    trust(author, "Auteur");
    const auto folder = path() / "first";
    fs::create_directories(folder);
    const auto listing = relais::plugins::extract_archive(author.sign("1.0.0", path()), folder);
    std::ofstream(folder / "SIGNATURE") << *listing->signature;
    demo::open_accounts(connection(), scenario, folder.string());
    demo::fill_record(connection(), scenario);
    demo::sign_and_enable(connection(), scenario, today, (path() / "fiches").string());
    REQUIRE(install(author.sign(other, path())).state() == v1::PLUGIN_STATE_BLOCKED);
  }
  const std::string& doctor() const { return scenario.doctors.front().id; }

  void send_evening() {
    sent_ += demo::send_reports(connection(), scenario, today, (path() / "reports").string(), "");
    demo::wait_until_settled(session(doctor()), sent_);
  }
  v1::LiveShadow start_shadow(const std::string& version, int days = 0) {
    v1::StartLiveShadowRequest request;
    request.set_plugin_id("essai");
    request.set_version(version);
    request.set_days(days);
    return call<v1::StartLiveShadowResponse>(doctor(), &Stub::StartLiveShadow, request).shadow();
  }
  v1::LiveShadow stop_shadow() {
    v1::StopLiveShadowRequest request;
    request.set_plugin_id("essai");
    return call<v1::StopLiveShadowResponse>(doctor(), &Stub::StopLiveShadow, request).shadow();
  }
  v1::LiveShadow shadow(const std::string& who) {
    v1::GetLiveShadowRequest request;
    request.set_plugin_id("essai");
    request.set_examples(100);
    return call<v1::GetLiveShadowResponse>(who, &Stub::GetLiveShadow, request).shadow();
  }
  // Entries of the ledger, as the doctor reads them.
  std::vector<v1::LedgerEntry> entries(const std::string& event) {
    v1::QueryLedgerRequest request;
    request.set_event(event);
    std::vector<v1::LedgerEntry> found;
    const auto stub = v1::AuditService::NewStub(session(doctor()).channel());
    do {
      v1::QueryLedgerResponse answer;
      cli::Session::check(stub->QueryLedger(session(doctor()).context().get(), request, &answer));
      found.insert(found.end(), answer.entries().begin(), answer.entries().end());
      request.mutable_page()->set_token(answer.next_page_token());
    } while (!request.page().token().empty());
    return found;
  }
  // Evaluations of the version in use for the doctor.
  int evaluations() {
    const auto all = entries("plugin.run");
    return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const auto& entry) {
      return entry.plugin_id() == "essai" && entry.on_behalf_of() == doctor() && entry.outcome() == "ok";
    }));
  }
  // The deadline is only there so that a failing test ends.
  static void wait(const std::function<bool()>& wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(180);
    while (!wanted()) {
      if (std::chrono::steady_clock::now() > end) FAIL("it never was as wanted");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  // By the plugin, of the doctor.
  std::vector<v1::WorklistItem> items() {
    std::vector<v1::WorklistItem> found;
    const auto stub = v1::WorklistService::NewStub(session(doctor()).channel());
    for (auto& item : demo::list(session(doctor()), *stub))
      if (item.plugin_id() == "essai") found.push_back(std::move(item));
    return found;
  }

 private:
  std::size_t sent_ = 0;
};

}  // namespace relais::test
