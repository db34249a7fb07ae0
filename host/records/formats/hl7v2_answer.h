// SPDX-License-Identifier: Apache-2.0
// The acknowledgement that answers an HL7 v2 message, in original mode (MSA-1 AA, AE, AR). Sources: HL7 v2.5, chapter 2
// (MSH, MSA, ERR); errors 900 to 906 of the ANS transmission guide (biologie.md, section 4).
// Not supported: enhanced mode (MSH-15 and MSH-16 are ignored).
#pragma once

#include <string>
#include <string_view>

namespace relais::formats {

enum class Hl7AnswerCode { accepted, error, rejected };

struct Hl7Answer {
  Hl7AnswerCode code = Hl7AnswerCode::accepted;
  std::string control_id;   // MSH-10 of the answer
  std::string time;         // MSH-7, YYYYMMDDHHMMSS+ZZZZ
  std::string reason_code;  // ERR-5.1: an error of the ANS guide or a stable code; empty: no ERR segment
  std::string reason;       // ERR-5.2, a sentence without any data of the message
};

// The answer to `message`: names turned round, MSH-9.2, MSH-11 and MSH-12 as in the message, MSA-2 its MSH-10; each of
// them empty or of the standard when the message has no readable MSH. UTF-8, segments ended by CR.
// An accepted message whose answer has a reason carries it as a warning. Never throws on any bytes.
std::string answer_to(std::string_view message, const Hl7Answer& answer);

// What an answerer must know of a message without reading it whole.
struct Hl7Start {
  bool hl7 = false;              // starts with an MSH segment
  bool acknowledgement = false;  // an ACK: never answered
};
Hl7Start start_of(std::string_view message);

}  // namespace relais::formats
