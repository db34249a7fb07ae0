// SPDX-License-Identifier: Apache-2.0
// IngestService (ingest.proto): what comes in, what waits for a human, and what a human settles.
#pragma once

#include <cstddef>
#include <functional>

#include "api/registry.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "practice/worklist_store.h"
#include "records/ingest.h"

namespace relais::api {

inline constexpr std::size_t largest_message = std::size_t{64} << 20U;
inline constexpr std::size_t largest_chunk = std::size_t{1} << 20U;

// All must outlive the server. `arrived` is called, on any thread, once a message or a decision on one is durable:
// there is something to read or to evaluate. It must not block. `elsewhere`: the practice's software keeps the record, and
// receives for it; Submit, Attach and Detach answer record-reader.not-here.
void register_ingest_service(Registry& registry, practice::Database& database, practice::Ledger& ledger,
                             practice::WorklistStore& worklist, records::Ingest& ingest, std::function<void()> arrived,
                             bool elsewhere = false);

}  // namespace relais::api
