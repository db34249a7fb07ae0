// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bio {

// From a written unit to the canonical one: canonical = factor * written + offset.
struct Conversion {
  double factor = 1;
  double offset = 0;
  double operator()(double value) const { return factor * value + offset; }
};

// The form in which units are compared: lower case, no spaces, one micro sign, exponents as *9.
std::string normal_unit(std::string_view written);

// The units that one analyte is known in. A unit that is not here is unknown: no threshold applies.
class Units {
 public:
  // "mmol/l=1 g/l=5.551 mmol/mol=0.09148+2.152". Throws std::runtime_error.
  static Units parse(std::string_view text);
  std::optional<Conversion> find(std::string_view written) const;

 private:
  std::map<std::string, Conversion, std::less<>> known_;
};

}  // namespace bio
