// SPDX-License-Identifier: Apache-2.0
// The listening server: the contract through the admission chain, and gRPC's standard health and reflection, which tell
// nothing about anybody and ask for no token.
#pragma once

#include <chrono>
#include <memory>

#include "api/admission.h"
#include "api/listen_address.h"
#include "api/registry.h"

namespace relais::api {

struct ServerSettings {
  ListenSettings listen;
  std::size_t threads = 4;    // handlers at once
  std::size_t waiting = 256;  // calls that wait for a handler; more are refused with api.busy
  std::chrono::milliseconds stream_check{5000};  // how often open streams look whether their token still stands
};

class Server {
 public:
  // Starts listening. `admission` and what the handlers use must outlive the server. Refuses with
  // relais.internal, naming them, when methods of the contract have no handler; with api.insecure-address, api.address
  // or api.tls as listen_address.h says.
  static Result<std::unique_ptr<Server>> start(Registry registry, const Admission& admission, ServerSettings settings);
  // As stop() with no grace.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Port of the TCP listener, 0 without one.
  int port() const;
  // Makes every open stream look again at its source and at its token. Any thread.
  void wake_streams();
  // Refuses new calls, lets running ones end for `grace`, then cancels them. Blocks. Done twice: the same.
  void stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace relais::api
