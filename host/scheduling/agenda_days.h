// SPDX-License-Identifier: Apache-2.0
// What closes the days of a practice, read where the agenda is read: public holidays, closures and leave that people
// entered, and which days an assistant works.
#pragma once

#include <soci/soci.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduling/slots.h"

namespace relais::scheduling {

// Of one read or write. Valid as long as its session's work; used by one thread.
class AgendaDays {
 public:
  // What is known at `now`. Throws soci::soci_error.
  AgendaDays(soci::session& sql, Instant now, std::string practice_zone);

  const ClosedDays& closed() const { return closed_; }
  const std::string& zone() const { return zone_; }
  // Remembers what it answered. The days must outlive it.
  Works works();

  // Open spans of an agenda that overlap `within`.
  std::vector<OpenSpan> open(const v1::Schedule& schedule, Span within) {
    return open_spans(schedule, zone_, closed_, works(), within);
  }
  std::vector<OpenSpan> written(const v1::Schedule& schedule, Span within) {
    return written_spans(schedule, zone_, works(), within);
  }

 private:
  soci::session& sql_;
  const std::string zone_;
  ClosedDays closed_;
  std::map<std::string, std::vector<v1::Schedule>> agendas_;  // by person
  std::map<std::pair<std::string, date::sys_days>, bool> works_;
};

// The open span that holds this time whole; nothing when the hours or a closed day leave it out.
std::optional<OpenSpan> holding(AgendaDays& days, const v1::Schedule& schedule, Span span);

}  // namespace relais::scheduling
