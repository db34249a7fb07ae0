// SPDX-License-Identifier: Apache-2.0
// Beasts against supervision: start, end, memory of patients, poison, log.
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <thread>

#include "practice.h"

namespace relais::plugins::test {
namespace {

}  // namespace

TEST_CASE("a plugin in its sandboxed worker evaluates batches in order") {
  Practice practice(any_kernel());
  const auto state = practice.supervisor().state("zoo-sheep");
  CHECK(state.status == PluginStatus::running);
  std::vector<std::string> items;
  for (int index = 0; index < 2000; ++index) items.push_back("item-" + std::to_string(index));
  for (const auto& answer : practice.evaluate("zoo-sheep", items)) CHECK(said(answer) == "well");
  practice.check_unharmed();
}

TEST_CASE("without Landlock the plugin runs behind the system call filter and that is told") {
  Practice practice(Kernel{0});
  CHECK(practice.supervisor().state("zoo-sheep").status == PluginStatus::running);
  CHECK(practice.supervisor().state("zoo-sheep").landlock_abi == 0);
  CHECK(practice.told("plugin.landlock-missing"));
  REQUIRE(practice.load("zoo-writes").has_value());
  for (const char* deed : {"write", "create", "truncate", "chmod", "unlink"}) {
    CHECK(said(practice.evaluate_among_others("zoo-writes", deed)) == "plugin.forbidden-call");
  }
  REQUIRE(practice.load("zoo-connects").has_value());
  CHECK(said(practice.evaluate_among_others("zoo-connects", "tcp")) == "plugin.forbidden-call");
  practice.check_unharmed();
}

TEST_CASE("a host that requires Landlock loads nothing where it is missing") {
  const SystemClock clock;
  WorkerOptions worker;
  worker.worker_executable = ZOO_WORKER;
  worker.force_landlock_abi = 0;
  worker.require_landlock = true;
  Supervisor supervisor(worker, clock, nullptr);
  const auto package = open_package(std::filesystem::path(ZOO_PACKAGES) / "zoo-sheep");
  REQUIRE(package.has_value());
  CHECK_FALSE(supervisor.load(*package).has_value());
  CHECK(supervisor.state("zoo-sheep").code == "plugin.sandbox-unavailable");
}

TEST_CASE("a kernel without system call filter loads no plugin at all") {
  const SystemClock clock;
  WorkerOptions worker;
  worker.worker_executable = ZOO_WITHOUT_SECCOMP;
  Supervisor supervisor(worker, clock, nullptr, patient_options());
  // The second would crash the worker, were it loaded.
  for (const char* beast : {"zoo-sheep", "zoo-dies-at-load"}) {
    const auto package = open_package(std::filesystem::path(ZOO_PACKAGES) / beast);
    REQUIRE(package.has_value());
    CHECK_FALSE(supervisor.load(*package).has_value());
    CHECK(supervisor.state(beast).status == PluginStatus::disabled);
    CHECK(supervisor.state(beast).code == "plugin.sandbox-unavailable");
  }
}

TEST_CASE("a plugin that crashes in a static initialiser is disabled and told") {
  auto options = patient_options();
  options.failures_allowed = 3;
  Practice practice(any_kernel(), options);
  const auto loaded = practice.load("zoo-dies-at-load");
  REQUIRE_FALSE(loaded.has_value());
  CHECK(loaded.error().code == Code::plugin_refused);
  CHECK(practice.told("plugin.crashed"));
  CHECK(practice.told("plugin.disabled"));
  CHECK(said(practice.evaluate("zoo-dies-at-load", {"a"}).front()) == "plugin.disabled");
  CHECK(practice.told("plugin.disabled", "a"));
  practice.check_unharmed();
}

TEST_CASE("a plugin that crashes at unload has done its work and is told") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-dies-at-unload").has_value());
  CHECK(said(practice.evaluate("zoo-dies-at-unload", {"a"}).front()) == "well");
  REQUIRE(practice.supervisor().unload("zoo-dies-at-unload").has_value());
  CHECK(practice.told("plugin.unload-crashed"));
  practice.check_unharmed();
}

