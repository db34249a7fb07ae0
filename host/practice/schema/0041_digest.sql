-- SPDX-License-Identifier: Apache-2.0
-- Closures under « autonome » that a doctor has marked as seen; an item that was closed again has another row.
CREATE TABLE worklist_digest_seen (
  item_id TEXT NOT NULL,
  closed_ms BIGINT NOT NULL,
  seen_ms BIGINT NOT NULL,
  seen_by TEXT NOT NULL,
  PRIMARY KEY (item_id, closed_ms)
);
