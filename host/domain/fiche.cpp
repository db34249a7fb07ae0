// SPDX-License-Identifier: Apache-2.0
#include "domain/fiche.h"

#include <algorithm>

namespace relais::fiche {

const Grant* find_grant(const Fiche& fiche, std::string_view task) {
  const auto found = std::find_if(fiche.grants.begin(), fiche.grants.end(),
                                  [task](const Grant& grant) { return grant.id == task; });
  return found == fiche.grants.end() ? nullptr : &*found;
}

}  // namespace relais::fiche
