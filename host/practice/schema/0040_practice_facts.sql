-- SPDX-License-Identifier: Apache-2.0
-- What decisions must know and no fiche holds. Rows are only added: a fact that no longer counts has a withdrawal. Both
-- tables take their numbers from one sequence, so that a reader asks for what came after a number.
CREATE TABLE practice_fact (
  seq BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  assistant_id TEXT NOT NULL,
  replacement_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  value TEXT NOT NULL,
  from_ms BIGINT NOT NULL,
  -- Excluded; 0: no end.
  until_ms BIGINT NOT NULL,
  -- As entered in days, both included; empty otherwise.
  from_date TEXT NOT NULL,
  until_date TEXT NOT NULL,
  reference TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_role TEXT NOT NULL
);

CREATE TABLE practice_fact_withdrawal (
  seq BIGINT NOT NULL PRIMARY KEY,
  fact_id TEXT NOT NULL UNIQUE,
  at_ms BIGINT NOT NULL,
  by_id TEXT NOT NULL,
  by_role TEXT NOT NULL,
  reason TEXT NOT NULL
);
