// SPDX-License-Identifier: Apache-2.0
// Facts of the mandate: those that people entered, and those that the record holds (age of a patient, restricted category
// of a report, what immediate rules are judged on).
#pragma once

#include "practice/database.h"
#include "practice/practice_facts.h"
#include "records/record_source.h"

namespace relais::app {

class RecordFacts final : public practice::PracticeFacts {
 public:
  // Both must outlive it. `time_zone` is an IANA name.
  RecordFacts(practice::Database& database, std::string time_zone,
              records::RecordSource& record = records::own_record())
      : practice::PracticeFacts(database, std::move(time_zone)), record_(record) {}

  // Nothing when the patient, or a true birth date, is not known, or cannot be read: an age bound then excludes.
  std::optional<int> age(const std::string& patient, Instant at) override;
  // Nothing for an item without one; "notes-personnelles", which no fiche opens, when the record cannot be read, or when
  // the record and who entered one disagree.
  std::optional<std::string> category(const std::string& item, Instant at) override;
  // Of a laboratory report or a message; nothing of what is neither. Not readable when the database does not answer.
  escalation::Evaluated evaluated(const std::string& item, const std::string& patient,
                                  const std::vector<std::string>& earlier_codes, Instant at) override;

 private:
  // Until when the record is asked, for what is asked of `at`.
  Instant known(Instant at) const;

  records::RecordSource& record_;
};

}  // namespace relais::app
