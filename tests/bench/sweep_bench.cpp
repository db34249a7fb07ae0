// SPDX-License-Identifier: Apache-2.0
// A run over every patient through the worker, to reconciled findings.
#include <fmt/format.h>

#include "app/sweep.h"
#include "bench_practice.h"
#include "sweep_yardstick.h"

namespace bench {
namespace {

// Patients a second of one run. The first one makes an item for each patient in a hundred, the others find them again.
double run_once(const OpenPractice& practice, std::int64_t patients, bool first = false) {
  const std::atomic<bool> stop{false};
  relais::app::SweepOutcome outcome;
  const auto parts = practice.parts();
  const auto took = seconds(
      [&] { outcome = must(relais::app::sweep(parts, practice.mandates(), practice.package(), sweep_task, stop)); });
  if (outcome.evaluated != patients || outcome.not_evaluated != 0) {
    give_up(fmt::format("{} of {} patients evaluated, {} not, {} not delegated", outcome.evaluated, patients,
                        outcome.not_evaluated, outcome.not_delegated));
  }
  if (outcome.changes != (first ? patients / 100 : 0)) give_up(fmt::format("{} items changed", outcome.changes));
  return static_cast<double>(patients) / took;
}

}  // namespace

void measure_sweeps(const Settings& settings, Report& report) {
  say("sweep, isolation");
  const BenchPractice practice(settings, settings.patients, settings.results);
  const SweepYardstick yardstick(settings, practice.file(), settings.results);
  std::vector<double> isolated;
  {
    const OpenPractice open(settings, practice, false);
    run_once(open, settings.patients, true);
    const auto medians = in_turns(
        settings.rounds,
        [&] {
          isolated.push_back(run_once(open, settings.patients));
          return isolated.back();
        },
        [&] { return yardstick.patients_per_second(settings.patients); });
    report.add({"sweep", medians.value, "patients/s", medians.yardstick, Goal::ratio_at_least, 0.5});
    const auto echo = median([&] {
      std::vector<double> runs;
      for (int round = 0; round < settings.rounds; ++round)
        runs.push_back(yardstick.echoes_per_second(settings.patients));
      return runs;
    }());
    report.add({"sweep-batched-echo", medians.value, "patients/s", echo, Goal::none, 0});
  }
  const OpenPractice open(settings, practice, true);
  std::vector<double> in_process;
  for (int round = 0; round < settings.rounds; ++round) in_process.push_back(run_once(open, settings.patients));
  report.add({"isolation", median(isolated), "patients/s", median(in_process), Goal::ratio_at_least, 0.7});
}

void measure_scale(const Settings& settings, Report& report) {
  say("scale");
  const auto took = [&](std::int64_t patients) {
    const BenchPractice practice(settings, patients, settings.scale_results);
    const OpenPractice open(settings, practice, false);
    run_once(open, patients, true);
    std::vector<double> runs;
    for (int round = 0; round < settings.rounds; ++round) {
      runs.push_back(static_cast<double>(patients) / run_once(open, patients));
      say(fmt::format("  {} patients in {:.2f} s", patients, runs.back()));
    }
    return median(runs);
  };
  const auto small = took(settings.scale_from);
  const auto large = took(settings.scale_to);
  report.add({"scale", large, "s", small, Goal::ratio_at_most, 11});
}

}  // namespace bench
