// SPDX-License-Identifier: Apache-2.0
// A laboratory's gateway: a plain socket that waits a bounded time.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "app/mllp_framer.h"

namespace relais::app {

class Gateway {
 public:
  explicit Gateway(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    REQUIRE(socket_ >= 0);
    const timeval patience{60, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~Gateway() { ::close(socket_); }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  bool connected() const { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // The next framed answer without its frame; empty when the connection ended before.
  std::string answer() {
    for (;;) {
      const auto end = received_.find("\x1C\r");
      if (end != std::string::npos) {
        const auto start = received_.find('\x0B');
        auto one = received_.substr(start + 1, end - start - 1);
        received_.erase(0, end + 2);
        return one;
      }
      if (!more()) return {};
    }
  }
  // Waits until the other side has closed; false when it has sent something or does nothing.
  bool ended() {
    if (!received_.empty()) return false;
    char byte = 0;
    const auto got = ::recv(socket_, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }
  // One message, one answer.
  std::string ask(std::string_view message) {
    send(mllp_frame(message));
    return answer();
  }

 private:
  bool more() {
    char buffer[4096];
    const auto got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  bool connected_ = false;
  std::string received_;
};

}  // namespace relais::app
