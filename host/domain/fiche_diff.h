// SPDX-License-Identifier: Apache-2.0
// The difference between two versions of a fiche, in French, as the assistant reads it before answering.
#pragma once

#include <string>
#include <vector>

#include "domain/fiche.h"

namespace relais::fiche {

// `more`: gives more to do or to see, waits for acceptance. `less`: takes effect at once. `other`: neither is certain.
enum class DifferenceKind { more, less, other };

struct Difference {
  DifferenceKind kind = DifferenceKind::other;
  std::string place;   // "taches.bio-triage.mode", "validite"
  std::string french;  // one sentence
};

// Every difference of content, general fields first, then the tasks of the new version, then those taken away. Empty
// when the contents are equal; signatures, revocations, version number and hash are not content here.
std::vector<Difference> differences(const Fiche& before, const Fiche& after);

}  // namespace relais::fiche
