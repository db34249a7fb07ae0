// SPDX-License-Identifier: Apache-2.0
#include "app/record_address.h"

#include "app/loopback_address.h"

namespace relais::app {

Result<void> check_record_address(const RecordAddress& address) {
  constexpr auto key = "record_reader";
  if (address.address.starts_with("unix:")) {
    if (!address.address.starts_with("unix:/")) return fail(Code::config_invalid, "not an absolute path", key);
    if (!address.ca.empty()) return fail(Code::config_invalid, "a socket of this machine needs no TLS", "record_reader_ca");
    return {};
  }
  if (address.certificate.empty() != address.key.empty())
    return fail(Code::config_invalid, "a certificate and its key go together", "record_reader_certificate");
  if (address.ca.empty()) {
    if (!address.certificate.empty()) return fail(Code::config_invalid, "TLS without its authority", "record_reader_ca");
    const auto loopback = loopback_address(address.address, key);
    if (!loopback) return tl::unexpected(loopback.error());
    if (loopback->port == 0) return fail(Code::config_invalid, "not a port", key);
    return {};
  }
  const auto colon = address.address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.address.size() ||
      address.address.find('/') != std::string::npos)
    return fail(Code::config_invalid, "not HOST:PORT", key);
  return {};
}

}  // namespace relais::app
