// SPDX-License-Identifier: Apache-2.0
// "ADDRESS:PORT" of a door without encryption: on this machine only.
#pragma once

#include <cstdint>
#include <string>

#include "domain/error.h"

namespace relais::app {

struct LoopbackAddress {
  std::string host;  // numeric
  bool v6 = false;
  std::uint16_t port = 0;  // 0: a free one
};

// config.invalid with `place` unless the address is a numeric loopback one, or "localhost", with a port; IPv6 in brackets.
Result<LoopbackAddress> loopback_address(const std::string& address, const std::string& place);

}  // namespace relais::app
