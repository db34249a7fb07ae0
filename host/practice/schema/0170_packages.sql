-- SPDX-License-Identifier: Apache-2.0
-- Signed packages: which content was installed and whose it is; empty for what is not signed.
ALTER TABLE plugin_package ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE plugin_package ADD COLUMN key_id TEXT NOT NULL DEFAULT '';

-- Keys whose packages the practice installs, and those it never will.
CREATE TABLE plugin_key (
  key_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  label TEXT NOT NULL,
  state TEXT NOT NULL,
  replaces TEXT NOT NULL,
  reason TEXT NOT NULL,
  since_ms BIGINT NOT NULL,
  PRIMARY KEY (key_id)
);

-- What the last version in use of a plugin that was uninstalled could do: another one that asks for more still waits.
CREATE TABLE plugin_removed (
  plugin_id TEXT NOT NULL,
  version TEXT NOT NULL,
  manifest TEXT NOT NULL,
  key_id TEXT NOT NULL,
  removed_ms BIGINT NOT NULL,
  PRIMARY KEY (plugin_id)
);
