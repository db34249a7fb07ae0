// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "report.h"

namespace bench {

struct Settings {
  std::filesystem::path worker, host, rule_child, empty_server, empty_worker;  // programs
  std::filesystem::path package;                                               // bench-rule
  std::filesystem::path bio_triage, vaccine_recall;                            // installed packages
  std::filesystem::path scratch;                                               // on the disk that is measured
  std::int64_t patients = 100'000;
  int results = 20;
  std::int64_t scale_from = 100'000;
  std::int64_t scale_to = 1'000'000;
  int scale_results = 2;
  int rounds = 5;
  int clients = 16;
  double read_seconds = 3;
  int messages = 41;
};

void measure_reads(const Settings& settings, Report& report);
void measure_sweeps(const Settings& settings, Report& report);
void measure_recall_sweep(const Settings& settings, Report& report);
void measure_scale(const Settings& settings, Report& report);
void measure_latency(const Settings& settings, Report& report);
void measure_cold_start(const Settings& settings, Report& report);
void measure_memory(const Settings& settings, Report& report);

}  // namespace bench
