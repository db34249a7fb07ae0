// SPDX-License-Identifier: Apache-2.0
#include "recall/codes.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "recall/risks.h"
#include "support/scratch_folder.h"

using namespace recall;
using Valences = std::vector<std::string>;

namespace {

const fr::Calendar& calendar() {
  static const auto loaded = fr::load_calendar(VACCINE_DATA);
  if (!loaded) FAIL(loaded.error().text());
  return *loaded;
}
const Codes& codes() {
  static const Codes loaded = Codes::load(VACCINE_DATA, calendar());
  return loaded;
}
Valences sorted(Valences all) {
  std::sort(all.begin(), all.end());
  return all;
}

// The edition with one line changed in one file.
std::string refusal(const std::string& file, const std::string& from, const std::string& to) {
  const relais::test::Scratch scratch;
  const auto folder = scratch.path() / "edition";
  std::filesystem::copy(VACCINE_DATA, folder);
  std::ifstream in(folder / file);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  in.close();
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  std::ofstream(folder / file) << text;
  try {
    static_cast<void>(Codes::load(folder, calendar()));
    static_cast<void>(Risks::load(folder, calendar()));
  } catch (const std::runtime_error& refused) {
    return refused.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a CIS code is its product under any name of its system") {
  const Valences hexavalent = sorted({"D", "T", "Ca", "IPV", "Hib", "HB"});
  for (const char* system : {"cis", "1.2.250.1.213.2.3.1", "urn:oid:1.2.250.1.213.2.3.1"}) {
    const auto read = codes().read(system, "60645557", "");
    CHECK(read.read);
    CHECK(read.product == "Hexyon");
    CHECK(sorted(read.sure) == hexavalent);
    CHECK(read.certain());
  }
}

TEST_CASE("an ATC code of several products holds what they share and may hold the rest") {
  const auto read = codes().read("atc", "J07CA02", "");
  CHECK(sorted(read.sure) == sorted({"T", "IPV"}));
  CHECK(sorted(read.possible) == sorted({"D", "d", "T", "Ca", "ca", "IPV"}));
  CHECK_FALSE(read.certain());
  CHECK(codes().read("atc", "J07AL02", "").sure == Valences{"VPC"});
  CHECK(codes().read("atc", "J07BH02", "").product == "RotaTeq");
}

TEST_CASE("a CVX code is read without its product") {
  CHECK(sorted(codes().read("cvx", "146", "").sure) == sorted({"D", "T", "Ca", "IPV", "Hib", "HB"}));
  CHECK(codes().read("http://hl7.org/fhir/sid/cvx", "165", "").sure == Valences{"HPV9"});
  // Tdap without polio is not the French booster.
  CHECK(sorted(codes().read("cvx", "115", "").sure) == sorted({"d", "T", "ca"}));
}

TEST_CASE("words are read as the whole text or as a brand at its beginning") {
  CHECK(codes().read("", "", "INFANRIX HEXA, poudre et suspension pour suspension injectable").product ==
        "Infanrix Hexa");
  CHECK(codes().read("", "infanrix® hexa", "").product == "Infanrix Hexa");
  CHECK_FALSE(codes().read("", "Infanrix", "").certain());
  CHECK(sorted(codes().read("", "ROR", "").sure) == sorted({"measles", "mumps", "rubella"}));
  CHECK(codes().read("", "", "Hépatite B").sure == Valences{"HB"});
  CHECK(codes().read("", "", "Vaccin antigrippal").sure == Valences{"influenza"});
  CHECK_FALSE(codes().read("", "", "ROR prévu, non fait").read);
  CHECK_FALSE(codes().read("", "", "Prevenarium").read);
}

TEST_CASE("what no line declares stays unread and what has no rule is known as such") {
  CHECK_FALSE(codes().read("cis", "99999999", "").read);
  CHECK_FALSE(codes().read("snomed", "836374004", "").read);
  CHECK_FALSE(codes().read("", "", "").read);
  const auto bcg = codes().read("cis", "61077869", "");
  CHECK(bcg.outside);
  CHECK(bcg.certain());
  // A code that is not known does not hide a label that is.
  CHECK(codes().read("cip", "3400936466425", "Priorix").product == "Priorix");
}

TEST_CASE("texts are folded to plain small letters") {
  CHECK(folded("  Tétravac®, acellulaire ") == "tetravac acellulaire");
  CHECK(folded("ÉÀÇÔÛŒ") == "eacouo");
  CHECK(folded("\xff\xc3").empty());
}

TEST_CASE("a data file that is not as expected refuses the plugin") {
  CHECK(refusal("codes.csv", "cvx;165;HPV9", "cvx;165;HPV8").find("unknown valence") != std::string::npos);
  CHECK(refusal("codes.csv", "cvx;165;HPV9;B", "cvx;165;HPV9;Z").find("letter") != std::string::npos);
  CHECK(refusal("codes.csv", "cvx;165;", "ndc;165;").find("unknown system") != std::string::npos);
  CHECK(refusal("codes.csv", "cvx;165;", "cvx;21;").find("stands twice") != std::string::npos);
  CHECK(refusal("codes.csv", "# source", "# origine").find("head") != std::string::npos);
  CHECK(refusal("risques.csv", "bpco;cim10", "bronchite;cim10").find("unknown observation") != std::string::npos);
  CHECK(refusal("risques.csv", "bpco;cim10", "bpco;snomed").find("unknown system") != std::string::npos);
}
