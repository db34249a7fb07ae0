// SPDX-License-Identifier: Apache-2.0
#include <relais/relais.h>

#include "layout.h"

#define FIELD(structure, field) {#structure, #field, offsetof(structure, field), sizeof(((structure*)0)->field)},
const struct field_layout current_layout[] = {
#include "layout.def"
};
const size_t current_count = sizeof current_layout / sizeof current_layout[0];
