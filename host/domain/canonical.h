// SPDX-License-Identifier: Apache-2.0
// Canonical JSON (RFC 8785) and the hash that signatures cover.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "domain/error.h"
#include "domain/fiche.h"

namespace relais::fiche {

// RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript writes doubles, no white space. Fails with
// fiche_bad_value on a number that is not finite or text that is not UTF-8.
Result<std::string> canonical_json(const nlohmann::ordered_json& value);

// The signed content: every field of the fiche except `signatures` and `revocations`. Absent fields are left out, so
// that null and absent are one content.
Result<std::string> canonical(const Fiche& fiche);

// SHA-256 of `canonical`, 64 lower-case hexadecimal digits: what the next version carries as `precedent_sha256`.
Result<std::string> canonical_sha256(const Fiche& fiche);

// SHA-256 of any bytes, 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace relais::fiche
