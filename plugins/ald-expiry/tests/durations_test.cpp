// SPDX-License-Identifier: Apache-2.0
#include "durations.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "patient.h"
#include "rights.h"

using namespace ald;
using ald::test::durations;
using ald::test::on;
using relais::RightPeriod;

namespace {

std::optional<Date> end(const char* number, RightPeriod period, Date start) {
  Right right;
  right.number = number;
  right.period = period;
  right.from = start;
  return end_of(right, durations()).day;
}

std::string refusal(const std::string& content) {
  const auto path = std::filesystem::temp_directory_path() / ("relais-durees-" + std::to_string(::getpid()) + ".csv");
  std::ofstream(path, std::ios::binary) << content;
  std::string why;
  try {
    static_cast<void>(Durations::load(path));
  } catch (const std::runtime_error& error) {
    why = error.what();
  }
  std::filesystem::remove(path);
  return why;
}

const std::string head =
    "# source: un texte\n# a_confirmer: tout\nnumero;libelle;regime;du;au;premiere;renouvellement;condition;source\n";

}  // namespace

TEST_CASE("every number that is open has one line in force with a first length and a source") {
  std::set<std::string> in_force;
  for (const auto& line : durations().lines()) {
    INFO(line.number << " " << line.regime);
    CHECK_FALSE(line.source.empty());
    if (!line.from || line.until) continue;
    CHECK(line.renewal_years.has_value());
    if (line.number == "12") continue;  // closed: renewals only
    CHECK(in_force.insert(line.number).second);
    CHECK(line.first_years.has_value());
  }
  CHECK(in_force.size() == 56);
}

TEST_CASE("the text in force on the first day decides at each change of the texts") {
  CHECK(end("13", RightPeriod::first, on(2017, 4, 5)) == on(2022, 4, 4));
  CHECK(end("13", RightPeriod::first, on(2017, 4, 6)) == on(2027, 4, 5));
  for (const auto& [number, before, since] :
       {std::tuple{"3", on(2029, 7, 8), on(2034, 7, 9)}, std::tuple{"19.2", on(2027, 7, 8), on(2029, 7, 9)},
        std::tuple{"23.a", on(2029, 7, 8), on(2034, 7, 9)}, std::tuple{"24", on(2027, 7, 8), on(2029, 7, 9)}}) {
    INFO(number);
    CHECK(end(number, RightPeriod::first, on(2024, 7, 9)) == before);
    CHECK(end(number, RightPeriod::first, on(2024, 7, 10)) == since);
  }
}

TEST_CASE("a first period and a renewal have lengths of their own") {
  CHECK(end("1", RightPeriod::first, on(2020, 1, 1)) == on(2022, 12, 31));
  CHECK(end("1", RightPeriod::renewal, on(2020, 1, 1)) == on(2029, 12, 31));
  CHECK(end("6.1", RightPeriod::first, on(2020, 1, 1)) == on(2024, 12, 31));
  CHECK(end("6.1", RightPeriod::renewal, on(2020, 1, 1)) == on(2029, 12, 31));
}

TEST_CASE("what the table does not know is never computed") {
  CHECK_FALSE(end("31", RightPeriod::first, on(2023, 3, 3)).has_value());
  CHECK_FALSE(end("32", RightPeriod::first, on(2023, 3, 3)).has_value());
  CHECK_FALSE(end("NE", RightPeriod::first, on(2023, 3, 3)).has_value());
  CHECK_FALSE(end("8", RightPeriod::first, on(2010, 3, 3)).has_value());     // before the texts that we hold
  CHECK_FALSE(end("13", RightPeriod::renewal, on(2012, 1, 1)).has_value());  // renewal under R2011: no number
  CHECK_FALSE(end("12", RightPeriod::first, on(2020, 1, 1)).has_value());
  CHECK_FALSE(end("7.2-nn", RightPeriod::renewal, on(2024, 1, 20)).has_value());
  CHECK_FALSE(end("99", RightPeriod::first, on(2020, 1, 1)).has_value());
  CHECK_FALSE(end("9", RightPeriod::first, on(2020, 1, 1)).has_value());  // sub-item missing
}

TEST_CASE("a period that nobody told is computed only when both lengths agree or an earlier end is known") {
  CHECK(end("8", RightPeriod::unknown, on(2018, 1, 1)) == on(2027, 12, 31));
  CHECK_FALSE(end("1", RightPeriod::unknown, on(2018, 1, 1)).has_value());
  Right right;
  right.number = "1";
  right.from = on(2018, 1, 1);
  right.previous_until = on(2017, 12, 31);
  CHECK(end_of(right, durations()).day == on(2027, 12, 31));
}

TEST_CASE("a file that is not exactly as expected refuses the plugin") {
  CHECK(refusal(head + "8;Diabète;R2017;2017-04-06;;10;10;;décret\n").empty());
  CHECK_FALSE(refusal("").empty());
  CHECK_FALSE(refusal(head + "8;Diabète;R2017;2017-04-31;;10;10;;décret\n").empty());
  CHECK_FALSE(refusal(head + "8;Diabète;R2017;2017-04-06;;dix;10;;décret\n").empty());
  CHECK_FALSE(refusal(head + "8;Diabète;R2017;2017-04-06;;10.5;10;;décret\n").empty());
  CHECK_FALSE(refusal(head + "8;Diabète;R2017;2017-04-06;;310;10;;décret\n").empty());
  CHECK_FALSE(refusal(head + "8;Diabète;R2017;;;10;10;;décret\n").empty());
  CHECK_FALSE(refusal(head + "8;Diabète;R2017;2017-04-06;;10;10;;\n").empty());
  CHECK_FALSE(refusal(head + "8;Diabète;R2017;2017-04-06;2010-01-01;10;10;;décret\n").empty());
  CHECK_FALSE(refusal(head + "8;Diabète;R2017;2017-04-06;;10;10;;décret\n8;Diabète;R2024;2024-07-10;;10;10;;décret\n")
                  .empty());
}
