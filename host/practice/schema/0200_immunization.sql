-- SPDX-License-Identifier: Apache-2.0
-- Vaccinations: the act as record.proto says it, who tells it, and what a doctor said of two that contradict each other.
ALTER TABLE record_immunization ADD COLUMN given_about TEXT NOT NULL DEFAULT '';
ALTER TABLE record_immunization ADD COLUMN codes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE record_immunization ADD COLUMN target_diseases TEXT NOT NULL DEFAULT '[]';
ALTER TABLE record_immunization ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE record_immunization ADD COLUMN route TEXT NOT NULL DEFAULT '';
ALTER TABLE record_immunization ADD COLUMN dose_number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record_immunization ADD COLUMN performer_name TEXT NOT NULL DEFAULT '';
ALTER TABLE record_immunization ADD COLUMN performer_role TEXT NOT NULL DEFAULT '';
ALTER TABLE record_immunization ADD COLUMN performer_national_id TEXT NOT NULL DEFAULT '';
ALTER TABLE record_immunization ADD COLUMN seen_on BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record_immunization ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE record_immunization ADD COLUMN sources TEXT NOT NULL DEFAULT '[]';
ALTER TABLE record_immunization ADD COLUMN to_confirm BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record_immunization ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE record_immunization ADD COLUMN conflicts_with TEXT NOT NULL DEFAULT '[]';

-- What one source tells of one act. The acts of a patient are worked out from what is told and from what doctors said of
-- it, whatever came first. `sender_key` is the sender's own name of the act, empty without one; `content` the act as told, in
-- JSON; `withdrawn` 1 when a person of the practice took it back.
CREATE TABLE immunization_told (
  id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  entered_by TEXT NOT NULL,
  sender_key TEXT NOT NULL,
  content TEXT NOT NULL,
  act_id TEXT NOT NULL,
  needs_doctor BIGINT NOT NULL,
  confirmed_by TEXT NOT NULL,
  withdrawn BIGINT NOT NULL,
  reason TEXT NOT NULL,
  recorded_from_ms BIGINT NOT NULL,
  recorded_to_ms BIGINT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX immunization_told_by_patient ON immunization_told (patient_id, recorded_to_ms);
CREATE INDEX immunization_told_by_source ON immunization_told (source_id, recorded_to_ms);

-- Two acts, by id in order, and what a doctor said they are (patient_record.proto, ImmunizationResolution).
CREATE TABLE immunization_ruling (
  patient_id TEXT NOT NULL,
  first_id TEXT NOT NULL,
  second_id TEXT NOT NULL,
  resolution BIGINT NOT NULL,
  kept_id TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_ms BIGINT NOT NULL,
  PRIMARY KEY (patient_id, first_id, second_id)
);
