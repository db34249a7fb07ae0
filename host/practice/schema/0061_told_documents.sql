-- SPDX-License-Identifier: Apache-2.0
-- Documents that tell conditions and treatments (VSM, IPS-FR, FHIR), and which version of each stands for its patient.
CREATE TABLE ingest_told_document (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  set_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  -- The document that stands in its place; empty while it stands itself.
  replaced_by TEXT NOT NULL
);
CREATE INDEX ingest_told_document_by_patient ON ingest_told_document (patient_id);
