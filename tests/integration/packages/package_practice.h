// SPDX-License-Identifier: Apache-2.0
// A practice whose administrator installs packages, with its running host; and authors who sign them.
#pragma once

#include <sodium.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "app/cli/session.h"
#include "app/demonstration_clock.h"
#include "app/host.h"
#include "plugins/packages/package_archive.h"
#include "plugins/packages/package_rotation.h"
#include "plugins/packages/package_signature.h"
#include "practice/ledger.h"
#include "relais/v1/identity.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"
#include "support/scratch.h"

namespace relais::test {

namespace fs = std::filesystem;

struct Author {
  fiche::PublicKey open{};
  fiche::SecretKey secret{};
  Author() { crypto_sign_keypair(open.data(), secret.data()); }
  std::string id() const { return plugins::key_id(open); }

  // Writes the built version as a .relais file signed by this author.
  fs::path sign(const std::string& version, const fs::path& folder) const {
    const auto source = fs::path(ESSAI_VERSIONS) / version;
    const auto files = plugins::files_of_folder(source);
    REQUIRE(files);
    const auto signature = plugins::sign_package({"essai", version, *files}, secret);
    REQUIRE(signature);
    auto file = folder / ("essai-" + version + "-" + id() + ".relais");
    REQUIRE(plugins::write_archive(file, source, *files, *signature));
    return file;
  }
};

inline void flip_byte(const fs::path& file, std::size_t at) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(static_cast<std::streamoff>(at));
  const auto byte = static_cast<char>(bytes.get() ^ 0x01);
  bytes.seekp(static_cast<std::streamoff>(at));
  bytes.put(byte);
  REQUIRE(bytes.good());
}

class PackagePractice {
 public:
  using Stub = v1::PluginService::Stub;

  explicit PackagePractice(bool demonstration = false, fs::path shipped = {})
      : shipped_(std::move(shipped)), clock_(Instant{std::chrono::milliseconds{1795448700000}}) {
    ::setenv("RELAIS_PASSWORD", password, 1);
    app::PracticeConfig config;
    config.name = "Cabinet d'essai";
    config.database = "sqlite:practice.sqlite";
    config.demonstration = demonstration;
    REQUIRE(app::init_practice(data(), config, "admin", password, clock_));
    start();
  }

  void start() {
    app::HostOptions options;
    options.data = data();
    options.listen.unix_socket = path() / "relais.sock";
    options.worker_executable = RELAIS_WORKER;
    if (!shipped_.empty()) options.shipped_plugins = {shipped_};
    auto started = app::Host::start(std::move(options), clock_);
    if (!started) FAIL(std::string(stable_code(started.error().code)) + " " + started.error().detail);
    host_ = std::move(*started);
  }
  void stop() {
    sessions_.clear();
    host_.reset();
  }

  void open_account(const std::string& id, v1::Role role) {
    v1::CreateAccountRequest request;
    request.set_id(id);
    request.set_login(id);
    request.set_display_name(id);
    request.set_role(role);
    request.set_password(password);
    v1::CreateAccountResponse response;
    const auto& admin = session("admin");
    cli::Session::check(
        v1::IdentityService::NewStub(admin.channel())->CreateAccount(admin.context().get(), request, &response));
  }

  // Throws CallFailed.
  template <class Response, class Request>
  Response call(const std::string& who, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request) {
    Response response;
    const auto& as = session(who);
    const auto stub = v1::PluginService::NewStub(as.channel());
    cli::Session::check((stub.get()->*method)(as.context().get(), request, &response));
    return response;
  }

