-- SPDX-License-Identifier: Apache-2.0
-- The opening of a record, like the night, is told once a day for each patient, and taken out by age once it is done.
DROP INDEX event_past_night;
CREATE INDEX event_past_day ON event (done_ms) WHERE kind IN ('nightly', 'patient.opened') AND done_ms IS NOT NULL;
