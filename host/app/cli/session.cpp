// SPDX-License-Identifier: Apache-2.0
#include "app/cli/session.h"

#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "api/rpc_status.h"
#include "relais/v1/identity.grpc.pb.h"

namespace relais::cli {
namespace {

constexpr std::chrono::seconds connect_deadline{20};

std::shared_ptr<grpc::ChannelCredentials> credentials(const Connection& connection) {
  if (connection.ca_file.empty()) return grpc::InsecureChannelCredentials();
  std::ifstream in(connection.ca_file);
  grpc::SslCredentialsOptions options;
  options.pem_root_certs.assign(std::istreambuf_iterator<char>(in), {});
  if (options.pem_root_certs.empty())
    throw CallFailed{"Le certificat d'autorité est illisible : " + connection.ca_file + ".", "cli.ca-file", {}, {}};
  return grpc::SslCredentials(options);
}

// Puts the terminal back as it was, whatever happens while the secret is typed.
class SilentTerminal {
 public:
  SilentTerminal() : terminal_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!terminal_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (terminal_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
  bool terminal_;
};

}  // namespace

std::string read_secret(const char* variable, const std::string& prompt) {
  if (const char* given = std::getenv(variable)) return given;
  std::cerr << prompt << std::flush;
  std::string secret;
  {
    const SilentTerminal silent;
    std::getline(std::cin, secret);
  }
  std::cerr << '\n';
  return secret;
}

Session::Session(const Connection& connection) {
  if (connection.address.empty())
    throw CallFailed{
        "Indiquez l'adresse de l'hôte : --address ou la variable RELAIS_ADDRESS.", "cli.no-address", {}, {}};
  if (connection.account.empty())
    throw CallFailed{"Indiquez votre compte : --account ou la variable RELAIS_ACCOUNT.", "cli.no-account", {}, {}};
  channel_ = grpc::CreateChannel(connection.address, credentials(connection));
  if (!channel_->WaitForConnected(std::chrono::system_clock::now() + connect_deadline))
    throw CallFailed{"L'hôte Relais ne répond pas à l'adresse " + connection.address + ".", "cli.unreachable", {}, {}};

  v1::SignInRequest request;
  request.set_login(connection.account);
  request.set_password(read_secret("RELAIS_PASSWORD", "Mot de passe de " + connection.account + " : "));
  v1::SignInResponse response;
  grpc::ClientContext context;
  check(v1::IdentityService::NewStub(channel_)->SignIn(&context, request, &response));
  token_ = response.token();
}

Session::~Session() {
  if (token_.empty()) return;
  v1::SignOutResponse response;
  // Best effort: a token that cannot be ended here dies by itself within minutes.
  const auto ended = v1::IdentityService::NewStub(channel_)->SignOut(context().get(), {}, &response);
  static_cast<void>(ended);
}

std::unique_ptr<grpc::ClientContext> Session::context() const {
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata("authorization", "Bearer " + token_);
  return context;
}

void Session::check(const grpc::Status& status) {
  if (status.ok()) return;
  const auto detail = api::error_detail(status);
  if (!detail.code().empty())
    throw CallFailed{detail.sentence(), detail.code(), detail.unblocked_by(), detail.call_id(), detail.rule()};
  throw CallFailed{"L'hôte n'a pas répondu comme prévu : " + status.error_message(), "cli.call-failed", {}, {}};
}

}  // namespace relais::cli
