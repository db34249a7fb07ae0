// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace bench {
namespace {

// Three figures that count; the others are noise.
double rounded(double value) { return std::stod(fmt::format("{:.3g}", value)); }

}  // namespace

bool Row::ok() const {
  switch (kind) {
    case Goal::ratio_at_least:
      return ratio() >= goal;
    case Goal::ratio_at_most:
      return ratio() <= goal;
    case Goal::value_at_most:
      return value <= goal;
    case Goal::none:
      return true;
  }
  return false;
}

void Report::add(const Row& row) {
  nlohmann::ordered_json line = {{"name", row.name},
                                 {"value", rounded(row.value)},
                                 {"unit", row.unit},
                                 {"yardstick", rounded(row.yardstick)},
                                 {"ratio", rounded(row.ratio())},
                                 {"goal", nullptr},
                                 {"ok", row.ok()}};
  if (row.kind != Goal::none) line["goal"] = row.goal;
  std::puts(line.dump().c_str());
  std::fflush(stdout);
  if (row.kind != Goal::none) ++(row.ok() ? met_ : missed_);
}

bool Report::finish() const {
  std::puts(fmt::format("{} passed, {} failed, 0 skipped", met_, missed_).c_str());
  return missed_ == 0;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Medians in_turns(int rounds, const std::function<double()>& value, const std::function<double()>& yardstick) {
  std::vector<double> values, yardsticks;
  for (int round = 0; round < rounds; ++round) {
    values.push_back(value());
    yardsticks.push_back(yardstick());
    say(fmt::format("  round {}: {:.4g} against {:.4g}", round + 1, values.back(), yardsticks.back()));
  }
  return {median(std::move(values)), median(std::move(yardsticks))};
}

void say(const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }

void give_up(const std::string& why) { throw std::runtime_error(why); }

}  // namespace bench
