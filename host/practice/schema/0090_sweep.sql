-- SPDX-License-Identifier: Apache-2.0
-- A run over every patient asks once which reports were cancelled: 4 is REPORT_STATUS_CANCELLED of record.proto.
CREATE INDEX record_lab_report_cancelled ON record_lab_report (id) WHERE status = 4;
