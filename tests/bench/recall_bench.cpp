// SPDX-License-Identifier: Apache-2.0
// Recalls of every patient through the isolated worker, against the vaccine engine alone in this process, on the same
// patients: what reading, isolation, sentences and reconciliation cost.
#include <fmt/format.h>

#include "app/sweep.h"
#include "bench_practice.h"
#include "vaccine_fill.h"

namespace bench {
namespace {

namespace fr = relais::vaccine::fr;

double recalls_per_second(const OpenPractice& practice, std::int64_t patients) {
  const std::atomic<bool> stop{false};
  relais::app::SweepOutcome outcome;
  const auto parts = practice.parts();
  const auto took = seconds(
      [&] { outcome = must(relais::app::sweep(parts, practice.mandates(), practice.package(), recall_task, stop)); });
  if (outcome.evaluated != patients || outcome.not_evaluated != 0) {
    give_up(fmt::format("{} of {} patients evaluated for recall, {} not, {} not delegated", outcome.evaluated, patients,
                        outcome.not_evaluated, outcome.not_delegated));
  }
  say(fmt::format("  {} patients in {:.2f} s, {} items changed", patients, took, outcome.changes));
  return static_cast<double>(patients) / took;
}

double engine_answers_per_second(const fr::Calendar& calendar, const std::vector<fr::Record>& records) {
  std::size_t answered = 0;
  const auto took = seconds([&] {
    for (const auto& record : records) {
      const auto answers = fr::answer(calendar, record);
      if (!answers) give_up(answers.error());
      answered += answers->size();
    }
  });
  if (answered < records.size() * calendar.groups.size()) give_up("the engine left a group out");
  return static_cast<double>(records.size()) / took;
}

}  // namespace

void measure_recall_sweep(const Settings& settings, Report& report) {
  say("recall-sweep");
  const auto calendar = fr::load_calendar(RELAIS_VACCINE_EDITION);
  if (!calendar) give_up(calendar.error().text());
  const BenchPractice practice(settings, settings.patients, 1);
  fill_vaccinations(practice.file(), practice.clock().now());
  const auto records = read_vaccinations(practice.file(), practice.clock().now(), *calendar);
  const OpenPractice open(settings, practice, false, settings.vaccine_recall);
  // The first run makes the items; the others find them again, as every night does.
  recalls_per_second(open, settings.patients);
  const auto medians = in_turns(
      settings.rounds, [&] { return recalls_per_second(open, settings.patients); },
      [&] { return engine_answers_per_second(*calendar, records); });
  report.add({"recall-sweep", medians.value, "patients/s", medians.yardstick, Goal::none, 0});
}

}  // namespace bench
