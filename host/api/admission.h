// SPDX-License-Identifier: Apache-2.0
// The one door: authenticate, role, deadline, mandate, durable ledger entry. gRPC 1.51's server interceptors cannot
// refuse a call, so the chain stands in front of every handler instead (registry.h holds them, reactor.cpp calls it).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "api/audit.h"
#include "api/authentication.h"
#include "api/call.h"
#include "api/mandate.h"
#include "api/registry.h"
#include "domain/clock.h"

namespace relais::api {

// What the wire says of a call before anything is believed.
struct Incoming {
  std::string call_id;
  std::string token;  // empty: none
  std::string trace_id = {};  // of a valid traceparent
  std::chrono::system_clock::time_point deadline = std::chrono::system_clock::time_point::max();
  Instant now{};  // by the machine's clock, as gRPC's deadlines are
};

class Admission {
 public:
  // All must outlive the chain.
  Admission(Authenticator& authenticator, MandateGate& gate, AuditSink& audit) noexcept
      : authenticator_(authenticator), gate_(gate), audit_(audit) {}

  // First step, before the request is read: whose token it is. Nobody on a public method.
  Answer<Caller> identify(const Method& method, const Incoming& incoming) const;

  // The steps that follow: lets one call in, or says why not. Blocks on the ledger. Refusals are in the ledger too.
  Answer<Call> admit(const Method& method, const Incoming& incoming, Caller caller,
                     const google::protobuf::Message& request) const;

  // Writes what the answer tells about (call.subjects_read, emptied) before it is sent; nothing when it is empty.
  Answer<void> before_answer(Call& call) const;
  // As before_answer, without blocking: false, and nothing done, when there is nothing to write; else `then` is called
  // once with the outcome, on any thread. It must be short and must not throw.
  bool before_answer_later(Call& call, std::function<void(Answer<void>)> then) const;

  // One more entry for a call that was let in and then failed.
  void failed(const Call& call, const Failure& failure) const;

  // The caller's token still stands, and the replacement of a locum; for streams.
  Answer<void> still_admitted(const Call& call) const;

 private:
  std::optional<AuditEntry> told(Call& call) const;
  AuditEntry entry(const Call& call, Outcome outcome) const;

  Authenticator& authenticator_;
  MandateGate& gate_;
  AuditSink& audit_;
};

}  // namespace relais::api
