-- SPDX-License-Identifier: Apache-2.0
-- As of which instant each slice was built, so that it can be built again.
CREATE TABLE worklist_evaluation (
  scope_id TEXT NOT NULL,
  slice_version BIGINT NOT NULL,
  as_of_ms BIGINT NOT NULL,
  PRIMARY KEY (scope_id, slice_version)
);
