// SPDX-License-Identifier: Apache-2.0
// The lines that a plugin writes while it is told what became of its findings.
#pragma once

#include <relais/extensions.h>

#include "plugins/manifest.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

// While it lives, what is written on its thread through the feature stands in `lines`. Both must outlive it.
class FeedbackLines {
 public:
  using Lines = google::protobuf::RepeatedPtrField<worker::v1::LogLine>;
  FeedbackLines(const Manifest& manifest, Lines& lines);
  ~FeedbackLines();
  FeedbackLines(const FeedbackLines&) = delete;
  FeedbackLines& operator=(const FeedbackLines&) = delete;

  // What host->extension(RELAIS_FEEDBACK_LOG) answers; static.
  static const relais_feedback_log& feature();

 private:
  static void write(std::uint32_t level, relais_str code, std::int64_t number);

  const Manifest& manifest_;
  Lines& lines_;
};

}  // namespace relais::plugins
