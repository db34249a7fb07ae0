// SPDX-License-Identifier: Apache-2.0
// Where the host may listen: a Unix socket that only its user reaches, loopback, or anywhere under TLS.
#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"

namespace relais::api {

struct ListenSettings {
  std::filesystem::path unix_socket;  // empty: none. Its folder is made with mode 0700, the socket with 0600.
  std::string tcp;                    // "HOST:PORT", port 0 for a free one; empty: none
  std::filesystem::path certificate;  // PEM chain; with `key`, TCP is TLS
  std::filesystem::path key;
  bool tls() const { return !certificate.empty(); }
};

// Checks the settings before anything is opened. api.insecure-address: TCP outside loopback without TLS (a host name
// other than "localhost" counts as outside: it may resolve to anything). api.address: malformed, or nowhere to listen.
// api.tls: one of certificate and key without the other.
Result<void> check_listen(const ListenSettings& settings);

// Makes the socket's folder, mode 0700, and refuses (api.address) a folder that others can enter, and a socket on which
// another host answers. A socket that nobody answers on is removed.
Result<void> prepare_socket(const std::filesystem::path& socket);

}  // namespace relais::api
