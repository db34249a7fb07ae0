// SPDX-License-Identifier: Apache-2.0
// Where the practice's software serves the patient record: a Unix socket, this machine, or anywhere under TLS.
#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"

namespace relais::app {

struct RecordAddress {
  std::string address;  // "unix:/PATH" or "HOST:PORT"; empty: Relais keeps the record itself
  std::filesystem::path ca;           // PEM: TLS, under certificates that this authority signed
  std::filesystem::path certificate;  // PEM, with `key`: shown to the software, which then knows who reads
  std::filesystem::path key;
};

// config.invalid, with the key of practice.yaml as its place, for an address outside this machine without TLS (a name
// could resolve to anything), a malformed one, or half of a certificate. Opens nothing.
Result<void> check_record_address(const RecordAddress& address);

}  // namespace relais::app
