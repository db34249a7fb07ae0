// SPDX-License-Identifier: Apache-2.0
// A small grammar of each kind, and results to judge.
#pragma once

#include <fmt/format.h>

#include "domain/escalation.h"

namespace relais::escalation::samples {

inline std::string number(double value) { return fmt::format("{}", value); }

inline Grammar biology() {
  Grammar grammar;
  grammar.forms = {Form::threshold, Form::change, Form::positive};
  grammar.analytes = {
      {"K", "Potassium", {"kaliémie"}, {"2823-3"}, {{"mmol/L"}, {"mEq/L", 1, 0}}},
      {"HB", "Hémoglobine", {}, {"718-7"}, {{"g/L"}, {"g/dL", 10, 0}}},
      {"INR", "INR", {}, {"6301-6"}, {{"{ratio}"}, {"", 1, 0}}},
      {"CREA", "Créatinine", {"créat"}, {"14682-9", "2160-0"}, {{"umol/L"}, {"mg/L", 8.84, 0}}},
      {"TROP", "Troponine hs", {"troponine"}, {"67151-1"}, {{"ng/L"}}},
      {"PLQ", "Plaquettes", {}, {"777-3"}, {{"10*9/L"}, {"G/L", 1, 0}, {"/mm3", 0.001, 0}}},
      {"NTBNP", "NT-proBNP", {}, {"33762-6"}, {{"ng/L"}}},
      {"HBA1C", "HbA1c", {"hémoglobine glyquée"}, {"4548-4"}, {{"%"}, {"mmol/mol", 0.09148, 2.152}}},
  };
  return grammar;
}

inline Grammar messages() { return {{Form::words}, {}}; }

inline Measured measured(std::string loinc, double value, std::string unit) {
  Measured one;
  one.id = "o-" + loinc;
  one.loinc = true;
  one.code = std::move(loinc);
  one.numeric = true;
  one.value = value;
  one.unit = std::move(unit);
  one.collected = Instant{std::chrono::hours{1000}};
  return one;
}

inline Measured potassium(double value) { return measured("2823-3", value, "mmol/L"); }

inline Measured creatinine(double value, int hour = 1000) {
  auto one = measured("14682-9", value, "µmol/L");
  one.collected = Instant{std::chrono::hours{hour}};
  return one;
}

}  // namespace relais::escalation::samples
