// SPDX-License-Identifier: Apache-2.0
#include "api/store_adapters.h"

#include "api/domain_words.h"

namespace relais::api {

Caller to_caller(const practice::AuthenticatedSession& session) {
  Caller caller;
  caller.id = session.account.id;
  caller.role = to_proto(session.account.role);
  caller.display_name = session.account.display_name;
  caller.login_level = v1::LOGIN_LEVEL_LOCAL;
  caller.replaces_doctor_id = session.account.replaces_doctor_id;
  caller.expires = session.expires;
  caller.ends = session.ends;
  return caller;
}

Result<Caller> AccountAuthenticator::authenticate(std::string_view token) {
  const auto session = accounts_.authenticate(token);
  if (!session) return tl::unexpected<Error>(session.error());
  auto caller = to_caller(*session);
  // An account names whom it may replace; only a period that covers now makes it the replacement.
  if (caller.role == v1::ROLE_REPLACEMENT_DOCTOR)
    caller.replaces_doctor_id = gate_.replaced_by(caller.id, caller.replaces_doctor_id, zone_);
  return caller;
}

bool AccountAuthenticator::replaces_still(const Caller& caller) {
  if (caller.role != v1::ROLE_REPLACEMENT_DOCTOR) return true;
  const auto& doctor = caller.replaces_doctor_id;
  return !doctor.empty() && gate_.replaced_by(caller.id, doctor, zone_) == doctor;
}

Result<Mandate> FicheMandateGate::decide(const Caller& caller, v1::DelegatedAction action, const v1::Subject& subject) {
  const auto asked = from_proto(action);
  if (!asked) return fail(Code::internal, "an action that is none");
  practice::MandateSubject about{subject.task_id(), subject.item_id(), subject.patient_id(), subject.doctor_id(), false};
  if (!about.item_id.empty()) {
    const auto standing = database_.read([&](soci::session& sql) -> Result<practice::WorklistStore::Standing> {
      return practice::WorklistStore::standing(sql, about.item_id);
    });
    if (!standing) return tl::unexpected<Error>(standing.error());
    about.to_see = standing->category >= worklist::Category::a_voir;
  }
  const auto answer = gate_.decide(caller.id, *asked, about);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return Mandate{to_proto(*answer), to_proto(answer->shown)};
}

namespace {

practice::LedgerEntry line_of(const AuditEntry& entry) {
  practice::LedgerEntry line;
  line.actor = entry.actor.id.empty() ? "unknown" : entry.actor.id;
  line.on_behalf_of = entry.actor.replaces_doctor_id;
  line.role = practice::role_word(from_proto(entry.actor.role));
  line.login_level = entry.actor.login_level == v1::LOGIN_LEVEL_LOCAL ? "local" : "";
  line.action = entry.event;
  // What a client wrote may be anything.
  line.item_id = identifier(entry.subject.item_id());
  line.patient_id = identifier(entry.subject.patient_id());
  line.doctor_id = identifier(entry.subject.doctor_id());
  line.task_id = identifier(entry.subject.task_id());
  line.fiche_id = entry.fiche_id;
  line.fiche_version = entry.fiche_version;
  line.call_id = entry.call_id;
  line.trace_id = entry.trace_id;
  line.rule_codes = entry.codes;
  if (entry.outcome != Outcome::ok && !line.rule_codes.empty()) {
    line.error_code = line.rule_codes.front();
    line.rule_codes.erase(line.rule_codes.begin());
  }
  line.outcome = entry.outcome == Outcome::ok        ? practice::LedgerOutcome::ok
                 : entry.outcome == Outcome::refused ? practice::LedgerOutcome::refused
                                                     : practice::LedgerOutcome::failed;
  if (!entry.subjects.empty()) line.subjects = practice::digest_subjects(entry.subjects);
  return line;
}

Result<void> outcome(const Result<std::int64_t>& written) {
  return written ? Result<void>() : tl::unexpected<Error>(written.error());
}

}  // namespace

Result<void> LedgerAudit::append(const AuditEntry& entry) { return outcome(ledger_.record(line_of(entry))); }

void LedgerAudit::append_later(const AuditEntry& entry, std::function<void(const Result<void>&)> done) {
  database_.write_async(
      [this, line = line_of(entry)](practice::Transaction& tx) { return ledger_.append(tx, line); },
      [done = std::move(done)](const Result<std::int64_t>& written) { done(outcome(written)); });
}

}  // namespace relais::api
