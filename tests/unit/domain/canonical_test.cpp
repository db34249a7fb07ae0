// SPDX-License-Identifier: Apache-2.0
#include "domain/canonical.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fiche_samples.h"

using namespace relais::fiche;
using namespace relais::fiche::samples;
using Json = nlohmann::ordered_json;

TEST_CASE("numbers are written as RFC 8785 appendix B shows") {
  const std::pair<std::uint64_t, const char*> vectors[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"}};
  for (const auto& [bits, expected] : vectors) {
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    CHECK(canonical_json(Json(value)).value() == expected);
  }
  CHECK_FALSE(canonical_json(Json(std::numeric_limits<double>::infinity())));
  CHECK_FALSE(canonical_json(Json(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("members are sorted by UTF-16 code units as RFC 8785 section 3.2.3 shows") {
  const auto value = Json::parse(R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
    "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})");
  CHECK(canonical_json(value).value() ==
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
        "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
        "\"\U0001F600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST_CASE("strings keep their characters and escape only what RFC 8785 asks for") {
  CHECK(canonical_json(Json::parse(R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
    "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})"))
            .value() ==
        "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
        "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  CHECK_FALSE(canonical_json(Json("\xC3\x28")));
}

TEST_CASE("the hash covers the content and neither signatures nor revocations") {
  auto fiche = martin_leroy();
  const auto hash = canonical_sha256(fiche).value();
  CHECK(hash.size() == 64);
  CHECK(canonical(fiche).value().find("signatures") == std::string::npos);
  auto unsigned_one = fiche;
  unsigned_one.doctor_signature.reset();
  unsigned_one.answer.reset();
  unsigned_one.revocations = {{*parse_moment("2026-01-01"), "martin", "fiche", {}}};
  CHECK(canonical_sha256(unsigned_one).value() == hash);
  auto changed = fiche;
  task(changed, "constantes").mode = Mode::preparer;
  CHECK(canonical_sha256(changed).value() != hash);
  changed = fiche;
  changed.previous_sha256 = hash;
  CHECK(canonical_sha256(changed).value() != hash);
}

TEST_CASE("the canonical form of a small fiche is these bytes") {
  auto fiche = petit_leroy();
  fiche.assistant.fte = 1.0;
  CHECK(canonical(fiche).value() ==
        R"({"assistant":{"attestations":[{"le":"2025-06-30","preuve":"cqp.pdf","type":"cqp"}],"id":"leroy",)"
        R"("nom":"Paul Leroy","prise_de_fonction":"2024-09-02","profil":"autre","quotite_etp":1},)"
        R"("cabinet":{"commune":"Ville fictive","fuseau":"Europe/Paris","nom":"Cabinet des Tilleuls"},"defaut":"non",)"
        R"("donnees":{"categories_autorisees":[],"niveau_max":"D4"},"employeur":{"decideurs":["martin","petit"],)"
        R"("type":"scm"},"encadrement_formation":false,"engagements":["secret professionnel"],)"
        R"("exclusions":{"ids":[],"lien_familial":true},"fiche":{"id":"fp-petit-leroy","version":1},)"
        R"("format":"relais-fiche/1","medecin":{"id":"petit","nom":"Dr Luc Petit"},)"
        R"("remplacement":{"regle":"suspendre"},"repli_general":{"delai_h":24,"vers":"medecin"},"taches":[],)"
        R"("temps":[{"heures":["08:00-18:00"],"jours":["lundi","mardi","mercredi","jeudi","vendredi"]}],)"
        R"("validite":{"au":"2026-12-31","du":"2026-01-01"}})");
}

TEST_CASE("sha256 of the empty text is the published one") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
