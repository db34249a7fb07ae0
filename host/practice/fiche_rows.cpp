// SPDX-License-Identifier: Apache-2.0
#include "practice/fiche_rows.h"

#include <sodium.h>

#include <sstream>

#include "practice/query.h"

namespace relais::practice {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream words(text);
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  return all;
}

}  // namespace

std::vector<FicheRow> read_fiche_rows(soci::session& sql) {
  std::vector<FicheRow> rows;
  Query query(sql, "SELECT fiche_id, version, doctor_id, assistant_id, draft, yaml FROM fiche ORDER BY fiche_id, version");
  while (query.next()) {
    auto& row = rows.emplace_back();
    row.id = query.words(0);
    row.version = query.number(1);
    row.doctor_id = query.words(2);
    row.assistant_id = query.words(3);
    row.draft = query.number(4);
    row.yaml = query.words(5);
  }
  return rows;
}

std::vector<SignatureRow> read_signature_rows(soci::session& sql) {
  std::vector<SignatureRow> rows;
  Query query(sql,
              "SELECT fiche_id, version, role, signer, sha256, at_ms, means, answer, declined, signature FROM "
              "fiche_signature ORDER BY fiche_id, version, role");
  while (query.next()) {
    auto& row = rows.emplace_back();
    row.id = query.words(0);
    row.version = query.number(1);
    row.role = query.words(2);
    row.signer = query.words(3);
    row.sha256 = query.words(4);
    row.at = query.number(5);
    row.means = query.words(6);
    row.answer = query.words(7);
    row.declined = query.words(8);
    row.signature = query.words(9);
  }
  return rows;
}

std::vector<RevocationRow> read_revocation_rows(soci::session& sql) {
  std::vector<RevocationRow> rows;
  Query query(sql, "SELECT fiche_id, scope, at_ms, by_id, reason FROM fiche_revocation ORDER BY fiche_id, number");
  while (query.next()) {
    auto& row = rows.emplace_back();
    row.id = query.words(0);
    row.scope = query.words(1);
    row.at = query.number(2);
    row.by = query.words(3);
    row.reason = query.words(4);
  }
  return rows;
}

std::vector<std::string> read_key_rows(soci::session& sql) {
  std::vector<std::string> rows;
  Query query(sql,
              "SELECT account_id || ' ' || public_key || ' ' || attestation FROM signing_key ORDER BY account_id, number");
  while (query.next()) rows.push_back(query.words(0));
  return rows;
}

void insert_signature(Transaction& tx, const fiche::SignatureRecord& record) {
  SignatureRow row{record.fiche_id,
                   record.fiche_version,
                   record.role == fiche::SignerRole::medecin ? "medecin" : "assistant",
                   record.signer,
                   record.sha256,
                   to_ms(record.at),
                   record.means,
                   record.answer ? std::string(fiche::text(*record.answer)) : "",
                   join(record.declined),
                   ""};
  row.signature.resize(sodium_base64_encoded_len(record.signature.size(), sodium_base64_VARIANT_ORIGINAL));
  sodium_bin2base64(row.signature.data(), row.signature.size(), record.signature.data(), record.signature.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  row.signature.pop_back();
  tx.sql() << "INSERT INTO fiche_signature (fiche_id, version, role, signer, sha256, at_ms, means, answer, declined, "
              "signature) VALUES (:i, :v, :r, :g, :h, :a, :m, :n, :d, :s)",
      soci::use(row.id), soci::use(row.version), soci::use(row.role), soci::use(row.signer), soci::use(row.sha256),
      soci::use(row.at), soci::use(row.means), soci::use(row.answer), soci::use(row.declined),
      soci::use(row.signature);
}

std::optional<fiche::SignatureRecord> to_record(const SignatureRow& row) {
  fiche::SignatureRecord record;
  if (row.role != "medecin" && row.role != "assistant") return std::nullopt;
  record.role = row.role == "medecin" ? fiche::SignerRole::medecin : fiche::SignerRole::assistant;
  record.signer = row.signer;
  record.fiche_id = row.id;
  record.fiche_version = static_cast<int>(row.version);
  record.sha256 = row.sha256;
  record.at = from_ms(row.at);
  record.means = row.means;
  if (!row.answer.empty()) {
    record.answer = fiche::word<fiche::AnswerKind>(row.answer);
    if (!record.answer) return std::nullopt;
  }
  record.declined = split(row.declined);
  std::size_t size = 0;
  if (sodium_base642bin(record.signature.data(), record.signature.size(), row.signature.data(), row.signature.size(),
                        nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size != record.signature.size()) {
    return std::nullopt;
  }
  return record;
}

}  // namespace relais::practice
