// SPDX-License-Identifier: Apache-2.0
// A morning of recalls: families with their booklets, an agenda of three weeks, what vaccine-recall found, and the calls
// of the assistant, from a finding to an appointment or to the doctor.
#pragma once

#include <string>
#include <vector>

#include "practice.h"
#include "relais/v1/scheduling.pb.h"
#include "relais/v1/worklist.pb.h"

namespace demo {

struct Morning {
  std::vector<relais::v1::WorklistItem> recalls;   // on the assistant's list when she begins
  std::vector<relais::v1::Booking> agenda;         // of the first doctor over three weeks, at the end
  std::vector<relais::v1::WorklistItem> to_doctor;  // what the calls gave back to the doctor
  std::string message;                             // draft prepared for the family that accepted
  std::vector<Refused> refused;
  std::string ledger;  // "ok", or what is wrong with it
};

// Enters families and booklets, opens the agenda, switches the recalls on, and plays the calls. `today` is a day on which
// the assistant works; the host's clock stands on its morning.
Morning play_morning(const relais::cli::Connection& host, const Scenario& scenario, const std::string& today,
                     const std::string& plugin);

// Whether an item is about one of the families entered for the morning.
bool of_a_family(const relais::v1::WorklistItem& item);

// Every difference from the known answers, in French; empty when all is as it must be.
std::vector<std::string> differences(const Morning& morning);

}  // namespace demo
