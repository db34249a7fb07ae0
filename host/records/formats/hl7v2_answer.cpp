// SPDX-License-Identifier: Apache-2.0
#include "records/formats/hl7v2_answer.h"

#include <array>

#include "records/formats/hl7v2_segments.h"

namespace relais::formats {

namespace {

constexpr std::size_t longest_header = std::size_t{64} << 10U;
constexpr std::size_t longest_field = 250;

// The MSH segment alone: the rest of the message may be unreadable.
std::string_view header_of(std::string_view message) {
  if (message.starts_with("\xEF\xBB\xBF")) message.remove_prefix(3);
  const auto start = message.find_first_not_of("\x0B \t\r\n");
  if (start == std::string_view::npos) return {};
  message.remove_prefix(start);
  message = message.substr(0, message.find_first_of("\r\n"));
  return message.substr(0, longest_header);
}

// Written with the separators of the answer, whatever those of the message; control characters would break the frame.
std::string escaped(std::string_view text) {
  constexpr std::array<std::string_view, 5> codes{"\\F\\", "\\S\\", "\\R\\", "\\E\\", "\\T\\"};
  constexpr std::string_view special = "|^~\\&";
  std::string out;
  if (text.size() > longest_field) {
    auto end = longest_field;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // never inside a character
    text = text.substr(0, end);
  }
  for (const char c : text) {
    const auto at = special.find(c);
    if (at != std::string_view::npos) {
      out += codes.at(at);
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    }
  }
  return out;
}

std::string_view word(Hl7AnswerCode code) {
  if (code == Hl7AnswerCode::accepted) return "AA";
  return code == Hl7AnswerCode::error ? "AE" : "AR";
}

struct Head {
  bool readable = false;
  std::string sending_application, sending_facility, receiving_application, receiving_facility;
  std::string type, trigger, control_id, processing, version;
};

Head head_of(std::string_view message) {
  Head head;
  hl7::Segments segments;
  if (!hl7::cut(header_of(message), segments) || segments.all.empty()) return head;
  const auto& msh = segments.all.front();
  const auto text = [&](std::size_t field) { return msh.unescape(msh.field(field)); };
  head.readable = true;
  head.sending_application = msh.component(3, 1);
  head.sending_facility = msh.component(4, 1);
  head.receiving_application = msh.component(5, 1);
  head.receiving_facility = msh.component(6, 1);
  head.type = msh.component(9, 1);
  head.trigger = msh.component(9, 2);
  head.control_id = text(10);
  head.processing = msh.component(11, 1);
  head.version = msh.component(12, 1);
  return head;
}

}  // namespace

std::string answer_to(std::string_view message, const Hl7Answer& answer) {
  const auto head = head_of(message);
  std::string out = "MSH|^~\\&|";
  out += escaped(head.receiving_application.empty() ? "RELAIS" : head.receiving_application) + "|";
  out += escaped(head.receiving_facility) + "|" + escaped(head.sending_application) + "|";
  out += escaped(head.sending_facility) + "|" + escaped(answer.time) + "||ACK";
  if (!head.trigger.empty()) out += "^" + escaped(head.trigger) + "^ACK";
  out += "|" + escaped(answer.control_id) + "|" + (head.processing.empty() ? "P" : escaped(head.processing)) + "|";
  out += (head.version.empty() ? "2.5" : escaped(head.version)) + "|||||FRA|UNICODE UTF-8\r";
  out += "MSA|" + std::string(word(answer.code)) + "|" + escaped(head.control_id) + "\r";
  if (!answer.reason_code.empty()) {
    const bool warning = answer.code == Hl7AnswerCode::accepted;
    out += std::string("ERR|||207^Application internal error^HL70357|") + (warning ? "W" : "E") + "|";
    out += escaped(answer.reason_code) + "^" + escaped(answer.reason) + "\r";
  }
  return out;
}

Hl7Start start_of(std::string_view message) {
  const auto head = head_of(message);
  return {head.readable, head.type == "ACK"};
}

}  // namespace relais::formats
