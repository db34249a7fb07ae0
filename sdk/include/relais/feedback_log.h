// SPDX-License-Identifier: Apache-2.0
// The plugin's log from inside feedback(); a draft extension (extensions.h).
#pragma once

#include <cstdint>
#include <string_view>

#include <relais/extensions.h>
#include <relais/plugin.h>

namespace relais {
inline namespace sdk {

// Made in the plugin's constructor, used in feedback().
class FeedbackLog {
 public:
  // With a host that does not have it, every line goes nowhere.
  explicit FeedbackLog(const Setup& setup) noexcept
      : feature_(static_cast<const relais_feedback_log*>(setup.extension(RELAIS_FEEDBACK_LOG))) {}

  // One line: a code that the manifest lists, and a number. Never a text, never an identity.
  void log(LogLevel level, std::string_view code, std::int64_t number = 0) const noexcept {
    if (feature_ == nullptr || !RELAIS_HAS(feature_, log) || feature_->log == nullptr) return;
    feature_->log(static_cast<std::uint32_t>(level), borrow(code), number);
  }

 private:
  const relais_feedback_log* feature_;
};

}  // namespace sdk
}  // namespace relais
