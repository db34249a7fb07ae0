// SPDX-License-Identifier: Apache-2.0
#include "relais-1.0.h"

#include "layout.h"

#define FIELD(structure, field) {#structure, #field, offsetof(structure, field), sizeof(((structure*)0)->field)},
const struct field_layout frozen_layout[] = {
#include "layout.def"
};
const size_t frozen_count = sizeof frozen_layout / sizeof frozen_layout[0];
