// SPDX-License-Identifier: Apache-2.0
// Answers without end: findings, reasons, text, log lines, bytes on the socket.
#include <unistd.h>

#include <string>
#include <vector>

#include "raw.h"

namespace {

relais_status deed(relais_call* call, size_t index, std::string_view which) {
  const relais_reason reason = zoo::raw_reason();
  relais_finding finding = zoo::raw_finding(&reason);
  if (which == "findings") {
    for (int number = 0; number < 1'000'000; ++number) {
      const std::string kind = "kind-" + std::to_string(number);
      finding.kind = zoo::text(kind);
      if (zoo::host->finding(call, index, &finding) != RELAIS_OK) return RELAIS_OK;
    }
    return RELAIS_OK;
  }
  if (which == "reasons") {
    const std::vector<relais_reason> reasons(100'000, reason);
    finding.reasons = {reasons.data(), reasons.size(), sizeof reason};
  }
  const std::string long_text(16U << 20U, 'x');
  if (which == "text") finding.title = zoo::text(long_text);
  for (int number = 0; which == "logs" && number < 1'000'000; ++number) {
    zoo::host->log(call, RELAIS_LOG_ERROR, zoo::text("zoo.line"), number);
    zoo::host->log(call, RELAIS_LOG_ERROR, zoo::text("Mme Martin"), number);
  }
  // Standard output and error lead nowhere.
  for (int number = 0; which == "output" && number < 64; ++number) {
    static_cast<void>(!write(1, long_text.data(), long_text.size()));
    static_cast<void>(!write(2, long_text.data(), long_text.size()));
  }
  return zoo::host->finding(call, index, &finding);
}

}  // namespace

RAW_BEAST(deed, RELAIS_ABI_MAJOR, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION, sizeof(relais_entry))