TEST_CASE("a plugin that remembers a patient is disabled and what it said does not count") {
  auto options = patient_options();
  options.sampler = sample_one_in(1);
  Practice practice(any_kernel(), options);
  REQUIRE(practice.load("zoo-remembers").has_value());
  for (const auto& answer : practice.evaluate("zoo-remembers", {"a", "b", "c"})) {
    CHECK(said(answer) == "plugin.hidden-state");
  }
  CHECK(practice.told("plugin.hidden-state", "b"));
  CHECK(practice.supervisor().state("zoo-remembers").status == PluginStatus::disabled);
  practice.check_unharmed();
}

TEST_CASE("a deadly subject kills once for each halving and then never again") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-dies").has_value());
  CHECK(said(practice.evaluate_among_others("zoo-dies", "abort")) == "plugin.crashed");
  const auto failures = [&] {
    const auto events = practice.events();
    return std::count_if(events.begin(), events.end(),
                         [](const auto& event) { return event.kind == PluginEventKind::failed; });
  };
  const auto before = failures();
  CHECK(before == 4);  // 8, 4, 2 and 1 subjects
  CHECK(said(practice.evaluate_among_others("zoo-dies", "abort")) == "plugin.poisoned");
  CHECK(failures() == before);
  practice.check_unharmed();
}

TEST_CASE("another plugin works on while one hangs") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-stalls").has_value());
  std::vector<worker::v1::Slice> stuck(1);
  stuck[0].mutable_subject()->set_item_id("deed:hang");
  std::vector<worker::v1::Evaluation> answers;
  std::thread hanging([&] { answers = practice.supervisor().evaluate("zoo-stalls", std::move(stuck)); });
  practice.check_unharmed();
  hanging.join();
  REQUIRE(answers.size() == 1);
  CHECK(said(answers[0]) == "plugin.timeout");
}

TEST_CASE("log lines carry plugin and version and call and declared codes only") {
  std::ostringstream written;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(written)));
  {
    Practice practice;
    REQUIRE(practice.load("zoo-floods").has_value());
    CHECK(said(practice.evaluate_among_others("zoo-floods", "logs")) == "well");
  }
  spdlog::set_default_logger(before);
  const auto text = written.str();
  CHECK(text.find("plugin=zoo-floods version=1.0.0 call=1 code=zoo.line number=0") != std::string::npos);
  CHECK(text.find("Martin") == std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') < 400);
}

TEST_CASE("unloading ends a plugin and an unknown one is answered as stopped") {
  Practice practice;
  REQUIRE(practice.supervisor().unload("zoo-sheep").has_value());
  CHECK_FALSE(practice.supervisor().unload("zoo-sheep").has_value());
  CHECK(said(practice.evaluate("zoo-sheep", {"a"}).front()) == "plugin.stopped");
  REQUIRE(practice.load("zoo-sheep").has_value());
  practice.check_unharmed();
}

TEST_CASE("a missing worker executable disables the plugin with its reason") {
  const SystemClock clock;
  WorkerOptions worker;
  worker.worker_executable = "no-such-worker";
  auto options = patient_options();
  options.failures_allowed = 3;
  Supervisor supervisor(worker, clock, nullptr, options);
  const auto package = open_package(std::filesystem::path(ZOO_PACKAGES) / "zoo-sheep");
  REQUIRE(package.has_value());
  CHECK_FALSE(supervisor.load(*package).has_value());
  CHECK(supervisor.state("zoo-sheep").status == PluginStatus::disabled);
}

TEST_CASE("in this process and in a worker the same plugins answer the same") {
  std::vector<std::string> said_by_mode[2];
  for (const bool in_process : {false, true}) {
    Practice practice({}, in_process);
    REQUIRE(practice.load("zoo-answers").has_value());
    REQUIRE(practice.load("zoo-dies").has_value());
    auto& all = said_by_mode[in_process ? 1 : 0];
    for (const char* deed :
         {"null", "bytes", "category", "stride", "huge-size", "code", "effect", "throw", "outsider"}) {
      all.push_back(said(practice.evaluate_among_others("zoo-answers", deed)));
    }
    all.push_back(said(practice.evaluate_among_others("zoo-dies", "throw")));
    const auto rules = practice.supervisor().rules("zoo-sheep");
    REQUIRE(rules.has_value());
    all.push_back(std::to_string(rules->size()));
    practice.check_unharmed();
  }
  CHECK(said_by_mode[0] == said_by_mode[1]);
}

}  // namespace relais::plugins::test
