-- SPDX-License-Identifier: Apache-2.0
-- Clocks: what time does to timers and to items, and what Relais tells people beside the list.

-- What a timer does, and on what; `slot_ms` is the instant that is served, which a back-off does not move.
ALTER TABLE timer ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE timer ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE timer ADD COLUMN slot_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE timer ADD COLUMN last_slot_ms BIGINT;
ALTER TABLE timer ADD COLUMN run BIGINT NOT NULL DEFAULT 0;
ALTER TABLE timer ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE timer ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
CREATE INDEX timer_by_due ON timer (due_ms);
CREATE INDEX timer_by_kind ON timer (kind);

-- How far the clocks have read: the feed of changes, the last tick.
CREATE TABLE clock_mark (
  name TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);

-- 0: none.
ALTER TABLE worklist_item ADD COLUMN overdue_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE worklist_item ADD COLUMN escalations BIGINT NOT NULL DEFAULT 0;
ALTER TABLE worklist_item ADD COLUMN escalated_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE worklist_item ADD COLUMN prepared_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE worklist_item ADD COLUMN reminded_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE worklist_item ADD COLUMN looked_again BIGINT NOT NULL DEFAULT 0;
ALTER TABLE worklist_item ADD COLUMN routed_to TEXT NOT NULL DEFAULT '';
ALTER TABLE worklist_item ADD COLUMN routed_why TEXT NOT NULL DEFAULT '';

-- One row for each person and thing told. The id is made from both: telling it again changes nothing.
CREATE TABLE notice (
  id TEXT NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  sentence TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  -- 0: not yet.
  seen_ms BIGINT NOT NULL,
  -- When it stopped being true; 0: it still is.
  ended_ms BIGINT NOT NULL
);
CREATE INDEX notice_by_account ON notice (account_id, number);
