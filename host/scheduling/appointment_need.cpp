// SPDX-License-Identifier: Apache-2.0
#include "scheduling/appointment_need.h"

#include <charconv>
#include <sstream>
#include <string>

#include "domain/civil_time.h"
#include "practice/item_proposals.h"
#include "practice/worklist_store.h"

namespace relais::scheduling {
namespace {

int whole_number(const std::string& text) {
  int number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && number > 0 ? number : 0;
}

std::string day_or_none(const std::string& text) { return fiche::parse_date(text) ? text : std::string(); }

}  // namespace

v1::Need read_appointment_need(std::string_view body) {
  v1::Need need;
  std::istringstream lines{std::string(body)};
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 2);
    if (name == "kind") need.set_kind(value);
    if (name == "minutes") need.set_minutes(whole_number(value));
    if (name == "not_before") need.set_not_before(day_or_none(value));
    if (name == "not_after") need.set_not_after(day_or_none(value));
    if (name == "priority") need.set_priority(whole_number(value));
  }
  return need;
}

std::optional<v1::Need> appointment_need(soci::session& sql, const worklist::Scope& scope) {
  for (const auto& one : practice::proposals_of(sql, scope))
    if (one.type == appointment_need_draft) return read_appointment_need(one.body);
  return std::nullopt;
}

Result<std::optional<v1::Need>> appointment_need(soci::session& sql, const std::string& item_id) {
  const auto item = practice::WorklistStore::item(sql, item_id);
  if (!item) return tl::unexpected<Error>(item.error());
  return appointment_need(sql, item->key.scope);
}

}  // namespace relais::scheduling
