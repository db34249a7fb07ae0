-- SPDX-License-Identifier: Apache-2.0
-- What became of the messages that came in.

-- What a message brought: a report of the record, or a document that only tells history (« doc-… »).
CREATE TABLE ingest_report (
  id TEXT NOT NULL PRIMARY KEY,
  inbound_id TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  is_report BIGINT NOT NULL,
  patient_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  laboratory_id TEXT NOT NULL,
  -- JSON: keys under which a human may accept this laboratory for a file.
  laboratory_keys TEXT NOT NULL,
  on_traits BIGINT NOT NULL,
  attached_by TEXT NOT NULL,
  -- Waiting for a human: stable code, error of the ANS guide, names of traits, candidate files (JSON). Empty code: settled.
  queue_code TEXT NOT NULL,
  ans_error BIGINT NOT NULL,
  traits TEXT NOT NULL,
  candidates TEXT NOT NULL
);
CREATE INDEX ingest_report_by_inbound ON ingest_report (inbound_id);
CREATE INDEX ingest_report_by_queue ON ingest_report (queue_code);

-- A message that brought nothing new, or nothing that may replace what is held, and the report it belongs to.
CREATE TABLE ingest_also (
  inbound_id TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  report_id TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (inbound_id, ordinal)
);

-- A human accepted that this laboratory's patient or order id means this file.
CREATE TABLE ingest_accepted (
  laboratory_key TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  report_id TEXT NOT NULL,
  accepted_by TEXT NOT NULL,
  accepted_ms BIGINT NOT NULL,
  PRIMARY KEY (laboratory_key, patient_id, report_id)
);

-- Results told as history by what a message brought, so that they leave with it.
CREATE TABLE ingest_history (
  report_id TEXT NOT NULL,
  observation_id TEXT NOT NULL,
  PRIMARY KEY (report_id, observation_id)
);

-- Why somebody took a report away from a patient: words of a person, kept out of the ledger.
CREATE TABLE ingest_detached (
  seq BIGINT NOT NULL PRIMARY KEY,
  report_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  words TEXT NOT NULL
);
