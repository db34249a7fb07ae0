// SPDX-License-Identifier: Apache-2.0
// AuditService (audit.proto): who did what, for whom, under which fiche, and whether the ledger still says so.
#pragma once

#include "api/registry.h"
#include "practice/database.h"
#include "practice/ledger.h"

namespace relais::api {

// Both must outlive the server.
void register_audit_service(Registry& registry, practice::Database& database, practice::Ledger& ledger);

}  // namespace relais::api
