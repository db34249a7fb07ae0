// SPDX-License-Identifier: Apache-2.0
// Packages of the zoo, installed and run in the real relais-worker.
#include "api/plugin_service.h"

#include <fstream>
#include <sstream>

#include "relais/v1/plugin.pb.h"
#include "support/service_practice.h"

namespace relais::api {
namespace {

namespace fs = std::filesystem;
using test::call_by;
using test::outcome;

struct Plugins : test::ServicePractice {
  std::unique_ptr<plugins::Supervisor> supervisor;
  std::unique_ptr<InstalledPlugins> installed;
  PluginJournal journal;

  Plugins() {
    start();
    register_plugin_service(registry, *database, *installed, *supervisor, journal,
                            [](const Caller&, const std::string& doctor, const std::string&) -> Result<bool> {
                              return doctor == "martin";
                            });
  }
  ~Plugins() {
    installed.reset();
    supervisor.reset();
  }

  void start() {
    installed.reset();
    plugins::WorkerOptions options;
    options.worker_executable = ZOO_WORKER;
    plugins::SupervisionOptions patience;
    patience.first_back_off = std::chrono::milliseconds{1};
    patience.longest_back_off = std::chrono::milliseconds{1};
    supervisor = std::make_unique<plugins::Supervisor>(options, clock, [](const plugins::PluginEvent&) {}, patience);
    installed = std::make_unique<InstalledPlugins>(*database, *ledger, *supervisor,
                                                   PackagePlaces{scratch.path() / "kept", {}, true});
  }

  // A copy of a beast's package whose manifest has some text replaced.
  fs::path package(const std::string& beast, const std::string& folder, const std::string& text = {},
                   const std::string& instead = {}) const {
    const auto copy = scratch.path() / folder;
    fs::copy(fs::path(ZOO_PACKAGES) / beast, copy, fs::copy_options::recursive);
    if (!text.empty()) {
      std::ostringstream manifest;
      manifest << std::ifstream(copy / "manifest.yaml").rdbuf();
      auto content = manifest.str();
      const auto at = content.find(text);
      REQUIRE(at != std::string::npos);
      std::ofstream(copy / "manifest.yaml") << content.replace(at, text.size(), instead);
    }
    return copy;
  }

  Answer<v1::InstallPluginResponse> install(const fs::path& directory, const std::string& request_id = {}) {
    v1::InstallPluginRequest request;
    request.set_directory(directory.string());
    request.set_request_id(request_id);
    auto call = call_by("admin", v1::ROLE_ADMINISTRATOR);
    return ServicePractice::call<v1::InstallPluginResponse>("PluginService.InstallPlugin", call, request);
  }

  std::vector<v1::Plugin> list() {
    auto call = call_by("admin", v1::ROLE_ADMINISTRATOR);
    const auto answer =
        ServicePractice::call<v1::ListPluginsResponse>("PluginService.ListPlugins", call, v1::ListPluginsRequest());
    REQUIRE(answer);
    return {answer->plugins().begin(), answer->plugins().end()};
  }

  template <class Request, class Response>
  Answer<Response> change(const std::string& name, const std::string& id) {
    Request request;
    request.set_plugin_id(id);
    auto call = call_by("admin", v1::ROLE_ADMINISTRATOR);
    return ServicePractice::call<Response>("PluginService." + name, call, request);
  }
  auto enable(const std::string& id) {
    return change<v1::EnablePluginRequest, v1::EnablePluginResponse>("EnablePlugin", id);
  }
  auto disable(const std::string& id) {
    return change<v1::DisablePluginRequest, v1::DisablePluginResponse>("DisablePlugin", id);
  }
  bool runs(const std::string& id) const {
    return supervisor->state(id).status == plugins::PluginStatus::running;
  }
};

TEST_CASE("the first version of a package runs once it is installed and again after a restart of the host") {
  Plugins practice;
  const auto answer = practice.install(practice.package("zoo-sheep", "sheep"));
  REQUIRE(outcome(answer) == "ok");
  CHECK(answer->plugin().state() == v1::PLUGIN_STATE_RUNNING);
  CHECK(answer->plugin().tasks(0) == "bio-triage");
  REQUIRE(practice.installed->enabled().size() == 1);
  CHECK(practice.installed->enabled().front()->manifest.id == "zoo-sheep");

  practice.start();
  CHECK_FALSE(practice.runs("zoo-sheep"));
  REQUIRE(practice.installed->load_enabled());
  CHECK(practice.runs("zoo-sheep"));
  CHECK(practice.installed->enabled().size() == 1);
}

TEST_CASE("a package is refused with the code and the place of what is wrong in its manifest") {
  Plugins practice;
  CHECK(outcome(practice.install(practice.package("zoo-sheep", "a", "bio-triage", "acte-inconnu")))
            .starts_with("plugin.manifest.task"));
  CHECK(outcome(practice.install(practice.scratch.path() / "nothing")).starts_with("plugin."));
  CHECK(outcome(practice.install("relative")) == "relais.invalid-argument directory");
  CHECK(practice.list().empty());
  CHECK(practice.installed->enabled().empty());
}

TEST_CASE("a version that asks for more stays blocked with the difference and the version before goes on") {
  Plugins practice;
  REQUIRE(practice.install(practice.package("zoo-sheep", "v1")));
  const auto more = practice.package("zoo-sheep", "v2", "version: 1.0.0", "version: 1.1.0");
  std::ofstream(more / "manifest.yaml", std::ios::app) << "effects: [message]\n";
  const auto answer = practice.install(more);
  REQUIRE(outcome(answer) == "ok");
  CHECK(answer->plugin().version() == "1.1.0");
  CHECK(answer->plugin().state() == v1::PLUGIN_STATE_BLOCKED);
  CHECK(answer->plugin().reason().find("action proposée « message »") != std::string::npos);
  CHECK(practice.runs("zoo-sheep"));

  practice.start();  // it is still so after a restart
  REQUIRE(practice.installed->load_enabled());
  const auto listed = practice.installed->list().value();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].row.version == "1.0.0");
  CHECK(listed[1].blocked());
  CHECK(listed[1].asks_more.size() == 1);
  REQUIRE(practice.installed->enabled().size() == 1);
  CHECK(practice.installed->enabled().front()->manifest.version == "1.0.0");
}

