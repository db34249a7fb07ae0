// SPDX-License-Identifier: Apache-2.0
// One evening, played: reports sent, the list worked, everything compared with the known answers.
#pragma once

#include <string>
#include <vector>

#include "app/cli/session.h"
#include "practice.h"
#include "relais/v1/ingest.pb.h"
#include "relais/v1/worklist.pb.h"

namespace demo {

// What the practice holds once every report has been read and sorted.
struct Evening {
  std::vector<relais::v1::WorklistItem> doctor_items;     // of both doctors, in the order of their lists
  std::vector<relais::v1::WorklistItem> assistant_items;  // in the order of the assistant's list
  std::vector<relais::v1::NotEvaluated> not_evaluated;
  std::vector<relais::v1::QueueEntry> queue;
  std::vector<Refused> refused;
  std::string ledger;  // "ok" or the reason
  int signed_normals = 0;
};

// Writes the reports of the scenario into `folder` and sends them; then every readable example of `corpus`, when given.
// Returns the number of messages sent.
std::size_t send_reports(const relais::cli::Connection& host, const Scenario& scenario, const std::string& today,
                         const std::string& folder, const std::string& corpus);

// Waits until nothing is pending, then plays the evening: the assistant prepares one item and is refused what the fiche
// refuses, the first doctor signs the normal ones. Throws CallFailed when the host stops answering or never settles.
Evening play(const relais::cli::Connection& host, const Scenario& scenario, std::size_t sent);

// Every difference between what was shown and the known answers, in French; empty when all is as it must be.
std::vector<std::string> differences(const Scenario& scenario, const Evening& evening);

}  // namespace demo
