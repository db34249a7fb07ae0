// SPDX-License-Identifier: Apache-2.0
// Fourth step of admission: the ledger, before the handler or, when a call only tells, before its answer.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/caller.h"
#include "api/failure.h"
#include "relais/v1/common.pb.h"

namespace relais::api {

enum class Outcome { ok, refused, failed };

// One line for the ledger. Codes and identifiers only.
struct AuditEntry {
  std::string call_id;
  std::string event;  // "WorklistService.ClaimItem"; "….read": subjects told by a call entered before
  Caller actor;
  v1::Subject subject;
  std::vector<std::string> subjects;  // several: counted and hashed by the ledger
  std::string fiche_id;
  int fiche_version = 0;
  std::vector<std::string> codes;
  Outcome outcome = Outcome::ok;
  std::string trace_id = {};
};

// Where entries go. Thread-safe.
class AuditSink {
 public:
  virtual ~AuditSink() = default;
  // Returns once the entry is durable.
  virtual Result<void> append(const AuditEntry& entry) = 0;
  // As append, without blocking: `done` is called once the entry is durable, or cannot be written, on any thread. It
  // must be short and must not throw.
  virtual void append_later(const AuditEntry& entry, std::function<void(const Result<void>&)> done) {
    done(append(entry));
  }
};

// The store's own code (store.full, store.damaged, …), else api.ledger-unavailable, when the entry could not be written:
// what is not traced is not done.
Answer<void> write_audit(AuditSink& sink, const AuditEntry& entry);
// The same for append_later.
void write_audit_later(AuditSink& sink, const AuditEntry& entry, std::function<void(Answer<void>)> done);

}  // namespace relais::api
