-- SPDX-License-Identifier: Apache-2.0
-- What doctors made of findings, and the plugins that are still to be told.
ALTER TABLE worklist_action ADD COLUMN reason_code TEXT NOT NULL DEFAULT '';

-- One row for each act, written in its transaction; gone once the plugin has been told, or never will be. The item and
-- its revision name the act: the same one is never there twice.
CREATE TABLE plugin_feedback (
  seq BIGINT NOT NULL PRIMARY KEY,
  worklist_item_id TEXT NOT NULL,
  revision BIGINT NOT NULL,
  plugin_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  verdict BIGINT NOT NULL,
  category BIGINT NOT NULL,
  reason_code TEXT NOT NULL,
  trace_id TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  not_before_ms BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  UNIQUE (worklist_item_id, revision)
);
