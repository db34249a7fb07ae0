// SPDX-License-Identifier: Apache-2.0
// A private PostgreSQL, from Debian's package: its own folder, a Unix socket only, stopped with the program.
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "engine.h"
#include "support/scratch.h"

namespace relais::test {
namespace {

namespace fs = std::filesystem;

// The newest server that Debian's packages have installed.
fs::path server_binaries() {
  fs::path newest;
  const fs::path all = "/usr/lib/postgresql";
  if (fs::exists(all)) {
    for (const auto& version : fs::directory_iterator(all)) {
      const auto bin = version.path() / "bin";
      if (fs::exists(bin / "initdb") && fs::exists(bin / "postgres") && bin > newest) newest = bin;
    }
  }
  if (newest.empty()) throw std::runtime_error("PostgreSQL's server is not installed (Debian package postgresql)");
  return newest;
}

// PostgreSQL refuses to run as root: then everything runs as Debian's user postgres.
std::vector<std::string> as_server_user(std::vector<std::string> command) {
  // The server dies with this program, even when it is killed.
  std::vector<std::string> full{"setpriv", "--pdeathsig", "QUIT"};
  if (::geteuid() == 0) full.insert(full.end(), {"--reuid", "postgres", "--regid", "postgres", "--clear-groups"});
  full.push_back("--");
  full.insert(full.end(), command.begin(), command.end());
  return full;
}

// Starts a program with its standard error on `error`, in the C locale. Returns its id.
pid_t start(const std::vector<std::string>& command, int error) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::array<char, 16> locale{"LC_ALL=C.UTF-8"};
  std::array<char, 40> path{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  std::array<char*, 3> environment{locale.data(), path.data(), nullptr};
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, 0);
    ::dup2(error, 1);
    ::dup2(error, 2);
    if (::chdir("/") != 0) ::_exit(126);
    ::execvpe(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
  }
  if (pid < 0) throw std::runtime_error("fork");
  return pid;
}

class Server {
 public:
  Server() {
    const auto bin = server_binaries();
    const auto data = folder_.path() / "data";
    fs::create_directory(data);
    if (::geteuid() == 0) {
      const auto* user = ::getpwnam("postgres");
      if (user == nullptr) throw std::runtime_error("no user postgres (Debian package postgresql)");
      for (const auto& path : {folder_.path(), data}) {
        if (::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("chown");
      }
    }
    const auto log = (folder_.path() / "initdb.log").string();
    const int log_file = ::open(log.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    // The contract is about what SQL does, not about power cuts: the disk is not waited for (tests/chaos waits for it).
    const pid_t made = start(as_server_user({(bin / "initdb").string(), "--pgdata", data.string(), "--auth", "trust",
                                             "--username", "relais", "--encoding", "UTF8", "--locale", "C.UTF-8",
                                             "--no-sync"}),
                             log_file);
    ::close(log_file);
    int status = 0;
    if (::waitpid(made, &status, 0) != made || status != 0) throw std::runtime_error("initdb failed: " + log);

    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    server_ = start(as_server_user({(bin / "postgres").string(), "-D", data.string(), "-k", folder_.path().string(), "-c",
                                    "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=40", "-c",
                                    "logging_collector=off"}),
                    pipe[1]);
    ::close(pipe[1]);
    await_ready(pipe[0]);
  }

  ~Server() {
    // SIGINT: PostgreSQL's fast shutdown.
    ::kill(server_, SIGINT);
    int status = 0;
    ::waitpid(server_, &status, 0);
    if (log_ != nullptr) std::fclose(log_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url(const std::string& schema) const {
    return fmt::format("postgresql:///postgres?host={}&user=relais&schema={}", folder_.path().string(), schema);
  }

 private:
  // Reads the server's log until it says that it is ready.
  void await_ready(int log) {
    log_ = ::fdopen(log, "r");
    std::array<char, 1024> line{};
    std::string all;
    while (std::fgets(line.data(), static_cast<int>(line.size()), log_) != nullptr) {
      all += line.data();
      if (std::string(line.data()).find("ready to accept connections") != std::string::npos) return;
    }
    throw std::runtime_error("PostgreSQL did not start: " + all);
  }

  const Scratch folder_;
  pid_t server_ = -1;
  FILE* log_ = nullptr;
};

}  // namespace

std::string fresh_practice() {
  static const Server server;
  static int number = 0;
  return server.url("practice_" + std::to_string(++number));
}

bool is_postgresql() { return true; }

}  // namespace relais::test
