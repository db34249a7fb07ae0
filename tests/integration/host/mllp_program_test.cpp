// SPDX-License-Identifier: Apache-2.0
// relais-host with its MLLP door, killed at the worst moments.
#include <fcntl.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "integration/mllp/gateway.h"
#include "support/scratch.h"

namespace {

using relais::app::Gateway;
using relais::app::mllp_frame;

// A running relais-host: a child of this process.
class Program {
 public:
  explicit Program(const std::filesystem::path& data) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(RELAIS_HOST, RELAIS_HOST, "run", "--data", data.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(ends[1]);
    out_ = ends[0];
    REQUIRE(child_ > 0);
    // The port comes before the line that says that all is ready.
    const std::string said = until("Relais est prêt.");
    const std::string word = "Écoute MLLP sur le port ";
    const auto at = said.find(word);
    INFO(said);
    REQUIRE(at != std::string::npos);
    port_ = std::atoi(said.c_str() + at + word.size());
  }
  ~Program() {
    if (child_ > 0) end(SIGKILL);
    ::close(out_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  int port() const { return port_; }
  // The exit code, or nothing when the signal itself ended it.
  std::optional<int> end(int signal) {
    ::kill(child_, signal);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    if (!WIFEXITED(status)) return std::nullopt;
    return WEXITSTATUS(status);
  }

 private:
  std::string until(const std::string& word) {
    std::string said;
    char buffer[256];
    while (said.find(word) == std::string::npos) {
      const auto got = ::read(out_, buffer, sizeof buffer);
      if (got <= 0) break;
      said.append(buffer, static_cast<std::size_t>(got));
    }
    return said;
  }

  pid_t child_ = -1;
  int out_ = -1;
  int port_ = 0;
};

std::filesystem::path practice(const relais::test::Scratch& scratch) {
  const auto data = scratch.path() / "data";
  const std::string command = std::string("RELAIS_PASSWORD=demonstration-relais '") + RELAIS_HOST + "' init --data '" +
                              data.string() + "' --practice 'Cabinet fictif' --mllp 127.0.0.1:0 --demonstration >/dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
  return data;
}

std::string message(const std::string& number) {
  return "MSH|^~\\&|SIL|labo|CABINET|cab|20260104||ORU^R01^ORU_R01|" + number +
         "|P|2.5|||||FRA|UNICODE UTF-8\rPID|||279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS||"
         "PAT-TROIS^DOMINIQUE^^^^^L||19790328|F\rORC|NW|P1|F1\rOBX|1|ED|11502-2^CR^LN||^TEXT^XML^Base64^Ym9uam91cg==||||||F|\r";
}

}  // namespace

TEST_CASE("a host killed in the middle of a frame keeps nothing of it and takes the whole message when it comes again") {
  const relais::test::Scratch scratch;
  const auto data = practice(scratch);
  const auto framed = mllp_frame(message("NUMERO-000001"));
  {
    Program host(data);
    Gateway gateway(host.port());
    gateway.send(framed.substr(0, framed.size() / 2));
    CHECK_FALSE(host.end(SIGKILL));
    CHECK(gateway.ended());
  }
  Program host(data);
  Gateway gateway(host.port());
  gateway.send(framed);
  CHECK(gateway.answer().find("MSA|AA|NUMERO-000001") != std::string::npos);
  CHECK(host.end(SIGTERM) == 0);
  CHECK(gateway.ended());
}

TEST_CASE("what a host had acknowledged when it was killed is there and is acknowledged again in the same words") {
  const relais::test::Scratch scratch;
  const auto data = practice(scratch);
  std::vector<std::string> answers;
  {
    Program host(data);
    Gateway gateway(host.port());
    for (const auto* number : {"NUMERO-000001", "NUMERO-000002", "NUMERO-000003"}) {
      answers.push_back(gateway.ask(message(number)));
      CHECK(answers.back().find(std::string("MSA|AA|") + number) != std::string::npos);
    }
    CHECK_FALSE(host.end(SIGKILL));
  }
  Program host(data);
  Gateway gateway(host.port());
  for (const auto* number : {"NUMERO-000001", "NUMERO-000002", "NUMERO-000003"}) {
    CHECK(gateway.ask(message(number)) == answers.at(static_cast<std::size_t>(number[12] - '1')));
  }
  CHECK(host.end(SIGTERM) == 0);
}

TEST_CASE("a practice whose MLLP address is not loopback does not start") {
  const relais::test::Scratch scratch;
  const std::string command = std::string("RELAIS_PASSWORD=demonstration-relais '") + RELAIS_HOST + "' init --data '" +
                              (scratch.path() / "data").string() +
                              "' --practice 'Cabinet fictif' --mllp 0.0.0.0:2575 >/dev/null 2>&1";
  CHECK(std::system(command.c_str()) != 0);
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "data" / "practice.yaml"));
}
