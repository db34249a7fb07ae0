// SPDX-License-Identifier: Apache-2.0
// HPRIM Santé 2.x: segments whose separators the first one announces. Source: biologie.md section 3.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "records/formats/hprim_parts.h"
#include "records/formats/hprim_segment.h"
#include "records/formats/timestamp.h"
#include "records/formats/written_number.h"

namespace relais::formats::hprim {
namespace {

// An id stands in the first component for who asked, in the second for who did: whichever is there.
std::string first_of(const std::vector<std::string>& parts) {
  const auto found = std::find_if(parts.begin(), parts.end(), [](const auto& part) { return !part.empty(); });
  return found == parts.end() ? std::string() : *found;
}

class SanteReader {
 public:
  SanteReader(const Lines& lines, std::string& version) : lines_(lines.all), version_(version) {}

  Result<std::vector<HprimMessage>> read() {
    std::string pending;
    std::size_t started = 0;
    for (std::size_t at = 0; at < lines_.size(); ++at) {
      if (blank(lines_[at])) continue;
      const auto line = lines_[at].substr(lines_[at].find_first_not_of(" \t\f\v"));
      // A continuation is glued to the line before, without a separator.
      if (line.size() > 1 && line[0] == 'A' && line[1] == marks_.field && !pending.empty()) {
        ++count_;
        pending += line.substr(2);
        continue;
      }
      if (auto done = take(pending, started); !done) return tl::unexpected(done.error());
      pending = line;
      started = at;
      ++count_;
      if (line.size() < 2 || line[0] != 'H' || !is_mark(line[1])) continue;
      const auto marks = delimiters_of(line);
      if (!marks) return fail(Code::ingest_hprim_delimiters, "the separators of H are not usable", "H");
      marks_ = *marks;
      count_ = 1;
    }
    if (auto done = take(pending, started); !done) return tl::unexpected(done.error());
    if (!ended_ && !messages_.empty()) say(AnomalyCode::hprim_no_end_of_file, "L");
    if (messages_.empty()) return fail(Code::ingest_hprim_no_patient, "no P segment", "P");
    for (auto& message : messages_) finish(message);
    return std::move(messages_);
  }

 private:
  enum class Above { nothing, patient, request, result };

  HprimMessage& message() { return messages_.back(); }
  void say(AnomalyCode code, std::string place) {
    if (messages_.empty()) {
      of_header_.push_back({code, std::move(place)});
    } else {
      message().anomalies.push_back({code, std::move(place)});
    }
  }

  Result<void> take(const std::string& line, std::size_t at) {
    if (line.empty()) return {};
    // The separators that H announces are no text of its own.
    const bool header = line.size() > 1 && line[0] == 'H' && line[1] == marks_.field;
    const Segment segment(header ? std::string("H") + marks_.field + line.substr(announced_marks) : line, marks_);
    const auto place = "line " + std::to_string(at + 1);
    const auto& name = segment.name();
    if (name == "H") return read_header(segment);
    if (name == "P") {
      read_patient(segment, place);
    } else if (messages_.empty()) {
      say(AnomalyCode::hprim_misplaced_line, place);
    } else if (name == "OBR") {
      read_request(segment, place);
    } else if (name == "OBX") {
      read_result(segment, place);
    } else if (name == "C") {
      read_comment(segment);
    } else if (name == "L") {
      read_end(segment, place);
    } else {
      say(AnomalyCode::hprim_unknown_segment, place);
    }
    return {};
  }

  Result<void> read_header(const Segment& h) {
    const auto type = h.component(7, 1);
    if (!type.empty() && type != "ORU") return fail(Code::ingest_hprim_unsupported_type, "H-7 is not ORU", "H-7");
    ended_ = false;
    above_ = Above::nothing;
    of_header_.clear();
    header_ = {};
    header_.sender = {h.component(5, 1), h.component(5, 2)};
    header_.receiver = {h.component(10, 1), h.component(10, 2)};
    header_.message_time = h.whole(14);
    const auto tell = [&](AnomalyCode code, const char* place) { of_header_.push_back({code, place}); };
    const auto processing = h.component(12, 1);
    if (processing == "T" || processing == "D") tell(AnomalyCode::hprim_test_message, "H-12");
    version_ = h.component(13, 1);
    const auto context = h.component(13, 2);
    if (!context.empty() && context != "C" && context != "L" && context != "R") tell(AnomalyCode::hprim_context, "H-13");
    if (marks_ != Delimiters{}) {
      tell(AnomalyCode::hprim_unusual_delimiters, "H-2");
    }
    if (!header_.message_time.empty() && !is_valid_timestamp(header_.message_time)) {
      tell(AnomalyCode::hprim_invalid_date, "H-14");
    }
    return {};
  }

