// SPDX-License-Identifier: Apache-2.0
#include "api/admission.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "api/deadline.h"
#include "api/redaction.h"

namespace relais::api {
namespace {

// Methods that change nothing and answer at once: what they did is what they told. One entry says both, durable before
// the answer is sent; a call that fails leaves the entry of its failure.
bool only_tells(std::string_view method) {
  constexpr std::array<std::string_view, 4> methods{
      "PatientRecordService.SearchPatients", "PatientRecordService.GetPatient", "PatientRecordService.ListReports",
      "PatientRecordService.ListObservations"};
  return std::ranges::find(methods, method) != methods.end();
}

}  // namespace

Answer<Caller> Admission::identify(const Method& method, const Incoming& incoming) const {
  if (method.rule->access.public_()) return Caller{};
  Result<Caller> caller = incoming.token.empty() ? Result<Caller>(fail(Code::api_unauthenticated, "no token"))
                                                 : authenticator_.authenticate(incoming.token);
  if (caller) return std::move(*caller);
  spdlog::info("{} {} refused: {}", incoming.call_id, method.rule->name, stable_code(caller.error().code));
  return refuse(caller.error());
}

AuditEntry Admission::entry(const Call& call, Outcome outcome) const {
  AuditEntry entry;
  entry.call_id = call.call_id;
  entry.event = call.method;
  entry.actor = call.caller;
  entry.subject = call.subject;
  entry.fiche_id = call.mandate.decision.fiche_id();
  entry.fiche_version = call.mandate.decision.fiche_version();
  entry.outcome = outcome;
  entry.trace_id = call.trace_id;
  return entry;
}

Answer<Call> Admission::admit(const Method& method, const Incoming& incoming, Caller caller,
                              const google::protobuf::Message& request) const {
  log_message(spdlog::level::debug, incoming.call_id, method.rule->name, request);
  Call call;
  call.call_id = incoming.call_id;
  call.trace_id = incoming.trace_id;
  call.method = method.rule->name;
  call.token = incoming.token;
  call.caller = std::move(caller);

  auto check = [&]() -> Answer<void> {
    if (auto allowed = method.rule->allow(call.caller.role); !allowed) return allowed;
    if (auto in_time = check_deadline(incoming.deadline, incoming.now); !in_time) return in_time;
    // Outside a replacement only the own session and account are left to a replacement doctor.
    const bool own_account = method.rule->descriptor->service()->name() == "IdentityService";
    if (call.caller.role == v1::ROLE_REPLACEMENT_DOCTOR && call.caller.replaces_doctor_id.empty() && !own_account) {
      return refuse(Code::api_no_locum, "no replacement now");
    }
    if (!method.subject) return {};
    auto subject = method.subject(call.caller, request);
    if (!subject) return tl::unexpected<Failure>(std::move(subject.error()));
    call.subject = std::move(*subject);
    auto mandate = check_mandate(gate_, call.caller, method.rule->access.action(), call.subject);
    if (!mandate) return tl::unexpected<Failure>(std::move(mandate.error()));
    call.mandate = std::move(*mandate);
    return {};
  };
  if (auto allowed = check(); !allowed) {
    auto refusal = entry(call, Outcome::refused);
    refusal.codes.emplace_back(stable_code(allowed.error().error.code));
    if (!allowed.error().rule.empty()) refusal.codes.push_back(allowed.error().rule);
    if (auto written = write_audit(audit_, refusal); !written) return tl::unexpected<Failure>(written.error());
    return tl::unexpected<Failure>(std::move(allowed.error()));
  }
  if (method.rule->access.ledger() != v1::LEDGER_POLICY_REFUSALS && !only_tells(method.rule->name)) {
    if (auto written = write_audit(audit_, entry(call, Outcome::ok)); !written) {
      return tl::unexpected<Failure>(written.error());
    }
  }
  return call;
}

std::optional<AuditEntry> Admission::told(Call& call) const {
  const bool whole = only_tells(call.method);
  if (call.subjects_read.empty() && !whole) return std::nullopt;
  auto read = entry(call, Outcome::ok);
  if (!whole) read.event += ".read";
  read.subjects = std::move(call.subjects_read);
  call.subjects_read.clear();
  return read;
}

Answer<void> Admission::before_answer(Call& call) const {
  const auto read = told(call);
  return read ? write_audit(audit_, *read) : Answer<void>();
}

bool Admission::before_answer_later(Call& call, std::function<void(Answer<void>)> then) const {
  const auto read = told(call);
  if (read) write_audit_later(audit_, *read, std::move(then));
  return read.has_value();
}

void Admission::failed(const Call& call, const Failure& failure) const {
  auto line = entry(call, Outcome::failed);
  line.codes.emplace_back(stable_code(failure.error.code));
  if (!failure.rule.empty()) line.codes.push_back(failure.rule);
  // Nothing was done: an entry that cannot be written changes nothing for the caller, and write_audit logs it.
  static_cast<void>(write_audit(audit_, line));
}

Answer<void> Admission::still_admitted(const Call& call) const {
  if (call.caller.id.empty()) return {};
  if (!authenticator_.alive(call.token)) return refuse(Code::api_unauthenticated, "the token ended");
  if (!authenticator_.replaces_still(call.caller)) return refuse(Code::api_no_locum, "the replacement ended");
  return {};
}

}  // namespace relais::api
