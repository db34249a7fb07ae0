// SPDX-License-Identifier: Apache-2.0
#include "app/triage_case_kind.h"

#include <fmt/format.h>

#include <algorithm>

#include "records/context_map.h"
#include "records/record_store.h"

namespace relais::app {
namespace {

using worker::v1::Evaluation;
using worker::v1::Finding;

bool has_rule(const Evaluation& answer, std::string_view rule) {
  return std::ranges::any_of(answer.findings(), [&](const Finding& finding) {
    return std::ranges::any_of(finding.reasons(), [&](const auto& reason) { return reason.rule() == rule; });
  });
}

bool shows(const Evaluation& answer, std::string_view words) {
  return std::ranges::any_of(answer.findings(), [&](const Finding& finding) {
    return std::ranges::any_of(finding.reasons(),
                               [&](const auto& reason) { return reason.text().find(words) != std::string::npos; });
  });
}

v1::Category category_of(const Evaluation& answer) {
  v1::Category worst = v1::CATEGORY_UNSPECIFIED;
  for (const Finding& finding : answer.findings()) worst = std::max(worst, finding.category());
  return worst;
}

// "1,60": as people read it in a reason.
std::string two_decimals(double ratio) {
  std::string text = fmt::format("{:.2f}", ratio);
  std::ranges::replace(text, '.', ',');
  return text;
}

void compare_kidney(const ExpectedKidney& expected, const Evaluation& answer, std::vector<std::string>& found) {
  for (const std::string rule : {"A0", "A1", "A2", "A3"}) {
    if (has_rule(answer, rule) != (rule == expected.rule)) {
      found.push_back(rule == expected.rule ? "manque " + rule : rule + " de trop");
    }
  }
  // Without an alert nothing about a ratio is told to people.
  const bool alert = expected.rule != "" && expected.rule != "A0";
  if (alert && expected.ratio && !shows(answer, "rapport " + two_decimals(*expected.ratio))) {
    found.push_back("rapport " + two_decimals(*expected.ratio) + " absent");
  }
}

std::string rules_of(const Evaluation& answer) {
  std::string rules;
  for (const Finding& finding : answer.findings()) {
    for (const auto& reason : finding.reasons()) rules += (rules.empty() ? "" : " ") + reason.rule();
  }
  return rules;
}

// A condition or a treatment is written by a code, as a practice would; the host's map gives the word back.
void put_word(practice::Transaction& tx, const std::string& patient_id, const std::string& word) {
  const auto code = records::ContextMap::built_in().code_of(word);
  if (!code) {
    v1::ContextWord flag;
    flag.set_word(word);
    records::put_flag(tx, patient_id, flag);
  } else if (code->treatment) {
    v1::MedicationStatement medication;
    medication.set_code(code->code);
    medication.set_label(word);
    records::put(tx, patient_id, medication);
  } else {
    v1::Condition condition;
    condition.set_code(code->code);
    condition.set_label(word);
    records::put(tx, patient_id, condition);
  }
}

void put_patient(practice::Transaction& tx, const TriageCase& one, const std::string& patient_id) {
  v1::Patient patient = one.patient.patient;
  patient.set_id(patient_id);
  patient.set_treating_doctor_id(CasePractice::doctor);
  records::put(tx, patient);
  for (const std::string& word : one.patient.words) put_word(tx, patient_id, word);
  if (one.patient.pregnancy_weeks) {
    v1::ContextWord pregnancy;
    pregnancy.set_word("grossesse");
    pregnancy.set_number(*one.patient.pregnancy_weeks);
    records::put_flag(tx, patient_id, pregnancy);
  }
  for (const v1::Target& target : one.patient.targets) records::put(tx, patient_id, target);
  for (const v1::KnownAnomaly& known : one.patient.known_anomalies) records::put(tx, patient_id, known);
}

void put_history(practice::Transaction& tx, const CaseHistory& earlier, const std::string& patient_id) {
  v1::LabReport report;
  report.set_patient_id(patient_id);
  report.set_identity_match(v1::IDENTITY_MATCH_UNIQUE);
  report.set_source_format("manual");
  report.set_status(earlier.cancelled ? v1::REPORT_STATUS_CANCELLED : v1::REPORT_STATUS_FINAL);
  report.set_collected_ms(earlier.observation.collected_ms());
  report.set_received_ms(earlier.observation.collected_ms());
  report.set_id(records::put(tx, report));
  records::put(tx, report, earlier.observation);
  if (earlier.seen) records::mark_seen(tx, report.id(), CasePractice::doctor);
}

std::string put_report(practice::Transaction& tx, const TriageCase& one, const std::string& patient_id) {
  v1::LabReport report = one.report;
  report.set_identity_match(one.patient.match);
  if (one.patient.match == v1::IDENTITY_MATCH_UNIQUE) report.set_patient_id(patient_id);
  report.set_id(records::put(tx, report));
  for (const v1::Observation& result : one.results) records::put(tx, report, result);
  return report.id();
}

class TriagePluginCase final : public PluginCase {
 public:
  explicit TriagePluginCase(TriageCase one) : one_(std::move(one)) {}
  const std::string& id() const override { return one_.id; }
  const std::string& title() const override { return one_.title; }

