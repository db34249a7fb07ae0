// SPDX-License-Identifier: Apache-2.0
#include "api/listen_address.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <charconv>

namespace relais::api {
namespace {

namespace fs = std::filesystem;

struct HostPort {
  std::string host;
  unsigned port = 0;
};

Result<HostPort> split(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return fail(Code::api_address, "not HOST:PORT: " + address);
  HostPort parts{address.substr(0, colon), 0};
  if (parts.host.size() > 2 && parts.host.front() == '[' && parts.host.back() == ']') {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  } else if (parts.host.find(':') != std::string::npos) {
    return fail(Code::api_address, "an IPv6 address stands in brackets: " + address);
  }
  const char* first = address.data() + colon + 1;
  const char* last = address.data() + address.size();
  const auto [end, error] = std::from_chars(first, last, parts.port);
  if (error != std::errc{} || end != last || first == last || parts.port > 65535) {
    return fail(Code::api_address, "not a port: " + address);
  }
  return parts;
}

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return !error && address.is_loopback();
}

}  // namespace

Result<void> check_listen(const ListenSettings& settings) {
  if (settings.unix_socket.empty() && settings.tcp.empty()) return fail(Code::api_address, "nowhere to listen");
  if (settings.certificate.empty() != settings.key.empty()) {
    return fail(Code::api_tls, "a certificate and a key go together");
  }
  if (settings.tcp.empty()) return {};
  const auto parts = split(settings.tcp);
  if (!parts) return tl::unexpected<Error>(parts.error());
  if (!settings.tls() && !is_loopback(parts->host)) {
    return fail(Code::api_insecure_address, parts->host + " is not loopback and TLS is not configured");
  }
  return {};
}

Result<void> prepare_socket(const fs::path& socket) {
  // sockaddr_un holds 108 bytes with the final zero; gRPC fails without a word on longer paths.
  if (socket.string().size() > 107) return fail(Code::api_address, "socket path over 107 bytes: " + socket.string());
  const auto folder = fs::absolute(socket).parent_path();
  std::error_code error;
  const bool made = fs::create_directories(folder, error);
  if (error) return fail(Code::api_address, folder.string() + ": " + error.message());
  if (made) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return fail(Code::api_address, folder.string() + ": " + error.message());
  const auto mode = fs::status(folder, error).permissions();
  if (error || (mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none) {
    return fail(Code::api_address, "others can enter the folder of the socket: " + folder.string());
  }
  const auto kind = fs::symlink_status(socket, error).type();
  if (kind == fs::file_type::not_found) return {};
  if (kind != fs::file_type::socket) return fail(Code::api_address, "not a socket: " + socket.string());
  boost::asio::io_context io;
  boost::asio::local::stream_protocol::socket probe(io);
  boost::system::error_code refused;
  probe.connect(boost::asio::local::stream_protocol::endpoint(socket.string()), refused);
  if (!refused) return fail(Code::api_address, "another host answers on " + socket.string());
  fs::remove(socket, error);
  if (error) return fail(Code::api_address, socket.string() + ": " + error.message());
  return {};
}

}  // namespace relais::api
