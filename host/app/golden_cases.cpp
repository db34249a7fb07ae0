// SPDX-License-Identifier: Apache-2.0
#include "app/golden_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/triage_cases.h"

namespace relais::app {
namespace {

using worker::v1::Evaluation;
using worker::v1::Finding;

std::vector<std::string> golden_words(const ClosedJson& from, const char* key) {
  std::vector<std::string> words;
  if (!from.has(key)) return words;
  if (from.at(key).value().is_string()) return {from.at(key).text()};
  from.at(key).each([&](const ClosedJson& one) { words.push_back(one.text()); });
  return words;
}

ExpectedFinding read_expected_finding(const ClosedJson& from) {
  from.object({"kind", "category"}, {"rules", "says", "open", "restricted"});
  ExpectedFinding made;
  if (from.failed()) return made;
  made.kind = from.at("kind").text();
  made.category = from.at("category").word<v1::Category>({{"normal", v1::CATEGORY_NORMAL},
                                                          {"a_classer", v1::CATEGORY_A_CLASSER},
                                                          {"a_voir", v1::CATEGORY_A_VOIR},
                                                          {"aujourdhui", v1::CATEGORY_AUJOURDHUI},
                                                          {"critique", v1::CATEGORY_CRITIQUE}});
  made.rules = golden_words(from, "rules");
  made.says = golden_words(from, "says");
  if (from.has("open")) made.open = from.at("open").boolean();
  if (from.has("restricted")) made.restricted = from.at("restricted").boolean();
  return made;
}

GoldenCase read_golden_case(const ClosedJson& from) {
  from.object({"id", "now", "record", "expect"}, {"title", "item", "task", "settings", "source"});
  GoldenCase made;
  if (from.failed()) return made;
  made.id = from.at("id").text();
  if (from.has("title")) made.title = from.at("title").text();
  made.now = case_instant(from.at("now"));
  if (from.has("item")) made.item = from.at("item").text();
  if (from.has("task")) made.task = from.at("task").text();
  if (from.has("settings")) {
    from.at("settings").members([&](const std::string& key, const ClosedJson& value) {
      const auto& given = value.value();
      if (!given.is_number() && !given.is_string() && !given.is_boolean()) return value.refuse("not a setting's value");
      made.settings.emplace(key, given);
    });
  }
  made.record = read_case_record(from.at("record"));
  if (!from.failed() && !made.item.empty() && !made.record.has_item(made.item)) {
    from.at("item").refuse("no report, document, message or appointment of the record has this id");
  }
  const auto expect = from.at("expect");
  expect.object({}, {"findings", "effects", "not_evaluated"});
  if (expect.failed()) return made;
  if (expect.has("not_evaluated")) made.not_evaluated = expect.at("not_evaluated").text();
  if (!expect.has("findings") && made.not_evaluated.empty()) expect.refuse("neither findings nor not_evaluated");
  if (expect.has("findings")) {
    expect.at("findings").each([&](const ClosedJson& one) { made.findings.push_back(read_expected_finding(one)); });
  }
  if (expect.has("effects")) {
    expect.at("effects").each([&](const ClosedJson& one) {
      one.object({"type"}, {"says"});
      if (!one.failed()) made.effects.push_back({one.at("type").text(), golden_words(one, "says")});
    });
  }
  return made;
}

bool holds_words(const Finding& finding, const std::string& words) {
  return finding.title().find(words) != std::string::npos ||
         std::ranges::any_of(finding.reasons(),
                             [&](const auto& reason) { return reason.text().find(words) != std::string::npos; });
}

void compare_finding(const ExpectedFinding& expected, const Finding& found, std::vector<std::string>& wrong) {
  if (found.category() != expected.category) {
    wrong.push_back(fmt::format("{} : attendu {}, dit {}", expected.kind, category_word(expected.category),
                                category_word(found.category())));
  }
  for (const auto& rule : expected.rules) {
    if (std::ranges::none_of(found.reasons(), [&](const auto& reason) { return reason.rule() == rule; })) {
      wrong.push_back(expected.kind + " : manque " + rule);
    }
  }
  for (const auto& words : expected.says) {
    if (!holds_words(found, words)) wrong.push_back(expected.kind + " : ne dit pas « " + words + " »");
  }
  if (expected.open && found.open() != *expected.open) {
    wrong.push_back(expected.kind + (found.open() ? " : attend une suite" : " : n'attend pas de suite"));
  }
  if (expected.restricted && found.restricted() != *expected.restricted) {
    wrong.push_back(expected.kind + (found.restricted() ? " : réservé au médecin" : " : n'est pas réservé au médecin"));
  }
}

void compare_effects(const GoldenCase& one, const Evaluation& answer, std::vector<std::string>& wrong) {
  std::vector<const worker::v1::Effect*> left;
  for (const auto& effect : answer.effects()) left.push_back(&effect);
  for (const auto& expected : one.effects) {
    const auto found = std::ranges::find_if(left, [&](const auto* effect) {
      return effect->type() == expected.type && std::ranges::all_of(expected.says, [&](const auto& words) {
               return effect->body().find(words) != std::string::npos;
             });
    });
    if (found == left.end()) {
      wrong.push_back("manque l'effet " + expected.type);
    } else {
      left.erase(found);
    }
  }
  for (const auto* effect : left) wrong.push_back("effet de trop : " + effect->type());
}

std::string told_answer(const Evaluation& answer) {
  if (!answer.not_evaluated().empty()) return "non évalué, " + answer.not_evaluated();
  std::string told;
  for (const Finding& finding : answer.findings()) {
    std::string rules;
    for (const auto& reason : finding.reasons()) rules += (rules.empty() ? "" : " ") + reason.rule();
    told += fmt::format("{}{} {} [{}]", told.empty() ? "" : ", ", finding.kind(), category_word(finding.category()), rules);
  }
  for (const auto& effect : answer.effects()) told += (told.empty() ? "" : ", ") + effect.type();
  return told.empty() ? "rien" : told;
}

class GoldenPluginCase final : public PluginCase {
 public:
  explicit GoldenPluginCase(GoldenCase one) : one_(std::move(one)) {}
  const std::string& id() const override { return one_.id; }
  const std::string& title() const override { return one_.title; }

