// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "hprim_samples.h"
#include "records/formats/detect.h"
#include "records/formats/hprim.h"

using namespace relais::formats;
using samples::Medecin;

namespace {

HprimFile read(const std::string& bytes) {
  const auto file = read_hprim(bytes);
  if (!file) FAIL(relais::stable_code(file.error().code) << " " << file.error().detail);
  return *file;
}

HprimMessage only(const std::string& bytes) {
  const auto file = read(bytes);
  REQUIRE(file.messages.size() == 1);
  return file.messages[0];
}

HprimResult result(const std::string& line) {
  Medecin sample;
  sample.block = {line};
  const auto message = only(sample.text());
  REQUIRE(message.result_count() == 1);
  return message.requests[0].results[0];
}

bool met(const std::string& bytes, AnomalyCode code) { return has(only(bytes).anomalies, code); }

}  // namespace

TEST_CASE("the header gives the patient the file number its day the laboratory and who receives it") {
  const auto message = only(Medecin().text());
  CHECK(message.patient.laboratory_id == "0000900001");
  CHECK(message.patient.family == "PAT-TROIS");
  CHECK(message.patient.given == "DOMINIQUE");
  CHECK(message.patient.birth_date == "1979-03-28");
  CHECK(message.patient.nss == "2790351215189 89");
  CHECK(message.patient.sex.empty());
  CHECK(message.order_id == "D-1");
  CHECK(message.report_day == "20261120");
  CHECK(message.sender.name == "LABO DES DEUX RIVES");
  CHECK(message.receiver.name == "DR MARCHAND");
  REQUIRE(message.result_count() == 1);
  CHECK(message.requests[0].results[0].label == "Potassium");
  CHECK(message.has_coded_block);
  CHECK(message.anomalies.empty());
}

TEST_CASE("a header of twelve lines is followed at once by the text") {
  Medecin sample;
  sample.thirteenth = false;
  const auto message = only(sample.text());
  CHECK(has(message.anomalies, AnomalyCode::hprim_twelve_line_header));
  CHECK(message.narrative == "Potassium 4,1 mmol/l (3,5 - 5,1)");
  CHECK(message.result_count() == 1);
}

TEST_CASE("a header with a line too many is found by the shape of its dates and said") {
  Medecin sample;
  sample.header.insert(sample.header.begin() + 4, "RESIDENCE DES LILAS");
  const auto message = only(sample.text());
  CHECK(message.patient.birth_date == "1979-03-28");
  CHECK(message.order_id == "D-1");
  CHECK(message.receiver.name == "DR MARCHAND");
  CHECK(has(message.anomalies, AnomalyCode::hprim_shifted_header));
}

TEST_CASE("a birth date that is missing or impossible is said and never invented") {
  Medecin sample;
  sample.header[6] = "31/02/1979";
  CHECK(only(sample.text()).patient.birth_date.empty());
  CHECK(met(sample.text(), AnomalyCode::hprim_invalid_date));
  sample.header[6] = "";
  CHECK(only(sample.text()).patient.family == "PAT-TROIS");
  CHECK(met(sample.text(), AnomalyCode::hprim_no_birth_date));
}

TEST_CASE("a header with one of its two dates written otherwise is read") {
  Medecin sample;
  sample.header[9] = "20/11/2026 10:30";
  CHECK(only(sample.text()).patient.birth_date == "1979-03-28");
  CHECK(only(sample.text()).report_day == "20261120");
  sample = Medecin();
  sample.header[6] = "28031979";
  CHECK(only(sample.text()).patient.birth_date == "1979-03-28");
  sample.header[6] = "mars 1979";
  CHECK(only(sample.text()).patient.family == "PAT-TROIS");
  CHECK(only(sample.text()).patient.birth_date.empty());
  CHECK(met(sample.text(), AnomalyCode::hprim_invalid_date));
}

