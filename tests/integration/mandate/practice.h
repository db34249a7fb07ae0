// SPDX-License-Identifier: Apache-2.0
// A whole host in this process, reached over its socket, whose clock the test holds. Accounts are opened, fiches signed
// and reports sent as an editor's software would: nothing goes past the public API.
#pragma once

#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/host.h"
#include "fiche.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/error.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "scenario.h"
#include "support/scratch.h"

namespace relais::mandate {

// What a call answered, or why not.
template <class Response>
struct Reply {
  bool ok = false;
  Response value;
  v1::ErrorDetail error;
  // The rule that refused; else the stable code; "ok" for an answer.
  std::string said() const { return ok ? "ok" : error.rule().empty() ? error.code() : error.rule(); }
};

class Practice {
 public:
  // Monday 23 November 2026, 10:00 in Paris: a working day inside every fiche of the tests.
  Practice();
  ~Practice();
  Practice(const Practice&) = delete;
  Practice& operator=(const Practice&) = delete;

  // --- Time, in the practice's zone ---
  void at(const std::string& local);  // "2026-11-24T20:00"
  test::TestClock clock;

  // --- Calls ---
  // marchand, nguyen, vasseur: doctors. remplace: replacement doctor of marchand. perrin, benali: assistants. logiciel:
  // the practice's software. admin. An account is opened the first time somebody uses it.
  template <class Stub, class Request, class Response>
  Reply<Response> call(const std::string& who,
                       grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                       const Request& request) {
    grpc::ClientContext context;
    sign(context, who);
    Stub stub(channel_);
    Reply<Response> reply;
    const auto status = (stub.*method)(&context, request, &reply.value);
    reply.ok = status.ok();
    if (!status.ok()) read_error(status, reply.error);
    return reply;
  }
  void need(const std::string& who);  // opens the account now

  // --- Fiches ---
  v1::CheckFicheResponse check(const Fiche& fiche);
  // "ok", or the rule that refused the signature.
  std::string sign_draft(const Fiche& fiche);
  // Signed, and answered by the assistant: accepted, or accepted but `declined`.
  void put_in_force(const Fiche& fiche, const std::vector<std::string>& declined = {});
  Reply<v1::AnswerFicheResponse> answer(const Fiche& fiche, v1::FicheAnswer answer,
                                        const std::vector<std::string>& declined = {});
  // "ok", or the rule that refused to switch the task on.
  std::string enable(const std::string& assistant, const std::string& doctor, const std::string& task);

  // --- Decisions ---
  // As the assistant's own question.
  v1::Decision ask(const std::string& assistant, v1::DelegatedAction action, const std::string& task,
                   const std::string& doctor, const std::string& item = {}, const std::string& patient = {});
  // "ok MODE", or the rule.
  std::string rule(const std::string& assistant, v1::DelegatedAction action, const std::string& task,
                   const std::string& doctor, const std::string& item = {}, const std::string& patient = {});

  // --- Results and items ---
  // "bio-triage" of the shipped packages, or "mandate-reception" of these tests.
  void install(const std::string& plugin);
  // A laboratory sends a report for patient `p-00N`; waits until it stands on its doctor's list.
  v1::WorklistItem report(const std::vector<demo::DemoResult>& results, const std::string& prescriber = "marchand",
                          std::size_t patient = 0, const std::string& day = "2026-11-23");
  // The item, as its watch tells it, once it was sent somewhere by `repli`.
  v1::WorklistItem once_routed(const std::string& who, const v1::WorklistItem& item);
  static demo::DemoResult potassium(double value, const std::string& unit = "mmol/L");
  static demo::DemoResult creatinine(double value, const std::string& unit = "umol/L");
  v1::WorklistItem item(const std::string& who, const std::string& id);
  // One act: "ok", or the rule or code that refused.
  std::string see(const std::string& who, const v1::WorklistItem& item);
  std::string claim(const std::string& who, const v1::WorklistItem& item);
  std::string prepare(const std::string& who, const v1::WorklistItem& item);
  std::string close(const std::string& who, const v1::WorklistItem& item);
  std::string validate(const std::string& who, const v1::WorklistItem& item);
  std::string release(const std::string& who, const v1::WorklistItem& item);

  // Events of the ledger about an item, latest first: "item.prepare ok", "plugin.run ok ESCALADE".
  std::vector<std::string> ledger(const std::string& item_id);

  void restart();
  std::string address() const;

 private:
  void start();
  void sign(grpc::ClientContext& context, const std::string& who);
  static void read_error(const grpc::Status& status, v1::ErrorDetail& error);
  void open_account(const std::string& id);
  void set_key(const std::string& who);
  void fill_record();

  test::Scratch folder_;
  demo::Scenario scenario_;
  std::unique_ptr<app::Host> host_;
  std::shared_ptr<grpc::Channel> channel_;
  struct Person {
    std::string token;
    bool key = false;
  };
  std::map<std::string, Person> people_;
  bool record_filled_ = false;
  int sent_ = 0;
};

// Sorting of biology, delegated and switched on; `fiche` may differ.
struct Sorting : Practice {
  explicit Sorting(const Fiche& fiche = {}) {
    install("bio-triage");
    put_in_force(fiche);
    REQUIRE(enable("perrin", "marchand", "bio-triage") == "ok");
  }
};

constexpr auto realiser = v1::DELEGATED_ACTION_REALISER;

// The reasons of an item with this rule.
int reasons(const v1::WorklistItem& item, const std::string& rule);
bool obliges(const v1::Decision& decision, const std::string& obligation);
bool warns(const v1::Decision& decision, const std::string& warning);

}  // namespace relais::mandate
