-- SPDX-License-Identifier: Apache-2.0
-- Agendas, kinds of appointments, holds and appointments, as scheduling.proto says them. `changed` is the place of the
-- last writing in the feed that watchers read.
CREATE TABLE agenda_schedule (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL,
  -- Doctor who answers for it: empty for a doctor's own.
  doctor_id TEXT NOT NULL,
  place TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  recalls_per_day BIGINT NOT NULL,
  version BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  busy_changed BIGINT NOT NULL
);

CREATE TABLE agenda_opening (
  schedule_id TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  weekday BIGINT NOT NULL,
  start_time TEXT NOT NULL,
  end_time TEXT NOT NULL,
  kind BIGINT NOT NULL,
  slot_minutes BIGINT NOT NULL,
  from_date TEXT NOT NULL,
  until_date TEXT NOT NULL,
  presence BIGINT NOT NULL,
  assistant_id TEXT NOT NULL,
  holidays BIGINT NOT NULL,
  PRIMARY KEY (schedule_id, ordinal)
);

CREATE TABLE agenda_closure (
  schedule_id TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  start_ms BIGINT NOT NULL,
  end_ms BIGINT NOT NULL,
  PRIMARY KEY (schedule_id, ordinal)
);

-- Lists of ids are separated by spaces.
CREATE TABLE agenda_type (
  id TEXT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  person_ids TEXT NOT NULL,
  role BIGINT NOT NULL,
  place TEXT NOT NULL,
  task_ids TEXT NOT NULL,
  for_recalls BIGINT NOT NULL,
  retired BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE agenda_settings (
  id BIGINT NOT NULL PRIMARY KEY,
  hold_minutes BIGINT NOT NULL,
  call_back_hours BIGINT NOT NULL,
  unplanned_days_ahead BIGINT NOT NULL,
  visit_cap_minutes BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- Kinds 2, 3 and 4 are kept for colleagues, for unplanned care and for who comes without an appointment: the database
-- itself refuses them to a recall (origin 2), whatever the program does.
CREATE TABLE agenda_hold (
  id TEXT NOT NULL PRIMARY KEY,
  schedule_id TEXT NOT NULL,
  schedule_version BIGINT NOT NULL,
  person_id TEXT NOT NULL,
  start_ms BIGINT NOT NULL,
  end_ms BIGINT NOT NULL CHECK (end_ms > start_ms),
  kind BIGINT NOT NULL,
  type_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  call_back BIGINT NOT NULL,
  origin BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  for_booking_id TEXT NOT NULL,
  state BIGINT NOT NULL,
  held_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  CHECK (origin IN (1, 2)),
  CHECK (origin <> 2 OR kind IN (1, 5, 6, 7))
);
CREATE INDEX agenda_hold_by_state ON agenda_hold (state, expires_ms);
CREATE INDEX agenda_hold_by_changed ON agenda_hold (changed);

CREATE TABLE agenda_booking (
  id TEXT NOT NULL PRIMARY KEY,
  schedule_id TEXT NOT NULL,
  schedule_version BIGINT NOT NULL,
  person_id TEXT NOT NULL,
  start_ms BIGINT NOT NULL,
  end_ms BIGINT NOT NULL CHECK (end_ms > start_ms),
  kind BIGINT NOT NULL,
  type_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  state BIGINT NOT NULL,
  reason TEXT NOT NULL,
  booked_by TEXT NOT NULL,
  moved_from_id TEXT NOT NULL,
  moved_to_id TEXT NOT NULL,
  hold_id TEXT NOT NULL,
  series_id TEXT NOT NULL,
  origin BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  booked_ms BIGINT NOT NULL,
  changed_ms BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  CHECK (origin IN (1, 2)),
  CHECK (origin <> 2 OR kind IN (1, 5, 6, 7))
);
CREATE INDEX agenda_booking_by_start ON agenda_booking (schedule_id, start_ms);
CREATE INDEX agenda_booking_by_patient ON agenda_booking (patient_id, start_ms);
CREATE INDEX agenda_booking_by_hold ON agenda_booking (hold_id);
CREATE INDEX agenda_booking_by_changed ON agenda_booking (changed);

-- The time of a person, five minutes a row, that a hold or an appointment takes: its key is why nobody is booked twice.
CREATE TABLE agenda_cell (
  person_id TEXT NOT NULL,
  cell BIGINT NOT NULL,
  holder_id TEXT NOT NULL,
  PRIMARY KEY (person_id, cell)
);
CREATE INDEX agenda_cell_by_holder ON agenda_cell (holder_id);

-- Agendas kept elsewhere: when somebody is busy, and nothing else of it.
CREATE TABLE agenda_busy_event (
  schedule_id TEXT NOT NULL,
  source TEXT NOT NULL,
  uid TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (schedule_id, source, uid)
);

CREATE TABLE agenda_busy (
  schedule_id TEXT NOT NULL,
  source TEXT NOT NULL,
  uid TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  start_ms BIGINT NOT NULL,
  end_ms BIGINT NOT NULL CHECK (end_ms > start_ms),
  tentative BIGINT NOT NULL,
  PRIMARY KEY (schedule_id, source, uid, ordinal)
);
CREATE INDEX agenda_busy_by_start ON agenda_busy (schedule_id, start_ms);
