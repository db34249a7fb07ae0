// SPDX-License-Identifier: Apache-2.0
// What the stored versions of fiches are compared by. Private to FicheStore.
#pragma once

#include <string>
#include <vector>

#include "practice/fiche_store.h"

namespace relais::practice {

// What a doctor writes and nothing that signing adds.
fiche::Fiche unsigned_text(fiche::Fiche fiche);

// The highest version of the fiche below `below` that is no longer a draft, whether or not its signature verifies; null
// when there is none. `all` is by id, then version, as list() gives it; the answer points into it.
const StoredFiche* latest_signed(const std::vector<StoredFiche>& all, const std::string& id, int below);

}  // namespace relais::practice
