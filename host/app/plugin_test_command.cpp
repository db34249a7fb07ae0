// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <ostream>

#include "app/installation.h"
#include "app/package_finder.h"
#include "app/plugin_cases.h"
#include "app/text_file.h"
#include "plugins/worker/supervisor.h"

namespace relais::app {
namespace {

int refuse(const Error& error, std::ostream& out) {
  out << fmt::format("{} [{}] {}{}{}\n", french(error.code), stable_code(error.code), error.place,
                     error.place.empty() ? "" : " : ", error.detail);
  out << "0 passed, 1 failed\n";
  return 1;
}

Result<std::vector<worker::v1::Evaluation>> in_worker(const plugins::Package& package,
                                                      std::vector<worker::v1::Slice> slices) {
  // Logs are for developers: standard output holds the cases and their count, nothing else.
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("relais", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  const SystemClock clock;
  plugins::WorkerOptions options;
  options.worker_executable = worker_executable();
  options.keep_standard_error = true;
  plugins::Supervisor supervisor(options, clock, {});
  if (auto loaded = supervisor.load(package); !loaded) return tl::unexpected(loaded.error());
  return supervisor.evaluate(package.manifest.id, std::move(slices));
}

}  // namespace

int plugin_test_command(const std::filesystem::path& directory, const std::filesystem::path& cases, std::ostream& out) {
  try {
    const auto package = find_package(directory, std::filesystem::read_symlink("/proc/self/exe"));
    if (!package) return refuse(package.error(), out);
    const auto text = read_text_file(cases);
    if (!text) return refuse(text.error(), out);
    const auto read = read_plugin_cases(*text);
    if (!read) return refuse(read.error(), out);
    return run_plugin_cases(*package, *read, in_worker, out);
  } catch (const std::exception& error) {
    return refuse({Code::internal, error.what()}, out);
  }
}

}  // namespace relais::app
