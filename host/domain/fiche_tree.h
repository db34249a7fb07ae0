// SPDX-License-Identifier: Apache-2.0
// The fiche as an ordered tree with the French keys of the model: the one shape that YAML and canonical JSON share.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/fiche.h"

namespace relais::fiche {

// Everything but `signatures` and `revocations`, in the order people read it. Absent fields are left out.
nlohmann::ordered_json signed_tree(const Fiche& fiche);

// Everything.
nlohmann::ordered_json full_tree(const Fiche& fiche);

// "08:30-12:30".
std::string format(const Hours& hours);

}  // namespace relais::fiche
