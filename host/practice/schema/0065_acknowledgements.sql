-- SPDX-License-Identifier: Apache-2.0
-- Which messages went between whom, what others said of them, and what was answered to their senders.

-- HL7 v2 messages that were read: what an acknowledgement may speak of. Names are « application|facility ».
CREATE TABLE ingest_message (
  inbound_id TEXT NOT NULL PRIMARY KEY,
  sender TEXT NOT NULL,
  receiver TEXT NOT NULL,
  control_id TEXT NOT NULL
);
CREATE INDEX ingest_message_by_control ON ingest_message (control_id);

-- One statement of an ACK or a ZAM. sender: the one whose message it speaks of. about: control id or document id.
CREATE TABLE ingest_acknowledgement (
  inbound_id TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  number BIGINT NOT NULL,
  -- « message », « dmp », « mss-reception », « mss-lecture ».
  kind TEXT NOT NULL,
  -- « positive », « negative », « unclear ».
  verdict TEXT NOT NULL,
  sender TEXT NOT NULL,
  about TEXT NOT NULL,
  -- As the sender wrote it: why not, in its words.
  code TEXT NOT NULL,
  words TEXT NOT NULL,
  -- What it speaks of, when known; the stable code of why nobody knows otherwise.
  message_id TEXT NOT NULL,
  report_id TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  PRIMARY KEY (inbound_id, ordinal)
);
CREATE INDEX ingest_acknowledgement_by_report ON ingest_acknowledgement (report_id);
CREATE INDEX ingest_acknowledgement_by_reason ON ingest_acknowledgement (reason_code);

-- What was answered over MLLP to the message of these bytes, so that the same bytes get the same answer.
CREATE TABLE mllp_answer (
  inbound_id TEXT NOT NULL PRIMARY KEY,
  answer TEXT NOT NULL
);

-- Documents that a report says it replaces and that never came: its chain is broken until one does.
CREATE TABLE ingest_missing (
  report_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  PRIMARY KEY (report_id, document_id)
);
CREATE INDEX ingest_missing_by_document ON ingest_missing (document_id);
