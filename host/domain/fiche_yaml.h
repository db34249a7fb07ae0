// SPDX-License-Identifier: Apache-2.0
// The fiche de poste as YAML, in and out.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.h"
#include "domain/fiche.h"

namespace relais::fiche {

// Reads one fiche, strictly: unknown or repeated keys, wrong types, unknown words, impossible dates or hours, and text
// beyond the limits are errors, with their place ("taches[3].mode") and a code fiche_*. Does not judge whether the
// fiche may be signed (signing.h). Never throws and never crashes, whatever the bytes. Thread-safe.
Result<Fiche> read_fiche(std::string_view yaml);

// The same content as YAML: reading it back gives an equal fiche.
std::string write_fiche(const Fiche& fiche);

}  // namespace relais::fiche
