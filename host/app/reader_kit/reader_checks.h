// SPDX-License-Identifier: Apache-2.0
// What holds and what does not of an implementation of record_reader.proto: named checks over the records that it has.
// Nothing is written, and no row is shown: a result says which rule, of which kind, never of whom.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grpc {
class Channel;
}

namespace relais::app {

struct ReaderCheckResult {
  enum class Verdict { passed, failed, skipped };
  std::string name;
  std::string proves;  // French
  Verdict verdict = Verdict::passed;
  std::string expected = {};  // French; of a failure
  std::string got = {};       // French; of a failure, or why the check does not apply
};

struct ReaderCheckOptions {
  std::chrono::milliseconds deadline{5000};  // of one call, as the host's
  std::size_t patients = 20;                 // looked at, the first of the list
  std::string only = {};                     // one check by its name
};

// Names and what they prove, in their order; verdicts mean nothing.
std::vector<ReaderCheckResult> reader_check_names();

// Runs them in their order, each told as it ends. A service that does not answer at all fails the first and skips the
// others.
std::vector<ReaderCheckResult> check_reader(std::shared_ptr<grpc::Channel> channel, const ReaderCheckOptions& options,
                                            const std::function<void(const ReaderCheckResult&)>& told);

// One line, and two more for a failure.
void print_result(const ReaderCheckResult& result, std::ostream& out);
// One object, "schema": "relais.record-reader/1".
std::string results_as_json(const std::vector<ReaderCheckResult>& results);
std::size_t count_of(const std::vector<ReaderCheckResult>& results, ReaderCheckResult::Verdict verdict);

}  // namespace relais::app
