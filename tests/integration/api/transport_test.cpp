// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>
#include <future>

#include "relais/v1/patient_record.grpc.pb.h"
#include "running_api.h"
#include "support/certificate.h"

using namespace relais;
using namespace relais::api;
using relais::test::Certificate;
namespace fs = std::filesystem;

namespace {

grpc::Status who_am_i(const std::shared_ptr<grpc::Channel>& channel, const std::string& token,
                      v1::WhoAmIResponse& response) {
  auto context = RunningApi::with(token);
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  return v1::IdentityService::NewStub(channel)->WhoAmI(context.get(), {}, &response);
}

// One unary exchange with a service that this test has no generated code for.
std::string exchange(RunningApi& api, const std::string& path, const std::string& bytes) {
  grpc::GenericStub stub(api.channel());
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::Slice request(bytes);
  const auto reader = stub.PrepareUnaryCall(&context, path, grpc::ByteBuffer(&request, 1), &queue);
  reader->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  reader->Finish(&response, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  REQUIRE(queue.Next(&tag, &ok));
  INFO(status.error_message());
  REQUIRE(status.ok());
  grpc::Slice all;
  REQUIRE(response.DumpToSingleSlice(&all).ok());
  return {reinterpret_cast<const char*>(all.begin()), all.size()};
}

}  // namespace

TEST_CASE("a person signs in over the Unix socket that only its user reaches") {
  RunningApi api;
  CHECK(fs::status(api.socket()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fs::status(api.socket().parent_path()).permissions() == fs::perms::owner_all);
  v1::WhoAmIResponse me;
  REQUIRE(who_am_i(api.channel(), api.sign_in("marchand"), me).ok());
  CHECK(me.actor().id() == "marchand");
  CHECK(me.actor().role() == v1::ROLE_DOCTOR);
  CHECK(me.can_sign());
}

TEST_CASE("the socket goes with its host and another host never takes a living one") {
  RunningApi api;
  {
    ServerSettings second;
    second.listen.unix_socket = api.socket();
    const auto refused = Server::start(api.registry(), api.admission, second);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::api_address);
  }
  const auto token = api.sign_in("marchand");
  v1::WhoAmIResponse me;
  CHECK(who_am_i(api.channel(), token, me).ok());
  api.server->stop(std::chrono::milliseconds(0));
  CHECK_FALSE(fs::exists(api.socket()));
}

TEST_CASE("loopback is served and another address without TLS is refused before anything listens") {
  RunningApi api;
  ServerSettings settings;
  settings.listen.tcp = "127.0.0.1:0";
  auto server = Server::start(api.registry(), api.admission, settings);
  REQUIRE(server);
  REQUIRE((*server)->port() > 0);
  const auto address = "127.0.0.1:" + std::to_string((*server)->port());
  v1::WhoAmIResponse me;
  CHECK(who_am_i(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()), api.sign_in("perrin"), me).ok());
  settings.listen.tcp = address;
  CHECK(Server::start(api.registry(), api.admission, settings).error().code == Code::api_address);
  settings.listen.tcp = "0.0.0.0:0";
  CHECK(stable_code(Server::start(api.registry(), api.admission, settings).error().code) ==
        "api.insecure-address");
}

TEST_CASE("TLS is served to who trusts the certificate and to nobody else") {
  RunningApi api;
  const Certificate certificate(api.scratch.path());
  ServerSettings settings;
  settings.listen.tcp = "127.0.0.1:0";
  settings.listen.certificate = certificate.chain;
  settings.listen.key = certificate.key;
  auto server = Server::start(api.registry(), api.admission, settings);
  if (!server) FAIL(server.error().detail);
  const auto address = "127.0.0.1:" + std::to_string((*server)->port());
  const auto token = api.sign_in("perrin");
  grpc::SslCredentialsOptions trusting;
  trusting.pem_root_certs = certificate.pem();
  v1::WhoAmIResponse me;
  CHECK(who_am_i(grpc::CreateChannel(address, grpc::SslCredentials(trusting)), token, me).ok());
  CHECK(me.actor().id() == "perrin");
  const Certificate other(api.scratch.path() / "other");
  grpc::SslCredentialsOptions distrusting;
  distrusting.pem_root_certs = other.pem();
  CHECK_FALSE(who_am_i(grpc::CreateChannel(address, grpc::SslCredentials(distrusting)), token, me).ok());
  CHECK_FALSE(who_am_i(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()), token, me).ok());
}

TEST_CASE("a certificate that cannot be read keeps the host from listening") {
  RunningApi api;
  ServerSettings settings;
  settings.listen.tcp = "0.0.0.0:0";
  settings.listen.certificate = api.scratch.path() / "missing.pem";
  settings.listen.key = api.scratch.path() / "missing.key";
  CHECK(Server::start(api.registry(), api.admission, settings).error().code == Code::api_tls);
}

