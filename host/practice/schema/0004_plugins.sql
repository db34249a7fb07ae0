-- SPDX-License-Identifier: Apache-2.0
-- Plugins: what is installed, what killed them, what doctors tuned.
CREATE TABLE plugin_package (
  plugin_id TEXT NOT NULL,
  version TEXT NOT NULL,
  directory TEXT NOT NULL,
  state TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  installed_ms BIGINT NOT NULL,
  changed_ms BIGINT NOT NULL,
  PRIMARY KEY (plugin_id, version)
);

-- Subjects that killed a worker of this plugin version: not given to it again while their slice is the same.
CREATE TABLE plugin_poison (
  plugin_id TEXT NOT NULL,
  plugin_version TEXT NOT NULL,
  item_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  slice_version BIGINT NOT NULL,
  reason_code TEXT NOT NULL,
  since_ms BIGINT NOT NULL,
  PRIMARY KEY (plugin_id, plugin_version, item_id, patient_id, doctor_id, task_id)
);

CREATE TABLE plugin_setting (
  plugin_id TEXT NOT NULL,
  doctor_id TEXT NOT NULL,
  key TEXT NOT NULL,
  number DOUBLE PRECISION NOT NULL,
  text TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_ms BIGINT NOT NULL,
  PRIMARY KEY (plugin_id, doctor_id, key)
);
