// SPDX-License-Identifier: Apache-2.0
// One unit of a message on its way in. Private to the ingest.
#pragma once

#include "records/ingest.h"
#include "records/ingest_rows.h"
#include "records/ingest_units.h"

namespace relais::records {

struct Ingest::Arrival {
  Unit unit;
  rows::Brought row;  // its id once it has one
  Match match;

  v1::LabReport& report() { return unit.mapped.report; }
  const v1::LabReport& report() const { return unit.mapped.report; }
};

// Puts the subject in the queue of what is to be evaluated.
void announce(Transaction& tx, const worklist::Subject& subject);

// Sends it to a human, whatever the match said: nobody's patient until then.
void refuse(rows::Brought& row, v1::LabReport& report, const std::string& code, int ans_error);

// Both name one person in the same words.
bool same_written_identity(const v1::LabReport& a, const v1::LabReport& b);

// The same patient, or the same written person when `held` is nobody's yet.
bool same_patient(const v1::LabReport& arriving, const v1::LabReport& held);

// `text` inside a LIKE pattern whose escape character is « ! ».
std::string like(const std::string& text);

// The report as it stands that an arriving one follows in time, and how that is known.
struct Predecessor {
  enum class By { set, parent, order };
  v1::LabReport report;
  By by = By::set;
};
// By set id, then by the document it replaces, even one that never came, then by the order of the laboratory when it says
// that it replaces something. Nothing when there is none.
std::optional<Predecessor> predecessor(soci::session& sql, const Unit& unit);

// The report that says it replaces this one, which had not come yet.
std::optional<v1::LabReport> awaited_by(soci::session& sql, const Unit& unit);

// The report that this one tells again, completes or corrects although nothing in it says so: same laboratory, order,
// person and day. For formats without document ids, and for a partial report that comes whole under another id.
std::optional<v1::LabReport> same_order(soci::session& sql, const Unit& unit);

// The report that a cancellation is about.
std::optional<v1::LabReport> cancelled_by(soci::session& sql, const Unit& unit);

// A cancellation that came before the report it cancels, which is this one.
std::optional<v1::LabReport> waiting_cancellation(soci::session& sql, const Unit& unit);

// Id of the report that says the same under another document id: same laboratory, order, collection and results.
std::optional<std::string> repeated(soci::session& sql, const Unit& unit, const std::string& patient_id);

}  // namespace relais::records
