-- SPDX-License-Identifier: Apache-2.0
-- The right and its renewal, as record.proto says them, and what plugins propose to do about an item.
ALTER TABLE record_long_term_condition ADD COLUMN kind BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record_long_term_condition ADD COLUMN period BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record_long_term_condition ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE record_long_term_condition ADD COLUMN protocols TEXT NOT NULL DEFAULT '[]';
ALTER TABLE record_long_term_condition ADD COLUMN renewals TEXT NOT NULL DEFAULT '[]';
ALTER TABLE record_long_term_condition ADD COLUMN renewal_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record_long_term_condition ADD COLUMN renewal_step_on TEXT NOT NULL DEFAULT '';
ALTER TABLE record_long_term_condition ADD COLUMN renewal_step_by TEXT NOT NULL DEFAULT '';
ALTER TABLE record_long_term_condition ADD COLUMN source_id TEXT NOT NULL DEFAULT '';
ALTER TABLE record_long_term_condition ADD COLUMN to_confirm BIGINT NOT NULL DEFAULT 0;

CREATE TABLE item_proposal (
  plugin_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  proposal_key TEXT NOT NULL,
  type TEXT NOT NULL,
  destination TEXT NOT NULL,
  body TEXT NOT NULL,
  proposed_ms BIGINT NOT NULL,
  PRIMARY KEY (plugin_id, task_id, item_id, patient_id, doctor_id, proposal_key)
);
