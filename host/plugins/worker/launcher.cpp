// SPDX-License-Identifier: Apache-2.0
#include "plugins/packages/package_signature.h"
#include "plugins/sandbox/spawner.h"
#include "plugins/worker/in_process_worker.h"
#include "plugins/worker/options.h"
#include "plugins/worker/process_worker.h"

#include <unistd.h>

namespace relais::plugins {
namespace {

constexpr std::size_t detail_bytes = 200;

// What the worker says of itself is judged like any answer: the plugin shares its process.
std::optional<StartFailure> judge(const worker::v1::Hello& hello, const Manifest& manifest) {
  const auto detail = hello.detail().substr(0, detail_bytes);
  if (hello.refused() == stable_code(Code::plugin_sandbox_unavailable)) {
    return StartFailure{Code::plugin_sandbox_unavailable, detail, true};
  }
  if (!hello.refused().empty()) return StartFailure{Code::plugin_refused, hello.refused() + ": " + detail, true};
  if (hello.plugin_id() != manifest.id || hello.plugin_version() != manifest.version) {
    return StartFailure{Code::plugin_refused, "the library is not the one the manifest describes", true};
  }
  if (!hello.seccomp()) return StartFailure{Code::plugin_sandbox_unavailable, "no system call filter", true};
  return std::nullopt;
}

// A signed package is loaded only as it was signed, at each start.
std::optional<StartFailure> check_signed(const Package& package) {
  if (package.digest.empty()) return std::nullopt;
  const auto checked = check_package_folder(package.directory, package.digest);
  if (checked) return std::nullopt;
  return StartFailure{checked.error().code, checked.error().place + ": " + checked.error().detail, true};
}

class ProcessLauncher final : public WorkerLauncher {
 public:
  ProcessLauncher(WorkerOptions options, std::chrono::milliseconds load_deadline)
      : options_(std::move(options)), load_deadline_(load_deadline) {}

  tl::expected<StartedWorker, StartFailure> start(const Package& package) override {
    if (auto altered = check_signed(package)) return tl::make_unexpected(std::move(*altered));
    SpawnRequest request{options_.worker_executable, arguments_for(package), options_.keep_standard_error};
    auto spawned = spawner_.spawn(std::move(request));
    if (!spawned) {
      const auto& error = spawned.error();
      return tl::make_unexpected(StartFailure{error.code, error.place + ": " + error.detail, false});
    }
    auto worker = std::make_unique<ProcessWorker>(std::move(*spawned));
    auto hello = worker->hello(load_deadline_);
    if (!hello) {
      return tl::make_unexpected(StartFailure{code_of(hello.error().kind), "at load: " + hello.error().detail, false});
    }
    if (auto failure = judge(*hello, package.manifest)) return tl::make_unexpected(std::move(*failure));
    return StartedWorker{std::move(worker), std::move(*hello)};
  }

 private:
  std::vector<std::string> arguments_for(const Package& package) const {
    std::vector<std::string> arguments{"--package", std::filesystem::absolute(package.directory).string(), "--parent",
                                       std::to_string(getpid())};
    if (options_.force_landlock_abi) {
      arguments.insert(arguments.end(), {"--landlock-abi", std::to_string(*options_.force_landlock_abi)});
    }
    if (options_.require_landlock) arguments.emplace_back("--require-landlock");
    if (options_.no_files_while_evaluating) arguments.emplace_back("--no-files");
    return arguments;
  }

  const WorkerOptions options_;
  const std::chrono::milliseconds load_deadline_;
  Spawner spawner_;
};

class InProcessLauncher final : public WorkerLauncher {
 public:
  tl::expected<StartedWorker, StartFailure> start(const Package& package) override {
    if (auto altered = check_signed(package)) return tl::make_unexpected(std::move(*altered));
    auto plugin = LoadedPlugin::load(package);
    if (!plugin) {
      const auto& error = plugin.error();
      return tl::make_unexpected(
          StartFailure{Code::plugin_refused, std::string(stable_code(error.code)) + ": " + error.detail, true});
    }
    worker::v1::Hello hello;
    hello.set_plugin_id(package.manifest.id);
    hello.set_plugin_version(package.manifest.version);
    return StartedWorker{std::make_unique<InProcessWorker>(std::move(*plugin)), std::move(hello)};
  }
};

}  // namespace

std::unique_ptr<WorkerLauncher> make_launcher(WorkerOptions options, std::chrono::milliseconds load_deadline) {
  if (options.in_process) return std::make_unique<InProcessLauncher>();
  return std::make_unique<ProcessLauncher>(std::move(options), load_deadline);
}

}  // namespace relais::plugins
