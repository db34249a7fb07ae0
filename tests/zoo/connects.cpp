// SPDX-License-Identifier: Apache-2.0
// Talks to something outside: the canary servers of the test listen.
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "beast.h"

ZOO_BEAST() {
  if (which == "name") {
    addrinfo* found = nullptr;
    errno = EPERM;
    return zoo::told(getaddrinfo("localhost", "80", nullptr, &found) == 0);
  }
  if (which == "pair") {
    int pair[2];
    return zoo::told(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  }
  if (which == "tcp" || which == "udp") {
    const int talk = socket(AF_INET, which == "tcp" ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (talk < 0) return zoo::told(false);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(target(which + "-port"))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(talk, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return zoo::told(false);
    return zoo::told(send(talk, "x", 1, 0) == 1);
  }
  if (which == "inherited") {
    // The only socket it has leads to the host, whatever address it names.
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(target("udp-port"))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return zoo::told(sendto(3, "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof to) == 1);
  }
  const int talk = socket(AF_UNIX, SOCK_STREAM, 0);
  if (talk < 0) return zoo::told(false);
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::strncpy(to.sun_path, target("unix-path").c_str(), sizeof to.sun_path - 1);
  return zoo::told(connect(talk, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
}
