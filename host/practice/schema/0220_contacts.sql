-- SPDX-License-Identifier: Apache-2.0
-- Calls to patients about items of the list: only added to.
CREATE TABLE contact (
  seq BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  answer TEXT NOT NULL,
  effect TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  by_id TEXT NOT NULL,
  hold_id TEXT NOT NULL,
  booking_id TEXT NOT NULL,
  -- 0: no matter when.
  call_back_ms BIGINT NOT NULL,
  words TEXT NOT NULL,
  unanswered BIGINT NOT NULL
);
CREATE INDEX contact_by_item ON contact (item_id, seq);

-- How often the practice tries: the last row holds.
CREATE TABLE contact_rule (
  seq BIGINT NOT NULL PRIMARY KEY,
  most_tries BIGINT NOT NULL,
  set_by TEXT NOT NULL,
  set_ms BIGINT NOT NULL
);

-- Texts for patients, every version of them: the highest of a name holds.
CREATE TABLE message_template (
  doctor_id TEXT NOT NULL,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  written_ms BIGINT NOT NULL,
  withdrawn BIGINT NOT NULL,
  PRIMARY KEY (doctor_id, id, version)
);

-- Messages prepared for patients. Nothing sends them.
CREATE TABLE message_draft (
  seq BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  item_id TEXT NOT NULL,
  booking_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  template_version BIGINT NOT NULL,
  body TEXT NOT NULL,
  prepared_by TEXT NOT NULL,
  prepared_ms BIGINT NOT NULL
);
CREATE INDEX message_draft_by_item ON message_draft (item_id, seq);
