// SPDX-License-Identifier: Apache-2.0
#include "pack.h"

#include <catch2/catch.hpp>

#include "patient.h"

using namespace ald;
using ald::test::on;
using ald::test::Patient;

namespace {

const Date pack_day = on(2026, 11, 21);

bool line_holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the draft declares every right and leaves the medical part and the signature empty") {
  auto patient = Patient()
                     .has({.number = "8", .from = on(2017, 1, 20), .protocol_on = on(2017, 1, 10)})
                     .has({.number = "13", .from = on(2020, 3, 1)});
  patient.takes("metformine 1000 mg");
  const auto draft = patient.pack(pack_day);
  CHECK(draft.type == "draft.ald-renewal");
  CHECK(draft.body.starts_with("BROUILLON"));
  CHECK(line_holds(draft.body, "ALD 8, Diabète de type 1 et diabète de type 2"));
  CHECK(line_holds(draft.body, "protocole de soins du 10/01/2017"));
  CHECK(line_holds(draft.body, "ALD 13, Maladie coronaire"));
  CHECK(line_holds(draft.body, "- metformine 1000 mg"));
  CHECK(line_holds(draft.body, "réservée au médecin :\n[                    ]"));
  CHECK(line_holds(draft.body, "Signature du médecin, avec sa propre carte :\n[                    ]"));
}

TEST_CASE("numbers that ask for clinical detail say so") {
  const auto detail = [](const char* number) {
    return line_holds(Patient().has({.number = number, .from = on(2018, 1, 1)}).pack(pack_day).body,
                      "précisions cliniques");
  };
  CHECK(detail("14.1"));
  CHECK(detail("17"));
  CHECK(detail("23.b"));
  CHECK(detail("23.d"));
  CHECK_FALSE(detail("8"));
  CHECK_FALSE(detail("23.a"));
}

TEST_CASE("the same data give the same draft whatever the day") {
  const auto patient = Patient().has({.number = "8", .from = on(2017, 1, 20)});
  CHECK(patient.pack(pack_day).body == patient.pack(pack_day + std::chrono::days(1)).body);
}

TEST_CASE("a draft is proposed for what is to be renewed soon and for nothing else") {
  const auto& table = ald::test::durations();
  const auto prepares = [&](Date end) {
    return to_prepare(Patient().has({.number = "31", .until = end, .until_source = "notified"}).lines(pack_day).front(),
                      table);
  };
  CHECK_FALSE(prepares(on(2027, 5, 1)));
  CHECK(prepares(on(2027, 2, 10)));
  CHECK(prepares(on(2027, 1, 1)));
  CHECK(prepares(on(2026, 11, 30)));
  CHECK(prepares(on(2026, 10, 1)));
}

TEST_CASE("a record without measure does not make a draft without measure") {
  Patient patient;
  patient.has({.number = "8", .from = on(2017, 5, 2), .until = on(2026, 12, 1), .until_source = "notified"});
  std::string endless;
  while (endless.size() < 100000) endless += "é";
  patient.takes(endless);
  for (int number = 0; number < 500; ++number) patient.takes("traitement " + std::to_string(number));
  const auto body = patient.pack(on(2026, 11, 21)).body;
  CHECK(body.size() < 16 * 1024);
  CHECK(body.find("é…\n") != std::string::npos);
  CHECK(body.find("voir le dossier") != std::string::npos);
}
