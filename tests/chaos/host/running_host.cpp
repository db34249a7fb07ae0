// SPDX-License-Identifier: Apache-2.0
#include "running_host.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

extern char** environ;

namespace relais::chaos {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{60};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// Not fork: this process has threads of gRPC.
pid_t spawn(std::vector<std::string> arguments, std::vector<std::string> environment, int out, int err,
            const fs::path& folder = ".") {
  for (char** each = environ; *each != nullptr; ++each) environment.emplace_back(*each);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  posix_spawn_file_actions_adddup2(&actions, err, 2);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  auto words = pointers(arguments);
  auto variables = pointers(environment);
  pid_t pid = -1;
  const int bad = ::posix_spawn(&pid, words.front(), &actions, nullptr, words.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (bad != 0) throw std::runtime_error("cannot start " + arguments.front());
  return pid;
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(descriptor, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  return text;
}

}  // namespace

Ended run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const pid_t pid = spawn(arguments, environment, ends[1], ends[1]);
  ::close(ends[1]);
  Ended ended;
  ended.said = read_all(ends[0]);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

void make_practice(const HostPaths& paths, const std::string& password) {
  const auto made = run_program({RELAIS_HOST, "init", "--data", paths.data.string(), "--practice", "Cabinet fictif",
                                 "--admin", "admin", "--demonstration"},
                                {"RELAIS_PASSWORD=" + password});
  if (made.status != 0) throw std::runtime_error("relais-host init: " + made.said);
}

RunningHost::RunningHost(const HostPaths& paths, const std::string& clock) : paths_(paths) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const int log = ::open(paths.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  pid_ = spawn({RELAIS_HOST, "run", "--data", paths.data.string(), "--listen", paths.address(),
                "--demonstration-clock", clock},
               {}, ends[1], log, paths.data.parent_path());
  ::close(log);
  ::close(ends[1]);
  output_ = ends[0];
  listener_ = std::thread([this] { take_output(); });
}

RunningHost::~RunningHost() {
  kill();
  leave_ = true;
  listener_.join();
  ::close(output_);
}

void RunningHost::take_output() {
  std::ofstream log(paths_.log, std::ios::binary | std::ios::app);
  std::string said;
  std::array<char, 4096> buffer{};
  for (;;) {
    pollfd watched{output_, POLLIN, 0};
    // A worker that outlives its host for a moment keeps the pipe open.
    if (::poll(&watched, 1, 100) == 0 && !leave_) continue;
    const auto got = leave_ && watched.revents == 0 ? 0 : ::read(output_, buffer.data(), buffer.size());
    const std::lock_guard lock(mutex_);
    if (got > 0) {
      const std::string_view words(buffer.data(), static_cast<std::size_t>(got));
      log << words << std::flush;
      log.clear();  // the disk may be full
      if (!said_ready_) said.append(words);
      said_ready_ = said_ready_ || said.find("Relais est prêt.") != std::string::npos;
    } else {
      silent_ = true;
    }
    heard_.notify_all();
    if (got <= 0) return;
  }
}

bool RunningHost::ready() {
  std::unique_lock lock(mutex_);
  heard_.wait_for(lock, patience, [this] { return said_ready_ || silent_; });
  return said_ready_;
}

void RunningHost::kill() {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  wait();
}

std::optional<int> RunningHost::stop() {
  if (!ended_) ::kill(pid_, SIGTERM);
  return wait();
}

std::optional<int> RunningHost::wait() {
  if (ended_) return std::nullopt;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ended_ = true;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return std::nullopt;
}

std::vector<pid_t> RunningHost::workers() const {
  const auto parent = std::string("--parent") + '\0' + std::to_string(pid_) + '\0';
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream in(entry.path() / "cmdline", std::ios::binary);
    const std::string words(std::istreambuf_iterator<char>(in), {});
    if (words.find(parent) != std::string::npos) found.push_back(std::atoi(name.c_str()));
  }
  return found;
}

}  // namespace relais::chaos
