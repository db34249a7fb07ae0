// SPDX-License-Identifier: Apache-2.0
#include "records/declaration.h"

#include <catch2/catch.hpp>

namespace relais::records {
namespace {

using namespace std::chrono_literals;

const Today today{date::sys_days{date::year{2026} / 11 / 21} + 12h, date::year{2026} / 11 / 21};

plugins::Manifest slice(std::vector<plugins::SliceKind> kinds) {
  plugins::Manifest manifest;
  manifest.slice = std::move(kinds);
  return manifest;
}

TEST_CASE("a kind that is not declared admits nothing") {
  const auto manifest = slice({{"observation", {}, 365}});
  const Declaration condition(manifest, "condition", CodeRule::prefix, today);
  CHECK_FALSE(condition.declared());
  CHECK_FALSE(condition.admits_current("N18"));
  CHECK_FALSE(condition.admits_past("N18", today.as_of));
  CHECK_FALSE(condition.admits_period("N18", "", ""));
}

TEST_CASE("a depth is counted to the millisecond for instants and to the day for dates") {
  const auto manifest = slice({{"observation", {}, 10}});
  const Declaration declared(manifest, "observation", CodeRule::exact, today);
  CHECK(declared.admits_past("x", today.as_of - std::chrono::days(10)));
  CHECK_FALSE(declared.admits_past("x", today.as_of - std::chrono::days(10) - 1ms));
  CHECK(declared.admits_day("x", "2026-11-11"));
  CHECK_FALSE(declared.admits_day("x", "2026-11-10"));
  CHECK(declared.admits_period("x", "2020-01-01", "2026-11-11"));
  CHECK_FALSE(declared.admits_period("x", "2020-01-01", "2026-11-10"));
}

TEST_CASE("each entry of a kind has its own codes and its own depth") {
  const auto manifest = slice({{"observation", {"2823-3"}, 10}, {"observation", {"718-7"}, 100}});
  const Declaration declared(manifest, "observation", CodeRule::exact, today);
  const auto at = today.as_of - std::chrono::days(50);
  CHECK_FALSE(declared.admits_past("2823-3", at));
  CHECK(declared.admits_past("718-7", at));
  CHECK_FALSE(declared.admits_past("2951-2", today.as_of));
  CHECK(declared.oldest() == today.as_of - std::chrono::days(100));
  CHECK_FALSE(declared.any_code());
}

TEST_CASE("without a depth only what holds today passes") {
  const auto manifest = slice({{"condition", {"N18"}, std::nullopt}});
  const Declaration declared(manifest, "condition", CodeRule::prefix, today);
  CHECK(declared.admits_period("N18.3", "2020-01-01", ""));
  CHECK(declared.admits_period("N183", "", "2026-11-21"));
  CHECK_FALSE(declared.admits_period("N18.3", "", "2026-11-20"));
  CHECK_FALSE(declared.admits_period("N18.3", "2026-11-22", ""));
  CHECK_FALSE(declared.admits_period("N19", "", ""));
  CHECK_FALSE(declared.admits_period("", "", ""));
  CHECK_FALSE(declared.admits_past("N18", today.as_of));
  CHECK_FALSE(declared.wants_history());
}

TEST_CASE("a row without a date passes only where the whole life is declared") {
  const auto ten_years = slice({{"immunization", {}, 3650}});
  const auto life = slice({{"immunization", {}, 36525}});
  CHECK_FALSE(Declaration(ten_years, "immunization", CodeRule::exact, today).admits_day("x", ""));
  CHECK(Declaration(life, "immunization", CodeRule::exact, today).admits_day("x", ""));
  CHECK_FALSE(Declaration(ten_years, "immunization", CodeRule::exact, today).admits_past("x", std::nullopt));
}

TEST_CASE("exact codes do not stand for longer ones") {
  const auto manifest = slice({{"observation", {"718-7"}, 10}});
  const Declaration declared(manifest, "observation", CodeRule::exact, today);
  CHECK_FALSE(declared.admits_current("718-70"));
  CHECK_FALSE(declared.admits_current(""));
}

}  // namespace
}  // namespace relais::records
