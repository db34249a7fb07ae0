// SPDX-License-Identifier: Apache-2.0
// Fiches as their tables hold them.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "practice/database.h"
#include "practice/fiche_store.h"

namespace relais::practice {

// Scope of a revocation that takes the whole fiche back; any other scope is a task.
inline constexpr const char* whole_fiche = "fiche";

struct FicheRow {
  std::string id;
  long long version = 0;
  std::string doctor_id, assistant_id;
  long long draft = 0;
  std::string yaml;
  bool operator==(const FicheRow&) const = default;
};

struct SignatureRow {
  std::string id;
  long long version = 0;
  std::string role, signer, sha256;
  long long at = 0;
  std::string means, answer, declined, signature;
  bool operator==(const SignatureRow&) const = default;
};

struct RevocationRow {
  std::string id, scope;
  long long at = 0;
  std::string by, reason;
  bool operator==(const RevocationRow&) const = default;
};

struct FicheStore::Rows {
  std::vector<FicheRow> fiches;  // by id, then version
  std::vector<SignatureRow> signatures;
  std::vector<RevocationRow> revocations;
  std::vector<std::string> keys;  // every signing key of the practice: a change makes signatures worth another look
  bool operator==(const Rows&) const = default;
};

std::vector<FicheRow> read_fiche_rows(soci::session& sql);
std::vector<SignatureRow> read_signature_rows(soci::session& sql);
std::vector<RevocationRow> read_revocation_rows(soci::session& sql);
std::vector<std::string> read_key_rows(soci::session& sql);

void insert_signature(Transaction& tx, const fiche::SignatureRecord& record);

// Nothing when the row cannot be a signature: it then counts for nothing.
std::optional<fiche::SignatureRecord> to_record(const SignatureRow& row);

}  // namespace relais::practice
