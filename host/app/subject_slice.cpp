// SPDX-License-Identifier: Apache-2.0
#include "app/subject_slice.h"

#include <algorithm>
#include <array>

#include "practice/plugin_state.h"
#include "records/slice_builder.h"

namespace relais::app {

Result<worker::v1::Slice> subject_slice(records::RecordSource& record, soci::session& sql,
                                        const records::ContextMap& context,
                                        const plugins::Manifest& manifest, const worklist::Subject& subject,
                                        const std::string& task, Instant as_of, const std::string& time_zone) {
  records::SliceRequest request;
  request.subject.set_item_id(subject.item_id);
  request.subject.set_patient_id(subject.patient_id);
  request.subject.set_doctor_id(subject.doctor_id);
  request.subject.set_task_id(task);
  request.as_of = as_of;
  request.time_zone = time_zone;
  for (const auto& set : practice::plugin_settings(sql, manifest.id, subject.doctor_id)) {
    auto& setting = request.settings.emplace_back();
    setting.set_key(set.key);
    setting.set_number(set.number);
    setting.set_text(set.text);
  }
  return records::build_slice(*record.reader(sql), context, manifest, request);
}

Instant knowing_all(soci::session& sql, const std::string& patient_id, Instant now,
                    const records::RecordSource& record) {
  if (record.elsewhere()) return record.latest(now);
  constexpr std::array queries = {
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_patient WHERE id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_lab_report WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_observation WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_condition WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_medication WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_context_flag WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_target WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_known_anomaly WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_long_term_condition WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_appointment WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_document WHERE patient_id = :patient",
      "SELECT COALESCE(MAX(recorded_from_ms), 0) FROM record_message WHERE patient_id = :patient",
  };
  long long latest = practice::to_ms(now);
  for (const auto* query : queries) {
    long long recorded = 0;
    sql << query, soci::use(patient_id), soci::into(recorded);
    latest = std::max(latest, recorded);
  }
  return practice::from_ms(latest);
}

}  // namespace relais::app
