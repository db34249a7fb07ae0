-- SPDX-License-Identifier: Apache-2.0
-- What arrives, the queue of what is to be done, and the timers.

-- Raw bytes, base64, once for each content.
CREATE TABLE inbound_content (
  sha256 TEXT NOT NULL PRIMARY KEY,
  size_bytes BIGINT NOT NULL,
  content TEXT NOT NULL
);

-- One row for each submission; duplicate_of names the first one with the same bytes, empty for the first itself.
CREATE TABLE inbound (
  number BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  sha256 TEXT NOT NULL REFERENCES inbound_content (sha256),
  source TEXT NOT NULL,
  received_ms BIGINT NOT NULL,
  state TEXT NOT NULL,
  error_code TEXT NOT NULL,
  duplicate_of TEXT NOT NULL
);
CREATE INDEX inbound_by_content ON inbound (sha256, number);
CREATE INDEX inbound_by_state ON inbound (state, number);

CREATE TABLE event (
  seq BIGINT NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  version BIGINT NOT NULL,
  kind TEXT NOT NULL,
  item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  not_before_ms BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  done_ms BIGINT,
  UNIQUE (source, version)
);
-- The queue is what is not done: a partial index keeps it as short as the queue itself.
CREATE INDEX event_queue ON event (seq) WHERE done_ms IS NULL;

CREATE TABLE timer (
  name TEXT NOT NULL PRIMARY KEY,
  due_ms BIGINT NOT NULL,
  last_run_ms BIGINT,
  running_until_ms BIGINT NOT NULL
);