TEST_CASE("a year of two digits gives both centuries that are possible and no date") {
  const auto candidates = [](const std::string& birth, const std::string& report) {
    Medecin sample;
    sample.header[6] = birth;
    sample.header[9] = report;
    const auto message = only(sample.text());
    CHECK(message.patient.birth_date.empty());
    CHECK(has(message.anomalies, AnomalyCode::hprim_two_digit_year));
    return message.patient.birth_date_candidates;
  };
  using Dates = std::vector<std::string>;
  CHECK(candidates("05/06/19", "11/03/2025") == Dates{"1919-06-05", "2019-06-05"});
  CHECK(candidates("05/06/58", "11/03/2025") == Dates{"1958-06-05"});
  CHECK(candidates("11/03/05", "11/03/2025") == Dates{"1905-03-11", "2005-03-11"});
  CHECK(candidates("10/03/05", "11/03/2025") == Dates{"2005-03-10"});
  CHECK(candidates("12/03/25", "11/03/2025") == Dates{"1925-03-12"});
  CHECK(candidates("29/02/00", "11/03/2010") == Dates{"2000-02-29"});
}

TEST_CASE("a result tells value unit bounds flag and status") {
  const auto r = result("RES|Potassium|K|N|6.8|mmol/l|3.5|5.1|HH|F");
  CHECK(r.code == "K");
  CHECK(r.numeric == "6.8");
  CHECK(r.unit == "mmol/l");
  CHECK(r.low == "3.5");
  CHECK(r.high == "5.1");
  CHECK(r.flag == "HH");
  CHECK(r.status == "F");
  CHECK_FALSE(r.second);
}

TEST_CASE("fields eleven to fourteen are the same measure in a second unit") {
  const auto r = result("RES|Créatinine|CREA|N|312|µmol/l|59|104|H|F|35.3|mg/l|6.7|11.8");
  REQUIRE(r.second);
  CHECK(r.second->value == "35.3");
  CHECK(r.second->unit == "mg/l");
  CHECK(r.second->low == "6.7");
  CHECK(r.second->high == "11.8");
}

TEST_CASE("an alphanumeric value is opened into sign number and unit") {
  struct Case {
    const char *written, *comparator, *numeric, *unit;
  };
  for (const auto& c : {Case{"    < 0.12  mg/l ", "<", "0.12", "mg/l"}, Case{"<0,01", "<", "0.01", ""},
                        Case{">10000", ">", "10000", ""}, Case{">= 60 ml/mn", ">=", "60", "ml/mn"},
                        Case{"inf. à 400", "<", "400", ""}, Case{"supérieur à 5,5", ">", "5.5", ""},
                        Case{"1 250", "", "1250", ""}, Case{".5", "", ".5", ""}, Case{"6,8 **", "", "6.8", ""},
                        Case{"250 mmol/24h", "", "250", "mmol/24h"}}) {
    INFO(c.written);
    const auto r = result(std::string("RES|Essai|E|A|") + c.written + "||||N|F");
    CHECK(r.comparator == c.comparator);
    CHECK(r.numeric == c.numeric);
    CHECK(r.value_unit == c.unit);
  }
  for (const char* text : {"Limpide", "1/80", "12/05/2025", "10 - 20", "Négatif", "3 germes différents isolés", "N° 12",
                           "10 à 20", "2 ou 3", "5 et >2", "1,5 x 10^6", "1,5 × 10^6", "4.5 x1000", "1.2E3", "12h30"}) {
    INFO(text);
    CHECK(result(std::string("RES|Essai|E|A|") + text + "||||N|F").numeric.empty());
  }
}

TEST_CASE("a number whose own unit is not that of its field is no number") {
  CHECK(result("RES|Sodium|NA|A|3,2 G/L|g/l||||F").numeric == "3.2");
  const auto r = result("RES|Sodium|NA|A|140 mg/l|g/l||||F");
  CHECK(r.numeric.empty());
  CHECK(r.value == "140 mg/l");
  Medecin sample;
  sample.block = {"RES|Sodium|NA|N|140 mg/l|g/l||||F"};
  CHECK(met(sample.text(), AnomalyCode::hprim_invalid_number));
}

