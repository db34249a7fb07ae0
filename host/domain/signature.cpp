// SPDX-License-Identifier: Apache-2.0
#include "domain/signature.h"

#include <sodium.h>

#include <nlohmann/json.hpp>

#include "domain/canonical.h"

namespace relais::fiche {

static_assert(crypto_sign_PUBLICKEYBYTES == std::tuple_size_v<PublicKey>);
static_assert(crypto_sign_SECRETKEYBYTES == std::tuple_size_v<SecretKey>);
static_assert(crypto_sign_BYTES == std::tuple_size_v<SignatureBytes>);

namespace {

const unsigned char* bytes(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Result<std::string> signature_message(const SignatureRecord& record) {
  nlohmann::ordered_json message{
      {"format", "relais-fiche-signature/1"},
      {"role", record.role == SignerRole::medecin ? "medecin" : "assistant"},
      {"signataire", record.signer},
      {"fiche", record.fiche_id},
      {"version", record.fiche_version},
      {"sha256", record.sha256},
      {"le", date::format("%FT%TZ", date::floor<std::chrono::seconds>(record.at))},
      {"moyen", record.means}};
  if (record.answer) message["statut"] = std::string(text(*record.answer));
  message["taches_refusees"] = record.declined;
  return canonical_json(message);
}

Result<void> sign(SignatureRecord& record, const SecretKey& key) {
  const auto message = signature_message(record);
  if (!message) return tl::unexpected(message.error());
  crypto_sign_detached(record.signature.data(), nullptr, bytes(*message), message->size(), key.data());
  return {};
}

Result<void> verify(const SignatureRecord& record, const Fiche& fiche, const PublicKey& key) {
  const bool of_doctor = record.role == SignerRole::medecin;
  if (record.fiche_id != fiche.id || record.fiche_version != fiche.version)
    return fail(Code::fiche_bad_signature, "of another fiche or version");
  if (record.signer != (of_doctor ? fiche.doctor_id : fiche.assistant.id))
    return fail(Code::fiche_bad_signature, "not by the person of that role");
  if (of_doctor == record.answer.has_value()) return fail(Code::fiche_bad_signature, "an answer is the assistant's");
  const auto hash = canonical_sha256(fiche);
  if (!hash || *hash != record.sha256) return fail(Code::fiche_bad_signature, "the content has changed");
  const auto message = signature_message(record);
  if (!message ||
      crypto_sign_verify_detached(record.signature.data(), bytes(*message), message->size(), key.data()) != 0)
    return fail(Code::fiche_bad_signature, "the signature does not verify");
  return {};
}

Established establish(const Fiche& fiche, std::span<const SignatureRecord> records, const KeyOf& key_of,
                      std::vector<Error>* rejected) {
  Established established;
  established.trust = Trust::verified;
  for (const auto& record : records) {
    const auto key = key_of(record.signer);
    const auto checked = key ? verify(record, fiche, *key)
                             : Result<void>(fail(Code::fiche_bad_signature, "no known key of the signer"));
    if (!checked) {
      if (rejected != nullptr) rejected->push_back(checked.error());
      continue;
    }
    const auto at = to_local(record.at, fiche.zone);
    if (record.role == SignerRole::medecin) {
      if (!established.signed_at || at < *established.signed_at) established.signed_at = at;
    } else if (!established.answer || at >= established.answer->at) {
      established.answer = {at, *record.answer, record.declined};
    }
  }
  return established;
}

}  // namespace relais::fiche
