// SPDX-License-Identifier: Apache-2.0
#include "app/demonstration_clock.h"

#include "app/practice_config.h"
#include "domain/civil_time.h"

namespace relais::app {

Result<std::unique_ptr<Clock>> practice_clock(const std::filesystem::path& data, const std::string& start) {
  if (start.empty()) return std::make_unique<SystemClock>();
  const auto config = read_config(data);
  if (!config) return tl::unexpected(config.error());
  if (!config->demonstration) return fail(Code::config_clock, "not a demonstration", "--demonstration-clock");
  const auto local = fiche::parse_moment(start);
  if (!local || local->date_only) return fail(Code::invalid_argument, "expected YYYY-MM-DDTHH:MM", "--demonstration-clock");
  return std::make_unique<DemonstrationClock>(fiche::to_instant(local->at, config->time_zone));
}

}  // namespace relais::app
