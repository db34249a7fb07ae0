// SPDX-License-Identifier: Apache-2.0
// PatientRecordService (patient_record.proto) over the record of the practice.
#pragma once

#include <functional>
#include <string>

#include "api/registry.h"
#include "practice/database.h"
#include "records/record_source.h"

namespace relais::api {

struct RecordSettings {
  std::string zone = "Europe/Paris";  // of the practice: the day of what a doctor sets
  std::function<void()> changed = {}; // what plugins ask for has changed; from any thread
  records::RecordSource& record = records::own_record();  // who keeps it
  // A doctor or an assistant is about to be shown a patient's record: before it is traced and the call returns, on its
  // thread. May be empty.
  std::function<void(const std::string& patient_id)> opened = {};
};

// `database` must outlive the server. While the practice's software keeps the record, what would write it answers
// record-reader.not-here; patients are searched by birth date only, and reports are those of the history.
void register_patient_record_service(Registry& registry, practice::Database& database, RecordSettings settings = {});

}  // namespace relais::api
