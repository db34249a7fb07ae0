// SPDX-License-Identifier: Apache-2.0
// Reading the patient record, whoever keeps it: Relais' own database, or an editor's behind this interface.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"
#include "relais/v1/record.pb.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::records {

// Whether an answer holds all there is. Anything but `complete` raises the severity of what is built on it.
enum class Completeness {
  unknown,   // the source cannot tell
  complete,  // every row asked for is there
  withheld,  // rows exist that are not given
};

template <class T>
struct Rows {
  std::vector<T> rows = {};
  Completeness completeness = Completeness::unknown;
};

// Rows of one patient, as Relais (or the editor) knew them at `as_of`, that were true at `since` or later; every row
// when `since` is absent. Civil dates may be widened by a day: compare them when the day counts.
struct PatientQuery {
  std::string patient_id;
  Instant as_of;
  std::optional<Instant> since = std::nullopt;
};

// As a PatientQuery, on results. `loinc` empty: every code, local ones too.
struct ObservationQuery {
  PatientQuery of;
  std::vector<std::string> loinc = {};
};

// One reader answers from one consistent snapshot for as long as it lives. Used by one thread. No answer writes.
class RecordReader {
 public:
  virtual ~RecordReader() = default;

  // No row when the patient or the report is not known at `as_of`.
  virtual Result<Rows<v1::Patient>> patient(const std::string& id, Instant as_of) = 0;
  virtual Result<Rows<v1::LabReport>> report(const std::string& id, Instant as_of) = 0;
  virtual Result<Rows<v1::Practitioner>> practitioners(Instant as_of) = 0;

  // Patients with this INS: number and OID.
  virtual Result<Rows<v1::Patient>> patients_by_ins(const v1::Ins& ins, Instant as_of) = 0;
  // Candidates for these strict traits: same birth date, or same family name of birth whatever its case. The caller
  // compares the five traits.
  virtual Result<Rows<v1::Patient>> patients_by_traits(const v1::Traits& traits, Instant as_of) = 0;

  // Results of one report, in the order they were written, cancelled ones too.
  virtual Result<Rows<v1::Observation>> observations_of(const std::string& report_id, Instant as_of) = 0;

  // History. Cancelled and replaced reports are left out, and so are their results. Oldest first.
  virtual Result<Rows<v1::LabReport>> reports(const PatientQuery& query) = 0;
  virtual Result<Rows<v1::Observation>> observations(const ObservationQuery& query) = 0;

  virtual Result<Rows<v1::Condition>> conditions(const PatientQuery& query) = 0;
  virtual Result<Rows<v1::MedicationStatement>> medications(const PatientQuery& query) = 0;
  virtual Result<Rows<v1::Target>> targets(const PatientQuery& query) = 0;
  virtual Result<Rows<v1::KnownAnomaly>> known_anomalies(const PatientQuery& query) = 0;
  // Context that a doctor set, without a coded row.
  virtual Result<Rows<v1::ContextWord>> flags(const PatientQuery& query) = 0;
  virtual Result<Rows<v1::Immunization>> immunizations(const PatientQuery& query) = 0;
  virtual Result<Rows<v1::LongTermCondition>> long_term_conditions(const PatientQuery& query) = 0;
  virtual Result<Rows<v1::Appointment>> appointments(const PatientQuery& query) = 0;
  virtual Result<Rows<v1::Message>> messages(const PatientQuery& query) = 0;
  // With the bytes of those whose type code is in `type_codes` (empty: all).
  virtual Result<Rows<worker::v1::DocumentContent>> documents(const PatientQuery& query,
                                                              const std::vector<std::string>& type_codes) = 0;
  // State of the requests made for this patient; what no store keeps is `unknown`.
  virtual Result<Rows<worker::v1::RequestState>> request_states(const PatientQuery& query) = 0;
};

}  // namespace relais::records
