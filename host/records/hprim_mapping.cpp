// SPDX-License-Identifier: Apache-2.0
#include "records/hprim_mapping.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "records/formats/written_number.h"
#include "records/identity.h"
#include "records/mapping_parts.h"

namespace relais::records {

namespace {

using formats::AnomalyCode;
using formats::HprimDialect;
using formats::HprimMessage;
using formats::HprimRequest;
using formats::HprimResult;

void say(v1::LabReport& report, AnomalyCode code, const std::string& place) {
  auto& one = *report.add_anomalies();
  one.set_code(std::string(formats::stable_code(code)));
  one.set_place(place);
}

// A name or an address as an identifier: capitals, spaces folded.
std::string key_of(const std::string& text) { return normalized_name(text); }

std::string digest(const std::vector<std::string>& parts) { return told_id("hprim", parts); }

// PS_IdNat: the number of the directory behind the digit of its kind (8 RPPS, 0 ADELI).
std::string national_id(const std::string& written) {
  std::string digits;
  for (const char c : written) {
    if (c != ' ') digits += c;
  }
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return {};
  constexpr std::size_t rpps = 11, adeli = 9, prefixed = 12;
  if (digits.size() == rpps) return "8" + digits;
  if (digits.size() == adeli) return "0" + digits;
  return digits.size() == prefixed && digits.front() == '8' ? digits : std::string();
}

// --- Identity ---

std::string compact(const std::string& nss) {
  std::string out;
  for (const char c : nss) {
    if (c != ' ' && c != '.') out += c;
  }
  return out;
}

// The number names another sex, year or month of birth. Months beyond 12 are those of people whose month is not known.
bool contradicts(const std::string& nss, const v1::Traits& traits) {
  constexpr std::size_t without_key = 13;
  if (nss.size() < without_key) return false;
  const char sex = nss[0];
  if (traits.sex() == v1::SEX_FEMALE && (sex == '1' || sex == '7')) return true;
  if (traits.sex() == v1::SEX_MALE && (sex == '2' || sex == '8')) return true;
  const auto& born = traits.birth_date();
  if (born.size() != 10) return false;
  const auto year = nss.substr(1, 2), month = nss.substr(3, 2);
  const bool known_month = month >= "01" && month <= "12";
  return year != born.substr(2, 2) || (known_month && month != born.substr(5, 2));
}

void map_patient(const HprimMessage& message, MappedReport& out) {
  const auto& patient = message.patient;
  auto& traits = *out.report.mutable_written_traits();
  traits.set_birth_family(patient.birth_name.empty() ? patient.family : patient.birth_name);
  if (!patient.birth_name.empty()) traits.set_used_family(patient.family);
  traits.set_birth_given_first(patient.given);
  traits.set_birth_date(patient.birth_date);
  if (patient.sex == "F") traits.set_sex(v1::SEX_FEMALE);
  if (patient.sex == "M") traits.set_sex(v1::SEX_MALE);
  for (const auto& date : patient.birth_date_candidates) out.report.add_birth_date_candidates(date);
  if (!patient.laboratory_id.empty()) out.laboratory_patient_ids.push_back(patient.laboratory_id);
  const auto nss = compact(patient.nss);
  constexpr std::size_t with_key = 15;
  if (nss.size() == with_key && !has_right_key(nss)) say(out.report, AnomalyCode::hprim_nss_wrong_key, "patient.nss");
  if (contradicts(nss, traits)) {
    out.number_contradicts = true;
    say(out.report, AnomalyCode::hprim_nss_contradicts_traits, "patient.nss");
  }
}

// --- Results ---

std::optional<double> bound(const std::string& written, bool excluded, double inside) {
  auto number = formats::decimal(written);
  if (number && excluded) number = std::nextafter(*number, inside);
  return number;
}

// A value that is not validated stays a value: silence about a critical one would be worse. The report is partial then.
v1::ObservationStatus status_of(const HprimResult& result) {
  if (result.status == "C") return v1::OBSERVATION_STATUS_CORRECTED;
  if (result.status == "D") return v1::OBSERVATION_STATUS_CANCELLED;
  if (result.status == "X") return v1::OBSERVATION_STATUS_ABORTED;
  const bool awaited = result.status == "R" || result.status == "P";
  if (result.status == "I" || (awaited && result.value.empty())) return v1::OBSERVATION_STATUS_PENDING;
  return v1::OBSERVATION_STATUS_UNSPECIFIED;
}

bool awaited(const HprimResult& result) { return result.status == "I" || result.status == "R" || result.status == "P"; }

std::string in_words(const formats::HprimSecond& second) {
  std::string text = second.value;
  if (!second.unit.empty()) text += " " + second.unit;
  if (!second.low.empty() || !second.high.empty()) text += " (" + second.low + " - " + second.high + ")";
  return text;
}

v1::Observation result_of(const HprimResult& result) {
  v1::Observation out;
  out.set_code(result.code);
  const bool loinc = result.code_system == "LN" || result.code_system == "LOINC";
  if (!result.code.empty()) out.set_code_system(loinc ? "loinc" : "local");
  out.set_label(result.label);
  out.set_value_text(result.value);
  out.set_unit(result.unit.empty() ? result.value_unit : result.unit);
  const auto number = formats::decimal(result.numeric);
  if (number) {
    out.set_value_type(v1::VALUE_TYPE_NUMERIC);
    out.set_value(*number);
    out.set_comparator(comparator_of(result.comparator));
  } else if (result.type == "CE" || result.type == "CNA" || result.type == "C") {
    out.set_value_type(v1::VALUE_TYPE_CODED);
    out.set_value_code(result.value_parts.empty() ? result.value : result.value_parts.front());
    if (result.value_parts.size() > 1 && !result.value_parts[1].empty()) out.set_value_text(result.value_parts[1]);
  } else if (!result.value.empty()) {
    out.set_value_type(v1::VALUE_TYPE_TEXT);
  }
  const auto low = bound(result.low, result.low_excluded, std::numeric_limits<double>::infinity());
  const auto high = bound(result.high, result.high_excluded, -std::numeric_limits<double>::infinity());
  if (low) out.set_low(*low);
  if (high) out.set_high(*high);
  if (result.flag != "Null") out.set_flag(result.flag);
  out.set_status(status_of(result));
  if (result.second) out.set_second_measure(in_words(*result.second));
  for (const auto& comment : result.comments) add_line(out.mutable_comment(), comment);
  return out;
}

// --- The report ---

// Lines of the text that must not wait until somebody opens it: « text outranks silence ».
std::vector<std::string> alarming_lines(const std::string& narrative) {
  static constexpr std::array<std::string_view, 8> words = {"URGENT", "URGENTE", "APPEL",     "CRITIQUE",
                                                            "ALERTE", "ALARME",  "TELEPHONE", "TELEPHONEE"};
  std::vector<std::string> found;
  std::size_t at = 0;
  while (at <= narrative.size()) {
    const auto end = std::min(narrative.find('\n', at), narrative.size());
    const auto line = narrative.substr(at, end - at);
    at = end + 1;
    const auto padded = " " + normalized_name(line) + " ";
    const auto holds = [&](std::string_view word) { return padded.find(" " + std::string(word) + " ") != std::string::npos; };
    if (std::any_of(words.begin(), words.end(), holds) || holds("TRAITEMENT IMMEDIAT")) {
      const auto first = line.find_first_not_of(' ');
      found.push_back(line.substr(first == std::string::npos ? 0 : first));
    }
  }
  return found;
}

v1::ReportStatus status_of(const std::string& order_status, const std::vector<const HprimResult*>& results) {
  const auto any = [&](auto condition) { return std::any_of(results.begin(), results.end(), condition); };
  // What is missing matters more than what was corrected: the chain tells the correction all the same.
  static constexpr std::string_view unfinished = "PIROM";
  if (order_status.size() == 1 && unfinished.find(order_status) != std::string_view::npos) return v1::REPORT_STATUS_PARTIAL;
  if (any([](const auto* one) { return awaited(*one); })) return v1::REPORT_STATUS_PARTIAL;
  if (order_status == "C" || any([](const auto* one) { return one->status == "C"; })) return v1::REPORT_STATUS_CORRECTED;
  return v1::REPORT_STATUS_FINAL;
}

// Some of what the laboratory wrote is not among the coded results.
bool holds_uncoded(const HprimMessage& message, const std::vector<const HprimResult*>& results) {
  if (results.empty()) return true;
  const auto met = [&](AnomalyCode code) { return formats::has(message.anomalies, code); };
  const bool cut_short = (met(AnomalyCode::hprim_no_end_of_report) && met(AnomalyCode::hprim_no_end_of_file)) ||
                         met(AnomalyCode::hprim_line_count);
  return cut_short || met(AnomalyCode::hprim_unknown_line) ||
         std::any_of(results.begin(), results.end(), [](const auto* one) { return one->type == "FIC"; });
}

MappedHprim map_order(const formats::HprimFile& file, const HprimMessage& message,
                      const std::vector<const HprimRequest*>& requests, const date::time_zone& zone) {
  MappedHprim out;
  auto& mapped = out.mapped;
  auto& report = mapped.report;
  mapped.is_report = true;
  report.set_source_format("hprim");
  map_patient(message, mapped);
  mapped.laboratory_id = key_of(message.sender.code.empty() ? message.sender.name : message.sender.code);
  report.set_laboratory(message.sender.name.empty() ? message.sender.code : message.sender.name);
  for (const auto& written : {message.receiver.code, message.receiver.name}) {
    if (auto id = national_id(written); !id.empty()) mapped.addressee_national_ids.push_back(std::move(id));
  }
  for (const auto& comment : message.comments) add_line(report.mutable_comment(), comment);
  const auto at = [&](const std::string& hl7) { return hl7.empty() ? std::nullopt : hl7_instant(hl7, zone); };
  const auto& issued = message.message_time.empty() ? message.report_day : message.message_time;
  if (const auto instant = at(issued)) report.set_issued_ms(instant->time_since_epoch().count());

  std::vector<const HprimResult*> results;
  std::string order_status;
  std::set<std::string> orders;
  for (const auto* request : requests) {
    for (const auto& id : {request->filler, request->placer}) {
      if (!id.empty() && orders.insert(id).second) report.add_order_ids(id);
    }
    if (report.prescriber_national_id().empty()) report.set_prescriber_national_id(national_id(request->prescriber_code));
    if (const auto instant = at(request->collected); instant && !report.has_collected_ms()) {
      report.set_collected_ms(instant->time_since_epoch().count());
    }
    for (const auto& comment : request->comments) add_line(report.mutable_comment(), comment);
    if (order_status.empty() || order_status == "F") order_status = request->status;
    for (const auto& result : request->results) {
      results.push_back(&result);
      auto observation = result_of(result);
      const auto taken = at(request->collected.empty() ? result.time : request->collected);
      if (taken) observation.set_collected_ms(taken->time_since_epoch().count());
      mapped.observations.push_back(std::move(observation));
    }
  }
  out.cancels = order_status == "D" || order_status == "X";
  report.set_status(status_of(order_status, results));
  // It says that it replaces a report without naming it.
  if (report.status() == v1::REPORT_STATUS_CORRECTED) mapped.parent_ids.emplace_back();
  report.set_uncoded_content(holds_uncoded(message, results));
  report.set_narrative(message.narrative);
  for (const auto& line : alarming_lines(message.narrative)) add_line(report.mutable_comment(), line);
  add_anomalies(message.anomalies, report);

  const auto filler = requests.empty() ? std::string() : requests.front()->filler;
  const auto& traits = report.written_traits();
  const std::vector<std::string> person = {key_of(traits.birth_family()), key_of(traits.birth_given_first()),
                                           message.patient.birth_date_raw};
  if (!filler.empty() && !mapped.laboratory_id.empty()) {
    // HPRIM Santé names its orders once; those of HPRIM Médecin begin again, and are of one patient and day.
    std::vector<std::string> same = {mapped.laboratory_id, filler};
    if (file.dialect == HprimDialect::medecin) {
      same.push_back(message.report_day);
      same.insert(same.end(), person.begin(), person.end());
    }
    report.set_set_id(digest(same));
  }
  std::vector<std::string> told = {mapped.laboratory_id, filler, message.report_day, order_status, report.comment(),
                                   message.narrative, message.patient.laboratory_id, message.patient.nss,
                                   std::to_string(report.collected_ms())};
  told.insert(told.end(), person.begin(), person.end());
  for (const auto* result : results) {
    for (const auto* part : {&result->code, &result->label, &result->value, &result->unit, &result->low, &result->high,
                             &result->flag, &result->status, &result->reference_text, &result->time}) {
      told.push_back(*part);
    }
    told.push_back(result->second ? in_words(*result->second) : std::string());
    told.insert(told.end(), result->comments.begin(), result->comments.end());
  }
  report.set_document_id(digest(told));
  return out;
}

}  // namespace

std::vector<MappedHprim> map_hprim(const formats::HprimFile& file, const date::time_zone& zone) {
  std::vector<MappedHprim> all;
  for (const auto& message : file.messages) {
    // Requests of one order of the laboratory are one report, wherever they stand.
    std::vector<std::vector<const HprimRequest*>> orders;
    std::map<std::string, std::size_t> by_filler;
    for (const auto& request : message.requests) {
      const auto known = request.filler.empty() ? by_filler.end() : by_filler.find(request.filler);
      if (known != by_filler.end()) {
        orders[known->second].push_back(&request);
        continue;
      }
      if (!request.filler.empty()) by_filler[request.filler] = orders.size();
      orders.push_back({&request});
    }
    if (orders.empty()) orders.emplace_back();
    for (const auto& requests : orders) all.push_back(map_order(file, message, requests, zone));
  }
  return all;
}

}  // namespace relais::records
