// SPDX-License-Identifier: Apache-2.0
// A patient's record opened by a doctor or an assistant, as the event "patient.opened": the first time of each day of the
// practice, while a plugin that asks for it is switched on. The next night looks at every patient anyway; this is for what
// must be right while the patient is there.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "app/dispatch_parts.h"
#include "domain/civil_time.h"
#include "practice/database.h"
#include "records/record_source.h"

namespace relais::app {

struct RecordOpeningParts {
  practice::Database& database;
  records::RecordSource& record;
  const Clock& clock;
  std::string time_zone;
  std::function<EnabledPackages()> packages;
  // There is something to evaluate.
  std::function<void()> events_wait;
};

class RecordOpenings {
 public:
  // Everything in `parts` must outlive it.
  explicit RecordOpenings(RecordOpeningParts parts) : parts_(std::move(parts)) {}

  // Durable when it returns; what could not be written is logged by its code, told again by the next opening, and never
  // keeps a reader from the record. Thread-safe.
  void opened(const std::string& patient_id);

 private:
  bool is_asked_for() const;
  Result<void> tell(const std::string& patient_id, fiche::CivilDate day);

  RecordOpeningParts parts_;
  std::mutex mutex_;
  // Told on that day already: spares a write at each reading. The queue itself keeps an opening from being told twice.
  fiche::CivilDate day_{};
  std::set<std::string> told_;
};

}  // namespace relais::app
