-- SPDX-License-Identifier: Apache-2.0
-- The patient record. Each table holds one message of relais/v1/record.proto, a column for each field, and:
--   row_id         number of the row, given by Relais; an update closes a row and adds one
--   id             identifier of the thing, the same in all its rows
--   valid_from_ms, valid_until_ms   when it is true of the patient
--   recorded_from_ms, recorded_to_ms   when Relais knew it so; recorded_to_ms is the last number while the row stands
-- Instants are milliseconds since 1970-01-01T00:00Z. Repeated fields are JSON.
CREATE TABLE record_practitioner (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  national_id TEXT NOT NULL,
  display_name TEXT NOT NULL
);
CREATE INDEX record_practitioner_by_id ON record_practitioner (id, recorded_to_ms);

CREATE TABLE record_patient (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  ins_value TEXT NOT NULL,
  ins_oid TEXT NOT NULL,
  traits_birth_family TEXT NOT NULL,
  traits_birth_given_all TEXT NOT NULL,
  traits_birth_given_first TEXT NOT NULL,
  traits_birth_date TEXT NOT NULL,
  traits_sex BIGINT NOT NULL,
  traits_birth_place_insee TEXT NOT NULL,
  traits_used_family TEXT NOT NULL,
  traits_used_given TEXT NOT NULL,
  identity_status BIGINT NOT NULL,
  treating_doctor_id TEXT NOT NULL
);
CREATE INDEX record_patient_by_id ON record_patient (id, recorded_to_ms);

CREATE TABLE record_lab_report (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  identity_match BIGINT NOT NULL,
  differing_traits TEXT NOT NULL,
  written_ins_value TEXT NOT NULL,
  written_ins_oid TEXT NOT NULL,
  written_traits_birth_family TEXT NOT NULL,
  written_traits_birth_given_all TEXT NOT NULL,
  written_traits_birth_given_first TEXT NOT NULL,
  written_traits_birth_date TEXT NOT NULL,
  written_traits_sex BIGINT NOT NULL,
  written_traits_birth_place_insee TEXT NOT NULL,
  written_traits_used_family TEXT NOT NULL,
  written_traits_used_given TEXT NOT NULL,
  source_format TEXT NOT NULL,
  inbound_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  set_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  status BIGINT NOT NULL,
  replaces_id TEXT NOT NULL,
  replaced_category BIGINT NOT NULL,
  replaced_seen BIGINT NOT NULL,
  prescriber_national_id TEXT NOT NULL,
  prescriber_id TEXT NOT NULL,
  addressee_id TEXT NOT NULL,
  laboratory TEXT NOT NULL,
  order_ids TEXT NOT NULL,
  collected_ms BIGINT,
  issued_ms BIGINT,
  received_ms BIGINT NOT NULL,
  comment TEXT NOT NULL,
  uncoded_content BIGINT NOT NULL,
  announcement_reserved BIGINT NOT NULL,
  anomalies TEXT NOT NULL,
  restricted_category TEXT NOT NULL
);
CREATE INDEX record_lab_report_by_id ON record_lab_report (id, recorded_to_ms);
CREATE INDEX record_lab_report_by_patient ON record_lab_report (patient_id, valid_until_ms);

CREATE TABLE record_observation (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  report_id TEXT NOT NULL,
  code TEXT NOT NULL,
  code_system TEXT NOT NULL,
  label TEXT NOT NULL,
  value_type BIGINT NOT NULL,
  comparator BIGINT NOT NULL,
  status BIGINT NOT NULL,
  value DOUBLE PRECISION,
  low DOUBLE PRECISION,
  high DOUBLE PRECISION,
  unit TEXT NOT NULL,
  flag TEXT NOT NULL,
  value_text TEXT NOT NULL,
  value_code TEXT NOT NULL,
  comment TEXT NOT NULL,
  specimen TEXT NOT NULL,
  collected_ms BIGINT,
  fasting BIGINT NOT NULL,
  history BIGINT NOT NULL,
  seen_by_doctor BIGINT NOT NULL
);
CREATE INDEX record_observation_by_id ON record_observation (id, recorded_to_ms);
CREATE INDEX record_observation_by_patient ON record_observation (patient_id, valid_until_ms);

CREATE TABLE record_condition (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  from_date TEXT NOT NULL,
  until_date TEXT NOT NULL
);
CREATE INDEX record_condition_by_id ON record_condition (id, recorded_to_ms);
CREATE INDEX record_condition_by_patient ON record_condition (patient_id, valid_until_ms);

