// SPDX-License-Identifier: Apache-2.0
#include "app/ald_cases.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "app/closed_json.h"
#include "domain/civil_time.h"
#include "records/record_store.h"

namespace relais::app {
namespace {

using date::sys_days;
using worker::v1::Evaluation;

constexpr std::array<std::string_view, 7> ald_stages{"NONE", "WATCH", "PREPARE", "DUE", "CRITICAL", "EXPIRED", "UNKNOWN"};

struct AldCase {
  std::string id;
  std::string title;
  std::string number;
  v1::RightPeriod period = v1::RIGHT_PERIOD_UNSPECIFIED;
  std::optional<sys_days> start;
  std::optional<sys_days> notified_end;
  std::optional<sys_days> end;
  std::string end_source;  // "notified", "estimated", "unknown"
  std::optional<sys_days> discrepancy;
  std::vector<std::pair<sys_days, std::string>> checks;
};

sys_days day(const ClosedJson& value, const std::string& written) {
  const auto read = fiche::parse_date(written);
  if (!read) value.refuse("not a date");
  return read ? sys_days{*read} : sys_days{};
}

std::optional<sys_days> optional_day(const ClosedJson& object, const char* key) {
  if (!object.has(key)) return std::nullopt;
  return day(object.at(key), object.at(key).text());
}

AldCase read_ald_case(const ClosedJson& from) {
  from.object({"id", "code", "period", "expect", "checks"}, {"title", "what", "notes", "source", "start", "notified_end"});
  AldCase made;
  if (from.failed()) return made;
  made.id = from.at("id").text();
  if (from.has("title")) made.title = from.at("title").text();
  made.number = from.at("code").text();
  if (made.number.empty() || made.number.size() > 16) from.at("code").refuse("unexpected form");
  made.period = from.at("period").word<v1::RightPeriod>(
      {{"first", v1::RIGHT_PERIOD_FIRST}, {"renewal", v1::RIGHT_PERIOD_RENEWAL}});
  made.start = optional_day(from, "start");
  made.notified_end = optional_day(from, "notified_end");
  const auto expect = from.at("expect");
  expect.object({"end", "end_source"}, {"discrepancy_with"});
  if (expect.failed()) return made;
  made.end = optional_day(expect, "end");
  made.end_source = expect.at("end_source").word<std::string>(
      {{"notified", "notified"}, {"estimated", "estimated"}, {"unknown", "unknown"}});
  if (made.end.has_value() == (made.end_source == "unknown")) expect.refuse("an end and its source go together");
  made.discrepancy = optional_day(expect, "discrepancy_with");
  from.at("checks").members([&](const std::string& on, const ClosedJson& stage) {
    const std::string word = stage.text();
    if (std::ranges::find(ald_stages, word) == ald_stages.end()) stage.refuse("unknown stage " + word);
    made.checks.emplace_back(day(stage, on), word);
  });
  return made;
}

std::string iso_day(sys_days at) { return date::format("%F", at); }
std::string french_day(sys_days at) { return date::format("%d/%m/%Y", at); }

const worker::v1::Reason* reason_of(const Evaluation& answer, std::string_view rule) {
  for (const auto& finding : answer.findings())
    for (const auto& reason : finding.reasons())
      if (reason.rule() == rule) return &reason;
  return nullptr;
}

// The stage that an answer tells; NONE when it tells none.
std::string_view stage_of(const Evaluation& answer) {
  for (const auto stage : ald_stages)
    if (reason_of(answer, "ALD-" + std::string(stage)) != nullptr) return stage;
  return ald_stages.front();
}

class AldPluginCase final : public PluginCase {
 public:
  explicit AldPluginCase(AldCase one) : one_(std::move(one)), asked_(one_.checks) {
    const sys_days unknown = !asked_.empty() ? asked_.back().first : one_.start.value_or(sys_days());
    const sys_days first = one_.start.value_or(one_.end.value_or(unknown));
    // A right that ends before it begins is told from its first day on.
    const sys_days told = one_.end ? std::max(*one_.end + date::days(1), first) : std::max(unknown, first);
    if (one_.end && *one_.end >= first) asked_.emplace_back(*one_.end, "CRITICAL");
    asked_.emplace_back(told, one_.end ? "EXPIRED" : "UNKNOWN");
  }
  const std::string& id() const override { return one_.id; }
  const std::string& title() const override { return one_.title; }

