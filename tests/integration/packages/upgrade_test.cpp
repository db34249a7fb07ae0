// SPDX-License-Identifier: Apache-2.0
// From one version to another: what a doctor must read first, what is refused, what is removed.
#include "package_practice.h"

using namespace relais::test;
namespace v1 = relais::v1;

CATCH_TRANSLATE_EXCEPTION(const relais::cli::CallFailed& failed) { return failed.code + " " + failed.sentence; }

namespace {

std::vector<std::string> lines(const v1::Plugin& plugin) { return {plugin.asks_more().begin(), plugin.asks_more().end()}; }

struct UpgradePractice : PackagePractice {
  Author author;
  UpgradePractice() {
    trust(author, "Auteur");
    open_account("martin", v1::ROLE_DOCTOR);
    install(author.sign("1.0.0", path()));
  }
  std::string in_use() {
    std::string version;
    for (const auto& plugin : list())
      if (plugin.state() == v1::PLUGIN_STATE_RUNNING) version += plugin.version();
    return version;
  }
};

}  // namespace

TEST_CASE("a version that asks for no more takes the place of the one in use") {
  UpgradePractice practice;
  const auto next = practice.install(practice.author.sign("1.1.0", practice.path()));
  CHECK(next.state() == v1::PLUGIN_STATE_RUNNING);
  CHECK(lines(next).empty());
  CHECK(next.rights_sha256().empty());
  CHECK(practice.list().size() == 1);
  CHECK(practice.in_use() == "1.1.0");
}

TEST_CASE("a version that asks for more waits until a doctor has read and accepted the difference") {
  UpgradePractice practice;
  const auto blocked = practice.install(practice.author.sign("2.0.0", practice.path()));
  CHECK(blocked.state() == v1::PLUGIN_STATE_BLOCKED);
  CHECK(lines(blocked) == std::vector<std::string>{"données « observation » (résultats de biologie), tous les codes, sur 365 jours",
                                                   "action proposée « message »"});
  CHECK(practice.in_use() == "1.0.0");

  practice.stop();
  practice.start();
  CHECK(practice.in_use() == "1.0.0");
  REQUIRE(practice.list().size() == 2);
  const auto read = practice.list().back();
  CHECK(read.state() == v1::PLUGIN_STATE_BLOCKED);
  CHECK(read.rights_sha256() == blocked.rights_sha256());

  CHECK(refusal([&] { practice.accept(read, "admin"); }) == "api.role");
  auto misread = read;
  misread.set_rights_sha256(std::string(64, '0'));
  CHECK(refusal([&] { practice.accept(misread, "martin"); }) == "plugin.rights-changed");
  auto running = read;
  running.set_version("1.0.0");
  CHECK(refusal([&] { practice.accept(running, "martin"); }) == "plugin.nothing-to-accept");
  running.set_version("9.0.0");
  CHECK(refusal([&] { practice.accept(running, "martin"); }) == "relais.not-found");
  CHECK(practice.in_use() == "1.0.0");

  CHECK(practice.accept(read, "martin").state() == v1::PLUGIN_STATE_RUNNING);
  CHECK(practice.in_use() == "2.0.0");
  CHECK(practice.list().size() == 1);
  CHECK(refusal([&] { practice.accept(read, "martin"); }) == "plugin.nothing-to-accept");
}

TEST_CASE("what was accepted is the package that was read") {
  UpgradePractice practice;
  const auto blocked = practice.install(practice.author.sign("2.0.0", practice.path()));
  // Another package under the same version takes its place while the doctor reads.
  const auto other = practice.path() / "other";
  fs::copy(fs::path(ESSAI_VERSIONS) / "2.0.0", other, fs::copy_options::recursive);
  std::ofstream(other / "manifest.yaml", std::ios::app) << "egress: [ailleurs.exemple]\n";
  const auto files = relais::plugins::files_of_folder(other);
  const auto signature = relais::plugins::sign_package({"essai", "2.0.0", *files}, practice.author.secret);
  const auto file = practice.path() / "other.relais";
  REQUIRE(relais::plugins::write_archive(file, other, *files, *signature));
  const auto again = practice.install(file);
  CHECK(again.state() == v1::PLUGIN_STATE_BLOCKED);
  CHECK(lines(again).back() == "destination hors du cabinet « ailleurs.exemple »");
  CHECK(refusal([&] { practice.accept(blocked, "martin"); }) == "plugin.rights-changed");
  CHECK(practice.in_use() == "1.0.0");
}

TEST_CASE("files altered while a version waits are not accepted") {
  UpgradePractice practice;
  const auto blocked = practice.install(practice.author.sign("2.0.0", practice.path()));
  const auto library = practice.kept("2.0.0") / "libessai.so";
  flip_byte(library, fs::file_size(library) / 2);
  CHECK(refusal([&] { practice.accept(blocked, "martin"); }) == "package.altered");
  CHECK(practice.in_use() == "1.0.0");
}