TEST_CASE("what contradicts itself in a result is kept as written and said") {
  const auto anomaly = [](const std::string& line, AnomalyCode code) {
    Medecin sample;
    sample.block = {line};
    INFO(line);
    CHECK(met(sample.text(), code));
  };
  anomaly("RES|Potassium|K|N|6.8|mmol/l|3.5|5.1|N|F", AnomalyCode::hprim_flag_contradicts_range);
  anomaly("RES|Potassium|K|N|4.0|mmol/l|3.5|5.1|H|F", AnomalyCode::hprim_flag_contradicts_range);
  anomaly("RES|Lymphocytes|ly|N|33.0|%|||L|F|964|/mm3|1000|4000", AnomalyCode::hprim_flag_of_second_unit);
  anomaly("RES|Potassium|K|N|4.0|mmol/l|5.1|3.5||F", AnomalyCode::hprim_inverted_range);
  anomaly("RES|Potassium|K|N|4.0|mmol/l|3.5|3.5||F", AnomalyCode::hprim_degenerate_range);
  anomaly("RES|Potassium|K|N|4,0|mmol/l|3.5|5.1|N|F", AnomalyCode::hprim_decimal_comma);
  anomaly("RES|Potassium|K|N|quatre|mmol/l|3.5|5.1|N|F", AnomalyCode::hprim_invalid_number);
  anomaly("RES|Potassium|K|N|4.0||3.5|5.1|N|F", AnomalyCode::hprim_number_without_unit);
  anomaly("RES|Potassium|K|N|4.0|mmol/l|3.5|5.1|Z|F", AnomalyCode::hprim_unknown_flag);
  anomaly("RES|Potassium|K|N|4.0|mmol/l|3.5|5.1|N|Z", AnomalyCode::hprim_unknown_status);
  anomaly("RES|Potassium|K|Q|4.0|mmol/l|3.5|5.1|N|F", AnomalyCode::hprim_unknown_type);
  anomaly("RES|Potassium|K|N|4.0|mmol/l|3.5|5.1|N|R", AnomalyCode::hprim_not_validated);
  anomaly("RES|Potassium||N|4.0|mmol/l|3.5|5.1|N|F", AnomalyCode::hprim_no_code);
  anomaly("RES||IGET 005|A", AnomalyCode::hprim_truncated_result);
}

TEST_CASE("an undetectable value below its range does not contradict a low flag") {
  Medecin sample;
  sample.block = {"RES|TSH|TSH|A|<0,01|mUI/l|0.40|4.00|LL|F"};
  CHECK_FALSE(met(sample.text(), AnomalyCode::hprim_flag_contradicts_range));
}

TEST_CASE("a text that says another value than the coded result is told and one that says it in thousands is not") {
  Medecin sample;
  sample.text_lines = {"Potassium 6,8 mmol/l"};
  CHECK(met(sample.text(), AnomalyCode::hprim_text_differs));
  sample.text_lines = {"Potassium 4,1 mmol/l"};
  CHECK_FALSE(met(sample.text(), AnomalyCode::hprim_text_differs));
  sample.text_lines = {"LEUCOCYTES   2.920 */mm3   4.000 à 10.000"};
  sample.block = {"RES|LEUCOCYTES|gb|N|2920|/mm3|4000|10000|L|F"};
  CHECK_FALSE(met(sample.text(), AnomalyCode::hprim_text_differs));
  CHECK(met(sample.text(), AnomalyCode::hprim_thousands_separator));
  sample.text_lines = {"Culture : POSITIVE"};
  sample.block = {"RES|Culture|CULT|A|négative||||N|F"};
  CHECK(met(sample.text(), AnomalyCode::hprim_text_differs));
}

TEST_CASE("a report without coded block keeps its text and says that it is one") {
  Medecin sample;
  sample.lab = false;
  const auto message = only(sample.text());
  CHECK(message.result_count() == 0);
  CHECK_FALSE(message.has_coded_block);
  CHECK(message.narrative.find("Potassium 4,1") != std::string::npos);
  CHECK(has(message.anomalies, AnomalyCode::hprim_no_coded_block));
}

TEST_CASE("text that only the coded block holds is added to the text of the report") {
  Medecin sample;
  sample.block.insert(sample.block.begin(), {"TEX|Potassium 4,1 mmol/l (3,5 - 5,1)", "TEX|Appel au cabinet sans réponse"});
  const auto message = only(sample.text());
  CHECK(message.narrative == "Potassium 4,1 mmol/l (3,5 - 5,1)\nAppel au cabinet sans réponse");
}

