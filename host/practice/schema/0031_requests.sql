-- SPDX-License-Identifier: Apache-2.0
-- Answers already given to writes that carry a request_id, kept for a day so that a repeated call does nothing twice.
CREATE TABLE api_request (
  actor TEXT NOT NULL,
  method TEXT NOT NULL,
  request_id TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  answer TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (actor, method, request_id)
);
CREATE INDEX api_request_by_time ON api_request (at_ms);
