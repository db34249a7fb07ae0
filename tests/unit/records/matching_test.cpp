// SPDX-License-Identifier: Apache-2.0
#include "records/matching.h"

#include <catch2/catch.hpp>

#include "records/identity.h"

using namespace relais::records;
namespace v1 = relais::v1;

namespace {

constexpr auto test_oid = "1.2.250.1.213.1.4.10";
constexpr auto nir_oid = "1.2.250.1.213.1.4.8";

v1::Traits traits() {
  v1::Traits t;
  t.set_birth_family("PAT-TROIS");
  t.set_birth_given_first("DOMINIQUE");
  t.set_birth_given_all("DOMINIQUE MARIE");
  t.set_birth_date("1979-03-28");
  t.set_sex(v1::SEX_FEMALE);
  t.set_birth_place_insee("51215");
  return t;
}

v1::Patient file(std::string id = "p-1", std::string number = "279035121518989", std::string oid = test_oid) {
  v1::Patient patient;
  patient.set_id(std::move(id));
  patient.mutable_ins()->set_value(std::move(number));
  patient.mutable_ins()->set_oid(std::move(oid));
  *patient.mutable_traits() = traits();
  patient.set_identity_status(v1::IDENTITY_STATUS_QUALIFIEE);
  return patient;
}

MatchRequest request(std::string number = "279035121518989", std::string oid = test_oid) {
  MatchRequest asked;
  asked.ins.set_value(std::move(number));
  asked.ins.set_oid(std::move(oid));
  asked.traits = traits();
  return asked;
}

constexpr MatchingRules test_practice{true, true};

}  // namespace

TEST_CASE("the key of a number follows the official table") {
  const std::pair<const char*, int> table[] = {
      {"2790351215189", 89}, {"2770763220829", 10}, {"2740751760794", 30}, {"1550814168025", 88},
      {"180052A004123", 10}, {"270062B033456", 66}, {"1850597411042", 80}, {"1991299352001", 2},
      {"2690499109007", 42}, {"1600499999001", 29}, {"9700000000000", 97}};
  for (const auto& [number, key] : table) CHECK(nir_key(number) == key);
  for (const auto* wrong : {"180052C004123", "18005A2004123", "279035121518", ""}) CHECK_FALSE(nir_key(wrong));
  CHECK(has_right_key("279035121518989"));
  CHECK(has_right_key("199129935200102"));
  CHECK_FALSE(has_right_key("123456789012345"));
  CHECK_FALSE(has_right_key("27903512151898 "));
}

TEST_CASE("names are compared without case accents hyphens or apostrophes and nothing more") {
  CHECK(normalized_name("Jean-Pierre") == normalized_name("JEAN  PIERRE"));
  CHECK(normalized_name("Lefèvre") == normalized_name("LEFEVRE"));
  CHECK(normalized_name("Le\xCC\x81" "a") == normalized_name("LÉA"));
  CHECK(normalized_name("D’Arc") == normalized_name("D'ARC"));
  CHECK(normalized_name("D'ARC") != normalized_name("DARC"));
  CHECK(normalized_name("Œuvrard") == "OEUVRARD");
  CHECK(normalized_name("Dupont") != normalized_name("Dupond"));
  CHECK(normalized_name(" \xFF bad") != normalized_name("bad"));
  CHECK(normalized_name("").empty());
}

TEST_CASE("the number with its OID and the five traits of a qualified file attach by themselves") {
  const auto found = match(request(), {file("p-0", "277076322082910"), file()}, test_practice);
  CHECK(found.outcome == v1::IDENTITY_MATCH_UNIQUE);
  CHECK(found.patient_id == "p-1");
  CHECK(found.code.empty());
}

TEST_CASE("each strict trait that differs stops the report and is named") {
  const auto with = [](auto change) {
    auto asked = request();
    change(asked.traits);
    return match(asked, {file()}, test_practice);
  };
  const std::pair<Match, const char*> cases[] = {
      {with([](v1::Traits& t) { t.set_birth_family("PAT-QUATRE"); }), "nom de naissance"},
      {with([](v1::Traits& t) { t.set_birth_given_first("CLAUDE"); }), "premier prénom de naissance"},
      {with([](v1::Traits& t) { t.set_birth_given_all("DOMINIQUE ANNE"); }), "prénoms de naissance"},
      {with([](v1::Traits& t) { t.set_birth_date("1979-03-29"); }), "date de naissance"},
      {with([](v1::Traits& t) { t.set_sex(v1::SEX_MALE); }), "sexe"},
      {with([](v1::Traits& t) { t.set_birth_place_insee("63220"); }), "lieu de naissance"}};
  for (const auto& [found, name] : cases) {
    CHECK(found.outcome == v1::IDENTITY_MATCH_DISCORDANT);
    CHECK(found.ans_error == 904);
    CHECK(found.traits == std::vector<std::string>{name});
    CHECK(found.candidates == std::vector<std::string>{"p-1"});
    CHECK(found.patient_id.empty());
  }
}