TEST_CASE("ends that are missing out of order indented or followed by text lose nothing") {
  Medecin sample;
  SECTION("no end of the report before the next one") {
    Medecin next;
    next.header[1] = "ESSAI-BERNARDOT";
    next.header[8] = "D-2";
    sample.end = "";
    const auto file = read(sample.text() + next.text());
    REQUIRE(file.messages.size() == 2);
    CHECK(has(file.messages[0].anomalies, AnomalyCode::hprim_no_end_of_report));
    CHECK(file.messages[1].patient.family == "ESSAI-BERNARDOT");
    CHECK(file.messages[0].result_count() == 1);
    CHECK(file.messages[1].result_count() == 1);
  }
  SECTION("cut in the middle") {
    sample.end = "";
    CHECK(met(sample.text(), AnomalyCode::hprim_no_end_of_report));
    CHECK(met(sample.text(), AnomalyCode::hprim_no_end_of_file));
  }
  SECTION("end of the file first") {
    sample.end = "****FINFICHIER****\r\n****FIN****\r\n";
    CHECK(met(sample.text(), AnomalyCode::hprim_end_out_of_order));
    CHECK(only(sample.text()).result_count() == 1);
  }
  SECTION("text after the end") {
    sample.end = "****FIN****\r\nHémolyse signalée\r\n****FINFICHIER****\r\n";
    CHECK(met(sample.text(), AnomalyCode::hprim_text_after_end));
    CHECK(only(sample.text()).narrative.find("Hémolyse signalée") != std::string::npos);
  }
  SECTION("tags after spaces") {
    sample.end = "  ****FIN****\r\n   ****FINFICHIER****\r\n";
    CHECK(met(sample.text(), AnomalyCode::hprim_tag_indented));
    CHECK_FALSE(met(sample.text(), AnomalyCode::hprim_no_end_of_report));
  }
}

TEST_CASE("two patients of one file are two reports and each says that it is not alone") {
  Medecin first, second;
  first.end = "****FIN****\r\n";
  second.header[1] = "ESSAI-BERNARDOT";
  second.header[0] = "";
  const auto file = read(first.text() + second.text());
  REQUIRE(file.messages.size() == 2);
  CHECK(file.messages[0].patient.family == "PAT-TROIS");
  CHECK(file.messages[1].patient.family == "ESSAI-BERNARDOT");
  CHECK(file.messages[1].patient.laboratory_id.empty());
  for (const auto& message : file.messages) CHECK(has(message.anomalies, AnomalyCode::hprim_several_patients));
}

TEST_CASE("a table of dated values inside a text begins no other report") {
  Medecin sample;
  sample.text_lines = {"Antériorités", "Glycémie", "1,02 g/l", "Sodium", "140", "Potassium", "12/05/2025", "4,2",
                       "Sodium 139", "12/05/2024", "4,0", "139", "fin du tableau"};
  CHECK(only(sample.text()).result_count() == 1);
  sample.text_lines = {"Villetest, le", "bilan", "a", "b", "c", "20/11/2026", "", "", "", "d", "e", "f", "g"};
  CHECK(only(sample.text()).result_count() == 1);
}

TEST_CASE("results of a patient whose header is not readable are never those of the patient before") {
  Medecin first, second;
  second.header[1] = "ESSAI-BERNARDOT";
  second.block = {"RES|Sodium|NA|N|118|mmol/l|136|145|LL|F"};
  const auto apart = [&](const std::string& end_of_first) {
    first.end = end_of_first;
    const auto file = read(first.text() + second.text());
    REQUIRE(file.messages.size() == 2);
    REQUIRE(file.messages[0].result_count() == 1);
    CHECK(file.messages[0].requests[0].results[0].code == "K");
    CHECK(file.messages[0].narrative.find("ESSAI-BERNARDOT") == std::string::npos);
    CHECK(file.messages[1].result_count() == 1);
    CHECK(has(file.messages[1].anomalies, AnomalyCode::hprim_shifted_header));
    CHECK(has(file.messages[1].anomalies, AnomalyCode::hprim_several_patients));
    return file.messages[1];
  };
  SECTION("a line is missing") {
    second.header.erase(second.header.begin() + 4);
    CHECK(apart("****FIN****\r\n").patient.family == "ESSAI-BERNARDOT");
    CHECK(apart("****FIN****\r\n\r\n").patient.family == "ESSAI-BERNARDOT");
    CHECK(apart("").patient.birth_date == "1979-03-28");
    second.text_lines = {"BIOCHIMIE", "Sodium 118", "Contrôlé", "Signé"};
    CHECK(apart("****FIN****\r\n").patient.family == "ESSAI-BERNARDOT");
    CHECK(apart("****FIN****\r\n\r\n****FINFICHIER****\r\n\r\n").patient.family == "ESSAI-BERNARDOT");
  }
  SECTION("no line of it is a date") {
    second.header[6] = second.header[9] = "?";
    const auto message = apart("****FIN****\r\n");
    CHECK(message.patient.family.empty());
    CHECK(message.narrative.find("ESSAI-BERNARDOT") != std::string::npos);
    CHECK(apart("****FIN****\r\n****FINFICHIER****\r\n").patient.family.empty());
    CHECK(apart("").patient.family.empty());
  }
  SECTION("there is none") {
    second.header.clear();
    second.text_lines.clear();
    CHECK(apart("****FIN****\r\n").patient.family.empty());
  }
}

