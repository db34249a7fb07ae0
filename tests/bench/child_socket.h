// SPDX-License-Identifier: Apache-2.0
// Messages over a bare socket, each after its length.
#pragma once

#include <fcntl.h>
#include <google/protobuf/message.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

namespace bench {

class ChildSocket {
 public:
  // The spawner's sockets do not wait; these do.
  explicit ChildSocket(int descriptor) : descriptor_(descriptor) { ::fcntl(descriptor, F_SETFL, 0); }
  int descriptor() const { return descriptor_; }

  bool send_bytes(const std::string& bytes) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    return write_all(reinterpret_cast<const char*>(&length), sizeof length) && write_all(bytes.data(), bytes.size());
  }

  // False when the other end is gone or sent what is no message.
  bool receive(google::protobuf::Message& message) {
    std::uint32_t length = 0;
    if (!read_all(reinterpret_cast<char*>(&length), sizeof length)) return false;
    bytes_.resize(length);
    return read_all(bytes_.data(), length) && message.ParseFromString(bytes_);
  }

 private:
  bool write_all(const char* data, std::size_t size) {
    while (size > 0) {
      const auto count = ::send(descriptor_, data, size, MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      data += count;
      size -= static_cast<std::size_t>(count);
    }
    return true;
  }
  bool read_all(char* data, std::size_t size) {
    while (size > 0) {
      const auto count = ::recv(descriptor_, data, size, MSG_WAITALL);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      data += count;
      size -= static_cast<std::size_t>(count);
    }
    return true;
  }

  int descriptor_;
  std::string bytes_;
};

}  // namespace bench
