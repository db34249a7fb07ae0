// SPDX-License-Identifier: Apache-2.0
// For each item that waits: which assistants it waits for, when they are there, and where it goes when they are not.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/working_hours.h"
#include "domain/worklist_clock.h"
#include "practice/accounts.h"
#include "practice/fiche_store.h"
#include "practice/mandate_gate.h"

namespace relais::app {

// Leave, holidays and closures, as the practice's calendar knows them. The defaults are the safe ones: nobody is on
// leave beyond what the fiches say, and only Sundays, Saturdays and the legal holidays are no working days.
// Thread-safe in every implementation.
class PracticeCalendar {
 public:
  virtual ~PracticeCalendar() = default;
  // Last day of the leave of this assistant that covers `day`; none when she is not on leave.
  virtual std::optional<fiche::CivilDate> leave_until(const std::string& /*assistant*/, fiche::CivilDate /*day*/) {
    return std::nullopt;
  }
  virtual bool is_holiday(fiche::CivilDate day) { return fiche::is_public_holiday(day); }
};

// The assistants who may work on one task of one doctor.
struct Desk {
  struct Person {
    std::string id;
    fiche::WorkTime time;
    std::optional<fiche::Fallback> fallback;
    std::optional<double> validation_h;
  };
  bool delegated = false;
  std::vector<Person> people;
};

// Where an item goes.
struct Route {
  std::string to;      // word of `repli`
  std::string person;  // the other assistant
  std::string why;     // French
};

// Reads fiches and accounts once; made anew for each pass. Never inside a work of the database.
class ItemWaits {
 public:
  // All must outlive it.
  ItemWaits(practice::FicheStore& fiches, practice::Accounts& accounts, practice::MandateGate& gate,
            PracticeCalendar& calendar, std::string zone, Instant now);
  Result<void> open();

  Result<worklist::Waits> of(const worklist::Item& item, Instant due);
  // Where its fallback sends it now.
  Result<Route> route(const worklist::Item& item, Instant due);
  bool is_doctor(const std::string& account) const;
  std::vector<std::string> accounts_of(worklist::Role role) const;

 private:
  Result<const Desk*> desk(const std::string& task, const std::string& doctor);
  // Of the desk, those who hold it; all when nobody does.
  std::vector<Desk::Person> holders(const worklist::Item& item, const Desk& desk) const;
  std::string until(const std::vector<fiche::WorkTime>& times) const;

  practice::FicheStore& fiches_;
  practice::Accounts& accounts_;
  practice::MandateGate& gate_;
  PracticeCalendar& calendar_;
  const std::string zone_;
  const Instant now_;
  std::vector<fiche::KnownFiche> known_;
  std::map<std::string, worklist::Role> roles_;  // of open accounts
  std::map<std::pair<std::string, std::string>, Desk> desks_;
};

}  // namespace relais::app
