// SPDX-License-Identifier: Apache-2.0
#include "records/mapping_parts.h"

#include "practice/encoding.h"

namespace relais::records {

namespace {

int severity(std::string_view flag) {
  if (flag == "HH" || flag == "LL" || flag == "AA" || flag == "HU" || flag == "LU" || flag == "HX" || flag == "LX") return 3;
  return flag == "N" || flag == "NEG" || flag == "ND" || flag == "S" ? 1 : 2;
}

}  // namespace

void add_line(std::string* text, const std::string& line) {
  if (line.empty()) return;
  if (!text->empty()) *text += '\n';
  *text += line;
}

void add_anomalies(const formats::Anomalies& anomalies, v1::LabReport& report) {
  for (const auto& anomaly : anomalies) {
    auto& one = *report.add_anomalies();
    one.set_code(std::string(formats::stable_code(anomaly.code)));
    one.set_place(anomaly.place);
  }
}

std::string told_id(std::string_view format, const std::vector<std::string>& parts) {
  std::string all;
  // A separator that no text holds: « a, bc » is not « ab, c ».
  for (const auto& part : parts) all += part + '\x1F';
  constexpr std::size_t enough = 40;
  return std::string(format) + ":" + practice::sha256_hex(all).substr(0, enough);
}

v1::Comparator comparator_of(std::string_view sign) {
  if (sign == "<") return v1::COMPARATOR_LT;
  if (sign == "<=") return v1::COMPARATOR_LE;
  if (sign == ">") return v1::COMPARATOR_GT;
  if (sign == ">=") return v1::COMPARATOR_GE;
  return v1::COMPARATOR_UNSPECIFIED;
}

std::string most_severe_flag(const std::vector<std::string>& flags) {
  std::string kept;
  for (const auto& flag : flags) {
    if (kept.empty() || severity(flag) > severity(kept)) kept = flag;
  }
  return kept;
}

}  // namespace relais::records
