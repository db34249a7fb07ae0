// SPDX-License-Identifier: Apache-2.0
#include "patient.h"

#include <algorithm>

namespace ald::test {

const Durations& durations() {
  static const Durations loaded = Durations::load(ALD_EXPIRY_FOLDER "/data/durees.csv");
  return loaded;
}

std::vector<Line> Patient::lines(Date today) const {
  return record_.shown(today, [](const relais::Slice& slice) { return ald::lines(slice, durations()); });
}

std::optional<relais::Finding> Patient::alert(Date today) const {
  return record_.shown(today, [](const relais::Slice& slice) {
    return ald::alert(slice, ald::lines(slice, durations()), durations());
  });
}

relais::Effect Patient::pack(Date today) const {
  return record_.shown(today, [](const relais::Slice& slice) {
    return ald::pack(slice, ald::lines(slice, durations()), durations());
  });
}

const relais::Reason* said(const std::optional<relais::Finding>& finding, const std::string& rule) {
  if (!finding) return nullptr;
  const auto found = std::ranges::find(finding->reasons, rule, &relais::Reason::rule);
  return found == finding->reasons.end() ? nullptr : &*found;
}

}  // namespace ald::test
