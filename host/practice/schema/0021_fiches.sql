-- SPDX-License-Identifier: Apache-2.0
-- Fiches de poste: every version as written, what was signed, what was revoked, and what assistants switched on.
CREATE TABLE fiche (
  fiche_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  doctor_id TEXT NOT NULL,
  assistant_id TEXT NOT NULL,
  draft BIGINT NOT NULL,
  yaml TEXT NOT NULL,
  changed_ms BIGINT NOT NULL,
  PRIMARY KEY (fiche_id, version)
);

CREATE TABLE fiche_signature (
  fiche_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  role TEXT NOT NULL,
  signer TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  means TEXT NOT NULL,
  answer TEXT NOT NULL,
  -- Task ids separated by spaces.
  declined TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (fiche_id, version, role)
);

CREATE TABLE fiche_revocation (
  fiche_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  -- "fiche" or a task id.
  scope TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  by_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (fiche_id, number)
);

CREATE TABLE activation (
  assistant_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  changed_ms BIGINT NOT NULL,
  PRIMARY KEY (assistant_id, doctor_id, task_id)
);
