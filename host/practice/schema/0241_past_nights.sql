-- SPDX-License-Identifier: Apache-2.0
-- What the night asked and is done is taken out by age.
CREATE INDEX event_past_night ON event (done_ms) WHERE kind = 'nightly' AND done_ms IS NOT NULL;