TEST_CASE("a version in use cannot be given more rights under the same number") {
  Plugins practice;
  REQUIRE(practice.install(practice.package("zoo-sheep", "v1")));
  const auto more = practice.package("zoo-sheep", "v1b");
  std::ofstream(more / "manifest.yaml", std::ios::app) << "effects: [message]\n";
  CHECK(outcome(practice.install(more)) == "plugin.version-installed version");
  CHECK(practice.runs("zoo-sheep"));
}

TEST_CASE("a version that does not start leaves the version before running") {
  Plugins practice;
  REQUIRE(practice.install(practice.package("zoo-sheep", "v1")));
  // The library inside says 1.0.0: the worker refuses it.
  const auto answer = practice.install(practice.package("zoo-sheep", "v2", "version: 1.0.0", "version: 1.0.1"));
  REQUIRE(outcome(answer) == "ok");
  CHECK(answer->plugin().state() == v1::PLUGIN_STATE_FAILED);
  CHECK_FALSE(answer->plugin().reason().empty());
  CHECK(practice.runs("zoo-sheep"));
  REQUIRE(practice.installed->enabled().size() == 1);
  CHECK(practice.installed->enabled().front()->manifest.version == "1.0.0");
}

TEST_CASE("a version that starts replaces one that failed") {
  Plugins practice;
  const auto failed = practice.install(practice.package("zoo-sheep", "v0", "version: 1.0.0", "version: 0.9.0"));
  REQUIRE(failed->plugin().state() == v1::PLUGIN_STATE_FAILED);
  CHECK(practice.installed->enabled().empty());
  CHECK(practice.installed->disabled().size() == 1);
  const auto answer = practice.install(practice.package("zoo-sheep", "v1"));
  REQUIRE(outcome(answer) == "ok");
  CHECK(answer->plugin().state() == v1::PLUGIN_STATE_RUNNING);
  REQUIRE(practice.list().size() == 1);
  CHECK(practice.list().front().version() == "1.0.0");
}

TEST_CASE("a plugin that a person stops stays stopped until an administrator starts it") {
  Plugins practice;
  REQUIRE(practice.install(practice.package("zoo-sheep", "v1")));
  const auto stopped = practice.disable("zoo-sheep");
  REQUIRE(outcome(stopped) == "ok");
  CHECK(stopped->plugin().state() == v1::PLUGIN_STATE_DISABLED);
  CHECK_FALSE(practice.runs("zoo-sheep"));
  CHECK(practice.installed->enabled().empty());
  CHECK(practice.installed->disabled().size() == 1);
  REQUIRE(practice.installed->load_enabled());
  CHECK_FALSE(practice.runs("zoo-sheep"));
  CHECK(practice.enable("zoo-sheep")->plugin().state() == v1::PLUGIN_STATE_RUNNING);
  CHECK(practice.runs("zoo-sheep"));
  CHECK(outcome(practice.enable("inconnu")) == "relais.not-found plugin_id");
  CHECK(outcome(practice.disable("inconnu")) == "relais.not-found plugin_id");
}

TEST_CASE("an installation repeated with its request id is done once") {
  Plugins practice;
  const auto folder = practice.package("zoo-sheep", "v1");
  REQUIRE(practice.install(folder, "r-1"));
  REQUIRE(practice.disable("zoo-sheep"));
  CHECK(practice.install(folder, "r-1")->plugin().state() == v1::PLUGIN_STATE_RUNNING);  // the first answer
  CHECK_FALSE(practice.runs("zoo-sheep"));
}

TEST_CASE("settings are read by their doctor and by the assistants who work with them") {
  Plugins practice;
  REQUIRE(practice.install(practice.package("zoo-sheep", "v1")));
  v1::GetSettingsRequest request;
  request.set_plugin_id("zoo-sheep");
  const auto get = [&](const std::string& id, v1::Role role, const std::string& doctor) {
    request.set_doctor_id(doctor);
    auto call = call_by(id, role);
    return outcome(practice.call<v1::GetSettingsResponse>("PluginService.GetSettings", call, request));
  };
  CHECK(get("martin", v1::ROLE_DOCTOR, "") == "ok");
  CHECK(get("martin", v1::ROLE_DOCTOR, "durand") == "api.not-yours doctor_id");
  CHECK(get("lea", v1::ROLE_ASSISTANT, "martin") == "ok");
  CHECK(get("lea", v1::ROLE_ASSISTANT, "durand") == "api.mandate doctor_id");
  CHECK(get("lea", v1::ROLE_ASSISTANT, "") == "relais.invalid-argument doctor_id");
  CHECK(get("admin", v1::ROLE_ADMINISTRATOR, "durand") == "ok");
}

}  // namespace
}  // namespace relais::api
