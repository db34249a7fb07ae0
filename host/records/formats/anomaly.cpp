// SPDX-License-Identifier: Apache-2.0
#include "records/formats/anomaly.h"

#include <algorithm>

namespace relais::formats {

std::string_view stable_code(AnomalyCode code) {
  switch (code) {
#define RELAIS_ANOMALY(identifier, stable, text) \
  case AnomalyCode::identifier:                  \
    return stable;
#include "records/formats/anomalies.def"
#undef RELAIS_ANOMALY
  }
  return "unknown";
}

std::string_view french(AnomalyCode code) {
  switch (code) {
#define RELAIS_ANOMALY(identifier, stable, text) \
  case AnomalyCode::identifier:                  \
    return text;
#include "records/formats/anomalies.def"
#undef RELAIS_ANOMALY
  }
  return "Anomalie inconnue.";
}

bool has(const Anomalies& anomalies, AnomalyCode code) {
  return std::any_of(anomalies.begin(), anomalies.end(), [code](const Anomaly& a) { return a.code == code; });
}

}  // namespace relais::formats
