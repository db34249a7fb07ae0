// SPDX-License-Identifier: Apache-2.0
// Fictitious rows of a record, and messages whose every field is set.
#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <string>

#include "domain/clock.h"
#include "relais/v1/record.pb.h"

namespace relais::test {

// Sets every field to a value of its own, nested and repeated ones too.
inline void fill_every_field(google::protobuf::Message& message, int seed = 1) {
  using google::protobuf::FieldDescriptor;
  const auto* reflection = message.GetReflection();
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    const int value = seed * 100 + field->number();
    const auto text = field->name() + " é'\" " + std::to_string(value);
    if (field->is_repeated()) {
      for (int n = 0; n < 2; ++n) {
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
          reflection->AddString(&message, field, text + std::to_string(n));
        } else {
          fill_every_field(*reflection->AddMessage(&message, field), seed + n + 1);
        }
      }
      continue;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        reflection->SetString(&message, field, text);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        reflection->SetDouble(&message, field, value + 0.1);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection->SetInt32(&message, field, value);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection->SetInt64(&message, field, 1'700'000'000'000 + value);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection->SetBool(&message, field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection->SetEnumValue(&message, field, field->enum_type()->value(1)->number());
        break;
      default:
        fill_every_field(*reflection->MutableMessage(&message, field), seed + 1);
    }
  }
}

inline std::int64_t ms(Instant at) { return at.time_since_epoch().count(); }

// The official test identity of the ANS examples.
inline v1::Patient test_patient() {
  v1::Patient patient;
  patient.mutable_ins()->set_value("279035121518989");
  patient.mutable_ins()->set_oid("1.2.250.1.213.1.4.10");
  patient.mutable_traits()->set_birth_family("PAT-TROIS");
  patient.mutable_traits()->set_birth_given_all("DOMINIQUE MARIE-LOUISE");
  patient.mutable_traits()->set_birth_given_first("DOMINIQUE");
  patient.mutable_traits()->set_birth_date("1979-03-15");
  patient.mutable_traits()->set_sex(v1::SEX_FEMALE);
  patient.mutable_traits()->set_birth_place_insee("51215");
  patient.set_identity_status(v1::IDENTITY_STATUS_QUALIFIEE);
  patient.set_treating_doctor_id("martin");
  return patient;
}

inline v1::LabReport report_of(const std::string& patient_id, Instant collected) {
  v1::LabReport report;
  report.set_patient_id(patient_id);
  report.set_identity_match(patient_id.empty() ? v1::IDENTITY_MATCH_NONE : v1::IDENTITY_MATCH_UNIQUE);
  report.set_status(v1::REPORT_STATUS_FINAL);
  report.set_source_format("cda");
  report.set_collected_ms(ms(collected));
  report.set_received_ms(ms(collected));
  report.mutable_written_traits()->set_birth_family("PAT-TROIS");
  return report;
}

inline v1::Observation result(const std::string& loinc, double value) {
  v1::Observation observation;
  observation.set_code(loinc);
  observation.set_code_system("loinc");
  observation.set_value_type(v1::VALUE_TYPE_NUMERIC);
  observation.set_value(value);
  observation.set_unit("mmol/L");
  return observation;
}

}  // namespace relais::test
