-- SPDX-License-Identifier: Apache-2.0
-- How far the changes of a record kept by the practice's software were taken in: at most one row. latest_ms: since when
-- the last of them shows in that record.
CREATE TABLE record_feed (
  id BIGINT NOT NULL PRIMARY KEY,
  position TEXT NOT NULL,
  latest_ms BIGINT NOT NULL,
  taken_ms BIGINT NOT NULL
);
