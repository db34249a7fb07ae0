// SPDX-License-Identifier: Apache-2.0
#include "app/plugin_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>

namespace relais::app {
namespace {

// A case and its part of the slices.
struct Asked {
  const PluginCase* of;
  std::size_t first;
  std::size_t count;
};

// One line for one case, true when it passed.
bool tell(const PluginCase& one, std::span<const worker::v1::Evaluation> answers, std::ostream& out) {
  const auto verdict = one.judge(answers);
  const bool passed = verdict.differences.empty();
  out << fmt::format("{} {}{}{}: {}", passed ? "ok  " : "FAIL", one.id(), one.title().empty() ? "" : " ", one.title(),
                     verdict.answer);
  for (const std::string& difference : verdict.differences) out << " ; " << difference;
  out << '\n';
  return passed;
}

int count(std::size_t passed, std::size_t failed, std::ostream& out) {
  out << passed << " passed, " << failed << " failed\n";
  return passed > 0 && failed == 0 ? 0 : 1;
}

}  // namespace

int run_plugin_cases(const plugins::Package& package, const PluginCases& cases, const EvaluateSlices& evaluate,
                     std::ostream& out) {
  if (cases.empty()) {
    out << "no case, nothing was compared\n";
    return count(0, 1, out);
  }
  const auto practice = CasePractice::open();
  if (!practice) {
    out << french(practice.error().code) << " [" << stable_code(practice.error().code) << "] "
        << practice.error().detail << '\n';
    return count(0, cases.size(), out);
  }
  std::vector<worker::v1::Slice> slices;
  std::vector<Asked> asked;
  std::size_t failed = 0;
  for (const auto& one : cases) {
    auto made = one->slices(**practice, asked.size() + failed, package.manifest);
    if (made) {
      asked.push_back({one.get(), slices.size(), made->size()});
      std::ranges::move(*made, std::back_inserter(slices));
      continue;
    }
    ++failed;
    out << fmt::format("FAIL {} {}: {} {}\n", one->id(), one->title(), stable_code(made.error().code),
                       made.error().detail);
  }
  const std::size_t wanted = slices.size();
  const auto answers = evaluate(package, std::move(slices));
  if (!answers || answers->size() != wanted) {
    if (!answers) {
      out << french(answers.error().code) << " [" << stable_code(answers.error().code) << "] " << answers.error().detail
          << '\n';
    }
    return count(0, cases.size(), out);
  }
  std::size_t passed = 0;
  for (const Asked& one : asked) {
    tell(*one.of, std::span(*answers).subspan(one.first, one.count), out) ? ++passed : ++failed;
  }
  return count(passed, failed, out);
}

}  // namespace relais::app
