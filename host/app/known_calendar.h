// SPDX-License-Identifier: Apache-2.0
// Leave, closures and holidays for the clocks, out of what people entered.
#pragma once

#include "app/item_waits.h"
#include "practice/practice_facts.h"

namespace relais::app {

class KnownCalendar final : public PracticeCalendar {
 public:
  // All must outlive it.
  KnownCalendar(const practice::MandateGate& gate, practice::PracticeFacts& facts, const Clock& clock)
      : gate_(gate), facts_(facts), clock_(clock) {}

  std::optional<fiche::CivilDate> leave_until(const std::string& assistant, fiche::CivilDate day) override {
    const auto away = gate_.away(assistant, day);
    if (!away) return std::nullopt;
    return away->until;
  }
  // Asked for every day of every delay: from memory, which each decision brings up to date.
  bool is_holiday(fiche::CivilDate day) override {
    return !fiche::holiday_name(day, facts_.holidays(clock_.now())).empty();
  }

 private:
  const practice::MandateGate& gate_;
  practice::PracticeFacts& facts_;
  const Clock& clock_;
};

}  // namespace relais::app
