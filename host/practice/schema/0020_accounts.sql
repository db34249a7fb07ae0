-- SPDX-License-Identifier: Apache-2.0
-- Local accounts, their signing keys and their sessions.
CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL,
  national_id TEXT NOT NULL,
  replaces_doctor_id TEXT NOT NULL,
  disabled BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  password_hash TEXT NOT NULL,
  -- Wrong passwords in a row, and until when they close the account.
  failures BIGINT NOT NULL,
  locked_until_ms BIGINT NOT NULL
);

-- The last one signs; earlier ones verify what they signed, their secret is gone. `attestation` is the host key's
-- signature of the account and the public key: a key written here by somebody else is worth nothing.
CREATE TABLE signing_key (
  account_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  public_key TEXT NOT NULL,
  attestation TEXT NOT NULL,
  salt TEXT NOT NULL,
  nonce TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (account_id, number)
);

-- Only the hash of a token is kept.
CREATE TABLE session (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  ends_ms BIGINT NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);
