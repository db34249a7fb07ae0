// SPDX-License-Identifier: Apache-2.0
// Says that its entry is larger than memory.
#include "raw.h"

namespace {

relais_status deed(relais_call*, size_t, std::string_view) { return RELAIS_OK; }

}  // namespace

RAW_BEAST(deed, RELAIS_ABI_MAJOR, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION, SIZE_MAX)
