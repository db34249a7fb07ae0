-- SPDX-License-Identifier: Apache-2.0
-- Identifiers given by Relais, and the ledger.
CREATE TABLE id_sequence (
  name TEXT NOT NULL PRIMARY KEY,
  last BIGINT NOT NULL
);

-- The columns beside body repeat parts of it for searching; the check compares them with it.
CREATE TABLE ledger (
  seq BIGINT NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  body TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX ledger_by_time ON ledger (at_ms);
CREATE INDEX ledger_by_actor ON ledger (actor, seq);
CREATE INDEX ledger_by_patient ON ledger (patient_id, seq);

-- One row, written in the same transaction as the rows it covers: the host's signature of the chain's last row. It
-- tells rows that a crash kept from the head file apart from rows that somebody without the key added.
CREATE TABLE ledger_seal (
  one BIGINT NOT NULL PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  signature TEXT NOT NULL
);
