// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "records/formats/hl7v2.h"
#include "samples.h"

using namespace relais::formats;
using samples::Message;
using samples::Report;

namespace {

Hl7Message read(const std::string& text) {
  auto message = read_hl7v2(text);
  if (!message) FAIL(relais::stable_code(message.error().code) << ": " << message.error().detail);
  return std::move(*message);
}

}  // namespace

TEST_CASE("a right message is read with the document inside and raises nothing") {
  const auto m = read(Message{}.text());
  CHECK(m.anomalies.empty());
  CHECK(m.message.type == "ORU");
  CHECK(m.message.trigger == "R01");
  CHECK(m.message.version == "2.5");
  CHECK(m.patient->ins->value == "279035121518989");
  CHECK(m.patient->ins->oid == "1.2.250.1.213.1.4.10");
  CHECK(m.patient->family == "PAT-TROIS");
  CHECK(m.patient->birth_place_insee == "51215");
  CHECK(m.obr->code == "11502-2");
  CHECK(m.action == Hl7Action::initial);
  CHECK_FALSE(m.quarantine);
  REQUIRE(m.documents.size() == 1);
  CHECK(m.documents[0].content == Hl7Content::cda);
  CHECK(m.documents[0].cda->results.size() == 1);
  CHECK(m.documents[0].identity_mismatch.empty());
}

TEST_CASE("segments end with CR or LF or both") {
  for (const auto* end : {"\r", "\n", "\r\n"}) {
    Message message;
    message.end = end;
    const auto m = read(message.text());
    CHECK(m.segments.size() == 5);
    CHECK(has(m.anomalies, AnomalyCode::hl7v2_line_feed) == (std::string(end) == "\n"));
  }
}

TEST_CASE("a repetition separator of two bytes is read") {
  auto text = Message{}.text();
  text.replace(text.find("^~\\&"), 4, "^\xCB\x9C\\&");
  text.replace(text.find("FRA^H~") + 5, 1, "\xCB\x9C");
  const auto m = read(text);
  CHECK(m.repetition_separator == "\xCB\x9C");
  CHECK(m.patient->birth_place_insee == "51215");
  CHECK(has(m.anomalies, AnomalyCode::hl7v2_unusual_repetition_separator));
}

TEST_CASE("other delimiters are read from the header") {
  auto text = Message{}.text();
  for (auto& c : text) {
    if (c == '|') c = '#';
    else if (c == '^') c = '$';
  }
  const auto m = read(text);
  CHECK(m.patient->given == "DOMINIQUE");
  CHECK(m.documents.at(0).content == Hl7Content::cda);
}

TEST_CASE("escape sequences become the characters they stand for") {
  Message message;
  message.pid_name = "A\\T\\B \\X C9\\ \\X43\\^D\\S\\E\\F\\\\E\\^^^^^L";
  const auto m = read(message.text());
  CHECK(m.patient->family == "A&B \\X C9\\ C");
  CHECK(m.patient->given == "D^E|\\");
}

TEST_CASE("a declared Latin set is decoded") {
  Message message;
  message.charset = "8859/15";
  message.pid_name = "LEF\xC8VRE^ZO\xC9^^^^^L";
  CHECK(read(message.text()).patient->family == "LEFÈVRE");
}

TEST_CASE("the identity repetition of the INS and the legal name are chosen among several") {
  Message message;
  message.pid_ins = "42^^^LABO&1.2.3&ISO^PI~" + message.pid_ins;
  message.pid_name = "USUEL^DODO^^^^^D~" + message.pid_name;
  const auto m = read(message.text());
  CHECK(m.patient->ids.size() == 2);
  CHECK(m.patient->ins->value == "279035121518989");
  CHECK(m.patient->family == "PAT-TROIS");
  message.pid_ins = "279035121518989^^^ASIP-SANTE-INS-NIA&1.2.250.1.213.1.4.9&ISO^INS";
  CHECK(read(message.text()).patient->ins->oid == "1.2.250.1.213.1.4.9");
}

TEST_CASE("another patient in the document means quarantine") {
  Message message;
  message.pid_name = "NESSI^RUTH^^^^^L";
  message.pid_sex = "M";
  const auto m = read(message.text());
  CHECK(m.quarantine);
  CHECK(m.documents[0].identity_mismatch == std::vector<std::string>{"nom", "prénom", "sexe"});
  CHECK(has(m.anomalies, AnomalyCode::hl7v2_identity_mismatch));
  CHECK(m.documents[0].cda->patient.birth_family == "PAT-TROIS");
}

TEST_CASE("a message without patient segment never vouches for a document") {
  auto text = Message{}.text();
  const auto pid = text.find("PID|");
  text.erase(pid, text.find('\r', pid) + 1 - pid);
  CHECK(read(text).quarantine);
}

TEST_CASE("letter case alone does not make another patient") {
  Message message;
  message.pid_name = "Pat-Trois^Dominique^^^^^L";
  CHECK_FALSE(read(message.text()).quarantine);
}

