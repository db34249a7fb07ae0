// SPDX-License-Identifier: Apache-2.0
#include "app/loopback_address.h"

#include <boost/asio/ip/address.hpp>

#include <charconv>

namespace relais::app {

Result<LoopbackAddress> loopback_address(const std::string& address, const std::string& place) {
  const auto bad = [&](const char* why) { return fail(Code::config_invalid, std::string(why) + ": " + address, place); };
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return bad("not ADDRESS:PORT");
  auto host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return bad("an IPv6 address stands in brackets");
  }
  if (host == "localhost") host = "127.0.0.1";
  unsigned port = 0;
  const char* const last = address.data() + address.size();
  const auto [end, failed] = std::from_chars(address.data() + colon + 1, last, port);
  if (failed != std::errc{} || end != last || port > 65535) return bad("not a port");
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(host, error);
  // A name could resolve to anything, and there is no encryption here.
  if (error || !ip.is_loopback()) return bad("not loopback");
  return LoopbackAddress{ip.to_string(), ip.is_v6(), static_cast<std::uint16_t>(port)};
}

}  // namespace relais::app
