// SPDX-License-Identifier: Apache-2.0
// Behaves: its work must be done whatever the others do.
#include "beast.h"

ZOO_BEAST() { return "well"; }
