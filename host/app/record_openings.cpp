// SPDX-License-Identifier: Apache-2.0
#include "app/record_openings.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "records/record_events.h"

namespace relais::app {

bool RecordOpenings::is_asked_for() const {
  return std::ranges::any_of(parts_.packages(), [](const auto& package) {
    return std::ranges::find(package->manifest.triggers, records::patient_opened) != package->manifest.triggers.end();
  });
}

void RecordOpenings::opened(const std::string& patient_id) {
  if (!is_asked_for()) return;
  const auto day = fiche::day_of(fiche::to_local(parts_.clock.now(), parts_.time_zone));
  {
    const std::lock_guard lock(mutex_);
    if (day != day_) told_.clear();
    day_ = day;
    if (told_.contains(patient_id)) return;
  }
  // Told twice at once it is one event all the same.
  if (const auto told = tell(patient_id, day); !told) {
    spdlog::warn("record.opening-not-told code={}", stable_code(told.error().code));
    return;
  }
  parts_.events_wait();
  const std::lock_guard lock(mutex_);
  if (day == day_) told_.insert(patient_id);
}

Result<void> RecordOpenings::tell(const std::string& patient_id, fiche::CivilDate day) {
  const auto doctor = parts_.database.read([&](soci::session& sql) -> Result<std::string> {
    const auto reader = parts_.record.reader(sql);
    const auto patient = reader->patient(patient_id, parts_.record.latest(parts_.clock.now()));
    if (!patient) return tl::unexpected(patient.error());
    return patient->rows.empty() ? std::string() : patient->rows.front().treating_doctor_id();
  });
  if (!doctor) return tl::unexpected(doctor.error());
  return parts_.database.write([&](practice::Transaction& tx) -> Result<void> {
    records::tell_patient_opened(tx, patient_id, *doctor, day);
    return {};
  });
}

}  // namespace relais::app
