// SPDX-License-Identifier: Apache-2.0
// Affections de longue durée of the demonstration: rights as letters of the caisse told them, the next appointments, and
// what ald-expiry says of the six months that come.
#pragma once

#include <string>
#include <vector>

#include "practice.h"
#include "relais/v1/worklist.pb.h"

namespace demo {

// Installs the package, and the assistant switches its alert on for the first doctor.
void install_rights_plugin(const relais::cli::Connection& host, const Scenario& scenario, const std::string& package);

// Enters the rights and the appointments of some patients of the first doctor.
void fill_rights(const relais::cli::Connection& host, const Scenario& scenario, const std::string& today);

// Waits until they were looked at; the alerts on the first doctor's list, in its order.
std::vector<relais::v1::WorklistItem> rights_alerts(const relais::cli::Connection& host, const Scenario& scenario,
                                                    std::size_t sent);

// Every difference from the known answers, in French; empty when all is as it must be.
std::vector<std::string> rights_differences(const std::vector<relais::v1::WorklistItem>& alerts);

}  // namespace demo
