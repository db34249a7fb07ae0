// SPDX-License-Identifier: Apache-2.0
// Judges what a worker answered. The worker's own checks do not count: a hostile plugin shares their process.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/error.h"
#include "plugins/manifest.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

struct RefusedAnswer {
  std::optional<std::size_t> slice;  // position in the batch; nothing: it named none
  Code code;
};

struct CheckedAnswers {
  // One for each slice of the batch, in its order; a refused one carries its code and nothing else. Not evaluated for a
  // reason that neither Relais nor the manifest's log_codes know: plugin.undeclared-log stands in its place.
  std::vector<worker::v1::Evaluation> evaluations;
  std::vector<RefusedAnswer> refused;
};

// `result` is consumed.
CheckedAnswers check_answers(const worker::v1::Batch& batch, worker::v1::BatchResult result, const Manifest& manifest);

// The answer of a slice that has none, with `code` as reason.
worker::v1::Evaluation not_evaluated(const worker::v1::Slice& slice, std::size_t position, std::string_view code);

bool same_subject(const worker::v1::Subject& left, const worker::v1::Subject& right);

// Whether two answers to one slice say the same; the order of findings and effects means nothing.
bool same_answer(const worker::v1::Evaluation& left, const worker::v1::Evaluation& right);

}  // namespace relais::plugins
