// SPDX-License-Identifier: Apache-2.0
#include "records/formats/text.h"

#include <catch2/catch.hpp>

#include "records/formats/base64.h"
#include "records/formats/detect.h"
#include "records/formats/timestamp.h"

using namespace relais::formats;

TEST_CASE("UTF-8 wins over a declared set when the bytes are UTF-8") {
  const auto text = decode_text("S\xC3\xA9rum", "8859/15");
  CHECK(text.utf8 == "Sérum");
  CHECK(text.encoding == "UTF-8");
  CHECK(text.doubtful);
  CHECK_FALSE(decode_text("S\xC3\xA9rum", "UNICODE UTF-8").doubtful);
}

TEST_CASE("a declared Latin set is used when the bytes are not UTF-8") {
  const auto first = decode_text("S\xE9rum \xA4", "ISO-8859-1");
  CHECK(first.utf8 == "Sérum ¤");
  CHECK_FALSE(first.doubtful);
  CHECK(decode_text("S\xE9rum \xA4", "8859/15").utf8 == "Sérum €");
}

TEST_CASE("bytes that fit neither UTF-8 nor the declared set are read as ISO-8859-15 and told doubtful") {
  const auto text = decode_text("S\xE9rum", "UTF-8");
  CHECK(text.utf8 == "Sérum");
  CHECK(text.encoding == "ISO-8859-15");
  CHECK(text.doubtful);
}

TEST_CASE("bytes where ISO-8859 has no letters are Windows-1252 and told doubtful") {
  for (const auto* declared : {"8859/1", "8859/15", "", "UNICODE UTF-8"}) {
    const auto text = decode_text("C\x8CUR \xE9", declared);
    CHECK(text.utf8 == "CŒUR é");
    CHECK(text.doubtful);
  }
  CHECK(decode_text("\x81\xE9", "8859/1").encoding == "ISO-8859-1");
}

TEST_CASE("a byte order mark speaks first") {
  CHECK(decode_text("\xEF\xBB\xBFé", "ISO-8859-1").utf8 == "é");
  CHECK(decode_text(std::string_view("\xFF\xFE<\0a\0", 6), "").utf8 == "<a");
}

TEST_CASE("overlong and surrogate forms are not UTF-8") {
  CHECK_FALSE(is_utf8("\xC0\xAF"));
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));
  CHECK_FALSE(is_utf8("abc\xC3"));
  CHECK(is_utf8("abc"));
}

TEST_CASE("base64 is read with and without padding and refused at length 4n+1") {
  CHECK(decode_base64("TWFu")->bytes == "Man");
  CHECK(decode_base64("TWE=")->padded);
  const auto bare = decode_base64("TWE");
  REQUIRE(bare);
  CHECK(bare->bytes == "Ma");
  CHECK_FALSE(bare->padded);
  CHECK(decode_base64("TW\r\n Fu")->bytes == "Man");
  CHECK_FALSE(decode_base64("TWFuT"));
  CHECK_FALSE(decode_base64("TW*u"));
  CHECK(decode_base64("")->bytes.empty());
}

TEST_CASE("a timestamp must exist in the calendar") {
  for (const auto* good : {"2026", "202601", "20260104", "202601040735+0100", "20260104073559", "20240229", "20260104073559.123-0430"}) {
    CAPTURE(good);
    CHECK(is_valid_timestamp(good));
  }
  for (const auto* bad : {"", "20092012081500+0100", "20230229", "2026010", "20260104250000", "20260104076100", "2026-01-04", "abcd",
                          "20260104+01", "20260104+9900"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_valid_timestamp(bad));
  }
}

TEST_CASE("the format is found from the content alone") {
  CHECK(detect("\xEF\xBB\xBF <?xml version='1.0'?><ClinicalDocument/>").format == Format::cda);
  CHECK(detect("<xsl:stylesheet><c:ClinicalDocument/></xsl:stylesheet>").format == Format::cda);
  CHECK(detect("\x0BMSH|^~\\&|A").format == Format::hl7v2);
  for (const auto* other : {"", "  ", "<html/>", "%PDF-1.4", "PK\x03\x04", "FHS|^~\\&|", "MSHABC", "000001\nDUPONT"}) {
    CAPTURE(other);
    CHECK(detect(other).format == Format::unknown);
    CHECK_FALSE(detect(other).reason.empty());
  }
}