  Result<std::vector<worker::v1::Slice>> slices(CasePractice& practice, std::size_t number,
                                                const plugins::Manifest& manifest) const override {
    const std::string patient_id = "cas-" + std::to_string(number);
    const auto subject = practice.write(one_.received, [&](practice::Transaction& tx) -> Result<worker::v1::Subject> {
      // A patient whom nobody found has no file; several candidates each have one, with what must not be used.
      if (one_.patient.match != v1::IDENTITY_MATCH_NONE) {
        put_patient(tx, one_, patient_id);
        for (const CaseHistory& earlier : one_.history) put_history(tx, earlier, patient_id);
      }
      worker::v1::Subject made;
      made.set_item_id(put_report(tx, one_, patient_id));
      if (one_.patient.match == v1::IDENTITY_MATCH_UNIQUE) made.set_patient_id(patient_id);
      return made;
    });
    if (!subject) return tl::unexpected(subject.error());
    auto slice = practice.slice(*subject, one_.received, manifest);
    if (!slice) return tl::unexpected(slice.error());
    return std::vector<worker::v1::Slice>{std::move(*slice)};
  }

  CaseVerdict judge(std::span<const Evaluation> answers) const override {
    const Evaluation& answer = answers.front();
    return {fmt::format("{} [{}]", category_word(category_of(answer)), rules_of(answer)),
            differences(one_.expected, answer)};
  }

 private:
  const TriageCase one_;
};

}  // namespace

std::vector<std::string> differences(const CaseExpectation& expected, const Evaluation& answer) {
  if (!answer.not_evaluated().empty()) return {"non évalué : " + answer.not_evaluated()};
  if (answer.findings().empty()) return {"aucune proposition"};
  std::vector<std::string> found;
  const v1::Category category = category_of(answer);
  if (category != expected.category) {
    found.push_back(fmt::format("attendu {}", category_word(expected.category)));
  }
  for (const std::string& rule : expected.rules) {
    if (!has_rule(answer, rule)) found.push_back("manque " + rule);
  }
  for (const std::string& word : expected.must_not) {
    // A plugin cannot end an item: the one way to see it ended is to see no finding, told above.
    if (has_rule(answer, word) || category_word(category) == word) found.push_back(word + " de trop");
  }
  if (!expected.must_show.empty() && !shows(answer, expected.must_show)) {
    found.push_back("ne montre pas « " + expected.must_show + " »");
  }
  if (expected.complete) {
    const bool open = std::ranges::any_of(answer.findings(), [](const Finding& finding) { return finding.open(); });
    if (open == *expected.complete) found.emplace_back(open ? "attend une suite" : "n'attend pas la suite");
  }
  if (expected.kidney) compare_kidney(*expected.kidney, answer, found);
  return found;
}

PluginCases as_plugin_cases(std::vector<TriageCase> cases) {
  PluginCases made;
  for (auto& one : cases) made.push_back(std::make_unique<TriagePluginCase>(std::move(one)));
  return made;
}

Result<PluginCases> triage_plugin_cases(std::string_view json) {
  auto read = read_triage_cases(json, records::ContextMap::built_in().words());
  if (!read) return tl::unexpected(read.error());
  return as_plugin_cases(std::move(*read));
}

}  // namespace relais::app
