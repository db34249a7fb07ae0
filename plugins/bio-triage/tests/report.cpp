// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include "rank.h"
#include "title.h"

namespace bio::test {

const Data& data() {
  static const Data loaded = Data::load(BIO_TRIAGE_FOLDER "/data");
  return loaded;
}

Answer Report::triage() const {
  static const std::string report_id = "report";
  static const std::string kinds[] = {"lab_report", "observation", "context_word"};
  std::deque<std::string> ids;
  std::vector<relais_observation> observations;
  for (const Told& told : told_) {
    relais_observation made{};
    made.size = sizeof made;
    made.id = text(ids.emplace_back("o" + std::to_string(ids.size())));
    made.report = told.before ? RELAIS_NO_INDEX : 0;
    made.history = told.before ? 1 : 0;
    made.value_type = told.value ? RELAIS_VALUE_NUMERIC : !told.coded.empty() ? RELAIS_VALUE_CODED : RELAIS_VALUE_TEXT;
    made.comparator = told.comparator;
    made.status = told.status;
    made.has_value = told.value ? 1 : 0;
    made.has_low = told.low ? 1 : 0;
    made.has_high = told.high ? 1 : 0;
    made.value = told.value.value_or(0);
    made.low = told.low.value_or(0);
    made.high = told.high.value_or(0);
    made.collected = collected - (told.before ? std::chrono::milliseconds(*told.before).count() : 0);
    made.code = text(told.code);
    made.code_system = text(told.system);
    made.label = text(told.label);
    made.unit = text(told.unit);
    made.flag = text(told.flag);
    made.value_text = text(told.words);
    made.value_code = text(told.coded);
    made.comment = text(told.comment);
    made.specimen = text(told.specimen);
    made.fasting = told.fasting;
    made.seen_by_doctor = told.before && told.seen ? 1 : 0;
    observations.push_back(made);
  }
  std::vector<relais_anomaly> anomaly_rows;
  for (const std::string& code : anomalies) anomaly_rows.push_back({sizeof(relais_anomaly), text(code), {}});
  relais_lab_report report{};
  report.size = sizeof report;
  report.id = text(report_id);
  report.current = 1;
  report.status = status;
  report.identity = identity;
  report.uncoded_content = uncoded ? 1 : 0;
  report.announcement_reserved = reserved ? 1 : 0;
  report.replaced_category = replaced;
  report.replaced_seen = replaced_seen ? 1 : 0;
  report.collected = collected;
  report.issued = RELAIS_NO_TIME;
  report.received = collected;
  report.comment = text(comment);
  report.anomalies = {anomaly_rows.data(), anomaly_rows.size(), sizeof(relais_anomaly)};
  const std::vector<relais_kind_state> states{
      {sizeof(relais_kind_state), text(kinds[0]), RELAIS_KIND_COMPLETE},
      {sizeof(relais_kind_state), text(kinds[1]),
       static_cast<std::uint32_t>(observations_complete ? RELAIS_KIND_COMPLETE : RELAIS_KIND_WITHHELD)},
      {sizeof(relais_kind_state), text(kinds[2]),
       static_cast<std::uint32_t>(context_complete ? RELAIS_KIND_COMPLETE : RELAIS_KIND_UNKNOWN)}};
  std::vector<relais_context_word> context;
  for (const std::string& word : words) {
    context.push_back({sizeof(relais_context_word), text(word), {}, RELAIS_NO_DATE, RELAIS_NO_DATE, 0});
  }
  static const std::string pregnancy = "grossesse";
  if (pregnancy_weeks) {
    context.push_back({sizeof(relais_context_word), text(pregnancy), {}, pregnant_since, RELAIS_NO_DATE, *pregnancy_weeks});
  }
  static const std::string doctor = "Dr Fictif";
  std::vector<relais_target> ranges;
  for (const Signed& one : targets) {
    ranges.push_back({sizeof(relais_target), text(one.analyte), one.low ? 1U : 0U, one.high ? 1U : 0U,
                      one.low.value_or(0), one.high.value_or(0), text(doctor), RELAIS_NO_DATE, one.until});
  }
  std::vector<relais_known_anomaly> anomalies_known;
  for (const Signed& one : known) {
    anomalies_known.push_back({sizeof(relais_known_anomaly), text(one.analyte),
                               static_cast<std::uint32_t>(one.direction), text(doctor), RELAIS_NO_DATE, one.until});
  }
  std::vector<relais_setting> tuned;
  for (const auto& [key, number] : settings) tuned.push_back({sizeof(relais_setting), text(key), {}, number});
  relais_patient patient{};
  patient.size = sizeof patient;
  patient.birth_date = born;
  patient.sex = sex;
  relais_slice slice{};
  slice.size = sizeof slice;
  slice.as_of = collected + std::chrono::milliseconds(after).count();
  slice.today = days(2026, 3, 10);
  slice.patient = identity == RELAIS_IDENTITY_UNIQUE ? &patient : nullptr;
  slice.kinds = {states.data(), states.size(), sizeof(relais_kind_state)};
  slice.settings = {tuned.data(), tuned.size(), sizeof(relais_setting)};
  slice.reports = {&report, 1, sizeof report};
  slice.observations = {observations.data(), observations.size(), sizeof(relais_observation)};
  slice.context_words = {context.data(), context.size(), sizeof(relais_context_word)};
  slice.targets = {ranges.data(), ranges.size(), sizeof(relais_target)};
  slice.known_anomalies = {anomalies_known.data(), anomalies_known.size(), sizeof(relais_known_anomaly)};

  const relais::Slice view(&slice);
  const Situation situation(view, relais::LabReport(&report), data());
  Reasons reasons;
  const Category category = bio::triage(situation, reasons);
  return {category, reasons.ordered(most_reasons), title(situation, reasons, category), rank(reasons, category)};
}

}  // namespace bio::test
