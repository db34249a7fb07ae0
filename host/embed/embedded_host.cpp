// SPDX-License-Identifier: Apache-2.0
#include <grpcpp/grpcpp.h>

#include <boost/dll/runtime_symbol_info.hpp>

#include "api/rpc_status.h"
#include "app/demonstration_clock.h"
#include "app/host.h"
#include "records/reader_contract.h"
#include "relais/host.h"
#include "relais/v1/identity.grpc.pb.h"

namespace relais::host {
namespace {

namespace fs = std::filesystem;

Failure failure_of(const Error& error) {
  return Failure(std::string(stable_code(error.code)), std::string(french(error.code)), error.place);
}

// Beside this library's folder: bin/relais-worker of the same installation.
fs::path installed_worker() {
  const fs::path library = boost::dll::this_line_location().string();
  for (auto folder = library.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    const auto worker = folder / "bin" / "relais-worker";
    if (fs::exists(worker)) return worker;
  }
  return {};
}

app::HostOptions options_of(const Settings& settings) {
  app::HostOptions options;
  options.data = settings.data;
  options.listen.unix_socket = settings.socket.empty() ? fs::absolute(settings.data) / "relais.sock" : settings.socket;
  options.listen.tcp = settings.tcp;
  options.listen.certificate = settings.certificate;
  options.listen.key = settings.key;
  options.worker_executable = settings.worker.empty() ? installed_worker() : settings.worker;
  // Those of the installation that the worker is of came with Relais.
  if (options.worker_executable.is_absolute())
    options.shipped_plugins = {options.worker_executable.parent_path().parent_path() / "lib" / "relais" / "plugins"};
  options.inbox = settings.inbox;
  // What a laboratory sends of one report in a burst comes within seconds.
  options.burst = std::chrono::seconds{2};
  if (settings.on_damage)
    options.on_damage = [tell = settings.on_damage](const Error& error) { tell(failure_of(error)); };
  return options;
}

// The editor's own implementation, served to the host of this process and to nobody else.
class RecordServer {
 public:
  explicit RecordServer(std::shared_ptr<grpc::Service> service) : service_(std::move(service)) {
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    if (!server_) throw failure_of(Error{Code::record_reader_failed, "the record is not served", "record"});
  }
  ~RecordServer() { server_->Shutdown(std::chrono::system_clock::time_point(SystemClock().now())); }
  RecordServer(const RecordServer&) = delete;
  RecordServer& operator=(const RecordServer&) = delete;

  std::shared_ptr<grpc::Channel> channel() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(static_cast<int>(records::largest_answer));
    return server_->InProcessChannel(arguments);
  }

 private:
  std::shared_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

// Puts an account's token on each call of a connection.
class CarryToken : public grpc::experimental::Interceptor {
 public:
  explicit CarryToken(const std::string& token) : token_(token) {}
  void Intercept(grpc::experimental::InterceptorBatchMethods* call) override {
    if (call->QueryInterceptionHookPoint(grpc::experimental::InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      call->GetSendInitialMetadata()->emplace("authorization", "Bearer " + token_);
    }
    call->Proceed();
  }

 private:
  const std::string& token_;  // the connection's own, which outlives its calls
};

class CarryTokenOnEachCall : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit CarryTokenOnEachCall(std::string token) : token_(std::move(token)) {}
  grpc::experimental::Interceptor* CreateClientInterceptor(grpc::experimental::ClientRpcInfo* /*call*/) override {
    return new CarryToken(token_);  // owned by the call
  }

 private:
  const std::string token_;
};

}  // namespace

struct EmbeddedHost::Impl {
  std::string address() const { return "unix:" + socket; }

  std::unique_ptr<Clock> clock;  // outlives the host
  std::unique_ptr<RecordServer> record;  // outlives the host
  std::unique_ptr<app::Host> host;
  std::string socket;
  std::shared_ptr<grpc::Channel> channel;
};

void create_practice(const fs::path& data, const std::string& name, const std::string& administrator,
                     const std::string& password) {
  app::PracticeConfig config;
  config.name = name;
  config.database = "sqlite:practice.sqlite";
  const auto made = app::init_practice(data, config, administrator, password, SystemClock());
  if (!made) throw failure_of(made.error());
}

EmbeddedHost::EmbeddedHost(Settings settings) : impl_(std::make_unique<Impl>()) {
  auto clock = app::practice_clock(settings.data, settings.demonstration_clock);
  if (!clock) throw failure_of(clock.error());
  impl_->clock = std::move(*clock);
  auto options = options_of(settings);
  impl_->socket = fs::absolute(options.listen.unix_socket).string();
  if (settings.record) {
    impl_->record = std::make_unique<RecordServer>(settings.record);
    options.record = impl_->record->channel();
  }
  auto host = app::Host::start(std::move(options), *impl_->clock);
  if (!host) throw failure_of(host.error());
  impl_->host = std::move(*host);
  impl_->channel = grpc::CreateChannel(impl_->address(), grpc::InsecureChannelCredentials());
}

EmbeddedHost::~EmbeddedHost() { stop(); }

std::shared_ptr<grpc::Channel> EmbeddedHost::channel() const { return impl_->channel; }

std::shared_ptr<grpc::Channel> EmbeddedHost::sign_in(const std::string& login, const std::string& password) const {
  v1::SignInRequest request;
  request.set_login(login);
  request.set_password(password);
  v1::SignInResponse session;
  grpc::ClientContext call;
  const auto status = v1::IdentityService::NewStub(impl_->channel)->SignIn(&call, request, &session);
  if (!status.ok()) {
    const auto detail = api::error_detail(status);
    if (detail.code().empty()) throw failure_of(Error{Code::api_stopping, status.error_message(), {}});  // nobody answered
    throw Failure(detail.code(), status.error_message(), detail.place());
  }
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> carried;
  carried.push_back(std::make_unique<CarryTokenOnEachCall>(session.token()));
  return grpc::experimental::CreateCustomChannelWithInterceptors(impl_->address(), grpc::InsecureChannelCredentials(), {},
                                                                 std::move(carried));
}

int EmbeddedHost::port() const { return impl_->host->port(); }

void EmbeddedHost::stop() { impl_->host->stop(); }

}  // namespace relais::host
