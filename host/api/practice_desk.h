// SPDX-License-Identifier: Apache-2.0
// What the handlers of PracticeService share: dates and instants of requests, who is meant, one fact recorded in one
// durable write. Private to practice_*.cpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/call.h"
#include "api/domain_words.h"
#include "api/idempotency.h"
#include "api/practice_services.h"
#include "practice/fact_store.h"
#include "practice/practice_facts.h"
#include "relais/v1/practice.pb.h"

namespace relais::api {

// What PracticeService stands on; outlives the server.
struct PracticeDesk {
  const PracticeServices& context;
  practice::FactStore& store;
  practice::PracticeFacts& known;

  fiche::CivilDate today() const;
  // First instant of a day of the practice.
  Instant start_of(fiche::CivilDate day) const;
  Instant end_of(fiche::CivilDate day) const;  // excluded

  // The caller, or the doctor replaced, when `asked` is empty; api.not-yours for another. Machines and administrators
  // name an open doctor's account (practice.unknown-person).
  Answer<std::string> doctor(const Call& call, const std::string& asked) const;
  // An open assistant's account that the caller may say something about: the own one, one that a fiche of the doctor
  // names (practice.no-fiche), any for an administrator. Empty: the caller.
  Answer<std::string> assistant(const Call& call, const std::string& asked) const;
  // practice.unknown-person unless there is an open account of that role.
  Answer<void> open_account(const std::string& id, worklist::Role role, const char* place) const;
  // practice.unknown-patient (place patient_id) unless the record holds the patient.
  Answer<void> known_patient(const std::string& patient) const;
};

// "YYYY-MM-DD", or `otherwise` when empty. relais.invalid-argument with the place.
Answer<fiche::CivilDate> date_of(const std::string& text, const char* place,
                                 const std::optional<fiche::CivilDate>& otherwise = std::nullopt);
// Sets both dates and the instants they mean. relais.invalid-argument (until_date) when they are the wrong way round.
Answer<void> set_days(const PracticeDesk& desk, practice::Fact& fact, const std::string& from, const std::string& until,
                      const std::optional<fiche::CivilDate>& from_otherwise);
// Text that a person wrote, bounded. relais.invalid-argument with the place.
Answer<std::string> words_of(const std::string& text, const char* place);

v1::PracticeFact to_proto(const practice::Fact& fact);
std::optional<practice::FactKind> from_proto(v1::FactKind kind);

// Records in one durable write, once for a request_id, then wakes who watches: rights may have changed. What is kept to
// answer a repeated call holds no health data: the facts are read again.
Answer<std::vector<practice::Fact>> record_once(
    const PracticeDesk& desk, Call& call, const google::protobuf::Message& request,
    const std::function<Answer<std::vector<practice::Fact>>(practice::Transaction&)>& work);
// The same for one fact that needs no look at the others.
Answer<practice::Fact> record_once(const PracticeDesk& desk, Call& call, const google::protobuf::Message& request,
                                   practice::Fact fact);

void register_practice_entry(Registry& registry, const PracticeDesk& desk);
void register_practice_people(Registry& registry, const PracticeDesk& desk);
void register_practice_questions(Registry& registry, const PracticeDesk& desk);
void register_practice_calendar(Registry& registry, const PracticeDesk& desk);
void register_practice_history(Registry& registry, const PracticeDesk& desk);

// What a contract date or a long absence asks, of every doctor; open and answered.
Answer<std::vector<v1::Question>> questions_of(const PracticeDesk& desk);

}  // namespace relais::api
