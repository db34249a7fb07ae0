// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "app/cli/session.h"
#include "relais/v1/ingest.pb.h"

namespace relais::cli {

// Sends one file in chunks and waits for the receipt, which comes once the raw message is durable. Throws CallFailed.
v1::SubmitResponse submit_file(const Session& session, const std::filesystem::path& file, const std::string& source);

}  // namespace relais::cli
