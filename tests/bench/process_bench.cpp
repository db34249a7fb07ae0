// SPDX-License-Identifier: Apache-2.0
// Starting workers, and what idle processes hold.
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "app/cli/session.h"
#include "bench_practice.h"
#include "plugins/worker/process_worker.h"

extern char** environ;

namespace bench {
namespace {

namespace fs = std::filesystem;

constexpr int workers = 4;
constexpr std::chrono::seconds patience{20};

// Proportional set size of a process, in megabytes of a million bytes.
double proportional_megabytes(int process) {
  std::ifstream rollup(fmt::format("/proc/{}/smaps_rollup", process));
  for (std::string line; std::getline(rollup, line);) {
    std::istringstream words(line);
    std::string name;
    double kilobytes = 0;
    if (words >> name >> kilobytes && name == "Pss:") return kilobytes * 1024 / 1e6;
  }
  give_up("no smaps_rollup of process " + std::to_string(process));
}

std::set<int> children() {
  std::set<int> found;
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream list(task.path() / "children");
    for (int process = 0; list >> process;) found.insert(process);
  }
  return found;
}

// The one process that `start` leaves running.
template <class Start>
int child_of(Start start) {
  const auto before = children();
  start();
  for (const int process : children()) {
    if (!before.contains(process)) return process;
  }
  give_up("no process was started");
}

// A program of ours that serves on a socket, until the object ends.
class Served {
 public:
  Served(const fs::path& program, std::vector<std::string> arguments, std::string socket)
      : channel_(grpc::CreateChannel("unix:" + socket, grpc::InsecureChannelCredentials())) {
    arguments.insert(arguments.begin(), program.string());
    std::vector<char*> values;
    for (auto& argument : arguments) values.push_back(argument.data());
    values.push_back(nullptr);
    if (::posix_spawn(&process_, program.c_str(), nullptr, nullptr, values.data(), environ) != 0) {
      give_up(program.string() + " does not start");
    }
    if (!channel_->WaitForConnected(std::chrono::system_clock::now() + patience))
      give_up(program.string() + " does not serve");
  }
  ~Served() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  int process() const { return process_; }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  pid_t process_ = 0;
};

// A worker that speaks and does nothing else.
std::unique_ptr<relais::plugins::ProcessWorker> empty_worker(relais::plugins::Spawner& spawner,
                                                             const Settings& settings) {
  auto spawned = must(spawner.spawn({settings.empty_worker, {}, false}));
  auto worker = std::make_unique<relais::plugins::ProcessWorker>(std::move(spawned));
  if (!worker->hello(patience)) give_up("the empty worker says nothing");
  return worker;
}

std::unique_ptr<relais::plugins::WorkerLauncher> launcher(const Settings& settings) {
  relais::plugins::WorkerOptions options;
  options.worker_executable = settings.worker;
  return relais::plugins::make_launcher(std::move(options), patience);
}

std::unique_ptr<relais::plugins::Worker> full_worker(relais::plugins::WorkerLauncher& launch,
                                                     const relais::plugins::Package& package) {
  auto started = launch.start(package);
  if (!started) give_up("the worker does not start: " + started.error().detail);
  return std::move(started->worker);
}

}  // namespace

void measure_cold_start(const Settings& settings, Report& report) {
  say("cold-start");
  const auto package = must(relais::plugins::open_package(settings.package));
  const auto launch = launcher(settings);
  relais::plugins::Spawner spawner;
  // As the host does: one after the other, until each has loaded its plugin.
  const auto medians = in_turns(
      settings.rounds,
      [&] {
        std::vector<std::unique_ptr<relais::plugins::Worker>> running;
        return 1000 * seconds([&] {
                 for (int i = 0; i < workers; ++i) running.push_back(full_worker(*launch, package));
               });
      },
      [&] {
        std::vector<std::unique_ptr<relais::plugins::ProcessWorker>> running;
        return 1000 * seconds([&] {
                 for (int i = 0; i < workers; ++i) running.push_back(empty_worker(spawner, settings));
               });
      });
  report.add({"cold-start", medians.value, "ms", medians.yardstick, Goal::value_at_most, 400});
}

void measure_memory(const Settings& settings, Report& report) {
  say("memory");
  const BenchPractice practice(settings, 1000, settings.results);
  const auto package = must(relais::plugins::open_package(settings.package));
  const auto launch = launcher(settings);
  relais::plugins::Spawner spawner;
  const auto host = in_turns(
      settings.rounds,
      [&] {
        const Served served(settings.host,
                            {"run", "--data", practice.data().string(), "--listen", "unix:" + practice.socket()},
                            practice.socket());
        return proportional_megabytes(served.process());
      },
      [&] {
        const auto socket = (practice.folder() / "empty.sock").string();
        const Served served(settings.empty_server, {socket}, socket);
        return proportional_megabytes(served.process());
      });
  report.add({"memory-host", host.value, "MB", host.yardstick, Goal::value_at_most, 60});
  const auto worker = in_turns(
      settings.rounds,
      [&] {
        std::unique_ptr<relais::plugins::Worker> running;
        return proportional_megabytes(child_of([&] { running = full_worker(*launch, package); }));
      },
      [&] {
        std::unique_ptr<relais::plugins::ProcessWorker> running;
        return proportional_megabytes(child_of([&] { running = empty_worker(spawner, settings); }));
      });
  report.add({"memory-worker", worker.value, "MB", worker.yardstick, Goal::value_at_most, 16});
}

}  // namespace bench
