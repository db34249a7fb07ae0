// SPDX-License-Identifier: Apache-2.0
// The tables of the ingest, and the standing rows of the record that it looks for. Private to the ingest; throws what
// Database answers.
#pragma once

#include <soci/soci.h>

#include <optional>
#include <string>
#include <vector>

#include "practice/database.h"
#include "records/ingest.h"
#include "records/lab_report_mapping.h"
#include "relais/v1/record.pb.h"

namespace relais::records::rows {

// What a message brought.
struct Brought {
  std::string id;
  std::string inbound_id;
  long long ordinal = 0;
  bool is_report = true;
  std::string patient_id, doctor_id, laboratory_id;
  std::vector<std::string> laboratory_keys;
  bool on_traits = false;
  std::string attached_by;
  std::string queue_code;
  int ans_error = 0;
  std::vector<std::string> traits, candidates;
};
std::optional<Brought> find(soci::session& sql, const std::string& id);
std::vector<Brought> of_inbound(soci::session& sql, const std::string& inbound_id);
void store(soci::session& sql, const Brought& row);
worklist::Subject subject(const Brought& row);

// Rows of the record as they stand now. `where` is a condition on t with placeholders for `texts`.
std::vector<v1::LabReport> reports(soci::session& sql, const std::string& where, const std::vector<std::string>& texts);
std::vector<v1::Observation> observations(soci::session& sql, const std::string& where,
                                          const std::vector<std::string>& texts);
std::vector<v1::Practitioner> practitioners(soci::session& sql, const std::string& national_id);
std::optional<v1::Patient> patient(soci::session& sql, const std::string& id);
// Every file that could be meant: same number, same birth date, same family name.
std::vector<v1::Patient> candidate_files(soci::session& sql, const v1::Ins& ins, const v1::Traits& traits);

// Former versions of report X are kept as « X~n ».
inline constexpr char version_mark = '~';
inline bool is_former(const std::string& report_id) { return report_id.find(version_mark) != std::string::npos; }
inline std::string current_of(const std::string& report_id) { return report_id.substr(0, report_id.find(version_mark)); }
// The report with all its former versions.
std::vector<v1::LabReport> chain(soci::session& sql, const std::string& report_id);

// Puts a report and its results again under this patient (empty: none).
void give_to(practice::Transaction& tx, v1::LabReport report, const std::string& patient_id, v1::IdentityMatch match);

// Adds history to a patient's record, except what it already holds; remembers what `report_id` added.
void add_history(practice::Transaction& tx, const std::string& report_id, const std::string& patient_id,
                 const std::vector<v1::Observation>& history);
void remove_history(practice::Transaction& tx, const std::string& report_id);

// --- Conditions, treatments and vaccinations that documents tell, and the versions of those documents. ---

// Puts what `mapped` tells of this patient under the source `document_id`, unless a later version of the same document
// tells it already; what earlier versions told leaves the record, as known from now on.
void tell_context(practice::Transaction& tx, const std::string& document_id, const std::string& patient_id,
                  const MappedReport& mapped);
// Takes it away again. Answers the documents of that patient that it had replaced and that stand once more.
std::vector<std::string> withdraw_context(practice::Transaction& tx, const std::string& document_id);
// The document that holds these very words of this patient, or a later version of them.
std::optional<std::string> same_document(soci::session& sql, const std::string& patient_id, const v1::LabReport& arriving);

}  // namespace relais::records::rows
