// SPDX-License-Identifier: Apache-2.0
// What sources tell of a patient's vaccinations, and the acts that the record makes of it (immunization_acts.h). Every
// function with a Transaction runs inside a work of practice::Database::write and throws what Database answers. Acts
// stand in the record as other rows do, with their recorded times: what was known at an instant stays readable.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "practice/database.h"
#include "records/immunization_acts.h"

namespace relais::records {

using practice::Transaction;

// What is told of a patient and what comes of it. Bound to one transaction: pending changes are settled by settle().
class PatientImmunizations {
 public:
  PatientImmunizations(Transaction& tx, std::string patient_id);

  // Adds what a source tells. Returns the id of the telling.
  std::string add(TellingOfAct telling);
  // Takes every telling of this source away, as known from now on.
  void remove_source(const std::string& source_id);
  // Tellings of one act: taken back by a person.
  void withdraw(const std::string& act_id, const std::string& reason);
  void confirm(const std::string& act_id, const std::string& doctor_id);
  // What a doctor says of two acts; later words replace earlier ones.
  void rule(const ImmunizationRuling& ruling, const std::string& doctor_id);

  // Works the acts out and writes those that changed. True when something did; then an event patient.changed wakes the
  // plugins that ask for what is true of the patient.
  bool settle();

  // As of the last settle(), or of the beginning.
  const ImmunizationActs& acts() const { return acts_; }
  const ImmunizationAct* find(const std::string& act_id) const;
  // The act that a telling is of; null for an unknown one.
  const ImmunizationAct* of_telling(const std::string& telling_id) const;
  std::vector<v1::ImmunizationConflict> conflicts_of(const std::string& act_id) const;
  std::vector<v1::ImmunizationConflict> conflicts() const;

 private:
  void load();
  void work_out();

  Transaction& tx_;
  const std::string patient_id_;
  std::vector<TellingOfAct> tellings_;
  std::vector<ImmunizationRuling> rulings_;
  std::vector<v1::Immunization> standing_;  // rows of the record
  ImmunizationActs acts_;
};

// Patients of whom a source tells something.
std::vector<std::string> patients_told_by(soci::session& sql, const std::string& source_id);

}  // namespace relais::records
