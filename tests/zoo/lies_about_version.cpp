// SPDX-License-Identifier: Apache-2.0
// Is not of the version that its manifest says.
#include "raw.h"

namespace {

relais_status deed(relais_call*, size_t, std::string_view) { return RELAIS_OK; }

}  // namespace

RAW_BEAST(deed, RELAIS_ABI_MAJOR, RELAIS_PLUGIN_ID, "9.9.9", sizeof(relais_entry))
