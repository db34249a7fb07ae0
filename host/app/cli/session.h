// SPDX-License-Identifier: Apache-2.0
// One signed-in connection of the command-line tool to a running host.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace relais::cli {

// Options that every command on a running host shares.
struct Connection {
  std::string address;  // "unix:PATH" or "127.0.0.1:PORT"; environment RELAIS_ADDRESS
  std::string account;  // login; environment RELAIS_ACCOUNT
  std::string ca_file;  // PEM of the authority that signed the host's certificate; empty: no TLS
};

// A failed call, ready to be said: the French sentence, then the stable code.
struct CallFailed {
  std::string sentence;
  std::string code;
  std::string unblocked_by;
  std::string call_id;
  std::string rule = {};  // R01 to R25, E1 to E11, when a fiche de poste refused
};

class Session {
 public:
  // Connects and signs in. The password comes from RELAIS_PASSWORD, else is asked on the terminal without echo.
  // Throws CallFailed when the host cannot be reached or refuses.
  explicit Session(const Connection& connection);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  std::shared_ptr<grpc::Channel> channel() const { return channel_; }

  // A context that carries the token; one for each call.
  std::unique_ptr<grpc::ClientContext> context() const;

  // Throws CallFailed unless `status` is OK.
  static void check(const grpc::Status& status);

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
};

// Reads a secret from the environment variable `variable`, else from the terminal with `prompt`.
std::string read_secret(const char* variable, const std::string& prompt);

}  // namespace relais::cli
