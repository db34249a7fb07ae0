-- SPDX-License-Identifier: Apache-2.0
-- The worklist: items, what people did with them, what could not be evaluated, and what changed in which order.
-- A scope is (plugin, task, subject); its id and that of an item are hashes made by the domain.
CREATE TABLE worklist_scope (
  scope_id TEXT NOT NULL PRIMARY KEY,
  plugin TEXT NOT NULL,
  task TEXT NOT NULL,
  subject_item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  issued BIGINT NOT NULL,
  applied BIGINT NOT NULL,
  -- The subject that took over from this one, such as the same report once it has a patient; empty while it stands.
  moved_to TEXT NOT NULL
);
CREATE INDEX worklist_scope_by_subject ON worklist_scope (subject_item_id);

CREATE TABLE worklist_item (
  id TEXT NOT NULL PRIMARY KEY,
  scope_id TEXT NOT NULL,
  plugin TEXT NOT NULL,
  task TEXT NOT NULL,
  subject_item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  category BIGINT NOT NULL,
  data_level BIGINT NOT NULL,
  more_expected BIGINT NOT NULL,
  restricted BIGINT NOT NULL,
  item_rank DOUBLE PRECISION NOT NULL,
  -- JSON: the reasons, most of them never searched.
  reasons TEXT NOT NULL,
  plugin_version TEXT NOT NULL,
  slice_declaration TEXT NOT NULL,
  fiche_id TEXT NOT NULL,
  fiche_version BIGINT NOT NULL,
  slice_version BIGINT NOT NULL,
  clinical_task BIGINT NOT NULL,
  state BIGINT NOT NULL,
  terminal BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  category_since_ms BIGINT NOT NULL,
  changed_ms BIGINT NOT NULL,
  -- Empty seen_by: no doctor has seen what stands here.
  seen_by TEXT NOT NULL,
  seen_ms BIGINT NOT NULL,
  seen_category BIGINT NOT NULL,
  seen_reasons TEXT NOT NULL,
  unseen_peak BIGINT NOT NULL,
  claimed_by TEXT NOT NULL,
  assigned_to TEXT NOT NULL,
  assigned_to_doctor BIGINT NOT NULL,
  state_reason TEXT NOT NULL,
  digest BIGINT NOT NULL,
  reopened BIGINT NOT NULL
);
CREATE INDEX worklist_item_by_scope ON worklist_item (scope_id);
CREATE INDEX worklist_item_by_doctor ON worklist_item (doctor_id, terminal);
CREATE INDEX worklist_item_by_assigned ON worklist_item (assigned_to, terminal);
CREATE INDEX worklist_item_by_subject ON worklist_item (subject_item_id);

-- The life of an item, never changed or removed. `words` is what a person wrote.
CREATE TABLE worklist_action (
  seq BIGINT NOT NULL PRIMARY KEY,
  item_id TEXT NOT NULL,
  revision BIGINT NOT NULL,
  act TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  state_from BIGINT NOT NULL,
  state_to BIGINT NOT NULL,
  category_before BIGINT NOT NULL,
  category_after BIGINT NOT NULL,
  target TEXT NOT NULL,
  words TEXT NOT NULL
);
CREATE INDEX worklist_action_by_item ON worklist_action (item_id, seq);

CREATE TABLE worklist_not_evaluated (
  scope_id TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL,
  since_ms BIGINT NOT NULL,
  last_ms BIGINT NOT NULL
);

CREATE TABLE worklist_frozen_list (
  id TEXT NOT NULL PRIMARY KEY,
  doctor_id TEXT NOT NULL,
  prepared_ms BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  -- JSON: ids and revisions.
  items TEXT NOT NULL,
  -- 0: not signed.
  signed_ms BIGINT NOT NULL
);

-- What changed, in the order of commits: a reader that holds a number asks for what came after it.
CREATE TABLE worklist_change (
  seq BIGINT NOT NULL PRIMARY KEY,
  -- One of the two.
  item_id TEXT NOT NULL,
  scope_id TEXT NOT NULL
);