CREATE TABLE record_medication (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  from_date TEXT NOT NULL,
  until_date TEXT NOT NULL
);
CREATE INDEX record_medication_by_id ON record_medication (id, recorded_to_ms);
CREATE INDEX record_medication_by_patient ON record_medication (patient_id, valid_until_ms);

CREATE TABLE record_target (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  analyte TEXT NOT NULL,
  low DOUBLE PRECISION,
  high DOUBLE PRECISION,
  set_by TEXT NOT NULL,
  set_on TEXT NOT NULL,
  until_date TEXT NOT NULL
);
CREATE INDEX record_target_by_id ON record_target (id, recorded_to_ms);
CREATE INDEX record_target_by_patient ON record_target (patient_id, valid_until_ms);

CREATE TABLE record_known_anomaly (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  analyte TEXT NOT NULL,
  direction BIGINT NOT NULL,
  set_by TEXT NOT NULL,
  set_on TEXT NOT NULL,
  until_date TEXT NOT NULL
);
CREATE INDEX record_known_anomaly_by_id ON record_known_anomaly (id, recorded_to_ms);
CREATE INDEX record_known_anomaly_by_patient ON record_known_anomaly (patient_id, valid_until_ms);

CREATE TABLE record_context_flag (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  word TEXT NOT NULL,
  code TEXT NOT NULL,
  from_date TEXT NOT NULL,
  until_date TEXT NOT NULL,
  number DOUBLE PRECISION NOT NULL
);
CREATE INDEX record_context_flag_by_id ON record_context_flag (id, recorded_to_ms);
CREATE INDEX record_context_flag_by_patient ON record_context_flag (patient_id, valid_until_ms);

CREATE TABLE record_immunization (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  product_code TEXT NOT NULL,
  product_system TEXT NOT NULL,
  label TEXT NOT NULL,
  lot TEXT NOT NULL,
  given_on TEXT NOT NULL,
  status BIGINT NOT NULL,
  proof BIGINT NOT NULL
);
CREATE INDEX record_immunization_by_id ON record_immunization (id, recorded_to_ms);
CREATE INDEX record_immunization_by_patient ON record_immunization (patient_id, valid_until_ms);

CREATE TABLE record_long_term_condition (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  number TEXT NOT NULL,
  label TEXT NOT NULL,
  from_date TEXT NOT NULL,
  until_date TEXT NOT NULL,
  until_source TEXT NOT NULL
);
CREATE INDEX record_long_term_condition_by_id ON record_long_term_condition (id, recorded_to_ms);
CREATE INDEX record_long_term_condition_by_patient ON record_long_term_condition (patient_id, valid_until_ms);

CREATE TABLE record_document (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  type_code TEXT NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  version BIGINT NOT NULL,
  size_bytes BIGINT NOT NULL,
  created_ms BIGINT
);
CREATE INDEX record_document_by_id ON record_document (id, recorded_to_ms);
CREATE INDEX record_document_by_patient ON record_document (patient_id, valid_until_ms);

CREATE TABLE record_appointment (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  doctor_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  start_ms BIGINT NOT NULL,
  end_ms BIGINT NOT NULL
);
CREATE INDEX record_appointment_by_id ON record_appointment (id, recorded_to_ms);
CREATE INDEX record_appointment_by_patient ON record_appointment (patient_id, valid_until_ms);

CREATE TABLE record_message (
  row_id BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  valid_from_ms BIGINT NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  channel TEXT NOT NULL,
  text TEXT NOT NULL,
  received_ms BIGINT NOT NULL
);
CREATE INDEX record_message_by_id ON record_message (id, recorded_to_ms);
CREATE INDEX record_message_by_patient ON record_message (patient_id, valid_until_ms);

-- Identity matching looks up by INS, then by strict traits.
CREATE INDEX record_patient_by_ins ON record_patient (ins_value);
CREATE INDEX record_patient_by_birth_date ON record_patient (traits_birth_date);
CREATE INDEX record_patient_by_family ON record_patient (UPPER(traits_birth_family));
CREATE INDEX record_observation_by_report ON record_observation (report_id);
CREATE INDEX record_lab_report_by_replaced ON record_lab_report (replaces_id);
CREATE INDEX record_lab_report_by_set ON record_lab_report (set_id);
CREATE INDEX record_lab_report_by_document ON record_lab_report (document_id);

-- Which doctor has seen which report, and when; the first time only.
CREATE TABLE record_report_seen (
  report_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  seen_ms BIGINT NOT NULL,
  PRIMARY KEY (report_id, doctor_id)
);

-- Bytes of documents, base64, once for each content.
CREATE TABLE record_content (
  sha256 TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL
);
