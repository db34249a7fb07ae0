// SPDX-License-Identifier: Apache-2.0
// What comes after the evening: a file without identity, a cancellation, a critical result while the assistant is away,
// a preview, a revocation while reports come in, and a new version that delegates again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "practice.h"
#include "relais/v1/delegation.pb.h"
#include "relais/v1/worklist.pb.h"
#include "scenario.h"

namespace demo {

struct Night {
  std::optional<relais::v1::WorklistItem> attached;   // the HPRIM report once a doctor said whose it is
  std::size_t attached_items = 0;                     // what stands on the list for it: one
  std::optional<relais::v1::WorklistItem> cancelled;  // what the cancellation put on the list
  std::optional<relais::v1::WorklistItem> critical;   // as it came on the doctor's watch stream
  relais::v1::PreviewFicheResponse preview;           // of the second doctor, who does not delegate yet
  std::vector<Refused> refused;
  std::size_t revoked_sent = 0, revoked_found = 0;    // reports around the revocation, and those on the doctor's list
  std::size_t left_to_assistant = 0;                  // items that the assistant still sees then
  std::size_t sorted_again = 0;                       // and once a new version gives her the task back
  std::string ledger;                                 // "ok" or the reason
};

// `sent`: messages submitted before. Reports are written into `folder`.
Night play_night(const relais::cli::Connection& host, const Scenario& scenario, const std::string& today,
                 const std::string& folder, std::size_t sent);

// Every difference from the known answers, in French; empty when all is as it must be.
std::vector<std::string> differences(const Scenario& scenario, const Night& night);

}  // namespace demo
