// SPDX-License-Identifier: Apache-2.0
// What is wrong or hard in a source that was read all the same. Never replaces the value: it stands beside it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace relais::formats {

// Every anomaly, from anomalies.def.
enum class AnomalyCode {
#define RELAIS_ANOMALY(identifier, stable, french) identifier,
#include "records/formats/anomalies.def"
#undef RELAIS_ANOMALY
};

// The stable, documented text of an anomaly, such as "cda.invalid-date". Never localised.
std::string_view stable_code(AnomalyCode code);

// One French sentence for doctors and assistants.
std::string_view french(AnomalyCode code);

// `place` is a path in the read document ("results[3].reference", "OBX-12"); never a value, so it may be logged.
struct Anomaly {
  AnomalyCode code;
  std::string place;
  bool operator==(const Anomaly&) const = default;
};
using Anomalies = std::vector<Anomaly>;

// True when the list holds `code`, at any place.
bool has(const Anomalies& anomalies, AnomalyCode code);

}  // namespace relais::formats
