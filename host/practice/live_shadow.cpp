// SPDX-License-Identifier: Apache-2.0
#include "practice/live_shadow.h"

#include <nlohmann/json.hpp>

#include "practice/ids.h"
#include "practice/query.h"

namespace relais::practice {
namespace {

using Json = nlohmann::json;

constexpr std::string_view shadow_columns =
    "SELECT number, doctor_id, plugin_id, version_in_use, version, started_ms, until_ms, ended_ms, ended_code, subjects, "
    "same, different, skipped FROM live_shadow ";

LiveShadow shadow_of(const Query& row) {
  LiveShadow shadow;
  shadow.number = row.number(0);
  shadow.doctor_id = row.words(1);
  shadow.plugin_id = row.words(2);
  shadow.version_in_use = row.words(3);
  shadow.version = row.words(4);
  shadow.started = from_ms(row.number(5));
  shadow.until = from_ms(row.number(6));
  if (row.number(7) != 0) shadow.ended = from_ms(row.number(7));
  shadow.ended_code = row.words(8);
  shadow.subjects = row.number(9);
  shadow.same = row.number(10);
  shadow.different = row.number(11);
  shadow.skipped = row.number(12);
  return shadow;
}

std::string_view word(ShadowCount kind) {
  switch (kind) {
    case ShadowCount::not_evaluated_in_use:
      return "not-evaluated/in-use";
    case ShadowCount::not_evaluated_in_shadow:
      return "not-evaluated/in-shadow";
    case ShadowCount::items_in_use:
      return "items/in-use";
    case ShadowCount::items_in_shadow:
      break;
  }
  return "items/in-shadow";
}

void count(Transaction& tx, std::int64_t number, ShadowCount kind, std::string_view name, std::int64_t more) {
  Query(tx.sql(), "INSERT INTO live_shadow_count (number, kind, name, count) VALUES (:number, :kind, :name, :more) "
                  "ON CONFLICT (number, kind, name) DO UPDATE SET count = live_shadow_count.count + excluded.count")
      .use(number)
      .use(word(kind))
      .use(name)
      .use(more)
      .run();
}

void keep_difference(Transaction& tx, std::int64_t number, const ShadowedDifference& difference) {
  Json lines = Json::array();
  for (const auto& [kind, sentence] : difference.differences) lines.push_back({kind, sentence});
  Query(tx.sql(), "INSERT INTO live_shadow_difference (number, seq, item_id, patient_id, at_ms, category, differences) "
                  "VALUES (:number, :seq, :item, :patient, :at, :category, :differences)")
      .use(number)
      .use(next_number(tx, "live-shadow-difference"))
      .use(difference.item_id)
      .use(difference.patient_id)
      .use(to_ms(difference.at))
      .use(static_cast<std::int64_t>(difference.category))
      .use(lines.dump(-1, ' ', false, Json::error_handler_t::replace))
      .run();
  Query(tx.sql(), "DELETE FROM live_shadow_difference WHERE number = :number AND seq NOT IN (SELECT seq FROM "
                  "live_shadow_difference WHERE number = :same ORDER BY category DESC, seq LIMIT :most)")
      .use(number)
      .use(number)
      .use(most_shadow_differences)
      .run();
}

bool stands(Transaction& tx, std::int64_t number) {
  Query row(tx.sql(), "SELECT COUNT(*) FROM live_shadow WHERE number = :number AND ended_ms = 0");
  return row.use(number).next() && row.number(0) > 0;
}

}  // namespace

std::int64_t begin_shadow(Transaction& tx, const LiveShadow& shadow) {
  if (const auto before = live_shadow(tx.sql(), shadow.doctor_id, shadow.plugin_id)) {
    for (const auto* table : {"DELETE FROM live_shadow_count WHERE number = :number",
                              "DELETE FROM live_shadow_difference WHERE number = :number",
                              "DELETE FROM live_shadow WHERE number = :number"})
      Query(tx.sql(), table).use(before->number).run();
  }
  const auto number = next_number(tx, "live-shadow");
  Query(tx.sql(), "INSERT INTO live_shadow (doctor_id, plugin_id, number, version_in_use, version, started_ms, until_ms, "
                  "ended_ms, ended_code, subjects, same, different, skipped) VALUES (:doctor, :plugin, :number, :used, "
                  ":version, :started, :until, 0, '', 0, 0, 0, 0)")
      .use(shadow.doctor_id)
      .use(shadow.plugin_id)
      .use(number)
      .use(shadow.version_in_use)
      .use(shadow.version)
      .use(to_ms(shadow.started))
      .use(to_ms(shadow.until))
      .run();
  return number;
}

bool end_shadow(Transaction& tx, std::int64_t number, const std::string& code) {
  if (!stands(tx, number)) return false;
  Query(tx.sql(), "UPDATE live_shadow SET ended_ms = :now, ended_code = :code WHERE number = :number")
      .use(to_ms(tx.now()))
      .use(code)
      .use(number)
      .run();
  return true;
}

void add_comparison(Transaction& tx, std::int64_t number, const ShadowComparison& comparison) {
  if (!stands(tx, number)) return;
  const bool both = comparison.not_evaluated_in_use.empty() && comparison.not_evaluated_in_shadow.empty();
  const std::int64_t different = both && comparison.difference ? 1 : 0;
  const std::int64_t same = both && !comparison.difference ? 1 : 0;
  Query(tx.sql(), "UPDATE live_shadow SET subjects = subjects + 1, same = same + :same, different = different + :different "
                  "WHERE number = :number")
      .use(same)
      .use(different)
      .use(number)
      .run();
  if (!comparison.not_evaluated_in_use.empty())
    count(tx, number, ShadowCount::not_evaluated_in_use, comparison.not_evaluated_in_use, 1);
  if (!comparison.not_evaluated_in_shadow.empty())
    count(tx, number, ShadowCount::not_evaluated_in_shadow, comparison.not_evaluated_in_shadow, 1);
  for (const auto& [category, items] : comparison.items_in_use)
    count(tx, number, ShadowCount::items_in_use, std::to_string(category), items);
  for (const auto& [category, items] : comparison.items_in_shadow)
    count(tx, number, ShadowCount::items_in_shadow, std::to_string(category), items);
  if (different != 0) keep_difference(tx, number, *comparison.difference);
}

void add_skipped(Transaction& tx, std::int64_t number, std::int64_t more) {
  Query(tx.sql(), "UPDATE live_shadow SET skipped = skipped + :more WHERE number = :number").use(more).use(number).run();
}

std::optional<LiveShadow> live_shadow(soci::session& sql, const std::string& doctor, const std::string& plugin) {
  Query row(sql, std::string(shadow_columns) + "WHERE doctor_id = :doctor AND plugin_id = :plugin");
  if (!row.use(doctor).use(plugin).next()) return std::nullopt;
  return shadow_of(row);
}

std::vector<LiveShadow> running_shadows(soci::session& sql) {
  Query row(sql, std::string(shadow_columns) + "WHERE ended_ms = 0 ORDER BY number");
  std::vector<LiveShadow> running;
  while (row.next()) running.push_back(shadow_of(row));
  return running;
}

std::map<std::string, std::int64_t> shadow_counts(soci::session& sql, std::int64_t number, ShadowCount kind) {
  Query row(sql, "SELECT name, count FROM live_shadow_count WHERE number = :number AND kind = :kind");
  row.use(number).use(word(kind));
  std::map<std::string, std::int64_t> counts;
  while (row.next()) counts[row.words(0)] = row.number(1);
  return counts;
}

std::vector<ShadowedDifference> shadow_differences(soci::session& sql, std::int64_t number, std::int64_t limit) {
  Query row(sql, "SELECT item_id, patient_id, at_ms, category, differences FROM live_shadow_difference WHERE number = :number "
                 "ORDER BY category DESC, seq LIMIT :most");
  row.use(number).use(limit);
  std::vector<ShadowedDifference> found;
  while (row.next()) {
    auto& one = found.emplace_back();
    one.item_id = row.words(0);
    one.patient_id = row.words(1);
    one.at = from_ms(row.number(2));
    one.category = static_cast<worklist::Category>(row.number(3));
    for (const auto& line : Json::parse(row.text(4)))
      one.differences.emplace_back(line.at(0).get<std::string>(), line.at(1).get<std::string>());
  }
  return found;
}

}  // namespace relais::practice
