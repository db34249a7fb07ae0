// SPDX-License-Identifier: Apache-2.0
#include "api/server.h"

#include <grpc/health/v1/health.pb.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/method_handler.h>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

#include "api/executor.h"
#include "api/reactor.h"
#include "domain/clock.h"

namespace relais::api {
namespace {

namespace fs = std::filesystem;

// Gives reflection the name of a service whose methods all go through the generic dispatcher: gRPC 1.51 lists only
// services with a method of their own. The one here is no method name of the contract and answers UNIMPLEMENTED.
class ServiceName final : public grpc::Service {
 public:
  explicit ServiceName(const std::string& service) : path_("/" + service + "/-") {
    using Unimplemented = grpc::internal::ErrorMethodHandler<grpc::StatusCode::UNIMPLEMENTED>;
    AddMethod(new grpc::internal::RpcServiceMethod(path_.c_str(), grpc::internal::RpcMethod::NORMAL_RPC,
                                                   new Unimplemented("")));
  }

 private:
  std::string path_;
};

Result<std::string> read_pem(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file || content.str().find("-----BEGIN") == std::string::npos) {
    return fail(Code::api_tls, "not a readable PEM file: " + path.string());
  }
  return content.str();
}

Result<std::shared_ptr<grpc::ServerCredentials>> credentials(const ListenSettings& listen) {
  if (!listen.tls()) return grpc::InsecureServerCredentials();
  const auto key = read_pem(listen.key);
  if (!key) return tl::unexpected<Error>(key.error());
  const auto chain = read_pem(listen.certificate);
  if (!chain) return tl::unexpected<Error>(chain.error());
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({*key, *chain});
  return grpc::SslServerCredentials(options);
}

}  // namespace

class Server::Impl {
 public:
  Impl(Registry registry, const Admission& admission, ServerSettings settings)
      : settings_(std::move(settings)),
        registry_(std::move(registry)),
        executor_(settings_.threads, settings_.waiting),
        dispatcher_(registry_, admission, executor_) {}

  ~Impl() { stop(std::chrono::milliseconds(0)); }

  Result<void> start() {
    if (auto allowed = check_listen(settings_.listen); !allowed) return allowed;
    if (sodium_init() < 0) return fail(Code::internal, "libsodium does not start");
    auto tcp_credentials = credentials(settings_.listen);
    if (!tcp_credentials) return tl::unexpected<Error>(tcp_credentials.error());
    const auto& socket = settings_.listen.unix_socket;
    if (!socket.empty()) {
      if (auto ready = prepare_socket(socket); !ready) return ready;
    }

    static std::once_flag once;
    std::call_once(once, [] {
      grpc::EnableDefaultHealthCheckService(true);
      // Reflection describes what the program knows: naming the type is what links its descriptor in.
      static_cast<void>(grpc::health::v1::HealthCheckRequest::descriptor());
      grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    });
    grpc::ServerBuilder builder;
    // Two hosts must never share one port.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
    int unix_bound = 1;
    if (!socket.empty()) {
      builder.AddListeningPort("unix:" + fs::absolute(socket).string(), grpc::InsecureServerCredentials(), &unix_bound);
    }
    if (!settings_.listen.tcp.empty()) {
      port_ = -1;
      builder.AddListeningPort(settings_.listen.tcp, *tcp_credentials, &port_);
    }
    for (const auto* service : contract_services()) {
      names_.push_back(std::make_unique<ServiceName>(service->full_name()));
      builder.RegisterService(names_.back().get());
    }
    builder.RegisterCallbackGenericService(&dispatcher_);
    server_ = builder.BuildAndStart();
    const bool tcp_bound = settings_.listen.tcp.empty() || port_ > 0;
    if (!server_ || unix_bound == 0 || !tcp_bound) {
      const bool tls_only = settings_.listen.tls() && unix_bound != 0;
      return fail(tls_only ? Code::api_tls : Code::api_address,
                  "cannot listen on " + (unix_bound == 0 ? socket.string() : settings_.listen.tcp));
    }
    if (!socket.empty()) {
      std::error_code error;
      fs::permissions(socket, fs::perms::owner_read | fs::perms::owner_write, error);
      if (error) return fail(Code::api_address, socket.string() + ": " + error.message());
    }
    ticker_ = std::thread([this] { tick(); });
    return {};
  }

  void stop(std::chrono::milliseconds grace) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    stopped_.notify_all();
    if (ticker_.joinable()) ticker_.join();
    if (!server_) return;
    server_->Shutdown(std::chrono::system_clock::time_point(SystemClock().now() + grace));
    server_->Wait();
    server_.reset();
    std::error_code error;
    if (!settings_.listen.unix_socket.empty()) fs::remove(settings_.listen.unix_socket, error);
  }

  int port() const { return port_; }
  void wake_streams() { dispatcher_.streams().wake_all(); }

 private:
  void tick() {
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, settings_.stream_check, [this] { return stopping_; })) {
      lock.unlock();
      wake_streams();
      lock.lock();
    }
  }

  const ServerSettings settings_;
  const Registry registry_;
  Executor executor_;
  Dispatcher dispatcher_;
  std::vector<std::unique_ptr<grpc::Service>> names_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread ticker_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(Registry registry, const Admission& admission,
                                              ServerSettings settings) {
  std::string missing;
  for (const auto& name : registry.missing()) missing += " " + name;
  if (!missing.empty()) return fail(Code::internal, "methods without a handler:" + missing);
  auto impl = std::make_unique<Impl>(std::move(registry), admission, std::move(settings));
  if (auto started = impl->start(); !started) return tl::unexpected<Error>(started.error());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

int Server::port() const { return impl_->port(); }
void Server::wake_streams() { impl_->wake_streams(); }
void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace relais::api
