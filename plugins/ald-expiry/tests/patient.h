// SPDX-License-Identifier: Apache-2.0
// A fictitious patient as the host would show them to the plugin, told with the SDK's own harness.
#pragma once

#include <relais/testing/record.h>

#include <optional>
#include <string>
#include <vector>

#include "judge.h"
#include "pack.h"

namespace ald::test {

using relais::testing::on;
namespace told = relais::testing::told;
using ToldRight = told::LongTermCondition;

const Durations& durations();

class Patient {
 public:
  Patient& has(ToldRight right) { return record_.has(std::move(right)), *this; }
  // On the practice's clock; `start` in minutes from midnight of that day.
  Patient& comes(Date day, int minute) { return record_.has(told::Appointment{.day = day, .minute = minute}), *this; }
  Patient& takes(std::string treatment) { return record_.has(told::Medication{.label = std::move(treatment)}), *this; }
  Patient& set(std::string key, double value) {
    return record_.has(told::Setting{.key = std::move(key), .number = value}), *this;
  }
  // Rows of the kind were left out.
  Patient& withheld() { return record_.withheld("long_term_condition"), *this; }

  std::vector<Line> lines(Date today) const;
  std::optional<relais::Finding> alert(Date today) const;
  relais::Effect pack(Date today) const;

 private:
  relais::testing::Record record_;
};

// The first reason of this rule, or null.
const relais::Reason* said(const std::optional<relais::Finding>& finding, const std::string& rule);

}  // namespace ald::test
