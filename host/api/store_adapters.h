// SPDX-License-Identifier: Apache-2.0
// The admission chain's three questions, answered by the practice's stores.
#pragma once

#include "api/audit.h"
#include "api/authentication.h"
#include "api/mandate.h"
#include "practice/accounts.h"
#include "practice/ledger.h"
#include "practice/mandate_gate.h"
#include "practice/worklist_store.h"

namespace relais::api {

class AccountAuthenticator final : public Authenticator {
 public:
  // `gate` knows who is replaced now; `zone` is the practice's. Both stores outlive this.
  AccountAuthenticator(practice::Accounts& accounts, const practice::MandateGate& gate, std::string zone)
      : accounts_(accounts), gate_(gate), zone_(std::move(zone)) {}
  Result<Caller> authenticate(std::string_view token) override;
  bool alive(std::string_view token) override { return accounts_.alive(token); }
  bool replaces_still(const Caller& caller) override;

 private:
  practice::Accounts& accounts_;
  const practice::MandateGate& gate_;
  const std::string zone_;
};

class FicheMandateGate final : public MandateGate {
 public:
  // `database`: whether an item is « à voir » or above stands on the list.
  FicheMandateGate(practice::MandateGate& gate, practice::Database& database) : gate_(gate), database_(database) {}
  Result<Mandate> decide(const Caller& caller, v1::DelegatedAction action, const v1::Subject& subject) override;

 private:
  practice::MandateGate& gate_;
  practice::Database& database_;
};

class LedgerAudit final : public AuditSink {
 public:
  // Both outlive this; `database` is the ledger's.
  LedgerAudit(practice::Ledger& ledger, practice::Database& database) : ledger_(ledger), database_(database) {}
  Result<void> append(const AuditEntry& entry) override;
  void append_later(const AuditEntry& entry, std::function<void(const Result<void>&)> done) override;

 private:
  practice::Ledger& ledger_;
  practice::Database& database_;
};

Caller to_caller(const practice::AuthenticatedSession& session);

}  // namespace relais::api
