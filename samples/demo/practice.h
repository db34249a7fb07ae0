// SPDX-License-Identifier: Apache-2.0
// Sets the practice up through the public API, as an editor and its users would.
#pragma once

#include <string>
#include <vector>

#include "app/cli/session.h"
#include "scenario.h"

namespace demo {

// Something a fiche refused while the practice was played.
struct Refused {
  std::string who, what, code, sentence, unblocked_by;
};

// Opens the accounts (one password for all, from RELAIS_PASSWORD), names the practitioners, installs the plugin unless it
// is empty.
void open_accounts(const relais::cli::Connection& host, const Scenario& scenario, const std::string& plugin_directory);

// Patients, entered by a doctor who has seen their papers, and their earlier results, brought by the software.
void fill_record(const relais::cli::Connection& host, const Scenario& scenario);

// Stores the draft, signs it, and has the assistant accept it; both have a signing key.
void sign_fiche(const relais::cli::Connection& host, const std::string& doctor, const std::string& assistant,
                const std::string& yaml);

// Each doctor signs a fiche and the assistant accepts it. `folder` receives the two fiches in YAML.
void sign_fiches(const relais::cli::Connection& host, const Scenario& scenario, const std::string& today,
                 const std::string& folder);

// Each doctor signs a fiche, the assistant accepts them and switches bio-triage on for each doctor. What is refused is
// returned. `folder` receives the two fiches in YAML.
std::vector<Refused> sign_and_enable(const relais::cli::Connection& host, const Scenario& scenario,
                                     const std::string& today, const std::string& folder);

}  // namespace demo
