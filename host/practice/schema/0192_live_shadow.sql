-- SPDX-License-Identifier: Apache-2.0
-- Another version of a plugin beside the one in use, for one doctor: what it found stays out of every list.
CREATE TABLE live_shadow (
  doctor_id TEXT NOT NULL,
  plugin_id TEXT NOT NULL,
  -- Another one of the same doctor and plugin has another number.
  number BIGINT NOT NULL,
  version_in_use TEXT NOT NULL,
  version TEXT NOT NULL,
  started_ms BIGINT NOT NULL,
  until_ms BIGINT NOT NULL,
  -- 0: it goes on.
  ended_ms BIGINT NOT NULL,
  ended_code TEXT NOT NULL,
  subjects BIGINT NOT NULL,
  same BIGINT NOT NULL,
  different BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  PRIMARY KEY (doctor_id, plugin_id)
);

-- What was counted: "not-evaluated/in-use" and the code, "items/in-shadow" and the category, …
CREATE TABLE live_shadow_count (
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (number, kind, name)
);

-- The severest differences. Their sentences are health data.
CREATE TABLE live_shadow_difference (
  number BIGINT NOT NULL,
  seq BIGINT NOT NULL PRIMARY KEY,
  item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  category BIGINT NOT NULL,
  -- JSON: kind and sentence of each.
  differences TEXT NOT NULL
);
CREATE INDEX live_shadow_difference_by_category ON live_shadow_difference (number, category, seq);
