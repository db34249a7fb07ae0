// SPDX-License-Identifier: Apache-2.0
#include "plugins/supervision/poison.h"

namespace relais::plugins {
namespace {

std::string flat(const PoisonKey& key) {
  std::string text;
  const auto& subject = key.subject;
  for (const auto* part : {&key.plugin_id, &key.plugin_version, &subject.item_id(), &subject.patient_id(),
                           &subject.doctor_id(), &subject.task_id()}) {
    text.append(std::to_string(part->size())).append(":").append(*part);
  }
  return text + std::to_string(key.slice_version);
}

}  // namespace

void InMemoryPoison::remember(const PoisonKey& key, const std::string& code) {
  const std::lock_guard lock(mutex_);
  codes_[flat(key)] = code;
}

std::optional<std::string> InMemoryPoison::recall(const PoisonKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = codes_.find(flat(key));
  if (found == codes_.end()) return std::nullopt;
  return found->second;
}

}  // namespace relais::plugins
