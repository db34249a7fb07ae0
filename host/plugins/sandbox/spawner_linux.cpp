// SPDX-License-Identifier: Apache-2.0
#include "plugins/sandbox/spawner.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace relais::plugins {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

// System calls by number: the C++ side of glibc 2.36 cannot link <sys/pidfd.h>.
class LinuxChild final : public ChildProcess {
 public:
  explicit LinuxChild(Descriptor handle) : handle_(std::move(handle)) {}

  ~LinuxChild() override {
    if (end_) return;
    kill();
    // A killed process ends; one stuck in the kernel is left to the host's own end.
    wait(std::chrono::seconds(5));
  }

  void kill() override { syscall(SYS_pidfd_send_signal, handle_.get(), SIGKILL, nullptr, 0); }

  std::optional<ProcessEnd> wait(std::chrono::milliseconds patience) override {
    if (end_) return end_;
    pollfd watched{handle_.get(), POLLIN, 0};
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      const int ready = poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
      if (ready > 0) break;
      if (ready == 0) return std::nullopt;
      if (errno != EINTR) return std::nullopt;
    }
    siginfo_t about{};
    ProcessEnd end;
    // ECHILD: the embedding program reaps every child itself; how it ended is then unknown, that it ended is not.
    if (waitid(P_PIDFD, static_cast<id_t>(handle_.get()), &about, WEXITED) == 0) {
      if (about.si_code == CLD_EXITED) {
        end.exit_code = about.si_status;
      } else {
        end.signal = about.si_status;
      }
    }
    end_ = end;
    return end_;
  }

 private:
  Descriptor handle_;
  std::optional<ProcessEnd> end_;
};

// The options of one posix_spawn, released with their scope.
class SpawnOptions {
 public:
  SpawnOptions() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnOptions() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;

  int prepare(int socket, bool keep_standard_error) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    int result = posix_spawnattr_setsigmask(&attributes, &none);
    if (result == 0) result = posix_spawnattr_setsigdefault(&attributes, &all);
    // An own session: what a terminal sends to the host does not reach it.
    constexpr short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID;
    if (result == 0) result = posix_spawnattr_setflags(&attributes, flags);
    // First, since a host started without standard descriptors may hold the socket on one of them.
    if (result == 0) result = posix_spawn_file_actions_adddup2(&actions, socket, Spawner::child_socket);
    if (result == 0) result = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (result == 0) result = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (result == 0 && !keep_standard_error) {
      result = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    }
    if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(&actions, Spawner::child_socket + 1);
    return result;
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

Result<Spawned> spawn_here(SpawnRequest request) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) {
    return fail(Code::plugin_start_failed, std::strerror(errno), "socketpair");
  }
  Descriptor ours(pair[0]);
  const Descriptor theirs(pair[1]);
  SpawnOptions options;
  if (const int bad = options.prepare(theirs.get(), request.keep_standard_error); bad != 0) {
    return fail(Code::plugin_start_failed, std::strerror(bad), "posix_spawn");
  }
  std::string program = request.executable.string();
  std::vector<char*> arguments{program.data()};
  for (auto& argument : request.arguments) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  char* environment[] = {nullptr};
  pid_t pid = -1;
  const int started =
      posix_spawn(&pid, program.c_str(), &options.actions, &options.attributes, arguments.data(), environment);
  if (started != 0) return fail(Code::plugin_start_failed, std::strerror(started), program);
  // Nobody has waited for it yet, so this pid is still that child's.
  Descriptor handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (handle.get() < 0) {
    const int reason = errno;
    ::kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return fail(Code::plugin_start_failed, std::strerror(reason), "pidfd_open");
  }
  return Spawned{std::make_unique<LinuxChild>(std::move(handle)), ours.release()};
}

}  // namespace

bool ProcessEnd::forbidden_call() const { return signal == SIGSYS; }

class Spawner::Impl {
 public:
  Impl() : thread_([this] { run(); }) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  Result<Spawned> spawn(SpawnRequest request) {
    std::packaged_task<Result<Spawned>()> task(
        [moved = std::move(request)]() mutable { return spawn_here(std::move(moved)); });
    auto answer = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
    return answer.get();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::packaged_task<Result<Spawned>()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

Spawner::Spawner() : impl_(std::make_unique<Impl>()) {}
Spawner::~Spawner() = default;

Result<Spawned> Spawner::spawn(SpawnRequest request) { return impl_->spawn(std::move(request)); }

}  // namespace relais::plugins
