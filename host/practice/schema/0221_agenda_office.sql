-- SPDX-License-Identifier: Apache-2.0
-- Under what name this practice's appointments are known to agendas kept elsewhere: made once, one row.
CREATE TABLE agenda_office (
  uuid TEXT NOT NULL PRIMARY KEY,
  made_ms BIGINT NOT NULL
);
