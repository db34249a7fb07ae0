// SPDX-License-Identifier: Apache-2.0
// What a step of the agenda leaves outside its own tables: an entry of the ledger, the appointment in the patient's
// record, and the event that makes plugins look again. Inside the step's transaction; throws soci::soci_error.
#pragma once

#include <string>

#include "practice/accounts.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "relais/v1/scheduling.pb.h"

namespace relais::scheduling {

// Identifiers only: no time, no reason.
struct Told {
  std::string action;
  std::string item_id;
  std::string patient_id;
  std::string doctor_id;
  std::string task_id;
};

Result<void> tell(practice::Ledger& ledger, practice::Transaction& tx, const Told& told,
                  const practice::Attribution& by);

// A confirmed or fulfilled appointment stands in the record, under the booking's id; any other one leaves it.
void keep_in_record(practice::Transaction& tx, const v1::Booking& booking, const std::string& doctor_id);

// practice.unknown-patient (place "patient_id").
Result<void> known_patient(practice::Transaction& tx, const std::string& patient_id);

}  // namespace relais::scheduling
