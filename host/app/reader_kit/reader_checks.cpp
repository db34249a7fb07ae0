// SPDX-License-Identifier: Apache-2.0
#include "app/reader_kit/reader_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/reader_kit/check_parts.h"

namespace relais::app {
namespace {

using Verdict = ReaderCheckResult::Verdict;

std::vector<ReaderCheck> all_reader_checks() {
  std::vector<ReaderCheck> all;
  for (const auto* group : {&patient_checks(), &history_checks(), &change_checks()})
    all.insert(all.end(), group->begin(), group->end());
  return all;
}

const char* result_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    default:
      return "skipped";
  }
}

}  // namespace

std::vector<ReaderCheckResult> reader_check_names() {
  std::vector<ReaderCheckResult> names;
  for (const auto& check : all_reader_checks()) names.push_back({check.name, check.proves});
  return names;
}

std::vector<ReaderCheckResult> check_reader(std::shared_ptr<grpc::Channel> channel, const ReaderCheckOptions& options,
                                            const std::function<void(const ReaderCheckResult&)>& told) {
  ReaderBench bench(std::move(channel), options.deadline, options.patients);
  auto closed = bench.open();
  std::vector<ReaderCheckResult> results;
  for (const auto& check : all_reader_checks()) {
    if (!options.only.empty() && options.only != check.name) continue;
    ReaderFinding found;
    if (closed.empty())
      found = check.run(bench);
    else
      found = results.empty() ? breaks("un service qui répond", closed) : not_here("le service ne répond pas");
    const auto verdict = !found.applies ? Verdict::skipped : found.failed() ? Verdict::failed : Verdict::passed;
    results.push_back({check.name, check.proves, verdict, std::move(found.expected), std::move(found.got)});
    told(results.back());
  }
  return results;
}

std::size_t count_of(const std::vector<ReaderCheckResult>& results, Verdict verdict) {
  return static_cast<std::size_t>(std::ranges::count(results, verdict, &ReaderCheckResult::verdict));
}

void print_result(const ReaderCheckResult& result, std::ostream& out) {
  const char* const mark = result.verdict == Verdict::passed ? "ok  " : result.verdict == Verdict::failed ? "FAIL" : "--  ";
  out << fmt::format("{} {:<27} {}", mark, result.name, result.proves);
  if (result.verdict == Verdict::skipped) out << " ; sans objet : " << result.got;
  if (result.verdict == Verdict::failed)
    out << fmt::format("\n       attendu : {}\n       obtenu  : {}", result.expected, result.got);
  out << '\n';
}

std::string results_as_json(const std::vector<ReaderCheckResult>& results) {
  nlohmann::ordered_json out;
  out["schema"] = "relais.record-reader/1";
  out["checks"] = nlohmann::ordered_json::array();
  for (const auto& result : results)
    out["checks"].push_back({{"name", result.name},
                             {"proves", result.proves},
                             {"result", result_word(result.verdict)},
                             {"expected", result.expected},
                             {"got", result.got}});
  out["passed"] = count_of(results, Verdict::passed);
  out["failed"] = count_of(results, Verdict::failed);
  out["skipped"] = count_of(results, Verdict::skipped);
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace relais::app
