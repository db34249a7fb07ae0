// SPDX-License-Identifier: Apache-2.0
#include "app/kit/validator.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/kit/validation_bench.h"
#include "app/plugin_cases.h"

namespace relais::app {
namespace {

using Verdict = ValidationResult::Verdict;

std::vector<ValidationCheck> all_checks() {
  std::vector<ValidationCheck> all;
  for (const auto* group : {&loading_checks(), &answering_checks(), &repeating_checks(), &fuzzing_checks()}) {
    all.insert(all.end(), group->begin(), group->end());
  }
  return all;
}

// FNV-1a: each check has slices of its own, the same ones whichever other checks run.
std::uint64_t seed_of(std::string_view name, std::uint64_t seed) {
  std::uint64_t hash = 14695981039346656037ULL ^ seed;
  for (const char one : name) hash = (hash ^ static_cast<unsigned char>(one)) * 1099511628211ULL;
  return hash;
}

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::skipped:
      return "skipped";
  }
  return "";
}

std::size_t count_of(const std::vector<ValidationResult>& results, Verdict verdict) {
  return static_cast<std::size_t>(std::ranges::count(results, verdict, &ValidationResult::verdict));
}

}  // namespace

Seen failed_with(std::string detail) { return {false, std::move(detail)}; }

Seen not_loaded(const plugins::StartFailure& failure) {
  return {true, fmt::format("le plugin ne se charge pas ({})", stable_code(failure.code))};
}

std::string subject_words(const worker::v1::Slice& slice) {
  const auto& subject = slice.subject();
  return subject.item_id().empty() ? "dossier « " + subject.patient_id() + " »" : "élément « " + subject.item_id() + " »";
}

std::vector<ValidationName> validation_names() {
  std::vector<ValidationName> names;
  for (const auto& check : all_checks()) names.push_back({check.name, check.description});
  return names;
}

Result<std::vector<ValidationResult>> validate_plugin(const plugins::Package& package, const ValidationOptions& options,
                                                      const std::function<void(const ValidationResult&)>& tell) {
  std::vector<ValidationResult> results;
  for (const auto& check : all_checks()) {
    if (!options.only.empty() && options.only != check.name) continue;
    const auto from = std::chrono::steady_clock::now();
    Bench bench(package, options, seed_of(check.name, options.seed));
    const auto seen = check.run(bench);
    ValidationResult result{std::string(check.name), std::string(check.description), Verdict::passed, {}, {}};
    if (seen) {
      result.verdict = seen->skipped ? Verdict::skipped : Verdict::failed;
      result.detail = seen->detail;
    }
    result.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - from);
    if (tell) tell(result);
    results.push_back(std::move(result));
  }
  if (results.empty()) return fail(Code::not_found, "no check is called " + options.only, "--only");
  return results;
}

Result<std::vector<worker::v1::Slice>> slices_of_cases(std::string_view json, const plugins::Manifest& manifest) {
  const auto cases = read_plugin_cases(json);
  if (!cases) return tl::unexpected(cases.error());
  const auto practice = CasePractice::open();
  if (!practice) return tl::unexpected(practice.error());
  std::vector<worker::v1::Slice> all;
  std::size_t number = 0;
  for (const auto& one : *cases) {
    auto slices = one->slices(**practice, number++, manifest);
    if (!slices) return tl::unexpected(slices.error());
    std::ranges::move(*slices, std::back_inserter(all));
  }
  return all;
}

void print_result(const ValidationResult& result, std::ostream& out) {
  const char* const mark = result.verdict == Verdict::passed ? "ok  " : (result.verdict == Verdict::failed ? "FAIL" : "--  ");
  out << fmt::format("{} {:<24} {}{}{}\n", mark, result.name, result.description, result.detail.empty() ? "" : " : ",
                     result.detail);
}

std::string results_as_json(const plugins::Package& package, const ValidationOptions& options,
                            const std::vector<ValidationResult>& results) {
  nlohmann::ordered_json out;
  out["schema"] = "relais.validation/1";
  out["plugin"] = package.manifest.id;
  out["version"] = package.manifest.version;
  out["seed"] = options.seed;
  out["checks"] = nlohmann::ordered_json::array();
  for (const auto& result : results) {
    out["checks"].push_back({{"name", result.name},
                             {"description", result.description},
                             {"result", word_of(result.verdict)},
                             {"detail", result.detail},
                             {"milliseconds", result.took.count()}});
  }
  out["passed"] = count_of(results, Verdict::passed);
  out["failed"] = count_of(results, Verdict::failed);
  out["skipped"] = count_of(results, Verdict::skipped);
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

int exit_status(const std::vector<ValidationResult>& results) {
  return count_of(results, Verdict::passed) > 0 && count_of(results, Verdict::failed) == 0 ? 0 : 1;
}

}  // namespace relais::app
