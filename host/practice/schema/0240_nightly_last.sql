-- SPDX-License-Identifier: Apache-2.0
-- The queue in the order in which it is claimed: what happened to the record before what the night asks of every patient.
DROP INDEX event_queue;
CREATE INDEX event_queue ON event ((kind = 'nightly'), seq) WHERE done_ms IS NULL;
