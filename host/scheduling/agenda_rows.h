// SPDX-License-Identifier: Apache-2.0
// The tables of agendas: the one place that writes and reads their rows. Functions throw soci::soci_error.
#pragma once

#include <soci/soci.h>

#include <string>
#include <variant>
#include <vector>

#include "practice/database.h"
#include "practice/query.h"
#include "relais/v1/scheduling.pb.h"
#include "scheduling/agenda_store.h"
#include "scheduling/slots.h"

namespace relais::scheduling::rows {

// The next place in the feed.
std::int64_t next_change(Transaction& tx);

std::vector<v1::Schedule> schedules(soci::session& sql, const std::string& column, const std::string& value);
void put(Transaction& tx, const v1::Schedule& schedule);
void mark_busy_changed(Transaction& tx, const std::string& schedule_id);

// What narrows a SELECT: conditions joined by AND, and their values. A condition ends where its placeholder goes
// ("state ="), or is complete without one.
class Where {
 public:
  Where& text(const std::string& condition, std::string value);
  Where& number(const std::string& condition, std::int64_t value);
  Where& any_of(const std::string& column, const std::vector<std::string>& values);
  Where& plain(const std::string& condition);
  const std::string& sql() const { return sql_; }
  void bind(practice::Query& query) const;

 private:
  using Value = std::variant<std::string, std::int64_t>;
  std::string name();
  std::string sql_ = "1 = 1";
  std::vector<Value> values_;
};

std::vector<v1::Hold> holds(soci::session& sql, const Where& where, const std::string& order);
std::vector<v1::Booking> bookings(soci::session& sql, const Where& where);
std::vector<BusyPeriod> busy(soci::session& sql, const Where& where);

void insert(Transaction& tx, const v1::Hold& hold);
// State and end.
void update(Transaction& tx, const v1::Hold& hold);
void insert(Transaction& tx, const v1::Booking& booking);
// State, version, successor, who and when.
void update(Transaction& tx, const v1::Booking& booking);

// --- The time of a person -------------------------------------------------------------------------------------------
// Who has a cell of this span; empty when nobody.
std::string holder(soci::session& sql, const std::string& person, Span span);
void take(Transaction& tx, const std::string& person, Span span, const std::string& holder);
// From a hold to its appointment.
void hand_over(Transaction& tx, const std::string& from, const std::string& to);
void give_back(Transaction& tx, const std::string& holder);

}  // namespace relais::scheduling::rows
