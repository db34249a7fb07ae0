-- SPDX-License-Identifier: Apache-2.0
-- What formats with a text of their own bring, and where a condition or a treatment was told.
ALTER TABLE record_lab_report ADD COLUMN narrative TEXT NOT NULL DEFAULT '';
ALTER TABLE record_lab_report ADD COLUMN birth_date_candidates TEXT NOT NULL DEFAULT '[]';
ALTER TABLE record_observation ADD COLUMN second_measure TEXT NOT NULL DEFAULT '';
ALTER TABLE record_condition ADD COLUMN source_id TEXT NOT NULL DEFAULT '';
ALTER TABLE record_condition ADD COLUMN written_code TEXT NOT NULL DEFAULT '';
ALTER TABLE record_medication ADD COLUMN source_id TEXT NOT NULL DEFAULT '';
ALTER TABLE record_medication ADD COLUMN written_code TEXT NOT NULL DEFAULT '';