  void read_patient(const Segment& p, const std::string& place) {
    HprimMessage message = header_;
    message.anomalies = of_header_;
    message.has_coded_block = true;
    auto& patient = message.patient;
    patient.requester_id = p.component(3, 1);
    patient.laboratory_id = p.component(4, 1);
    patient.nss = p.component(5, 1);
    patient.family = p.component(6, 1);
    patient.given = p.component(6, 2);
    patient.birth_name = p.component(7, 1);
    const auto day = message.message_time.substr(0, std::min<std::size_t>(8, message.message_time.size()));
    read_birth_date(p.whole(8), timestamp_day(day) ? day : std::string(), message);
    patient.sex = p.component(9, 1);
    for (const auto& part : p.components(11)) {
      if (part.empty()) continue;
      if (!patient.address.empty()) patient.address += ", ";
      patient.address += part;
    }
    above_ = Above::patient;
    messages_.push_back(std::move(message));
    if (patient_is_empty()) say(AnomalyCode::hprim_truncated_result, place);
  }
  bool patient_is_empty() { return message().patient.family.empty() && message().patient.birth_name.empty(); }

  void read_request(const Segment& obr, const std::string& place) {
    HprimRequest request;
    request.placer = first_of(obr.components(3));
    request.filler = first_of(obr.components(4));
    for (const auto& exam : obr.repetitions(5)) {
      const auto code = obr.component_of(exam, 1);
      const auto name = code.empty() ? obr.component_of(exam, 2) : code;
      if (!name.empty()) request.exams.push_back(name);
    }
    request.priority = obr.component(6, 1);
    request.collected = obr.component(8, 1);
    request.prescriber_code = obr.component(17, 1);
    request.prescriber = obr.component(17, 2);
    request.ward = obr.component(17, 5);
    request.status = obr.component(26, 1);
    request.validator = obr.component(33, 1);
    constexpr std::string_view known = "FPMIRCODX";
    if (request.status.size() > 1 || (!request.status.empty() && known.find(request.status) == std::string_view::npos)) {
      say(AnomalyCode::hprim_unknown_status, place);
    }
    if (!request.collected.empty() && !is_valid_timestamp(request.collected)) say(AnomalyCode::hprim_invalid_date, place);
    above_ = Above::request;
    message().requests.push_back(std::move(request));
  }

  void read_result(const Segment& obx, const std::string& place) {
    if (message().requests.empty()) {
      say(AnomalyCode::hprim_misplaced_line, place);
      message().requests.emplace_back();
    }
    HprimResult result;
    result.type = obx.component(3, 1);
    result.code = obx.component(4, 1);
    result.label = obx.component(4, 2);
    result.code_system = obx.component(4, 3);
    result.value = result.type == "TX" ? obx.lines(6) : obx.whole(6);
    if (result.type == "CE" || result.type == "CNA" || result.type == "FIC") result.value_parts = obx.components(6);
    result.unit = obx.whole(7);
    result.reference_text = obx.whole(8);
    result.flag = obx.component(9, 1);
    result.status = obx.component(12, 1);
    result.time = obx.whole(15);
    if (!result.time.empty() && !is_valid_timestamp(result.time)) say(AnomalyCode::hprim_invalid_date, place);
    if (!result.reference_text.empty()) {
      if (const auto range = written_range(result.reference_text)) {
        result.low = range->low;
        result.high = range->high;
        result.low_excluded = range->low_excluded;
        result.high_excluded = range->high_excluded;
      } else {
        say(AnomalyCode::hprim_unreadable_range, place);
      }
    }
    constexpr std::size_t shortest = 6;
    if (obx.size() < shortest) say(AnomalyCode::hprim_truncated_result, place);
    interpret(result, HprimDialect::sante, place, message().anomalies);
    above_ = Above::result;
    message().requests.back().results.push_back(std::move(result));
  }

  void read_comment(const Segment& c) {
    const auto text = c.lines(4);
    if (text.empty()) return;
    if (above_ == Above::result) {
      message().requests.back().results.back().comments.push_back(text);
    } else if (above_ == Above::request) {
      message().requests.back().comments.push_back(text);
    } else {
      message().comments.push_back(text);
    }
  }

  void read_end(const Segment& l, const std::string& place) {
    ended_ = true;
    std::size_t told = 0;
    const auto text = l.whole(5);
    if (text.empty()) return;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), told);
    if (error != std::errc() || end != text.data() + text.size() || told != count_) {
      say(AnomalyCode::hprim_line_count, place);
    }
  }

  void finish(HprimMessage& message) {
    if (message.result_count() == 0) message.anomalies.push_back({AnomalyCode::hprim_no_coded_block, "OBX"});
    for (const auto& request : message.requests) {
      for (const auto& result : request.results) {
        if (result.type != "TX" || result.value.empty()) continue;
        if (!message.narrative.empty()) message.narrative += '\n';
        message.narrative += result.value;
      }
    }
  }

  const std::vector<std::string>& lines_;
  std::string& version_;
  Delimiters marks_;
  HprimMessage header_;
  Anomalies of_header_;
  std::vector<HprimMessage> messages_;
  Above above_ = Above::nothing;
  bool ended_ = false;
  std::size_t count_ = 0;  // lines of the message up to the one being taken
};

}  // namespace

bool looks_like_sante(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\v\f");
  if (first == std::string_view::npos) return false;
  text.remove_prefix(first);
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  // « H » and separators: no other format begins so, and a name « H » is followed by an end of line.
  return line.size() > 2 && line.front() == 'H' && is_mark(line[1]) && is_mark(line[2]) &&
         std::count(line.begin(), line.end(), line[1]) >= 6;
}

Result<std::vector<HprimMessage>> read_sante(const Lines& lines, std::string& version) {
  return SanteReader(lines, version).read();
}

}  // namespace relais::formats::hprim
