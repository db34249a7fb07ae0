// SPDX-License-Identifier: Apache-2.0
// A fictitious patient asked of the whole plugin through its exported symbol, with the shipped data.
#pragma once

#include <relais/testing/loaded.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "recall/report.h"

namespace recall::test {

using relais::testing::Answer;
using relais::testing::on;
namespace told = relais::testing::told;

inline relais::testing::Loaded& plugin() {
  static relais::testing::Loaded loaded;
  return loaded;
}

class Patient {
 public:
  explicit Patient(relais::Date born, relais::Sex sex = relais::Sex::female) {
    record_.has(told::Patient{.born = born, .sex = sex});
  }
  // Seen on the booklet.
  Patient& given(std::string product, std::optional<relais::Date> day, std::string system = "") {
    record_.has(told::Immunization{
        .product_code = std::move(product), .product_system = std::move(system), .given_on = day, .proof = 1});
    return *this;
  }
  Patient& has(told::Immunization row) { return record_.has(std::move(row)), *this; }
  Patient& word(std::string word, std::optional<relais::Date> from = {}, double number = 0) {
    record_.has(told::ContextWord{.word = std::move(word), .from = from, .number = number});
    return *this;
  }
  Patient& ill(std::string code) { return record_.has(told::Condition{.code = std::move(code)}), *this; }
  Patient& comes(relais::Date day, int minute = 600) {
    record_.has(told::Appointment{.day = day, .minute = minute});
    return *this;
  }
  Patient& set(std::string key, double value) {
    record_.has(told::Setting{.key = std::move(key), .number = value});
    return *this;
  }
  Patient& set(std::string key, std::string value) {
    record_.has(told::Setting{.key = std::move(key), .text = std::move(value)});
    return *this;
  }
  Patient& withheld(std::string kind) { return record_.withheld(std::move(kind)), *this; }

  Answer ask(relais::Date today) const {
    Answer answer = plugin().ask(record_, today);
    INFO(answer.refused << " " << answer.not_evaluated);
    CHECK(answer.evaluated());
    return answer;
  }

 private:
  relais::testing::Record record_;
};

// Texts of every reason of a rule.
inline std::vector<std::string> said(const Answer& answer, const std::string& rule) {
  std::vector<std::string> texts;
  for (const auto& finding : answer.findings) {
    for (const auto& reason : finding.reasons) {
      if (reason.rule == rule) texts.push_back(reason.text);
    }
  }
  return texts;
}
inline bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
inline bool says(const Answer& answer, const std::string& rule, const std::string& part) {
  const auto texts = said(answer, rule);
  return std::any_of(texts.begin(), texts.end(), [&](const auto& text) { return holds(text, part); });
}
inline std::string title(const Answer& answer, const char* kind) {
  const auto* const found = answer.finding(kind);
  return found == nullptr ? "" : found->title;
}
inline std::string draft(const Answer& answer, const std::string& type) {
  for (const auto& effect : answer.effects) {
    if (effect.type == type) return effect.body;
  }
  return "";
}

// A child of 14 months to whom nothing was given since 6 months.
inline Patient late_child() {
  Patient child(on(2024, 12, 5), relais::Sex::male);
  child.given("60645557", on(2025, 2, 5), "cis").given("60645557", on(2025, 4, 7), "cis");
  child.given("67786749", on(2025, 2, 5), "cis").given("67786749", on(2025, 4, 7), "cis");
  child.given("64493883", on(2025, 3, 10), "cis").given("64493883", on(2025, 5, 12), "cis");
  return child.given("69241562", on(2025, 6, 10), "cis");
}

}  // namespace recall::test
