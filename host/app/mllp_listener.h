// SPDX-License-Identifier: Apache-2.0
// The door of laboratories' gateways: MLLP over TCP, on the loopback of this machine only. One thread of its own carries
// every connection; what is done with a message happens elsewhere and answers when it is durable.
// Not supported: TLS (a gateway on another machine needs a tunnel that ends here), MLLP release 2.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/mllp_framer.h"
#include "domain/error.h"

namespace relais::app {

struct MllpSettings {
  std::string address;  // "127.0.0.1:2575", "[::1]:2575"; port 0: a free one
  std::size_t largest_message = MllpFramer::largest;  // bytes
  std::size_t connections = 16;                       // more are closed at once
  std::chrono::milliseconds idle{std::chrono::minutes{10}};       // silence between two messages
  std::chrono::milliseconds frame_pause{std::chrono::seconds{60}};  // silence inside a message
};

// config.invalid (place "mllp") unless the address is a numeric loopback one, or "localhost", with a port.
Result<void> check_mllp(const std::string& address);

class MllpListener {
 public:
  // Called from any thread, once for each message, with what goes into the answer's frame. Empty: nothing is answered.
  // Nothing at all: the message was not kept, so the connection ends and the sender sends it again.
  using Answer = std::function<void(std::optional<std::string> answer)>;
  // Takes one message without blocking. The next one of the same connection is taken after the answer.
  using Receive = std::function<void(std::string message, Answer answer)>;

  // Listens and works at once. Errors: config.invalid; api.address when the port is taken.
  static Result<std::unique_ptr<MllpListener>> start(MllpSettings settings, Receive receive);
  // As stop().
  ~MllpListener();
  MllpListener(const MllpListener&) = delete;
  MllpListener& operator=(const MllpListener&) = delete;

  int port() const;

  // Takes no new message, closes what is idle or mid-frame, waits for the answers of the messages that were taken and
  // sends them. Blocks; returns at once the second time. Whatever `receive` uses must live until then.
  void stop();

 private:
  class Impl;
  explicit MllpListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace relais::app