  Result<std::vector<worker::v1::Slice>> slices(CasePractice& practice, std::size_t number,
                                                const plugins::Manifest& manifest) const override {
    // Known before the first day that is asked about.
    const auto first = std::ranges::min_element(asked_)->first;
    const auto subject = practice.write(sys_days(first), [&](practice::Transaction& tx) -> Result<worker::v1::Subject> {
      v1::Patient patient;
      patient.set_id("cas-ald-" + std::to_string(number));
      patient.set_treating_doctor_id(CasePractice::doctor);
      records::put(tx, patient);
      v1::LongTermCondition right;
      right.set_number(one_.number);
      right.set_period(one_.period);
      if (one_.start) right.set_from(iso_day(*one_.start));
      if (one_.notified_end) right.set_until(iso_day(*one_.notified_end));
      right.set_until_source(one_.notified_end ? "notified" : "unknown");
      records::put(tx, patient.id(), right);
      worker::v1::Subject made;
      made.set_patient_id(patient.id());
      return made;
    });
    if (!subject) return tl::unexpected(subject.error());
    std::vector<worker::v1::Slice> made;
    for (const auto& [on, stage] : asked_) {
      // Noon: the same day in every zone of a practice.
      auto slice = practice.slice(*subject, on + std::chrono::hours(12), manifest);
      if (!slice) return tl::unexpected(slice.error());
      made.push_back(std::move(*slice));
    }
    return made;
  }

  CaseVerdict judge(std::span<const Evaluation> answers) const override {
    CaseVerdict verdict;
    for (std::size_t index = 0; index < asked_.size(); ++index) {
      const auto& [on, wanted] = asked_[index];
      const Evaluation& answer = answers[index];
      if (!answer.not_evaluated().empty()) {
        verdict.differences.push_back(fmt::format("{} : non évalué, {}", iso_day(on), answer.not_evaluated()));
        continue;
      }
      const auto stage = stage_of(answer);
      verdict.answer += fmt::format("{}{} {}", index == 0 ? "" : ", ", iso_day(on), stage);
      if (stage != wanted) verdict.differences.push_back(fmt::format("{} : attendu {}", iso_day(on), wanted));
    }
    judge_end(answers.back(), verdict);
    return verdict;
  }

 private:
  void judge_end(const Evaluation& answer, CaseVerdict& verdict) const {
    const auto* const told = reason_of(answer, one_.end ? "ALD-EXPIRED" : "ALD-UNKNOWN");
    if (told != nullptr && one_.end) {
      if (told->text().find(french_day(*one_.end)) == std::string::npos) {
        verdict.differences.push_back("fin attendue le " + iso_day(*one_.end));
      }
      const std::string_view word = one_.end_source == "notified" ? "notifiée" : "estimée";
      if (told->text().find(word) == std::string::npos) verdict.differences.push_back("n'est pas dite " + std::string(word));
    }
    const auto* const apart = reason_of(answer, "ALD-ECART");
    if (apart != nullptr && !one_.discrepancy) verdict.differences.emplace_back("écart de trop");
    if (one_.discrepancy && (apart == nullptr || apart->text().find(french_day(*one_.discrepancy)) == std::string::npos)) {
      verdict.differences.push_back("écart attendu avec le " + iso_day(*one_.discrepancy));
    }
  }

  const AldCase one_;
  std::vector<std::pair<sys_days, std::string>> asked_;
};

}  // namespace

Result<PluginCases> ald_plugin_cases(std::string_view json) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (document.is_discarded()) return fail(Code::cases_invalid, "not JSON");
  std::optional<Error> error;
  PluginCases cases;
  const ClosedJson file(document, "", error);
  file.object({"schema", "cases"}, {"language", "purpose", "spec", "conventions", "sources", "notes", "count"});
  if (!file.failed() && file.at("schema").text() != "relais-ald-cases/1") file.at("schema").refuse("another shape");
  std::set<std::string> ids;
  if (!file.failed()) {
    file.at("cases").each([&](const ClosedJson& one) {
      auto made = read_ald_case(one);
      if (one.failed()) return;
      if (!ids.insert(made.id).second) return one.refuse("id given twice");
      cases.push_back(std::make_unique<AldPluginCase>(std::move(made)));
    });
  }
  if (!file.failed() && file.has("count") && file.at("count").number() != static_cast<double>(cases.size())) {
    file.at("count").refuse("another number of cases");
  }
  if (error) return tl::unexpected(*error);
  return cases;
}

}  // namespace relais::app