TEST_CASE("a missing trait is not an equal trait") {
  auto asked = request();
  asked.traits.clear_birth_place_insee();
  const auto found = match(asked, {file()}, test_practice);
  CHECK(found.outcome == v1::IDENTITY_MATCH_DISCORDANT);
  CHECK(found.ans_error == 905);
  CHECK(found.traits == std::vector<std::string>{"lieu de naissance"});
}

TEST_CASE("a file that is not qualified or is there twice is never chosen") {
  auto provisional = file();
  provisional.set_identity_status(v1::IDENTITY_STATUS_VALIDEE);
  CHECK(match(request(), {provisional}, test_practice).code == "identity.not-qualified");
  const auto twice = match(request(), {file("p-1"), file("p-2")}, test_practice);
  CHECK(twice.outcome == v1::IDENTITY_MATCH_AMBIGUOUS);
  CHECK(twice.candidates == std::vector<std::string>{"p-1", "p-2"});
}

TEST_CASE("the same number under another OID is another number") {
  const auto found = match(request("279035121518989", nir_oid), {file()}, test_practice);
  CHECK(found.outcome == v1::IDENTITY_MATCH_NONE);
  CHECK(found.candidates == std::vector<std::string>{"p-1"});
}

TEST_CASE("an OID of no list is refused and so is a test number in a practice of real patients") {
  const auto unknown = match(request("279035121518989", "1.2.3"), {file("p-1", "279035121518989", "1.2.3")}, test_practice);
  CHECK(unknown.code == "identity.unknown-oid");
  CHECK(unknown.outcome == v1::IDENTITY_MATCH_NONE);
  CHECK(match(request(), {file()}, {false, true}).code == "identity.test-number");
}

TEST_CASE("a wrong key stops a production number and is only told for a test number") {
  const auto real = match(request("279035121518988", nir_oid), {file("p-1", "279035121518988", nir_oid)}, {false, true});
  CHECK(real.code == "identity.wrong-key");
  const auto sample = match(request("276037510669380"), {file("p-1", "276037510669380")}, test_practice);
  CHECK(sample.outcome == v1::IDENTITY_MATCH_UNIQUE);
  CHECK(sample.wrong_key);
}

TEST_CASE("without INS traits attach only where a human accepted this laboratory before") {
  auto asked = request("", "");
  CHECK(match(asked, {file()}, test_practice).outcome == v1::IDENTITY_MATCH_NONE);
  CHECK(match(asked, {file()}, test_practice).ans_error == 903);
  asked.accepted_files = {"p-1"};
  const auto found = match(asked, {file()}, test_practice);
  CHECK(found.outcome == v1::IDENTITY_MATCH_UNIQUE);
  CHECK(found.on_traits);
  CHECK(match(asked, {file()}, {true, false}).outcome == v1::IDENTITY_MATCH_NONE);
  const auto twins = match(asked, {file("p-1"), file("p-2")}, test_practice);
  CHECK(twins.outcome == v1::IDENTITY_MATCH_AMBIGUOUS);
  CHECK(twins.candidates.size() == 2);
  asked.accepted_files = {"p-9"};
  CHECK(match(asked, {file()}, test_practice).outcome == v1::IDENTITY_MATCH_NONE);
}

TEST_CASE("an INS that no file has is never replaced by traits") {
  auto asked = request("277076322082910");
  asked.accepted_files = {"p-1"};
  const auto found = match(asked, {file()}, test_practice);
  CHECK(found.outcome == v1::IDENTITY_MATCH_NONE);
  CHECK(found.ans_error == 902);
  CHECK(found.candidates == std::vector<std::string>{"p-1"});
}

TEST_CASE("an envelope for another person than the document stops everything") {
  auto asked = request();
  asked.envelope_mismatch = {"INS", "nom"};
  const auto found = match(asked, {file()}, test_practice);
  CHECK(found.outcome == v1::IDENTITY_MATCH_DISCORDANT);
  CHECK(found.ans_error == 904);
  CHECK(found.traits == asked.envelope_mismatch);
  CHECK(found.patient_id.empty());
}