  Result<std::vector<worker::v1::Slice>> slices(CasePractice& practice, std::size_t number,
                                                const plugins::Manifest& manifest) const override {
    auto slice = golden_slice(practice, one_, number, manifest);
    if (!slice) return tl::unexpected(slice.error());
    return std::vector<worker::v1::Slice>{std::move(*slice)};
  }

  CaseVerdict judge(std::span<const Evaluation> answers) const override {
    const Evaluation& answer = answers.front();
    CaseVerdict verdict{told_answer(answer), {}};
    if (answer.not_evaluated() != one_.not_evaluated) {
      verdict.differences.push_back(one_.not_evaluated.empty() ? "attendu : évalué"
                                                               : "attendu : non évalué, " + one_.not_evaluated);
      return verdict;
    }
    for (const auto& expected : one_.findings) {
      const auto found = std::ranges::find(answer.findings(), expected.kind, [](const auto& one) { return one.kind(); });
      if (found == answer.findings().end()) {
        verdict.differences.push_back("manque " + expected.kind);
      } else {
        compare_finding(expected, *found, verdict.differences);
      }
    }
    for (const Finding& finding : answer.findings()) {
      if (std::ranges::none_of(one_.findings, [&](const auto& expected) { return expected.kind == finding.kind(); })) {
        verdict.differences.push_back(finding.kind() + " de trop");
      }
    }
    compare_effects(one_, answer, verdict.differences);
    return verdict;
  }

 private:
  const GoldenCase one_;
};

Result<std::vector<worker::v1::Setting>> settings_of_case(const GoldenCase& one, const plugins::Manifest& manifest) {
  std::vector<worker::v1::Setting> settings;
  for (const auto& [key, value] : one.settings) {
    const auto declared = std::ranges::find(manifest.settings, key, &plugins::SettingDeclaration::key);
    if (declared == manifest.settings.end()) {
      return fail(Code::cases_invalid, "the manifest declares no setting " + key, one.id + ".settings");
    }
    auto& setting = settings.emplace_back();
    setting.set_key(key);
    if (value.is_string()) setting.set_text(value.get<std::string>());
    if (value.is_boolean()) setting.set_number(value.get<bool>() ? 1 : 0);
    if (value.is_number()) setting.set_number(value.get<double>());
    const double number = setting.number();
    if (declared->type == "number" && (number < declared->minimum || number > declared->maximum)) {
      return fail(Code::cases_invalid, "out of the bounds of the manifest", one.id + ".settings." + key);
    }
  }
  return settings;
}

}  // namespace

Result<worker::v1::Slice> golden_slice(CasePractice& practice, const GoldenCase& one, std::size_t number,
                                       const plugins::Manifest& manifest) {
  const auto settings = settings_of_case(one, manifest);
  if (!settings) return tl::unexpected(settings.error());
  if (!one.task.empty() && std::ranges::find(manifest.tasks, one.task) == manifest.tasks.end()) {
    return fail(Code::cases_invalid, "the manifest does not declare the task " + one.task, one.id + ".task");
  }
  const std::string prefix = fmt::format("cas-{}-", number);
  const std::string patient_id = prefix + "patient";
  const auto subject = practice.write(one.now, [&](practice::Transaction& tx) -> Result<worker::v1::Subject> {
    put_case_record(tx, one.record, patient_id, prefix, one.now);
    worker::v1::Subject made;
    made.set_task_id(one.task);
    if (!one.item.empty()) made.set_item_id(prefix + one.item);
    const auto report = std::ranges::find(one.record.reports, one.item, [](const auto& each) { return each.report.id(); });
    const bool settled =
        report == one.record.reports.end() || report->report.identity_match() == v1::IDENTITY_MATCH_UNIQUE;
    if (one.record.patient && settled) made.set_patient_id(patient_id);
    return made;
  });
  if (!subject) return tl::unexpected(subject.error());
  auto slice = practice.slice(*subject, one.now, manifest, *settings);
  if (slice) unprefix(*slice, prefix);
  return slice;
}

Result<std::vector<GoldenCase>> read_golden_cases(std::string_view json) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (document.is_discarded()) return fail(Code::cases_invalid, "not JSON");
  std::optional<Error> error;
  std::vector<GoldenCase> cases;
  const ClosedJson file(document, "", error);
  file.object({"schema", "cases"}, {"title", "notes", "sources"});
  if (!file.failed() && file.at("schema").text() != "relais.cases/1") file.at("schema").refuse("another shape");
  std::set<std::string> ids;
  if (!file.failed()) {
    file.at("cases").each([&](const ClosedJson& one) {
      cases.push_back(read_golden_case(one));
      if (!one.failed() && !ids.insert(cases.back().id).second) one.refuse("id given twice");
    });
  }
  if (error) return tl::unexpected(*error);
  return cases;
}

Result<PluginCases> golden_plugin_cases(std::string_view json) {
  auto read = read_golden_cases(json);
  if (!read) return tl::unexpected(read.error());
  PluginCases made;
  for (auto& one : *read) made.push_back(std::make_unique<GoldenPluginCase>(std::move(one)));
  return made;
}

}  // namespace relais::app