TEST_CASE("a text added behind the end of a report is no line of the next header") {
  Medecin first, second;
  first.end = "****FIN****\r\nReçu au secrétariat\r\n";
  second.header[1] = "ESSAI-BERNARDOT";
  const auto file = read(first.text() + second.text());
  REQUIRE(file.messages.size() == 2);
  CHECK(file.messages[0].narrative.find("secrétariat") != std::string::npos);
  CHECK(file.messages[1].patient.family == "ESSAI-BERNARDOT");
  CHECK(file.messages[1].patient.laboratory_id == "0000900001");
  CHECK_FALSE(has(file.messages[1].anomalies, AnomalyCode::hprim_shifted_header));
  second.header.erase(second.header.begin() + 4);
  const auto shifted = read(first.text() + "\r\n" + second.text());
  REQUIRE(shifted.messages.size() == 2);
  CHECK(shifted.messages[1].patient.family == "ESSAI-BERNARDOT");
  CHECK(shifted.messages[0].narrative.find("secrétariat") != std::string::npos);
  first.end += "****FIN****\r\n****FINFICHIER****\r\n";
  CHECK(only(first.text()).narrative.find("secrétariat") != std::string::npos);
}

TEST_CASE("a second report of text alone whose header lacks a line is a report of its own") {
  Medecin first, second;
  first.end = "****FIN****\r\n";
  second.header[1] = "ESSAI-BERNARDOT";
  second.header.erase(second.header.begin() + 4);
  second.lab = false;
  const auto file = read(first.text() + second.text());
  REQUIRE(file.messages.size() == 2);
  CHECK(file.messages[1].patient.family == "ESSAI-BERNARDOT");
}

TEST_CASE("letter case of the block and the end of a DOS file say nothing") {
  Medecin sample;
  sample.block = {"tex|Potassium 4,1", "res|Potassium|K|N|4.1|mmol/l|3.5|5.1|N|F"};
  CHECK(only(sample.text()).result_count() == 1);
  CHECK(only(sample.text() + "\x1A").anomalies.size() == only(sample.text()).anomalies.size());
}

TEST_CASE("lines may end with CR alone or with LF") {
  auto bytes = Medecin().text();
  std::erase(bytes, '\n');
  CHECK(read(bytes).newline == "CR");
  CHECK(only(bytes).result_count() == 1);
  CHECK(met(bytes, AnomalyCode::hprim_line_ends));
}

TEST_CASE("a result before its block is read and said") {
  Medecin sample;
  sample.text_lines = {"RES|Sodium|NA|N|140|mmol/l|136|145|N|F"};
  CHECK(only(sample.text()).result_count() == 2);
  CHECK(met(sample.text(), AnomalyCode::hprim_result_outside_block));
}

TEST_CASE("a text without a header is refused and so is a file without end") {
  const auto refused = [](const std::string& bytes) { return read_hprim(bytes).error().code; };
  CHECK(refused("bonjour\r\n****FIN****\r\n") == relais::Code::ingest_hprim_no_header);
  CHECK(refused("") == relais::Code::ingest_hprim_no_header);
  CHECK(refused(std::string(17 * 1024 * 1024, 'x')) == relais::Code::ingest_too_large);
  CHECK(refused(std::string(300'000, '\n')) == relais::Code::ingest_hprim_too_complex);
}

TEST_CASE("HPRIM is told from other files by its shape alone") {
  CHECK(detect(Medecin().text()).format == Format::hprim);
  Medecin bare;
  bare.lab = false;
  bare.end = "";
  CHECK(detect(bare.text()).format == Format::hprim);
  CHECK(detect("H|~^\\&|F.HPR||LAB~LABO||ORU|||DR~DR||P|H2.2~C|20250310183000\r").format == Format::hprim);
  CHECK(detect("Chère consœur, merci de voir ce patient.\r\nBien à vous\r\n").format == Format::unknown);
  CHECK(detect("nom;prénom;date\r\nA;B;12/03/1958\r\n").format == Format::unknown);
}
