// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/package_rotation.h"

#include <nlohmann/json.hpp>

#include "domain/canonical.h"
#include "plugins/packages/signed_text.h"

namespace relais::plugins {
namespace {

using RotationJson = nlohmann::json;

Result<std::string> rotation_message(const KeyRotation& rotation) {
  return fiche::canonical_json(nlohmann::ordered_json{{"format", "relais-key-rotation/1"},
                                {"from", encode_base64(rotation.from)},
                                {"to", encode_base64(rotation.to)}});
}

}  // namespace

Result<std::string> sign_rotation(const fiche::SecretKey& from, const fiche::PublicKey& to) {
  KeyRotation rotation;
  crypto_sign_ed25519_sk_to_pk(rotation.from.data(), from.data());
  rotation.to = to;
  if (rotation.from == rotation.to) return fail(Code::trust_rotation, "a key does not replace itself");
  const auto message = rotation_message(rotation);
  if (!message) return message;
  auto statement = RotationJson::parse(*message);
  statement["signature"] = sign_text(*message, from);
  return statement.dump(1);
}

Result<KeyRotation> read_rotation(std::string_view text) {
  try {
    const auto json = RotationJson::parse(text);
    KeyRotation rotation;
    if (json.at("format").get<std::string>() != "relais-key-rotation/1" ||
        !decode_base64(json.at("from").get<std::string>(), rotation.from) ||
        !decode_base64(json.at("to").get<std::string>(), rotation.to) || rotation.from == rotation.to) {
      return fail(Code::trust_rotation, "not a statement of this format");
    }
    const auto message = rotation_message(rotation);
    if (!message || !verify_text(*message, json.at("signature").get<std::string>(), rotation.from)) {
      return fail(Code::trust_rotation, "not signed by the key it replaces");
    }
    return rotation;
  } catch (const RotationJson::exception&) {
    return fail(Code::trust_rotation, "not the JSON of a statement");
  }
}

}  // namespace relais::plugins
