-- SPDX-License-Identifier: Apache-2.0
-- What led to what: one id from a message or an event to its ledger entries and its item; empty before there were any.
ALTER TABLE ledger ADD COLUMN trace_id TEXT NOT NULL DEFAULT '';
CREATE INDEX ledger_by_trace ON ledger (trace_id, seq) WHERE trace_id <> '';
ALTER TABLE inbound ADD COLUMN trace_id TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN trace_id TEXT NOT NULL DEFAULT '';
ALTER TABLE worklist_item ADD COLUMN trace_id TEXT NOT NULL DEFAULT '';
