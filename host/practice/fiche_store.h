// SPDX-License-Identifier: Apache-2.0
// The life of fiches de poste: draft, signed by the doctor, answered by the assistant, revoked; and what assistants have
// switched on inside them. Signatures are verified each time a fiche is read: a stored text that no longer matches its
// signature is not in force, and says so. Source: "The fiche de poste", section 6.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decision.h"
#include "domain/fiche_diff.h"
#include "domain/signing.h"
#include "domain/thread_annotations.h"
#include "practice/accounts.h"

namespace relais::practice {

enum class FicheState { draft, signed_by_doctor, accepted, reserved, refused, revoked, tampered };

struct StoredFiche {
  std::string id;
  int version = 0;
  std::string doctor_id;
  std::string assistant_id;
  FicheState state = FicheState::draft;
  std::string yaml;
  std::string sha256;  // of the content as stored now; empty when it can no longer be read
  std::optional<fiche::Fiche> content;  // with its revocations; none when the stored text can no longer be read
  fiche::Established signatures;        // those that verify
  std::optional<Instant> signed_at, answered_at, revoked_at;
  std::vector<std::string> declined;
  std::vector<std::string> revoked_tasks;
  std::vector<Error> problems;  // why it is `tampered`
};

struct Activation {
  std::string assistant_id;
  std::string doctor_id;
  std::string task_id;
  bool enabled = false;
  Instant changed{};
};

// Thread-safe; methods block on the database, those that take a password for about 0.2 s.
class FicheStore {
 public:
  // All must outlive the store. `grammars`: what immediate rules are read with when a fiche is signed (E11); without it no
  // plugin is installed.
  FicheStore(Database& database, Ledger& ledger, Accounts& accounts, const escalation::Grammars* grammars = nullptr)
      : database_(database), ledger_(ledger), accounts_(accounts), grammars_(grammars) {}

  // Stores a draft; signatures and revocations in the text are dropped, precedent_sha256 is that of the latest signed
  // version. api.not-yours when the caller is not the doctor it names; fiche.version when that version is already
  // signed or is not above the latest signed one; fiche.other-parties when the id belongs to another doctor or
  // assistant; the errors of read_fiche, with their place.
  Result<StoredFiche> put_draft(std::string_view yaml, const Attribution& by);

  // Signs a draft. fiche.changed when `expected_sha256` is not the stored content's; fiche.refused-at-signing with the
  // first E rule in `detail` and its place; api.password, api.locked, api.no-signing-key.
  Result<StoredFiche> sign(const std::string& id, int version, std::string_view expected_sha256,
                           std::string_view password, const Attribution& by);

  // The assistant's answer to a signed version, once (fiche.already-answered). `declined` only with `reserve`, and only
  // tasks that the fiche grants (relais.invalid-argument).
  Result<StoredFiche> answer(const std::string& id, int version, std::string_view expected_sha256,
                             fiche::AnswerKind answer, const std::vector<std::string>& declined,
                             std::string_view password, const Attribution& by);

  struct Revoked {
    StoredFiche fiche;
    std::vector<std::string> stopped_tasks;  // switches that went off
  };
  // Revokes the whole fiche (`task` empty) or one task, every version, at once. Done twice: the same.
  Result<Revoked> revoke(const std::string& id, const std::string& task, std::string_view reason,
                         const Attribution& by);

  // What a version changes against the signed one before it; everything it gives when it is the first.
  Result<std::vector<fiche::Difference>> difference(const std::string& id, int version) const;

  // One version; 0: the latest signed one.
  Result<StoredFiche> get(const std::string& id, int version) const;
  // Every version, by id then version.
  Result<std::vector<StoredFiche>> list() const;

  // Every signed version, with the signatures that verify: what decisions are made from. Read again when the stored
  // rows have changed in any way.
  Result<std::vector<fiche::KnownFiche>> known() const;

  // Switches a task on or off for one doctor. The caller has decided that it may be switched on.
  Result<Activation> set_enabled(const std::string& doctor, const std::string& task, bool enabled,
                                 const Attribution& by);
  Result<std::vector<Activation>> activations() const;

 private:
  struct Rows;
  struct Cache;

  Result<Rows> read_rows() const;
  Result<std::shared_ptr<const Cache>> load() const;
  StoredFiche establish(const Rows& rows, std::size_t index) const;
  Result<StoredFiche> find(const std::string& id, int version) const;
  Result<std::int64_t> record(Transaction& tx, const Attribution& by, std::string_view action,
                              const StoredFiche& fiche, const std::string& task = {},
                              std::vector<std::string> codes = {});

  Database& database_;
  Ledger& ledger_;
  Accounts& accounts_;
  const escalation::Grammars* grammars_;
  mutable Mutex mutex_;
  mutable std::shared_ptr<const Cache> cache_ RELAIS_GUARDED_BY(mutex_);
};

}  // namespace relais::practice
