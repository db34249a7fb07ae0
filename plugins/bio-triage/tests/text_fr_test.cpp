// SPDX-License-Identifier: Apache-2.0
#include "text_fr.h"

#include <catch2/catch.hpp>

#include "units.h"
#include "words.h"

TEST_CASE("numbers are French and never longer than they were") {
  CHECK(bio::fr::number(6.8) == "6,8");
  CHECK(bio::fr::number(140) == "140");
  CHECK(bio::fr::number(0.01) == "0,01");
  CHECK(bio::fr::number(45000) == "45000");
  CHECK(bio::fr::number(1.0 / 3) == "0,333333");
}

TEST_CASE("durations are told by what a person would count") {
  using namespace std::chrono_literals;
  CHECK(bio::fr::ago(30min) == "il y a moins d'une heure");
  CHECK(bio::fr::ago(1h) == "il y a 1 heure");
  CHECK(bio::fr::ago(40h) == "il y a 40 heures");
  CHECK(bio::fr::ago(72h) == "il y a 3 jours");
  CHECK(bio::fr::ago(24h * 120) == "il y a 4 mois");
}

TEST_CASE("a laboratory's words are cut at a character and never bring control characters") {
  CHECK(bio::fr::quoted("déjà", 2) == "dé…");
  CHECK(bio::fr::quoted("a\nb\tc", 10) == "a b c");
  CHECK(bio::fr::quoted("a\xc2\x85" "b", 10) == "a b");
}

TEST_CASE("units are compared without case space or spelling of micro") {
  CHECK(bio::normal_unit("µmol / L") == "umol/l");
  CHECK(bio::normal_unit("\u03bcmol/L") == "umol/l");
  CHECK(bio::normal_unit("10⁹/L") == "10*9/l");
}

TEST_CASE("accents fold in either form of Unicode") {
  CHECK(bio::folded("ÉLEVÉ à Noël ça") == "eleve a noel ca");
  CHECK(bio::folded("e\u0301leve\u0301") == "eleve");
}