TEST_CASE("a version of another author waits for a doctor whatever it asks for") {
  UpgradePractice practice;
  const Author other;
  practice.trust(other, "Autre auteur");
  const auto blocked = practice.install(other.sign("1.1.0", practice.path()));
  CHECK(blocked.state() == v1::PLUGIN_STATE_BLOCKED);
  CHECK(lines(blocked) ==
        std::vector<std::string>{"auteur : « Autre auteur », alors que la version en service vient de « Auteur »"});
  CHECK(practice.accept(blocked, "martin").signed_by() == "Autre auteur");
  CHECK(practice.in_use() == "1.1.0");
}

TEST_CASE("another package under the number of the version in use is refused") {
  UpgradePractice practice;
  const Author other;
  practice.trust(other, "Autre auteur");
  CHECK(refusal([&] { practice.install(other.sign("1.0.0", practice.path())); }) == "plugin.version-installed");
  CHECK(practice.in_use() == "1.0.0");
  // The very same one is.
  CHECK(practice.install(practice.author.sign("1.0.0", practice.path())).state() == v1::PLUGIN_STATE_RUNNING);
}

TEST_CASE("a version older than the one in use is installed only when that is meant") {
  UpgradePractice practice;
  const auto file = practice.author.sign("0.9.0", practice.path());
  CHECK(refusal([&] { practice.install(file); }) == "plugin.downgrade");
  CHECK(practice.in_use() == "1.0.0");
  CHECK_FALSE(fs::exists(practice.kept("0.9.0")));
  CHECK(practice.install(file, true).state() == v1::PLUGIN_STATE_RUNNING);
  CHECK(practice.in_use() == "0.9.0");
  CHECK(practice.install(practice.author.sign("1.0.0", practice.path())).state() == v1::PLUGIN_STATE_RUNNING);
}

TEST_CASE("an uninstalled plugin is stopped and forgotten with its files") {
  UpgradePractice practice;
  practice.install(practice.author.sign("2.0.0", practice.path()));
  v1::UninstallPluginRequest request;
  request.set_plugin_id("essai");
  const auto uninstall = [&] {
    const auto gone = practice.call<v1::UninstallPluginResponse>("admin", &PackagePractice::Stub::UninstallPlugin, request);
    return std::vector<std::string>{gone.versions().begin(), gone.versions().end()};
  };
  request.set_version("2.0.0");
  CHECK(uninstall() == std::vector<std::string>{"2.0.0"});
  CHECK_FALSE(fs::exists(practice.kept("2.0.0")));
  CHECK(practice.in_use() == "1.0.0");
  CHECK(refusal([&] { uninstall(); }) == "relais.not-found");
  request.clear_version();
  CHECK(uninstall() == std::vector<std::string>{"1.0.0"});
  CHECK(practice.list().empty());
  CHECK_FALSE(fs::exists(practice.data() / "plugins" / "essai"));
  CHECK(refusal([&] { uninstall(); }) == "relais.not-found");
  CHECK(practice.events().front().kind() == "stopped");
  practice.stop();
  practice.start();
  CHECK(practice.list().empty());
}

TEST_CASE("uninstalling a plugin is no way around the doctor") {
  UpgradePractice practice;
  v1::UninstallPluginRequest request;
  request.set_plugin_id("essai");
  practice.call<v1::UninstallPluginResponse>("admin", &PackagePractice::Stub::UninstallPlugin, request);
  const auto blocked = practice.install(practice.author.sign("2.0.0", practice.path()));
  CHECK(blocked.state() == v1::PLUGIN_STATE_BLOCKED);
  CHECK(blocked.asks_more_size() == 2);
  CHECK(practice.in_use().empty());
  CHECK(refusal([&] { practice.enable(); }) == "plugin.blocked");
  CHECK(practice.accept(blocked, "martin").state() == v1::PLUGIN_STATE_RUNNING);
  // What it could do before is no more than it could do.
  practice.call<v1::UninstallPluginResponse>("admin", &PackagePractice::Stub::UninstallPlugin, request);
  CHECK(practice.install(practice.author.sign("2.0.0", practice.path())).state() == v1::PLUGIN_STATE_RUNNING);
}

TEST_CASE("what a plugin's worker told is shown as codes with its version") {
  UpgradePractice practice;
  practice.install(practice.author.sign("1.1.0", practice.path()));
  std::vector<std::string> told;
  for (const auto& event : practice.events()) {
    CHECK(event.plugin_id() == "essai");
    CHECK(event.code().empty());
    CHECK(event.at_ms() > 0);
    told.push_back(event.plugin_version() + " " + event.kind());
  }
  // Latest first: the next one runs before the one before ends.
  CHECK(told == std::vector<std::string>{"1.0.0 stopped", "1.1.0 started", "1.0.0 started"});
}
