// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "hprim_samples.h"
#include "records/formats/hprim.h"

using namespace relais::formats;
using samples::Sante;

namespace {

HprimMessage only(const std::string& bytes) {
  const auto file = read_hprim(bytes);
  if (!file) FAIL(relais::stable_code(file.error().code) << " " << file.error().detail);
  REQUIRE(file->messages.size() == 1);
  return file->messages[0];
}

HprimResult result(const std::string& line) {
  Sante sample;
  sample.results = {line};
  return only(sample.text()).requests.at(0).results.at(0);
}

}  // namespace

TEST_CASE("header patient request and result are read by the separators that H announces") {
  const auto check = [](const std::string& bytes) {
    const auto message = only(bytes);
    CHECK(message.sender.code == "LABF");
    CHECK(message.sender.name == "LABO DES DEUX RIVES");
    CHECK(message.receiver.code == "CAB");
    CHECK(message.message_time == "20261120183000");
    CHECK(message.patient.family == "PAT-TROIS");
    CHECK(message.patient.given == "DOMINIQUE");
    CHECK(message.patient.birth_name == "PAT-TROIS");
    CHECK(message.patient.birth_date == "1979-03-28");
    CHECK(message.patient.sex == "F");
    CHECK(message.patient.requester_id == "DOS1");
    CHECK(message.patient.laboratory_id == "LAB77");
    CHECK(message.patient.address == "4 RUE DES TILLEULS, VILLETEST, 99999");
    const auto& request = message.requests.at(0);
    CHECK(request.placer == "D1");
    CHECK(request.filler == "F-1");
    CHECK(request.exams == std::vector<std::string>{"IONO"});
    CHECK(request.collected == "20261120073000");
    CHECK(request.prescriber == "DR ESSAI");
    CHECK(request.status == "F");
    const auto& potassium = request.results.at(0);
    CHECK(potassium.code == "K");
    CHECK(potassium.label == "Potassium");
    CHECK(potassium.numeric == "4.1");
    CHECK(potassium.low == "3.5");
    CHECK(potassium.high == "5.1");
    CHECK(potassium.flag == "N");
    CHECK(potassium.time == "20261120090000");
    return message;
  };
  const auto usual = Sante().text();
  CHECK(check(usual).anomalies.empty());
  auto inverted = usual;
  for (auto& c : inverted) c = c == '~' ? '^' : c == '^' ? '~' : c;
  CHECK(has(check(inverted).anomalies, AnomalyCode::hprim_unusual_delimiters));
  auto strange = usual;
  for (auto& c : strange) c = c == '|' ? '!' : c == '~' ? '$' : c;
  CHECK(has(check(strange).anomalies, AnomalyCode::hprim_unusual_delimiters));
}

TEST_CASE("spaces before a segment are not part of its name") {
  auto text = Sante().text();
  text.replace(text.find("\r\nP|") + 2, 1, "  P");
  text.replace(text.find("\r\nOBX|") + 2, 1, "\tO");
  CHECK(only(text).result_count() == 1);
}

TEST_CASE("a continuation is glued without separator even inside a number") {
  CHECK(result("OBX|1|NM|K~Potassium~L||5.\r\nA|9|mmol/L|3.5 - 5.1|H|||F").numeric == "5.9");
}

TEST_CASE("the escape character keeps a separator inside a text") {
  CHECK(result("OBX|1|ST|X~Essai~L||a\\|b\\~c").value == "a|b~c");
}

TEST_CASE("a text result has its lines and a coded one its parts") {
  CHECK(result("OBX|1|TX|CR~Conclusion~L||Première ligne~Seconde ligne||||||F").value == "Première ligne\nSeconde ligne");
  Sante sample;
  sample.results = {"OBX|1|TX|CR~Conclusion~L||Première ligne~Seconde ligne||||||F"};
  CHECK(only(sample.text()).narrative == "Première ligne\nSeconde ligne");
  CHECK(result("OBX|1|CE|G~Germe~L||ECO~Escherichia coli~L||||||F").value_parts ==
        std::vector<std::string>{"ECO", "Escherichia coli", "L"});
}

TEST_CASE("a range is two bounds or one and what is neither is said") {
  struct Case {
    const char *text, *low, *high;
  };
  for (const auto& c : {Case{"45 - 84", "45", "84"}, Case{"<5.0", "", "5.0"}, Case{">60", "60", ""}, Case{"<= 5", "", "5"},
                        Case{"0,40 à 4,00", "0,40", "4,00"}, Case{"(3.5-5.1)", "3.5", "5.1"}, Case{"inf. à 400", "", "400"},
                        Case{"12.0 - 16.0 g/dl", "12.0", "16.0"}}) {
    INFO(c.text);
    const auto r = result(std::string("OBX|1|NM|X~Essai~L||4|g/l|") + c.text + "||||F");
    CHECK(r.low == c.low);
    CHECK(r.high == c.high);
  }
  Sante sample;
  sample.results = {"OBX|1|NM|X~Essai~L||4|g/l|selon âge||||F"};
  CHECK(has(only(sample.text()).anomalies, AnomalyCode::hprim_unreadable_range));
}