  v1::Plugin install(const fs::path& source, bool allow_downgrade = false) {
    v1::InstallPluginRequest request;
    fs::is_directory(source) ? request.set_directory(source.string()) : request.set_package(source.string());
    request.set_allow_downgrade(allow_downgrade);
    return call<v1::InstallPluginResponse>("admin", &Stub::InstallPlugin, request).plugin();
  }
  v1::Plugin accept(const v1::Plugin& blocked, const std::string& who) {
    v1::AcceptPluginRightsRequest request;
    request.set_plugin_id(blocked.id());
    request.set_version(blocked.version());
    request.set_rights_sha256(blocked.rights_sha256());
    return call<v1::AcceptPluginRightsResponse>(who, &Stub::AcceptPluginRights, request).plugin();
  }
  v1::Plugin enable() {
    v1::EnablePluginRequest request;
    request.set_plugin_id("essai");
    return call<v1::EnablePluginResponse>("admin", &Stub::EnablePlugin, request).plugin();
  }
  v1::TrustedKey trust(const Author& author, const std::string& label) {
    v1::TrustKeyRequest request;
    request.set_public_key(plugins::to_base64(author.open));
    request.set_label(label);
    return call<v1::TrustKeyResponse>("admin", &Stub::TrustKey, request).key();
  }
  v1::TrustedKey replace(const std::string& statement) {
    v1::ReplaceKeyRequest request;
    request.set_statement(statement);
    return call<v1::ReplaceKeyResponse>("admin", &Stub::ReplaceKey, request).key();
  }
  v1::RevokeKeysResponse revoke(const std::string& key) {
    v1::RevokeKeysRequest request;
    request.add_key_ids(key);
    request.set_reason("clé volée");
    return call<v1::RevokeKeysResponse>("admin", &Stub::RevokeKeys, request);
  }
  std::vector<v1::Plugin> list() {
    const auto answer = call<v1::ListPluginsResponse>("admin", &Stub::ListPlugins, v1::ListPluginsRequest{});
    return {answer.plugins().begin(), answer.plugins().end()};
  }
  std::vector<v1::TrustedKey> keys() {
    const auto answer = call<v1::ListTrustedKeysResponse>("admin", &Stub::ListTrustedKeys, v1::ListTrustedKeysRequest{});
    return {answer.keys().begin(), answer.keys().end()};
  }
  std::vector<v1::PluginEvent> events() {
    const auto answer = call<v1::ListPluginEventsResponse>("admin", &Stub::ListPluginEvents, v1::ListPluginEventsRequest{});
    return {answer.events().begin(), answer.events().end()};
  }

  // Everything of one action that the ledger holds, oldest first. The host is stopped.
  std::vector<practice::ReadEntry> ledger(const std::string& action) {
    stop();
    const SystemClock clock;
    const auto database = practice::Database::open("sqlite:" + (data() / "practice.sqlite").string(), clock);
    REQUIRE(database);
    const auto opened = practice::Ledger::open(**database, data());
    REQUIRE(opened);
    practice::LedgerFilter page;
    page.action = action;
    page.limit = 1000;
    std::vector<practice::ReadEntry> all;
    while (true) {
      const auto entries = (*opened)->query(page);
      REQUIRE(entries);
      if (entries->empty()) return all;
      all.insert(all.end(), entries->begin(), entries->end());
      page.after_seq = all.back().seq;
    }
  }

  const cli::Session& session(const std::string& who) {
    auto& kept = sessions_[who];
    if (!kept) kept = std::make_unique<cli::Session>(connection(who));
    return *kept;
  }
  cli::Connection connection(const std::string& account = {}) const {
    return {"unix:" + (path() / "relais.sock").string(), account, ""};
  }
  fs::path data() const { return path() / "data"; }
  // Where the files of a signed version lie.
  fs::path kept(const std::string& version) const { return data() / "plugins" / "essai" / version; }
  fs::path path() const { return scratch_.path(); }

 private:
  static constexpr auto password = "soiree-de-biologie";
  Scratch scratch_;
  const fs::path shipped_;
  app::DemonstrationClock clock_;
  std::unique_ptr<app::Host> host_;
  std::map<std::string, std::unique_ptr<cli::Session>> sessions_;
};

// The stable code of a call that must fail; "done".
template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const cli::CallFailed& failed) {
    return failed.code;
  }
  return "done";
}

}  // namespace relais::test
