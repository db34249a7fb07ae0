// SPDX-License-Identifier: Apache-2.0
// Signatures of a fiche: Ed25519 over the canonical hash, the signer and what is being said.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "domain/error.h"

namespace relais::fiche {

using PublicKey = std::array<unsigned char, 32>;
using SecretKey = std::array<unsigned char, 64>;
using SignatureBytes = std::array<unsigned char, 64>;

enum class SignerRole { medecin, assistant };

struct SignatureRecord {
  SignerRole role = SignerRole::medecin;
  std::string signer;       // doctor id or assistant id of the fiche
  std::string fiche_id;
  int fiche_version = 0;
  std::string sha256;       // canonical_sha256 of the fiche
  Instant at{};             // to the second in the message
  std::string means;        // "CPS", "e-CPS", "e-CPE", "compte personnel"
  std::optional<AnswerKind> answer;   // assistant only
  std::vector<std::string> declined;  // assistant only, with `reserve`
  SignatureBytes signature{};
};

// The bytes that are signed: canonical JSON of every field but the signature, with the format name in it, so that a
// signature can be taken for nothing else.
Result<std::string> signature_message(const SignatureRecord& record);

// Signs in place. The caller keeps and erases the key.
Result<void> sign(SignatureRecord& record, const SecretKey& key);

// The record is of this very fiche, by the person of that role, complete, and the signature verifies with the key. The
// caller answers for whose key it is. Error: fiche_bad_signature.
Result<void> verify(const SignatureRecord& record, const Fiche& fiche, const PublicKey& key);

// The public key of a person of the practice, or nothing when the host knows none.
using KeyOf = std::function<std::optional<PublicKey>(const std::string& signer)>;

// What the records establish about the fiche: the first valid signature of the doctor and the last valid answer of the
// assistant. Records that do not verify count for nothing and are listed in `rejected` when it is given.
Established establish(const Fiche& fiche, std::span<const SignatureRecord> records, const KeyOf& key_of,
                      std::vector<Error>* rejected = nullptr);

}  // namespace relais::fiche
