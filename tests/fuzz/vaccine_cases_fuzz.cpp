// SPDX-License-Identifier: Apache-2.0
// Any bytes as files of vaccine cases, as CSV and as JSON: read whole or refused, and what is read is answered.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "calendar_fr/cases.h"
#include "command/cdsi_compare.h"

namespace {

namespace vaccine = relais::vaccine;

const vaccine::fr::Calendar& calendar() {
  static const auto loaded = vaccine::fr::load_calendar(VACCINE_DATA);
  if (!loaded) std::abort();
  return *loaded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto cases = vaccine::read_cdsi_cases(text, calendar().data)) {
    for (const auto& each : *cases) (void)vaccine::run_case(each, calendar().data);
  }
  if (const auto cases = vaccine::fr::read_french_cases(text, calendar())) {
    std::ostringstream out;
    vaccine::fr::report_french_cases(calendar(), *cases, out);
  }
  return 0;
}
