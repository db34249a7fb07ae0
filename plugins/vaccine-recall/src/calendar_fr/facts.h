// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "calendar_fr/calendar.h"

namespace relais::vaccine::fr {

// Reads the source lines of every series ("Dose 2 | A | VISp-coq | 4 mois") into calendar.facts. Refused: a line of
// another shape, a source that is not declared, a dose without a line, an open question that is not listed.
tl::expected<void, LoadError> read_facts(Calendar& calendar);

}  // namespace relais::vaccine::fr
