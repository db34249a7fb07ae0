// SPDX-License-Identifier: Apache-2.0
// Answers what is no answer. In C, below the SDK, which would not let it.
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <string_view>

#include "raw.h"

namespace {

relais_status deed(relais_call* call, size_t index, std::string_view which) {
  relais_reason reason = zoo::raw_reason();
  relais_finding finding = zoo::raw_finding(&reason);
  if (which == "throw") throw 42;
  if (which == "null") return zoo::host->finding(call, index, nullptr);
  if (which == "bytes") finding.title = {"\xff\xfe\x80", 3};
  if (which == "no-kind") finding.kind = {nullptr, 0};
  if (which == "null-text") finding.title = {nullptr, 12};
  if (which == "category") finding.category = 77;
  if (which == "level") finding.data_level = 9;
  if (which == "rank") finding.rank = std::nan("");
  if (which == "no-reason") finding.reasons = {nullptr, 0, sizeof reason};
  if (which == "null-reasons") finding.reasons = {nullptr, 3, sizeof reason};
  if (which == "stride") finding.reasons.stride = 1;
  if (which == "no-size") finding.size = 0;
  if (which == "huge-size") finding.size = SIZE_MAX;
  if (which == "reason-size") reason.size = 8;
  if (which == "code") return zoo::host->not_evaluated(call, index, zoo::text("Mme Martin, kaliémie 6,8"));
  if (which == "outsider") return zoo::host->finding(call, index + 100000, &finding);
  if (which == "error") return RELAIS_ERROR;
  if (which == "status") {
    const int unknown = 4711;
    relais_status status = RELAIS_OK;
    static_assert(sizeof status == sizeof unknown);
    std::memcpy(&status, &unknown, sizeof status);
    return status;
  }
  if (which == "effect") {
    relais_effect effect{};
    effect.size = sizeof effect;
    effect.type = zoo::text("dmp.publish");
    effect.key = zoo::text("k");
    return zoo::host->effect(call, index, &effect);
  }
  // Speaks on the host's socket itself.
  constexpr std::string_view noise = "not an HTTP/2 frame, whatever the length that its first bytes would mean";
  for (int times = 0; which == "socket" && times < 64; ++times) {
    if (write(3, noise.data(), noise.size()) < 0) break;
  }
  return zoo::host->finding(call, index, &finding);
}

}  // namespace

RAW_BEAST(deed, RELAIS_ABI_MAJOR, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION, sizeof(relais_entry))
