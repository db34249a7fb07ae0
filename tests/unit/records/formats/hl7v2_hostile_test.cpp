// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "records/formats/hl7v2.h"
#include "samples.h"

using namespace relais::formats;
using relais::Code;
using samples::Message;

namespace {

Code refused(const std::string& text) {
  const auto message = read_hl7v2(text);
  REQUIRE_FALSE(message);
  return message.error().code;
}

}  // namespace

TEST_CASE("a message without MSH or with unusable delimiters is refused") {
  CHECK(refused("") == Code::ingest_hl7v2_no_msh);
  CHECK(refused("PID|||1") == Code::ingest_hl7v2_no_msh);
  CHECK(refused("MSH") == Code::ingest_hl7v2_no_msh);
  CHECK(refused("MSH|||||||||") == Code::ingest_hl7v2_delimiters);
  CHECK(refused("MSHA^~\\&AxAyA") == Code::ingest_hl7v2_delimiters);
  CHECK(refused("MSH|^^\\&|A|B|C|D") == Code::ingest_hl7v2_delimiters);
  CHECK(refused("MSH|\rPID|1|2|3") == Code::ingest_hl7v2_delimiters);
}

TEST_CASE("an unknown message type has its own error") {
  Message message;
  message.type = "ADT^A01^ADT_A01";
  CHECK(refused(message.text()) == Code::ingest_hl7v2_unsupported_type);
  message.type = "";
  CHECK(refused(message.text()) == Code::ingest_hl7v2_unsupported_type);
}

TEST_CASE("several messages in one file are refused rather than half read") {
  CHECK(refused(Message{}.text() + Message{}.text()) == Code::ingest_hl7v2_several_messages);
}

TEST_CASE("a message cut anywhere never crashes and a cut document is never a CDA") {
  const auto whole = Message{}.text();
  const auto data = whole.find("Base64^");
  for (std::size_t size = 0; size < whole.size() - 20; size += 5) {
    const auto m = read_hl7v2(std::string_view(whole).substr(0, size));
    if (m && size > data) CHECK_FALSE(m->documents.at(0).cda);
  }
}

TEST_CASE("MLLP framing is taken off") {
  CHECK(read_hl7v2("\x0B" + Message{}.text() + "\x1C\r").has_value());
}

TEST_CASE("two quotes say that there is no value") {
  Message message;
  message.pid_name = "PAT-TROIS^DOMINIQUE^\"\"^^^^L";
  message.pid_sex = "\"\"";
  const auto m = read_hl7v2(message.text());
  REQUIRE(m);
  CHECK(m->patient->family == "PAT-TROIS");
  CHECK_FALSE(m->patient->given_others);
  CHECK_FALSE(m->patient->sex);
}

TEST_CASE("a CDA asks for its action whatever the OBX calls its type") {
  auto text = Message{}.text();
  text.replace(text.find("^TEXT^XML^Base64"), 9, "^TEXT^");
  const auto m = read_hl7v2(text);
  REQUIRE(m);
  CHECK(m->documents.at(0).cda);
  CHECK(m->action == Hl7Action::initial);
}

TEST_CASE("what stands after the last segment is no value of it") {
  auto segments = Message{}.text();
  segments.replace(segments.rfind("||||||F|"), std::string::npos, "||||||D");
  for (const auto& tail : {std::string("\0", 1), std::string("\x1A"), std::string("\r\n\x1A"), std::string("\x1C\r\x0B\x1C\r")}) {
    const auto m = read_hl7v2(segments + tail);
    REQUIRE(m);
    CHECK(m->documents.at(0).status == "D");
    CHECK(m->action == Hl7Action::remove);
  }
}

TEST_CASE("a second frame is a second message and never the end of the first one") {
  const auto frame = "\x0B" + Message{}.text() + "\x1C\r";
  CHECK(refused(frame + frame) == Code::ingest_hl7v2_several_messages);
  CHECK(refused("\x0B" + Message{}.text() + "\x1C\x0B" + Message{}.text() + "\x1C") == Code::ingest_hl7v2_several_messages);
}

TEST_CASE("a line without segment name belongs to the segment before") {
  Message message;
  message.document.insert(40, "\r");
  const auto m = read_hl7v2(message.text());
  REQUIRE(m);
  CHECK(m->documents.at(0).cda);
  CHECK(has(m->anomalies, AnomalyCode::hl7v2_continuation_line));
}

TEST_CASE("millions of separators and endless escapes are bounded") {
  Message message;
  message.more = "ZZZ" + std::string(2'000'000, '|');
  CHECK(refused(message.text()) == Code::ingest_hl7v2_too_complex);
  message.more = "ZZZ|" + std::string(2'000'000, '~');
  CHECK(refused(message.text()) == Code::ingest_hl7v2_too_complex);
  message.more.clear();
  for (int i = 0; i < 30000; ++i) message.more += "ZZZ|1\r";
  CHECK(refused(message.text()) == Code::ingest_hl7v2_too_complex);
  message.more = "OBX|2|ST|X||" + std::string(1'000'000, '\\') + "\r";
  CHECK(read_hl7v2(message.text()).has_value());
  CHECK(refused("MSH|^~\\&|" + std::string(65U * 1024 * 1024, 'a')) == Code::ingest_too_large);
}

TEST_CASE("bytes changed anywhere give a message or an error") {
  auto text = Message{}.text().substr(0, 500);
  int read = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char kept = text[i];
    for (const char c : {'|', '^', '\\', '\r', '\xFF', '\0'}) {
      text[i] = c;
      read += read_hl7v2(text).has_value() ? 1 : 0;
    }
    text[i] = kept;
  }
  CHECK(read > 0);
}
