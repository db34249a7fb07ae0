// SPDX-License-Identifier: Apache-2.0
#include "records/formats/french_text.h"

#include <catch2/catch.hpp>
#include <string>

#include "records/formats/text.h"

using namespace relais::formats;

namespace {

const std::string sentence =
    "Sérologie de Lyme : négative. À contrôler dès que possible, glycémie à jeun, reçu à 37°, créatinine 71 µmol/l.\r\n"
    "HÉLÈNE ESSAI-LEGRANDIN, née à Nîmes\r\n";

std::string in(const std::string& encoding, const std::string& text = sentence) { return convert(text, "UTF-8", encoding).value(); }

}  // namespace

TEST_CASE("the same French text is read from every set that laboratories use") {
  for (const char* encoding : {"ISO-8859-1", "ISO-8859-15", "WINDOWS-1252", "CP850", "MACINTOSH"}) {
    INFO(encoding);
    const auto text = decode_french(in(encoding));
    CHECK(text.utf8 == sentence);
    CHECK_FALSE(text.repaired);
  }
  CHECK(decode_french(in("CP850")).encoding == "CP850");
  CHECK(decode_french(in("ISO-8859-1")).encoding == "ISO-8859-1");
  CHECK(decode_french(sentence).encoding == "UTF-8");
  CHECK(decode_french(sentence).utf8 == sentence);
}

TEST_CASE("a byte order mark is taken away and said") {
  const auto text = decode_french("\xEF\xBB\xBF" + sentence);
  CHECK(text.byte_order_mark);
  CHECK(text.utf8 == sentence);
  CHECK(text.encoding == "UTF-8");
}

TEST_CASE("UTF-8 that was read as Latin and saved as MacRoman is restored") {
  // é is then CC A9.
  const auto damaged = decode_french("S\xCC\xA9rologie n\xCC\xA9gative, re\xCC\xA4u le 12");
  CHECK(damaged.utf8 == "Sérologie négative, reçu le 12");
  CHECK(damaged.repaired);
  // « ù » had no place in MacRoman: what is lost stays visible.
  CHECK(decode_french("S\xCC\xA9rologie o\xCC? contr\xCC\xABle").utf8 == "Sérologie o? contrôle");
  // So it is for the halves of « œ » and « ’ », which must not keep the rest from being restored.
  CHECK(decode_french("c\x81?ur, l\x89??h\xCC\xA9molyse").utf8 == "c?ur, l?hémolyse");
}

TEST_CASE("UTF-8 that was encoded twice is restored") {
  const auto twice = decode_french(convert(sentence, "ISO-8859-1", "UTF-8").value());
  CHECK(twice.utf8 == sentence);
  CHECK(twice.repaired);
}

TEST_CASE("UTF-8 that was read as MacRoman or as DOS text and encoded again is restored") {
  for (const char* read_as : {"MACINTOSH", "CP850", "CP437"}) {
    INFO(read_as);
    const auto text = decode_french(convert(sentence, read_as, "UTF-8").value());
    CHECK(text.utf8 == sentence);
    CHECK(text.repaired);
  }
  CHECK(decode_french("né?? à jeun").utf8 == "né?? à jeun");
}

TEST_CASE("text that was read in a wrong set and saved again is restored") {
  const auto damaged = [](const char* written_in, const char* read_as, const char* saved_in) {
    const auto wrong = convert(in(written_in), read_as, "UTF-8").value();
    return convert(wrong, "UTF-8", saved_in).value();
  };
  // « mÈdicale »: how a Macintosh shows a Latin file.
  for (const auto& bytes : {damaged("ISO-8859-1", "MACINTOSH", "UTF-8"), damaged("MACINTOSH", "ISO-8859-1", "UTF-8"),
                            damaged("CP850", "ISO-8859-1", "UTF-8")}) {
    const auto text = decode_french(bytes);
    CHECK(text.utf8 == sentence);
    CHECK(text.repaired);
  }
}

TEST_CASE("foreign letters and rare capitals are left as they are") {
  for (const std::string text : {"MUÑOZ", "Muñoz et Ibáñez", "Łukasz Wałęsa", "Søren Å", "Zoë", "João Gonçalves São", "5 × 10³ µl"}) {
    INFO(text);
    CHECK(decode_french(text).utf8 == text);
    CHECK_FALSE(decode_french(text).repaired);
  }
}

TEST_CASE("letters and accents apart become one letter and are no damage") {
  const auto text = decode_french("He\xCC\x81le\xCC\x80ne, rec\xCC\xA7u");
  CHECK(text.utf8 == "Hélène, reçu");
  CHECK_FALSE(text.repaired);
}

TEST_CASE("a name with one accent is Latin whatever else it could be") {
  CHECK(decode_french("ANDR\xC9").utf8 == "ANDRÉ");
  CHECK(decode_french("Ren\xE9").utf8 == "René");
  CHECK(decode_french("H\x90L\xD4NE").utf8 == "HÉLÈNE");
  CHECK(decode_french("ANDR\x83").utf8 == "ANDRÉ");
  CHECK(decode_french("ANDR\x90").utf8 == "ANDRÉ");
  CHECK(decode_french("ANDR\x82").utf8 == "ANDRé");
  CHECK(decode_french("gr\x83" "ce").utf8 == "grâce");
  CHECK(decode_french("creatinine|71|\xE6mol/l").utf8 == "creatinine|71|µmol/l");
  CHECK(decode_french("n\xE6vus").utf8 == "nævus");
  CHECK(decode_french("plain text").utf8 == "plain text");
  CHECK(decode_french("").utf8.empty());
}

TEST_CASE("any bytes at all become valid text") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(is_utf8(decode_french(all).utf8));
}
