// SPDX-License-Identifier: Apache-2.0
// The record of many patients, block after block: one range scan for each kind and block instead of one query for each
// kind and patient. What runs over the whole practice reads through it.
#pragma once

#include <soci/soci.h>

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "records/record_reader.h"
#include "records/sql_record_reader.h"

namespace relais::records {

// Reports that no history shows, as known at one instant: cancelled, or replaced by another.
class SupersededReports {
 public:
  // Reads them all: they are few. Throws soci::soci_error.
  SupersededReports(soci::session& session, Instant as_of);
  bool contains(const std::string& report_id) const { return ids_.contains(report_id); }

 private:
  std::unordered_set<std::string> ids_;
};

// Answers as SqlRecordReader does. A kind is read for the whole block when it is first asked for, as of the block's
// instant and for one depth; each patient's rows of it are given once from there. Any other question is asked of the
// database. On SQLite rows come from a native cursor, on PostgreSQL through SOCI. Inside one work of Database::read;
// throws soci::soci_error.
class BlockReader final : public RecordReader {
 public:
  // `superseded` is of the same instant and outlives the reader.
  BlockReader(soci::session& session, Instant as_of, const SupersededReports& superseded);

  // Takes the next patients by id: at most `count` after `after` (empty: from the first). None: the end.
  void load(const std::string& after, std::size_t count);
  const std::vector<v1::Patient>& patients() const { return patients_; }

  Result<Rows<v1::Patient>> patient(const std::string& id, Instant as_of) override;
  Result<Rows<v1::LabReport>> report(const std::string& id, Instant as_of) override { return one_.report(id, as_of); }
  Result<Rows<v1::Practitioner>> practitioners(Instant as_of) override { return one_.practitioners(as_of); }
  Result<Rows<v1::Patient>> patients_by_ins(const v1::Ins& ins, Instant as_of) override {
    return one_.patients_by_ins(ins, as_of);
  }
  Result<Rows<v1::Patient>> patients_by_traits(const v1::Traits& traits, Instant as_of) override {
    return one_.patients_by_traits(traits, as_of);
  }
  Result<Rows<v1::Observation>> observations_of(const std::string& report_id, Instant as_of) override {
    return one_.observations_of(report_id, as_of);
  }
  Result<Rows<v1::LabReport>> reports(const PatientQuery& query) override;
  Result<Rows<v1::Observation>> observations(const ObservationQuery& query) override;
  Result<Rows<v1::Condition>> conditions(const PatientQuery& query) override;
  Result<Rows<v1::MedicationStatement>> medications(const PatientQuery& query) override;
  Result<Rows<v1::Target>> targets(const PatientQuery& query) override;
  Result<Rows<v1::KnownAnomaly>> known_anomalies(const PatientQuery& query) override;
  Result<Rows<v1::ContextWord>> flags(const PatientQuery& query) override;
  Result<Rows<v1::Immunization>> immunizations(const PatientQuery& query) override;
  Result<Rows<v1::LongTermCondition>> long_term_conditions(const PatientQuery& query) override;
  Result<Rows<v1::Appointment>> appointments(const PatientQuery& query) override { return one_.appointments(query); }
  Result<Rows<v1::Message>> messages(const PatientQuery& query) override { return one_.messages(query); }
  Result<Rows<worker::v1::DocumentContent>> documents(const PatientQuery& query,
                                                      const std::vector<std::string>& type_codes) override {
    return one_.documents(query, type_codes);
  }
  Result<Rows<worker::v1::RequestState>> request_states(const PatientQuery& query) override {
    return one_.request_states(query);
  }

 private:
  // What orders a row: valid_from_ms, then row_id.
  struct Place {
    std::int64_t from_ms;
    std::int64_t row_id;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  // One patient's rows of a kind, each beside its place: a message is dear to move, so that they are handed on whole.
  template <class M>
  struct Placed {
    std::vector<Place> places;
    std::vector<M> rows;
  };
  // One kind of the block, the rows of each patient in order.
  template <class M>
  struct Kind {
    bool read = false;
    std::optional<Instant> since;
    std::vector<Placed<M>> of_patient;
    std::vector<bool> given;
  };

  template <class M>
  static void put_in_order(Placed<M>& of_patient);
  template <class M>
  void read_kind(Kind<M>& kind, std::optional<Instant> since);
  // Nothing when the question is not one for the block.
  template <class M>
  std::optional<std::vector<M>> take(const PatientQuery& query);
  template <class M, class Read>
  Result<Rows<M>> rows_of(const PatientQuery& query, Read otherwise);
  void mark_seen(Kind<v1::Observation>& kind);

  soci::session& session_;
  const Instant as_of_;
  const SupersededReports& superseded_;
  SqlRecordReader one_;
  std::vector<v1::Patient> patients_;
  std::unordered_map<std::string_view, std::size_t> places_;  // into patients_
  std::tuple<Kind<v1::LabReport>, Kind<v1::Observation>, Kind<v1::Condition>, Kind<v1::MedicationStatement>,
             Kind<v1::Target>, Kind<v1::KnownAnomaly>, Kind<v1::ContextWord>, Kind<v1::Immunization>,
             Kind<v1::LongTermCondition>>
      kinds_;
};

}  // namespace relais::records