TEST_CASE("comments belong to what stands above them") {
  Sante sample;
  sample.results = {"C|1|L|À jeun depuis 12 heures", "OBX|1|NM|K~Potassium~L||4.1|mmol/L|3.5 - 5.1|N|||F",
                    "C|1|L|Sérum non hémolysé"};
  sample.patient += "\r\nC|1|L|Patient appelé";
  const auto message = only(sample.text());
  CHECK(message.comments == std::vector<std::string>{"Patient appelé"});
  CHECK(message.requests[0].comments == std::vector<std::string>{"À jeun depuis 12 heures"});
  CHECK(message.requests[0].results[0].comments == std::vector<std::string>{"Sérum non hémolysé"});
}

TEST_CASE("several patients of one message and several messages of one file are all read") {
  Sante other;
  other.patient = "P|2|DOS2|LAB78||ESSAI-BERNARDOT~ANDRE|ESSAI-BERNARDOT|19461103|M";
  auto bytes = Sante().text();
  bytes.insert(bytes.find("L|1"), other.patient + "\r\n" + other.request() + "\r\n" + other.results[0] + "\r\n");
  const auto file = read_hprim(bytes);
  REQUIRE(file);
  REQUIRE(file->messages.size() == 2);
  CHECK(file->messages[1].patient.family == "ESSAI-BERNARDOT");
  CHECK(file->messages[1].result_count() == 1);
  CHECK(has(file->messages[0].anomalies, AnomalyCode::hprim_several_patients));
  Sante second;
  for (auto& c : second.header) c = c == '~' ? '^' : c == '^' ? '~' : c;
  for (auto& c : second.patient) c = c == '~' ? '^' : c;
  second.header.replace(second.header.find("LABF"), 4, "LABG");
  const auto two = read_hprim(Sante().text() + second.header + "\r\n" + second.patient + "\r\nL|1\r\n");
  REQUIRE(two);
  REQUIRE(two->messages.size() == 2);
  CHECK(two->messages[1].sender.code == "LABG");
  CHECK(two->messages[1].patient.given == "DOMINIQUE");
}

TEST_CASE("a message that is cut short or counted wrong is said") {
  Sante sample;
  sample.end = "L|1||1|9";
  CHECK(has(only(sample.text()).anomalies, AnomalyCode::hprim_line_count));
  sample.end = "L|1||1|5";
  CHECK(only(sample.text()).anomalies.empty());
  sample.end = "";
  CHECK(has(only(sample.text()).anomalies, AnomalyCode::hprim_no_end_of_file));
}

TEST_CASE("a test message an unknown segment and a missing file are said") {
  Sante sample;
  sample.header.replace(sample.header.find("|P|H2.2"), 3, "|T|");
  sample.results = {"OBX|1|FIC|TEXTE~~L||GALAXIE~A.j1~TXT", "ZZZ|1"};
  const auto message = only(sample.text());
  CHECK(has(message.anomalies, AnomalyCode::hprim_test_message));
  CHECK(has(message.anomalies, AnomalyCode::hprim_unknown_segment));
  CHECK(has(message.anomalies, AnomalyCode::hprim_missing_file));
  CHECK(message.requests[0].results[0].value == "GALAXIE~A.j1~TXT");
}

TEST_CASE("results without a request and lines before a patient are not lost in silence") {
  const auto file = read_hprim("H|~^\\&|F||L~L||ORU|||C~C||P|H2.1~C|20261120\rOBX|1|NM|K~K~L||4\rP|1||L1||A~B||19790328|F\r"
                               "OBX|1|NM|K~K~L||4|mmol/L\rL|1\r");
  REQUIRE(file);
  CHECK(file->messages.at(0).result_count() == 1);
  CHECK(has(file->messages[0].anomalies, AnomalyCode::hprim_misplaced_line));
}

TEST_CASE("separators that cannot serve other message types and messages without a patient are refused") {
  const auto refused = [](const std::string& bytes) { return read_hprim(bytes).error().code; };
  CHECK(refused("H|~~\\&|F||L||ORU|||C||P|H2.1|2026\r") == relais::Code::ingest_hprim_delimiters);
  CHECK(refused("H|~^\\&|F||L||ORM|||C||P|H2.1|2026\rP|1\r") == relais::Code::ingest_hprim_unsupported_type);
  CHECK(refused("H|~^\\&|F||L||ORU|||C||P|H2.1|2026\rL|1\r") == relais::Code::ingest_hprim_no_patient);
}
