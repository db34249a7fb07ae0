// SPDX-License-Identifier: Apache-2.0
#include "practice.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <sstream>

namespace relais::plugins::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* canary_text = "the practice's own words\n";

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

int inet_server(int type, std::string& port) {
  const int server = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  if (type == SOCK_STREAM) REQUIRE(listen(server, 4) == 0);
  socklen_t length = sizeof address;
  REQUIRE(getsockname(server, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  port = std::to_string(ntohs(address.sin_port));
  return server;
}

int unix_server(const fs::path& path) {
  const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(listen(server, 4) == 0);
  return server;
}

bool nobody_came(int server) { return accept(server, nullptr, nullptr) < 0 && errno == EAGAIN; }

bool nothing_came(int server) {
  char byte = 0;
  return recv(server, &byte, 1, 0) < 0 && errno == EAGAIN;
}

worker::v1::Slice slice_of(const std::string& item) {
  worker::v1::Slice slice;
  slice.mutable_subject()->set_item_id(item);
  slice.mutable_subject()->set_patient_id("patient-" + item);
  slice.mutable_subject()->set_doctor_id("dr-a");
  slice.mutable_subject()->set_task_id("bio-triage");
  slice.set_version(3);
  slice.set_time_zone("Europe/Paris");
  slice.set_today("2026-01-05");
  return slice;
}

}  // namespace

SupervisionOptions patient_options() {
  SupervisionOptions options;
  options.failures_allowed = 100;
  options.first_back_off = std::chrono::milliseconds(5);
  options.longest_back_off = std::chrono::milliseconds(20);
  options.load_deadline = std::chrono::seconds(60);
  options.sampler = nullptr;
  return options;
}

Practice::Practice(Kernel kernel, bool in_process) : Practice(kernel, patient_options(), in_process) {}

Practice::Practice(Kernel kernel, SupervisionOptions options, bool in_process) {
  std::string name = (fs::temp_directory_path() / "relais-zoo-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  folder_ = name;
  fs::create_directory(folder_ / "practice");
  for (const char* file : {"practice/practice.db", "practice/canary"}) std::ofstream(folder_ / file) << canary_text;
  fs::permissions(folder_ / "practice/canary", fs::perms(0644));
  canary_time_ = fs::last_write_time(folder_ / "practice/canary");
  tcp_ = inet_server(SOCK_STREAM, tcp_port_);
  udp_ = inet_server(SOCK_DGRAM, udp_port_);
  unix_ = unix_server(folder_ / "practice/socket");
  WorkerOptions worker;
  worker.worker_executable = ZOO_WORKER;
  worker.force_landlock_abi = kernel.landlock_abi;
  worker.in_process = in_process;
  supervisor_ = std::make_unique<Supervisor>(
      worker, clock_,
      [this](const PluginEvent& event) {
        const std::lock_guard lock(mutex_);
        events_.push_back(event);
      },
      std::move(options));
  REQUIRE(load("zoo-sheep").has_value());
}

Practice::~Practice() {
  supervisor_.reset();
  for (const int server : {tcp_, udp_, unix_}) close(server);
  fs::remove_all(folder_);
}

void Practice::put_targets(const fs::path& package) const {
  fs::create_directories(package / "data");
  const auto practice = folder_ / "practice";
  fs::create_symlink(practice / "practice.db", package / "data" / "link");
  std::ofstream(package / "data" / "targets.txt")
      << "database " << (practice / "practice.db").string() << "\ncanary " << (practice / "canary").string()
      << "\nfolder " << practice.string() << "\nunix-path " << (practice / "socket").string() << "\ntcp-port "
      << tcp_port_ << "\nudp-port " << udp_port_ << "\nparent " << getpid() << "\npackage " << package.string()
      << "\nlink " << (package / "data" / "link").string() << "\n";
}

Result<void> Practice::load(const std::string& beast, const std::string& at_load) {
  const auto package = folder_ / "packages" / beast;
  fs::remove_all(package);
  fs::create_directories(package.parent_path());
  fs::copy(fs::path(ZOO_PACKAGES) / beast, package, fs::copy_options::recursive);
  put_targets(package);
  if (!at_load.empty()) std::ofstream(package / "data" / "at-load") << at_load;
  const auto opened = open_package(package);
  if (!opened) return tl::make_unexpected(opened.error());
  return supervisor_->load(*opened);
}

std::vector<worker::v1::Evaluation> Practice::evaluate(const std::string& plugin,
                                                       const std::vector<std::string>& items) {
  std::vector<worker::v1::Slice> slices;
  for (const auto& item : items) slices.push_back(slice_of(item));
  auto answers = supervisor_->evaluate(plugin, std::move(slices));
  REQUIRE(answers.size() == items.size());
  for (std::size_t index = 0; index < items.size(); ++index) {
    REQUIRE(answers[index].subject().item_id() == items[index]);
    REQUIRE(answers[index].version() == 3);
  }
  return answers;
}

worker::v1::Evaluation Practice::evaluate_among_others(const std::string& beast, const std::string& deed) {
  const std::vector<std::string> items = {"a", "b", "c", "deed:" + deed, "e", "f", "g", "h"};
  auto answers = evaluate(beast, items);
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (index != 3) CHECK(said(answers[index]) == "well");
  }
  return answers[3];
}

void Practice::check_unharmed() {
  for (const auto& answer : evaluate("zoo-sheep", {"x", "y", "z"})) CHECK(said(answer) == "well");
  const auto practice = folder_ / "practice";
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(practice)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"canary", "practice.db", "socket"});
  CHECK(content_of(practice / "practice.db") == canary_text);
  CHECK(content_of(practice / "canary") == canary_text);
  CHECK(fs::last_write_time(practice / "canary") == canary_time_);
  struct stat about {};
  REQUIRE(stat((practice / "canary").c_str(), &about) == 0);
  CHECK((about.st_mode & 07777U) == 0644);
  CHECK(about.st_uid == geteuid());
  CHECK(nobody_came(tcp_));
  CHECK(nobody_came(unix_));
  CHECK(nothing_came(udp_));
}

std::vector<PluginEvent> Practice::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

bool Practice::told(const std::string& code, const std::string& item) const {
  const auto all = events();
  return std::any_of(all.begin(), all.end(), [&](const PluginEvent& event) {
    if (event.code != code) return false;
    return item.empty() || std::any_of(event.subjects.begin(), event.subjects.end(),
                                       [&](const auto& subject) { return subject.item_id() == item; });
  });
}

std::string said(const worker::v1::Evaluation& answer) {
  if (!answer.not_evaluated().empty()) return answer.not_evaluated();
  return answer.findings_size() == 0 ? "nothing" : answer.findings(0).title();
}

}  // namespace relais::plugins::test
