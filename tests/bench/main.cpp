// SPDX-License-Identifier: Apache-2.0
// relais-bench: every row, or those named.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "app/cli/session.h"
#include "bench_practice.h"

namespace {

struct Measure {
  std::set<std::string> rows;
  void (*run)(const bench::Settings&, bench::Report&);
};

const std::vector<Measure> all{{{"read"}, bench::measure_reads},
                               {{"sweep", "isolation"}, bench::measure_sweeps},
                               {{"recall-sweep"}, bench::measure_recall_sweep},
                               {{"latency", "latency-sorted"}, bench::measure_latency},
                               {{"scale"}, bench::measure_scale},
                               {{"cold-start"}, bench::measure_cold_start},
                               {{"memory-host", "memory-worker"}, bench::measure_memory}};

void make_small(bench::Settings& settings) {
  settings.patients = 300;
  settings.scale_from = 100;
  settings.scale_to = 1000;
  settings.rounds = 1;
  settings.read_seconds = 0.2;
  settings.messages = 3;
}

}  // namespace

int main(int count, char** values) {
  CLI::App app{"Measures Relais against its yardsticks; one JSON line a row."};
  bench::Settings settings;
  settings.worker = RELAIS_WORKER;
  settings.host = RELAIS_HOST;
  settings.rule_child = RELAIS_BENCH_CHILD;
  settings.empty_worker = RELAIS_BENCH_WORKER;
  settings.empty_server = RELAIS_BENCH_SERVER;
  settings.package = RELAIS_BENCH_RULE;
  settings.bio_triage = std::string(RELAIS_PACKAGES) + "/bio-triage";
  settings.vaccine_recall = std::string(RELAIS_PACKAGES) + "/vaccine-recall";
  settings.scratch = std::filesystem::temp_directory_path();
  bool quick = false;
  std::vector<std::string> only;
  app.add_flag("--quick", quick, "The smallest sizes: whether it can be measured; goals do not count");
  app.add_option("--only", only, "Rows to measure");
  app.add_option("--scratch", settings.scratch, "Folder on the disk to measure on");
  app.add_option("--patients", settings.patients, "Patients of the sweep");
  app.add_option("--scale-to", settings.scale_to, "Patients of the larger practice");
  app.add_option("--scale-from", settings.scale_from, "Patients of the smaller one");
  app.add_option("--rounds", settings.rounds, "Runs of which the median counts");
  app.add_option("--read-seconds", settings.read_seconds, "Length of one run of reads");
  app.add_option("--messages", settings.messages, "Messages of the latency");
  CLI11_PARSE(app, count, values);
  if (quick) make_small(settings);
  ::setenv("RELAIS_PASSWORD", bench::password, 1);
  spdlog::set_level(spdlog::level::err);
  try {
    bench::Report report;
    for (const auto& measure : all) {
      const bool wanted =
          only.empty() || std::ranges::any_of(only, [&](const auto& row) { return measure.rows.contains(row); });
      if (wanted) measure.run(settings, report);
    }
    const bool met = report.finish();
    return met || quick ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const relais::cli::CallFailed& failed) {
    std::cerr << "bench: " << failed.code << ' ' << failed.rule << ' ' << failed.sentence << '\n';
  } catch (const std::exception& error) {
    std::cerr << "bench: " << error.what() << '\n';
  }
  return 2;
}
