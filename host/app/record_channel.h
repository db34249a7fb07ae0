// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>

#include "app/record_address.h"

namespace relais::app {

// A connection to the software that keeps the record. Connects when first used, and again by itself. Errors as
// check_record_address, and config.invalid for a PEM file that cannot be read.
Result<std::shared_ptr<grpc::Channel>> record_channel(const RecordAddress& address);

}  // namespace relais::app