// The disk of a ledger that takes its time.
class SlowLedger final : public AuditSink {
 public:
  Result<void> append(const AuditEntry&) override { return {}; }
  void append_later(const AuditEntry&, std::function<void(const Result<void>&)> done) override {
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(done));
    changed_.notify_all();
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return held_.size() >= count; });
  }
  void answer(const Result<void>& written) {
    std::vector<std::function<void(const Result<void>&)>> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (const auto& done : held) done(written);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::function<void(const Result<void>&)>> held_;
};

TEST_CASE("readings that wait for the ledger hold no worker and none is answered before its entry is durable") {
  RunningApi api;
  SlowLedger ledger;
  const Admission admission(api.authenticator, api.mandates, ledger);
  Registry registry;
  registry.unary<v1::SearchPatientsRequest, v1::SearchPatientsResponse>(
      "PatientRecordService.SearchPatients",
      [](Call&, const v1::SearchPatientsRequest&) { return v1::SearchPatientsResponse(); });
  for (const auto& name : registry.missing()) registry.not_served(name);
  ServerSettings settings;
  settings.listen.tcp = "127.0.0.1:0";
  settings.threads = 1;
  auto server = Server::start(registry, admission, settings);
  REQUIRE(server);
  const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string((*server)->port()),
                                           grpc::InsecureChannelCredentials());
  const auto token = api.sign_in("marchand");
  for (const bool durable : {true, false}) {
    std::vector<std::future<grpc::Status>> readings;
    for (int i = 0; i < 3; ++i) {
      readings.push_back(std::async(std::launch::async, [&] {
        auto context = RunningApi::with(token);
        context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
        v1::SearchPatientsRequest request;
        request.set_name("PAT");
        v1::SearchPatientsResponse response;
        return v1::PatientRecordService::NewStub(channel)->SearchPatients(context.get(), request, &response);
      }));
    }
    REQUIRE(ledger.wait_for(3));
    for (auto& reading : readings) CHECK(reading.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
    ledger.answer(durable ? Result<void>() : Result<void>(tl::unexpect, Error{Code::io, "disk full"}));
    for (auto& reading : readings) CHECK(reading.get().ok() == durable);
  }
}

TEST_CASE("a host with a method that has no handler does not start") {
  RunningApi api;
  Registry incomplete;
  register_scheduling_service(incomplete, api.services, api.agenda);
  ServerSettings settings;
  settings.listen.tcp = "127.0.0.1:0";
  const auto refused = Server::start(std::move(incomplete), api.admission, settings);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail.find("WorklistService.ListItems") != std::string::npos);
}

TEST_CASE("health and reflection answer without a token and tell nothing but the services") {
  RunningApi api;
  // grpc.health.v1.HealthCheckResponse {status: SERVING}
  CHECK(exchange(api, "/grpc.health.v1.Health/Check", "") == std::string("\x08\x01"));
  // ServerReflectionRequest {list_services: "*"}
  const auto services = exchange(api, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3a\x01*");
  for (const auto* service : {"relais.v1.IdentityService", "relais.v1.WorklistService", "relais.v1.DelegationService",
                              "relais.v1.IngestService", "relais.v1.PatientRecordService", "relais.v1.PluginService",
                              "relais.v1.SchedulingService", "relais.v1.AuditService", "grpc.health.v1.Health"}) {
    INFO(service);
    CHECK(services.find(service) != std::string::npos);
  }
  // ServerReflectionRequest {file_containing_symbol: "grpc.health.v1.Health"}
  const auto described = exchange(api, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                  "\x22\x15grpc.health.v1.Health");
  CHECK(described.find("HealthCheckResponse") != std::string::npos);
}

TEST_CASE("a wrong password is refused with its sentence and the account closes after five") {
  RunningApi api;
  const auto stub = v1::IdentityService::NewStub(api.channel());
  v1::SignInRequest request;
  request.set_login("marchand");
  request.set_password("not the password");
  v1::SignInResponse response;
  for (int i = 0; i < 5; ++i) {
    const auto status = stub->SignIn(RunningApi::with("").get(), request, &response);
    CHECK(status.error_code() == grpc::StatusCode::UNAUTHENTICATED);
    CHECK(detail_of(status).code() == "api.credentials");
    CHECK(status.error_message() == "Identifiant ou mot de passe inconnu.");
  }
  request.set_password(password);
  CHECK(detail_of(stub->SignIn(RunningApi::with("").get(), request, &response)).code() == "api.locked");
  api.clock.advance(std::chrono::minutes(15));
  CHECK(stub->SignIn(RunningApi::with("").get(), request, &response).ok());
}

TEST_CASE("the error is also in the trailing metadata for clients that cannot read details") {
  RunningApi api;
  const auto context = RunningApi::with("");
  v1::WhoAmIResponse me;
  const auto status = v1::IdentityService::NewStub(api.channel())->WhoAmI(context.get(), {}, &me);
  const auto& trailers = context->GetServerTrailingMetadata();
  const auto found = trailers.find("relais-error-bin");
  REQUIRE(found != trailers.end());
  v1::ErrorDetail detail;
  REQUIRE(detail.ParseFromString(std::string(found->second.data(), found->second.size())));
  CHECK(detail.code() == "api.unauthenticated");
  CHECK(detail.call_id() == detail_of(status).call_id());
}
