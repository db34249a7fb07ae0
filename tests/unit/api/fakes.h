// SPDX-License-Identifier: Apache-2.0
// In-memory twins of what the admission chain stands on.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/admission.h"

namespace relais::api {

// Tokens are "role-NUMBER"; one caller for each role.
class FakeAuthenticator final : public Authenticator {
 public:
  Result<Caller> authenticate(std::string_view token) override {
    const std::lock_guard lock(mutex_);
    for (const auto role : all_roles()) {
      if (token != token_of(role) || ended_.count(std::string(token)) != 0) continue;
      Caller caller;
      caller.id = "p-" + std::to_string(role);
      caller.role = role;
      if (role == v1::ROLE_REPLACEMENT_DOCTOR) caller.replaces_doctor_id = "p-replaced";
      return caller;
    }
    return fail(Code::api_unauthenticated, "unknown token");
  }
  bool alive(std::string_view token) override { return authenticate(token).has_value(); }
  bool replaces_still(const Caller&) override { return true; }
  void end(v1::Role role) {
    const std::lock_guard lock(mutex_);
    ended_.insert({token_of(role), true});
  }

  static std::string token_of(v1::Role role) { return "role-" + std::to_string(role); }
  // Every role that an account can hold.
  static std::vector<v1::Role> all_roles() {
    return {v1::ROLE_DOCTOR, v1::ROLE_REPLACEMENT_DOCTOR, v1::ROLE_ASSISTANT,
            v1::ROLE_SECRETARY, v1::ROLE_EDITOR, v1::ROLE_ADMINISTRATOR};
  }

 private:
  std::mutex mutex_;
  std::map<std::string, bool> ended_;
};

class FakeGate final : public MandateGate {
 public:
  Result<Mandate> decide(const Caller& caller, v1::DelegatedAction action, const v1::Subject& subject) override {
    const std::lock_guard lock(mutex_);
    asked.push_back({caller.id, action, subject});
    Mandate mandate;
    mandate.decision.set_allowed(refused_rule.empty());
    mandate.decision.set_rule(refused_rule);
    mandate.decision.set_sentence(refused_rule.empty() ? "" : "La fiche ne l'accorde pas.");
    mandate.decision.set_unblocked_by(refused_rule.empty() ? "" : "le médecin");
    mandate.shown = v1::DATA_LEVEL_D3;
    return mandate;
  }

  struct Asked {
    std::string caller;
    v1::DelegatedAction action;
    v1::Subject subject;
  };
  std::mutex mutex_;
  std::vector<Asked> asked;
  std::string refused_rule;
};

class FakeAudit final : public AuditSink {
 public:
  Result<void> append(const AuditEntry& entry) override {
    const std::lock_guard lock(mutex_);
    if (broken) return fail(broken_with, "test");
    entries.push_back(entry);
    return {};
  }
  // While `holds`: nothing is durable before release().
  void append_later(const AuditEntry& entry, std::function<void(const Result<void>&)> done) override {
    if (!holds) return done(append(entry));
    const std::lock_guard lock(mutex_);
    held.push_back([this, entry, done = std::move(done)] { done(append(entry)); });
  }
  void release() {
    std::vector<std::function<void()>> released;
    {
      const std::lock_guard lock(mutex_);
      released.swap(held);
    }
    for (const auto& one : released) one();
  }
  std::vector<AuditEntry> all() {
    const std::lock_guard lock(mutex_);
    return entries;
  }

  std::mutex mutex_;
  bool broken = false;
  Code broken_with = Code::io;
  bool holds = false;
  std::vector<std::function<void()>> held;
  std::vector<AuditEntry> entries;
};

}  // namespace relais::api
