// SPDX-License-Identifier: Apache-2.0
// Fiches as they are read: what their rows are worth once each signature was verified.
#include "practice/fiche_reading.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "domain/canonical.h"
#include "domain/fiche_yaml.h"
#include "practice/fiche_rows.h"

namespace relais::practice {
namespace {

// The text of the row, where it is of this fiche; else why it counts for nothing.
void read_text(const FicheRow& row, StoredFiche& stored) {
  auto read = fiche::read_fiche(row.yaml);
  if (!read) {
    stored.problems.push_back(read.error());
  } else if (read->id != row.id || read->version != row.version || read->doctor_id != row.doctor_id ||
             read->assistant.id != row.assistant_id) {
    stored.problems.push_back({Code::fiche_bad_signature, "the stored text is of another fiche"});
  } else {
    stored.content = unsigned_text(std::move(*read));
    if (auto sha256 = fiche::canonical_sha256(*stored.content)) stored.sha256 = *sha256;
  }
}

// A fiche is revoked in every version.
void add_revocations(const std::vector<RevocationRow>& rows, StoredFiche& stored) {
  for (const auto& revocation : rows) {
    if (revocation.id != stored.id) continue;
    if (revocation.scope == whole_fiche) {
      stored.revoked_at = std::min(stored.revoked_at.value_or(from_ms(revocation.at)), from_ms(revocation.at));
    } else {
      stored.revoked_tasks.push_back(revocation.scope);
    }
    if (!stored.content) continue;
    fiche::Revocation revoked;
    revoked.at.at = fiche::to_local(from_ms(revocation.at), stored.content->zone);
    revoked.by = revocation.by;
    revoked.scope = revocation.scope;
    revoked.reason = revocation.reason;
    stored.content->revocations.push_back(std::move(revoked));
  }
}

// Those of this version; one that cannot be read is a problem of the fiche.
std::vector<fiche::SignatureRecord> signature_records(const FicheRow& row, const std::vector<SignatureRow>& signatures,
                                                      StoredFiche& stored) {
  std::vector<fiche::SignatureRecord> records;
  for (const auto& signature : signatures) {
    if (signature.id != row.id || signature.version != row.version) continue;
    if (auto record = to_record(signature)) {
      records.push_back(std::move(*record));
    } else {
      stored.problems.push_back({Code::fiche_bad_signature, "a stored signature cannot be read"});
    }
  }
  return records;
}

}  // namespace

fiche::Fiche unsigned_text(fiche::Fiche fiche) {
  fiche.doctor_signature.reset();
  fiche.answer.reset();
  fiche.revocations.clear();
  return fiche;
}

const StoredFiche* latest_signed(const std::vector<StoredFiche>& all, const std::string& id, int below) {
  const StoredFiche* latest = nullptr;
  for (const auto& stored : all)
    if (stored.id == id && stored.state != FicheState::draft && stored.version < below) latest = &stored;
  return latest;
}

struct FicheStore::Cache {
  Rows rows;
  std::vector<StoredFiche> fiches;  // by id, then version
};

Result<FicheStore::Rows> FicheStore::read_rows() const {
  return database_.read([](soci::session& sql) -> Result<Rows> {
    return Rows{read_fiche_rows(sql), read_signature_rows(sql), read_revocation_rows(sql), read_key_rows(sql)};
  });
}

StoredFiche FicheStore::establish(const Rows& rows, std::size_t index) const {
  const auto& row = rows.fiches[index];
  StoredFiche stored;
  stored.id = row.id;
  stored.version = static_cast<int>(row.version);
  stored.doctor_id = row.doctor_id;
  stored.assistant_id = row.assistant_id;
  stored.yaml = row.yaml;
  stored.signatures.trust = fiche::Trust::verified;

  read_text(row, stored);
  add_revocations(rows.revocations, stored);
  if (row.draft != 0) {
    if (!stored.problems.empty()) stored.state = FicheState::tampered;
    return stored;
  }

  const auto records = signature_records(row, rows.signatures, stored);
  if (stored.content) {
    // A person may have had several keys: each record counts under the one that verifies it.
    for (const auto& record : records) {
      const auto keys = accounts_.public_keys(record.signer);
      std::optional<fiche::PublicKey> of_record;
      for (const auto& key : keys ? *keys : std::vector<fiche::PublicKey>())
        if (!of_record && fiche::verify(record, *stored.content, key)) of_record = key;
      const auto one = fiche::establish(
          *stored.content, std::span(&record, 1), [&](const std::string&) { return of_record; }, &stored.problems);
      if (one.signed_at) {
        stored.signatures.signed_at = one.signed_at;
        stored.signed_at = record.at;
      }
      if (one.answer) {
        stored.signatures.answer = one.answer;
        stored.answered_at = record.at;
        stored.declined = record.declined;
      }
    }
  }
  if (!stored.signatures.signed_at && stored.problems.empty()) {
    stored.problems.push_back({Code::fiche_bad_signature, "the doctor's signature is missing"});
  }
  if (!stored.problems.empty()) {
    stored.state = FicheState::tampered;
    stored.signatures.signed_at.reset();
    stored.signatures.answer.reset();
  } else if (stored.revoked_at) {
    stored.state = FicheState::revoked;
  } else if (!stored.signatures.answer) {
    stored.state = FicheState::signed_by_doctor;
  } else {
    const auto kind = stored.signatures.answer->kind;
    stored.state = kind == fiche::AnswerKind::accepte   ? FicheState::accepted
                   : kind == fiche::AnswerKind::reserve ? FicheState::reserved
                                                        : FicheState::refused;
  }
  return stored;
}

Result<std::shared_ptr<const FicheStore::Cache>> FicheStore::load() const {
  auto rows = read_rows();
  if (!rows) return tl::unexpected<Error>(rows.error());
  {
    const MutexLock lock(mutex_);
    if (cache_ && cache_->rows == *rows) return cache_;
  }
  auto fresh = std::make_shared<Cache>();
  fresh->rows = std::move(*rows);
  for (std::size_t i = 0; i < fresh->rows.fiches.size(); ++i) fresh->fiches.push_back(establish(fresh->rows, i));
  const MutexLock lock(mutex_);
  cache_ = fresh;
  return std::shared_ptr<const Cache>(std::move(fresh));
}

Result<std::vector<StoredFiche>> FicheStore::list() const {
  auto cache = load();
  if (!cache) return tl::unexpected<Error>(cache.error());
  return (*cache)->fiches;
}

Result<StoredFiche> FicheStore::find(const std::string& id, int version) const {
  auto all = list();
  if (!all) return tl::unexpected<Error>(all.error());
  for (auto& stored : *all)
    if (stored.id == id && stored.version == version) return std::move(stored);
  return fail(Code::not_found, "fiche");
}

Result<StoredFiche> FicheStore::get(const std::string& id, int version) const {
  if (version != 0) return find(id, version);
  auto all = list();
  if (!all) return tl::unexpected<Error>(all.error());
  const auto* latest = latest_signed(*all, id, std::numeric_limits<int>::max());
  if (latest == nullptr) return fail(Code::not_found, "fiche");
  return *latest;
}

Result<std::vector<fiche::KnownFiche>> FicheStore::known() const {
  auto cache = load();
  if (!cache) return tl::unexpected<Error>(cache.error());
  std::vector<fiche::KnownFiche> known;
  for (const auto& stored : (*cache)->fiches) {
    if (stored.state == FicheState::draft || !stored.content) continue;
    known.push_back({std::shared_ptr<const fiche::Fiche>(*cache, &*stored.content), stored.signatures});
  }
  return known;
}

Result<std::vector<fiche::Difference>> FicheStore::difference(const std::string& id, int version) const {
  const auto all = list();
  if (!all) return tl::unexpected<Error>(all.error());
  const auto held = find(id, version);
  if (!held) return tl::unexpected<Error>(held.error());
  if (!held->content) return tl::unexpected<Error>(held->problems.front());
  const auto* before = latest_signed(*all, id, version);
  if (before != nullptr && before->content) {
    return fiche::differences(unsigned_text(*before->content), unsigned_text(*held->content));
  }
  auto nothing = unsigned_text(*held->content);
  nothing.grants.clear();
  return fiche::differences(nothing, unsigned_text(*held->content));
}

}  // namespace relais::practice
