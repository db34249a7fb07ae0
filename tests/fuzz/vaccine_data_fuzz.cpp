// SPDX-License-Identifier: Apache-2.0
// Any bytes as supporting data: read whole or refused; what is read answers for a patient.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/engine.h"
#include "engine/explain.h"
#include "engine/load.h"

namespace {

namespace vaccine = relais::vaccine;

constexpr std::string_view schedule =
    "<scheduleSupportingData><vaccineGroups><vaccineGroup><name>Alpha</name></vaccineGroup></vaccineGroups>"
    "<vaccineGroupToAntigenMap><vaccineGroupMap><name>Alpha</name><antigen>Alpha</antigen></vaccineGroupMap>"
    "</vaccineGroupToAntigenMap><cvxToAntigenMap><cvxMap><cvx>A1</cvx><association><antigen>Alpha</antigen></"
    "association>"
    "</cvxMap></cvxToAntigenMap><observations><observation><observationCode>001</observationCode></observation>"
    "</observations></scheduleSupportingData>";

void use(const vaccine::SupportingData& data) {
  vaccine::Patient patient;
  patient.birth = 10'000;
  for (int i = 0; i < 6; ++i) {
    vaccine::Dose dose;
    dose.date = 10'000 + i * 400;
    dose.cvx = data.cvx.empty() ? vaccine::no_id : 0;
    patient.doses.push_back(dose);
  }
  if (!data.observations.empty()) patient.observations.push_back({0, 10'100});
  vaccine::Trace trace;
  const auto got = vaccine::assess(data, patient, 20'000, &trace);
  if (!got) return;
  for (const auto& forecast : got->groups) (void)vaccine::explain_in_french(data, *got, forecast, trace);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto data = vaccine::load_texts(schedule, {{"alpha.xml", text}})) use(*data);
  if (const auto data = vaccine::load_texts(text, {})) use(*data);
  return 0;
}
