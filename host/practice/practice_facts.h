// SPDX-License-Identifier: Apache-2.0
// The entered facts as decisions read them. Kept in memory and brought up to date by refresh(): one short read when
// nothing was recorded.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "domain/thread_annotations.h"
#include "practice/fact_store.h"
#include "practice/mandate_gate.h"

namespace relais::practice {

// An absence of an assistant that lasts longer than that asks whether the grants stand (section 6).
inline constexpr int long_absence_months = 3;

class PracticeFacts : public DecisionFacts {
 public:
  // `database` must outlive it. `zone`: IANA name, of the practice; facts entered in days are its days.
  PracticeFacts(Database& database, std::string zone) : database_(database), zone_(std::move(zone)) {}

  Result<void> refresh() override;

  // The latest declaration that covers `at`. While the doctor is replaced only what a replacement doctor declared counts
  // (the one who is replaced does not practise meanwhile), and nothing of it afterwards.
  std::optional<bool> doctor_present(const std::string& doctor, Instant at) override;
  std::vector<fiche::LocumPeriod> locums(Instant at) override;
  AssistantTerms terms(const std::string& assistant, Instant at) override;
  std::map<std::string, fiche::CivilDate> departures(Instant at) override;
  fiche::HolidayRegion holidays(Instant at) override;
  bool kinship(const std::string& assistant, const std::string& patient, Instant at) override;
  std::vector<fiche::Opposition> opposition(const std::string& patient, Instant at) override;
  // Two different categories of one item are a category that no fiche opens.
  std::optional<std::string> category(const std::string& item, Instant at) override;

  // The declaration that doctor_present() answers from.
  std::optional<Fact> presence(const std::string& doctor, Instant at);
  // The replacement that covers this doctor at `at`.
  std::optional<Fact> locum(const std::string& doctor, Instant at);

 protected:
  Database& database() const { return database_; }
  const std::string& zone() const { return zone_; }

 private:
  using Indexes = std::vector<std::size_t>;

  // What could be known at `at`: nothing of what is still to come is.
  Instant known(Instant at) const;
  template <class F>
  void each(FactKind kind, Instant at, F work) const RELAIS_REQUIRES(mutex_);
  std::optional<Fact> locum_at(const std::string& doctor, Instant at) const RELAIS_REQUIRES(mutex_);
  std::optional<Fact> presence_at(const std::string& doctor, Instant at) const RELAIS_REQUIRES(mutex_);
  std::vector<fiche::Suspension> suspensions(const std::string& assistant, Instant at) const RELAIS_REQUIRES(mutex_);

  Database& database_;
  const std::string zone_;
  mutable Mutex mutex_;
  std::int64_t last_ RELAIS_GUARDED_BY(mutex_) = 0;
  std::vector<Fact> facts_ RELAIS_GUARDED_BY(mutex_);  // oldest first
  std::map<std::string, std::size_t> by_id_ RELAIS_GUARDED_BY(mutex_);
  std::map<FactKind, Indexes> by_kind_ RELAIS_GUARDED_BY(mutex_);
  std::map<std::string, Indexes> by_patient_ RELAIS_GUARDED_BY(mutex_);
  std::map<std::string, Indexes> by_item_ RELAIS_GUARDED_BY(mutex_);
};

// What asks the doctors of an assistant whether their grants stand: each suspension of the aid, each absence of more than
// long_absence_months (absences that follow one another count as one). `facts`: contract and absence facts that stand.
struct StandingDoubt {
  std::string fact_id;  // the first absence, or the suspension
  fiche::CivilDate from{};
  bool absence = false;
};
std::vector<StandingDoubt> doubts(const std::string& assistant, const std::vector<Fact>& facts);

// Identifier of the question that a fact asks a doctor about an assistant.
std::string question_id(const std::string& fact, const std::string& doctor, const std::string& assistant);

}  // namespace relais::practice
