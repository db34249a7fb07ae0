// SPDX-License-Identifier: Apache-2.0
#include "practice/fiche_store.h"

#include <limits>
#include <optional>
#include <utility>

#include "domain/fiche_yaml.h"
#include "practice/fiche_reading.h"
#include "practice/fiche_rows.h"

namespace relais::practice {

Result<std::int64_t> FicheStore::record(Transaction& tx, const Attribution& by, std::string_view action,
                                        const StoredFiche& fiche, const std::string& task,
                                        std::vector<std::string> codes) {
  LedgerEntry entry;
  entry.actor = by.actor;
  entry.role = role_word(by.role);
  entry.login_level = "local";
  entry.action = action;
  entry.doctor_id = fiche.doctor_id;
  entry.task_id = task;
  entry.fiche_id = fiche.id;
  entry.fiche_version = fiche.version;
  entry.rule_codes = std::move(codes);
  entry.call_id = by.call_id;
  return ledger_.append(tx, entry);
}

Result<StoredFiche> FicheStore::put_draft(std::string_view yaml, const Attribution& by) {
  auto read = fiche::read_fiche(yaml);
  if (!read) return tl::unexpected<Error>(read.error());
  auto fiche = unsigned_text(std::move(*read));
  if (fiche.doctor_id != by.actor) return fail(Code::api_not_yours, "not the doctor of the fiche", "medecin.id");
  const auto all = list();
  if (!all) return tl::unexpected<Error>(all.error());
  for (const auto& other : *all) {
    if (other.id != fiche.id) continue;
    if (other.doctor_id != fiche.doctor_id || other.assistant_id != fiche.assistant.id) {
      return fail(Code::fiche_other_parties, "the id belongs to other parties", "fiche.id");
    }
  }
  const auto* latest = latest_signed(*all, fiche.id, std::numeric_limits<int>::max());
  if (latest != nullptr && fiche.version <= latest->version) {
    return fail(Code::fiche_version, "not above the latest signed version", "fiche.version");
  }
  fiche.previous_sha256.reset();
  if (latest != nullptr) {
    if (latest->sha256.empty()) return fail(Code::fiche_bad_signature, "the version before cannot be read");
    fiche.previous_sha256 = latest->sha256;
  }
  const auto text = fiche::write_fiche(fiche);
  auto stored = database_.write([&](Transaction& tx) -> Result<void> {
    const long long version = fiche.version;
    const long long now = to_ms(tx.now());
    long long taken = 0;
    tx.sql() << "SELECT COUNT(*) FROM fiche WHERE fiche_id = :i AND draft = 0 AND version >= :v", soci::use(fiche.id),
        soci::use(version), soci::into(taken);
    if (taken != 0) return fail(Code::fiche_version, "signed meanwhile", "fiche.version");
    tx.sql() << "DELETE FROM fiche WHERE fiche_id = :i AND draft = 1", soci::use(fiche.id);
    tx.sql() << "INSERT INTO fiche (fiche_id, version, doctor_id, assistant_id, draft, yaml, changed_ms) VALUES (:i, :v, "
                ":d, :a, 1, :y, :c)",
        soci::use(fiche.id), soci::use(version), soci::use(fiche.doctor_id), soci::use(fiche.assistant.id),
        soci::use(text), soci::use(now);
    StoredFiche about;
    about.id = fiche.id;
    about.version = fiche.version;
    about.doctor_id = fiche.doctor_id;
    if (auto recorded = record(tx, by, "fiche.draft", about); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return {};
  });
  if (!stored) return tl::unexpected<Error>(stored.error());
  return find(fiche.id, fiche.version);
}

Result<StoredFiche> FicheStore::sign(const std::string& id, int version, std::string_view expected_sha256,
                                     std::string_view password, const Attribution& by) {
  const auto all = list();
  if (!all) return tl::unexpected<Error>(all.error());
  const auto draft = find(id, version);
  if (!draft) return draft;
  if (draft->doctor_id != by.actor) return fail(Code::api_not_yours, "not the doctor of the fiche");
  if (draft->state == FicheState::tampered) return tl::unexpected<Error>(draft->problems.front());
  if (draft->state != FicheState::draft) return fail(Code::fiche_version, "already signed", "fiche.version");
  if (draft->sha256 != expected_sha256) return fail(Code::fiche_changed, "not the text that was shown");
  const auto* latest = latest_signed(*all, id, std::numeric_limits<int>::max());
  const auto precedent = latest == nullptr ? std::optional<std::string>() : std::optional(latest->sha256);
  if (draft->content->previous_sha256 != precedent) return fail(Code::fiche_changed, "another version was signed since");
  std::vector<fiche::Fiche> signed_before;
  for (const auto& other : *all)
    if (other.state != FicheState::draft && other.content) signed_before.push_back(*other.content);
  const auto findings =
      fiche::check_signing(*draft->content, signed_before, fiche::SigningSession{by.actor, by.actor}, grammars_);
  if (!findings.empty()) {
    return fail(Code::fiche_refused_at_signing, std::string(fiche::reason(findings.front().code).code),
                findings.front().place);
  }
  const auto key = accounts_.unlock(by.actor, password, by);
  if (!key) return tl::unexpected<Error>(key.error());
  auto stored = database_.write([&](Transaction& tx) -> Result<void> {
    std::string held;
    const long long row_version = version;
    tx.sql() << "SELECT yaml FROM fiche WHERE fiche_id = :i AND version = :v AND draft = 1", soci::use(id),
        soci::use(row_version), soci::into(held);
    if (!tx.sql().got_data() || held != draft->yaml) return fail(Code::fiche_changed, "changed meanwhile");
    fiche::SignatureRecord signature;
    signature.role = fiche::SignerRole::medecin;
    signature.signer = by.actor;
    signature.fiche_id = id;
    signature.fiche_version = version;
    signature.sha256 = draft->sha256;
    signature.at = tx.now();
    signature.means = "compte personnel";
    if (auto made = fiche::sign(signature, key->bytes()); !made) return made;
    insert_signature(tx, signature);
    tx.sql() << "UPDATE fiche SET draft = 0 WHERE fiche_id = :i AND version = :v", soci::use(id),
        soci::use(row_version);
    if (auto recorded = record(tx, by, "fiche.sign", *draft); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return {};
  });
  if (!stored) return tl::unexpected<Error>(stored.error());
  return find(id, version);
}

Result<StoredFiche> FicheStore::answer(const std::string& id, int version, std::string_view expected_sha256,
                                       fiche::AnswerKind answer, const std::vector<std::string>& declined,
                                       std::string_view password, const Attribution& by) {
  const auto held = find(id, version);
  if (!held) return held;
  if (held->assistant_id != by.actor) return fail(Code::api_not_yours, "not the assistant of the fiche");
  if (held->state == FicheState::tampered) return tl::unexpected<Error>(held->problems.front());
  if (held->state == FicheState::draft) return fail(Code::fiche_not_signed, "the doctor has not signed");
  if (held->answered_at) return fail(Code::fiche_already_answered, "answered once");
  if (held->state == FicheState::revoked) return fail(Code::fiche_revoked, "revoked");
  if (held->sha256 != expected_sha256) return fail(Code::fiche_changed, "not the text that was shown");
  if ((answer == fiche::AnswerKind::reserve) == declined.empty()) {
    return fail(Code::invalid_argument, "tasks are declined with a reserve, and only then", "declined_tasks");
  }
  for (const auto& task : declined) {
    if (fiche::find_grant(*held->content, task) == nullptr) {
      return fail(Code::invalid_argument, "the fiche does not list this task", "declined_tasks");
    }
  }
  const auto key = accounts_.unlock(by.actor, password, by);
  if (!key) return tl::unexpected<Error>(key.error());
  auto stored = database_.write([&](Transaction& tx) -> Result<void> {
    long long answers = 0;
    const long long row_version = version;
    tx.sql() << "SELECT COUNT(*) FROM fiche_signature WHERE fiche_id = :i AND version = :v AND role = 'assistant'",
        soci::use(id), soci::use(row_version), soci::into(answers);
    if (answers != 0) return fail(Code::fiche_already_answered, "answered meanwhile");
    fiche::SignatureRecord signature;
    signature.role = fiche::SignerRole::assistant;
    signature.signer = by.actor;
    signature.fiche_id = id;
    signature.fiche_version = version;
    signature.sha256 = held->sha256;
    signature.at = tx.now();
    signature.means = "compte personnel";
    signature.answer = answer;
    signature.declined = declined;
    if (auto made = fiche::sign(signature, key->bytes()); !made) return made;
    insert_signature(tx, signature);
    std::vector<std::string> codes{std::string(fiche::text(answer))};
    codes.insert(codes.end(), declined.begin(), declined.end());
    if (auto recorded = record(tx, by, "fiche.answer", *held, {}, std::move(codes)); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return {};
  });
  if (!stored) return tl::unexpected<Error>(stored.error());
  return find(id, version);
}

Result<FicheStore::Revoked> FicheStore::revoke(const std::string& id, const std::string& task, std::string_view reason,
                                               const Attribution& by) {
  const auto held = get(id, 0);
  if (!held) return tl::unexpected<Error>(held.error());
  if (held->doctor_id != by.actor) return fail(Code::api_not_yours, "not the doctor of the fiche");
  const std::string scope = task.empty() ? whole_fiche : task;
  Revoked revoked;
  auto stored = database_.write([&](Transaction& tx) -> Result<void> {
    revoked.stopped_tasks.clear();
    long long before = 0;
    tx.sql() << "SELECT COUNT(*) FROM fiche_revocation WHERE fiche_id = :i AND (scope = :s OR scope = 'fiche')",
        soci::use(id), soci::use(scope), soci::into(before);
    if (before != 0) return {};
    const long long now = to_ms(tx.now());
    const std::string words(reason);
    tx.sql() << "INSERT INTO fiche_revocation (fiche_id, number, scope, at_ms, by_id, reason) VALUES (:i, (SELECT "
                "COALESCE(MAX(number), 0) + 1 FROM fiche_revocation WHERE fiche_id = :j), :s, :a, :b, :r)",
        soci::use(id), soci::use(id), soci::use(scope), soci::use(now), soci::use(by.actor), soci::use(words);
    std::vector<std::string> on;
    std::string enabled;
    soci::statement statement =
        (tx.sql().prepare << "SELECT task_id FROM activation WHERE assistant_id = :a AND doctor_id = :d AND enabled = 1 "
                             "ORDER BY task_id",
         soci::use(held->assistant_id), soci::use(held->doctor_id), soci::into(enabled));
    statement.execute();
    while (statement.fetch())
      if (task.empty() || enabled == task) on.push_back(enabled);
    for (const auto& stopped : on) {
      tx.sql() << "UPDATE activation SET enabled = 0, changed_ms = :c WHERE assistant_id = :a AND doctor_id = :d AND "
                  "task_id = :t",
          soci::use(now), soci::use(held->assistant_id), soci::use(held->doctor_id), soci::use(stopped);
      revoked.stopped_tasks.push_back(stopped);
    }
    if (auto recorded = record(tx, by, "fiche.revoke", *held, task, revoked.stopped_tasks); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return {};
  });
  if (!stored) return tl::unexpected<Error>(stored.error());
  auto now = find(id, held->version);
  if (!now) return tl::unexpected<Error>(now.error());
  revoked.fiche = std::move(*now);
  return revoked;
}

}  // namespace relais::practice
