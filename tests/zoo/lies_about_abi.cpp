// SPDX-License-Identifier: Apache-2.0
// Asks for an ABI that this host does not speak, while its manifest does not.
#include "raw.h"

namespace {

relais_status deed(relais_call*, size_t, std::string_view) { return RELAIS_OK; }

}  // namespace

RAW_BEAST(deed, RELAIS_ABI_MAJOR + 1, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION, sizeof(relais_entry))