TEST_CASE("unpadded base64 is read and undecodable base64 is kept as such") {
  Message message;
  std::string xml = Report{}.xml();
  while (xml.size() % 3 != 1) xml += ' ';
  message.document = samples::base64(xml, false);
  const auto unpadded = read(message.text());
  CHECK(unpadded.documents[0].cda);
  CHECK(has(unpadded.anomalies, AnomalyCode::hl7v2_base64_unpadded));
  message.document = "AAAAA";
  const auto broken = read(message.text());
  CHECK_FALSE(broken.documents[0].decodable);
  CHECK(broken.documents[0].content == Hl7Content::none);
  CHECK(has(broken.anomalies, AnomalyCode::hl7v2_base64_undecodable));
}

TEST_CASE("what stands in place of a CDA is told by its kind") {
  const auto kind = [](const std::string& bytes) {
    Message message;
    message.document = samples::base64(bytes);
    const auto m = read(message.text());
    CHECK(has(m.anomalies, AnomalyCode::hl7v2_document_not_cda));
    return std::string(content_name(m.documents[0].content));
  };
  CHECK(kind("Document médical au format CDA") == "text");
  CHECK(kind("%PDF-1.7") == "pdf");
  CHECK(kind(Report{}.xml().substr(0, 900)) == "xml-invalide");
}

TEST_CASE("action comes from document or trigger and disagreement is told") {
  const auto action = [](const std::string& type, const std::string& control, const std::string& status) {
    Message message;
    message.type = type;
    message.control = control;
    message.obx_status = status;
    const auto m = read(message.text());
    return std::pair(*m.action, has(m.anomalies, AnomalyCode::hl7v2_order_control_disagrees));
  };
  const std::string oru = "ORU^R01^ORU_R01";
  CHECK(action(oru, "NW", "F") == std::pair(Hl7Action::initial, false));
  CHECK(action(oru, "RO", "C") == std::pair(Hl7Action::replace, false));
  CHECK(action(oru, "CA", "D") == std::pair(Hl7Action::remove, false));
  CHECK(action(oru, "NW", "D") == std::pair(Hl7Action::remove, true));
  CHECK(action(oru, "SC", "F") == std::pair(Hl7Action::initial, true));
  CHECK(action("MDM^T10^MDM_T02", "RO", "C") == std::pair(Hl7Action::replace, false));
  CHECK(action("MDM^T04^MDM_T02", "CA", "D") == std::pair(Hl7Action::remove, false));
  CHECK(action("MDM^T10^MDM_T02", "RO", "F") == std::pair(Hl7Action::replace, true));
}

TEST_CASE("metadata and participants and mail bodies are read beside the document") {
  Message message;
  message.more = "PRT||UC||SB^^participation|899700218896^DIAZ^Zoé^^^^^^X^D^^^RPPS|||labo^^^^^X^FINEG^^^1120459876|||||||^^X.400^z@l.mssante.fr\r"
                 "OBX|2|CE|INVISIBLE_PATIENT^x||Y^^expandedYes-NoIndicator||||||F|\r"
                 "OBX|3|ED|CORPSMAIL_PS^x||^TEXT^^Base64^" + samples::base64("Bonjour") + "||||||F|\r";
  message.obx_status = "C";
  message.control = "RO";
  const auto m = read(message.text());
  CHECK(m.action == Hl7Action::replace);
  CHECK(m.metadata.at("INVISIBLE_PATIENT") == "Y");
  CHECK(m.documents.at(1).bytes == "Bonjour");
  CHECK(m.participants.at(0).organisation_id == "1120459876");
  CHECK(m.participants.at(0).mail == "z@l.mssante.fr");
  CHECK(m.anomalies == Anomalies{{AnomalyCode::hl7v2_reserved_announcement, "INVISIBLE_PATIENT"}});
}

TEST_CASE("acknowledgements and errors are read and ask for no action") {
  const auto ack = read("MSH|^~\\&|A|B|C|D|20260104||ACK^R01^ACK|17|P|2.5\rMSA|AE|015|refus\rERR|||207^Erreur^x|E|DMPClosed^fermé\r");
  CHECK(ack.ack->code == "AE");
  CHECK(ack.ack->control_id == "015");
  CHECK(ack.err->code == "207");
  CHECK(ack.err->app == "DMPClosed^fermé");
  CHECK_FALSE(ack.action);
  CHECK_FALSE(ack.patient);
  const auto zam = read("MSH|^~\\&|A|B|C|D|20260104||ZAM^Z02^ZAM_Z01|18|P|2.6\rOBX|1|CWE|ACK_RECEPTION_MSS^x|015|Y^^z||||||F|\r");
  CHECK(zam.metadata.at("ACK_RECEPTION_MSS") == "Y");
  CHECK(zam.about.at("ACK_RECEPTION_MSS") == "015");
}

TEST_CASE("a short control id and an unexpected trigger are told") {
  Message message;
  message.control_id = "015";
  message.type = "MDM^T08^MDM_T02";
  const auto m = read(message.text());
  CHECK(has(m.anomalies, AnomalyCode::hl7v2_weak_control_id));
  CHECK(has(m.anomalies, AnomalyCode::hl7v2_unexpected_trigger));
}
