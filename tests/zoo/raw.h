// SPDX-License-Identifier: Apache-2.0
// A beast on the C boundary itself. Like those of beast.h: well for all but the items named "deed:<which>".
#pragma once

#include <relais/relais.h>

#include <cstring>
#include <string>
#include <string_view>

namespace zoo {

inline const relais_host* host = nullptr;

inline relais_str text(std::string_view given) { return {given.data(), given.size()}; }

inline relais_reason raw_reason() {
  relais_reason reason{};
  reason.size = sizeof reason;
  reason.rule = text("zoo");
  reason.text = text("zoo");
  reason.category = RELAIS_CATEGORY_A_VOIR;
  return reason;
}

inline relais_finding raw_finding(const relais_reason* reason) {
  relais_finding finding{};
  finding.size = sizeof finding;
  finding.kind = text("well");
  finding.title = text("well");
  finding.category = RELAIS_CATEGORY_A_VOIR;
  finding.reasons = {reason, 1, sizeof *reason};
  return finding;
}

using Deed = relais_status (*)(relais_call* call, size_t index, std::string_view which);

template <Deed deed>
relais_status evaluate(relais_plugin* /*plugin*/, relais_call* call, relais_rows slices) {
  for (size_t index = 0; index < slices.count; ++index) {
    const char* const at = static_cast<const char*>(slices.data) + index * slices.stride;
    const auto* slice = reinterpret_cast<const relais_slice*>(at);
    const relais_str item = slice->subject->item_id;
    const std::string_view name(item.data, item.length);
    if (name.starts_with("deed:")) {
      const relais_status status = deed(call, index, name.substr(5));
      if (status == RELAIS_ERROR || status > RELAIS_TOO_MUCH) return status;
    } else {
      const relais_reason reason = raw_reason();
      const relais_finding finding = raw_finding(&reason);
      host->finding(call, index, &finding);
    }
  }
  return RELAIS_OK;
}

inline void destroy(relais_plugin* plugin) { delete plugin; }

template <Deed deed>
relais_status create(const relais_host* given, relais_str /*data*/, relais_plugin** plugin) {
  host = given;
  *plugin = new relais_plugin{};
  (*plugin)->size = sizeof(relais_plugin);
  (*plugin)->evaluate = &evaluate<deed>;
  (*plugin)->destroy = &destroy;
  return RELAIS_OK;
}

}  // namespace zoo

#define RAW_BEAST(deed, major, id_text, version_text, bytes)                  \
  extern "C" RELAIS_EXPORT const relais_entry* relais_plugin_entry(void) {    \
    static relais_entry entry{};                                              \
    entry.size = (bytes);                                                     \
    entry.abi_major = (major);                                                \
    entry.id = zoo::text(id_text);                                            \
    entry.version = zoo::text(version_text);                                  \
    entry.create = &zoo::create<deed>;                                        \
    return &entry;                                                            \
  }
