// SPDX-License-Identifier: Apache-2.0
#include "api/audit.h"

#include <spdlog/spdlog.h>

#include "practice/store_error.h"

namespace relais::api {

namespace {

Answer<void> told(const std::string& event, const Result<void>& written) {
  if (written) return {};
  spdlog::error("ledger entry of {} not written: {} {}", event, stable_code(written.error().code),
                written.error().detail);
  // A full disk or a damaged file has its own words, which tell a person what to do.
  if (practice::is_of_the_store(written.error().code)) return refuse(written.error().code, "no ledger entry of " + event);
  return refuse(Code::api_ledger_unavailable, "the ledger entry of " + event + " was not written");
}

}  // namespace

Answer<void> write_audit(AuditSink& sink, const AuditEntry& entry) { return told(entry.event, sink.append(entry)); }

void write_audit_later(AuditSink& sink, const AuditEntry& entry, std::function<void(Answer<void>)> done) {
  sink.append_later(entry, [event = entry.event, done = std::move(done)](const Result<void>& written) {
    done(told(event, written));
  });
}

}  // namespace relais::api
