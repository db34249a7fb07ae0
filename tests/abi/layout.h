// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct field_layout {
  const char* structure;
  const char* field;
  size_t offset;
  size_t size;
};

extern const struct field_layout frozen_layout[];
extern const size_t frozen_count;
extern const struct field_layout current_layout[];
extern const size_t current_count;

#ifdef __cplusplus
}
#endif
