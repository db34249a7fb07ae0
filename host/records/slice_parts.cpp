// SPDX-License-Identifier: Apache-2.0
#include "records/slice_parts.h"

#include <algorithm>
#include <cmath>

namespace relais::records {
namespace {

template <class Row>
v1::ContextWord word_of_row(const Row& row, const std::string& word) {
  v1::ContextWord made;
  made.set_word(word);
  made.set_code(row.code());
  made.set_from(row.from());
  made.set_until(row.until());
  return made;
}

bool holds(const plugins::SettingDeclaration& declared, const worker::v1::Setting& setting) {
  if (declared.type == "choice") return std::ranges::find(declared.choices, setting.text()) != declared.choices.end();
  if (declared.type == "boolean") return setting.number() == 0 || setting.number() == 1;
  return std::isfinite(setting.number()) && setting.number() >= declared.minimum && setting.number() <= declared.maximum;
}

}  // namespace

v1::Patient visible(const v1::Patient& patient) {
  v1::Patient shown;
  shown.set_id(patient.id());
  shown.mutable_traits()->set_birth_date(patient.traits().birth_date());
  shown.mutable_traits()->set_sex(patient.traits().sex());
  shown.set_treating_doctor_id(patient.treating_doctor_id());
  return shown;
}

v1::LabReport visible(const v1::LabReport& report) {
  v1::LabReport shown;
  shown.set_id(report.id());
  shown.set_patient_id(report.patient_id());
  shown.set_identity_match(report.identity_match());
  shown.set_source_format(report.source_format());
  shown.set_status(report.status());
  shown.set_replaces_id(report.replaces_id());
  shown.set_replaced_category(report.replaced_category());
  shown.set_replaced_seen(report.replaced_seen());
  if (report.has_collected_ms()) shown.set_collected_ms(report.collected_ms());
  if (report.has_issued_ms()) shown.set_issued_ms(report.issued_ms());
  shown.set_received_ms(report.received_ms());
  shown.set_comment(report.comment());
  shown.set_uncoded_content(report.uncoded_content());
  shown.set_announcement_reserved(report.announcement_reserved());
  *shown.mutable_anomalies() = report.anomalies();
  return shown;
}

std::int64_t time_ms(const v1::LabReport& report) {
  if (report.has_collected_ms()) return report.collected_ms();
  if (report.has_issued_ms()) return report.issued_ms();
  return report.received_ms();
}

v1::ContextWord word_of(const v1::Condition& row, const std::string& word) { return word_of_row(row, word); }
v1::ContextWord word_of(const v1::MedicationStatement& row, const std::string& word) { return word_of_row(row, word); }

std::vector<std::string> named_codes(const plugins::Manifest& manifest, std::string_view kind) {
  std::vector<std::string> codes;
  for (const auto& entry : manifest.slice) {
    if (entry.kind == kind) codes.insert(codes.end(), entry.codes.begin(), entry.codes.end());
  }
  return codes;
}

void fill_settings(const plugins::Manifest& manifest, const std::vector<worker::v1::Setting>& doctor,
                   worker::v1::Slice& slice) {
  for (const auto& declared : manifest.settings) {
    auto& setting = *slice.add_settings();
    const auto set = std::ranges::find(doctor, declared.key, [](const auto& one) { return one.key(); });
    if (set != doctor.end() && holds(declared, *set)) {
      setting = *set;
      continue;
    }
    setting.set_key(declared.key);
    setting.set_text(declared.default_text);
    setting.set_number(declared.default_number);
  }
}

}  // namespace relais::records
