// SPDX-License-Identifier: Apache-2.0
#include "app/kit/sample_practice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "app/case_practice.h"
#include "app/golden_cases.h"
#include "app/kit/probe.h"
#include "app/triage_cases.h"

namespace relais::app {
namespace {

using Steady = std::chrono::steady_clock;

struct Item {
  std::string id;    // empty: the patient
  std::string name;  // for people
};

bool triggered_by(const plugins::Manifest& manifest, std::string_view trigger) {
  return std::ranges::find(manifest.triggers, trigger) != manifest.triggers.end();
}

// What the plugin's triggers name in one record.
std::vector<Item> items_of(const CaseRecord& record, const plugins::Manifest& manifest) {
  std::vector<Item> items;
  if (triggered_by(manifest, "lab_report.available")) {
    for (const auto& one : record.reports) items.push_back({one.report.id(), "compte rendu " + one.report.id()});
  }
  if (triggered_by(manifest, "document.available")) {
    for (const auto& [document, content] : record.documents) items.push_back({document.id(), "document " + document.id()});
  }
  if (triggered_by(manifest, "message.received")) {
    for (const auto& one : record.messages) items.push_back({one.id(), "message " + one.id()});
  }
  if (triggered_by(manifest, "appointment.changed")) {
    for (const auto& one : record.appointments) {
      if (!one.id().empty()) items.push_back({one.id(), "rendez-vous " + one.id()});
    }
  }
  const bool patient = std::ranges::any_of(std::array{"patient.changed", "patient.opened", "nightly"},
                                           [&](const char* trigger) { return triggered_by(manifest, trigger); });
  if (patient && record.patient) items.push_back({"", "dossier"});
  return items;
}

void print_answer(const Asked& asked, std::ostream& out) {
  const auto& answer = asked.answer;
  if (!answer.not_evaluated().empty()) {
    out << fmt::format("    non évalué : {}{}\n", answer.not_evaluated(), asked.detail.empty() ? "" : ", " + asked.detail);
    return;
  }
  for (const auto& finding : answer.findings()) {
    out << fmt::format("    {} : {} [{}]\n", category_word(finding.category()), finding.title(), finding.kind());
    for (const auto& reason : finding.reasons()) {
      out << fmt::format("      {} : {}{}\n", reason.rule(), reason.text(),
                         reason.source().empty() ? "" : " — " + reason.source());
    }
  }
  for (const auto& effect : answer.effects()) out << fmt::format("    propose {} ({} octets)\n", effect.type(), effect.body().size());
  if (answer.findings().empty() && answer.effects().empty()) out << "    rien\n";
}

}  // namespace

Result<SamplePractice> read_sample_practice(std::string_view json) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (document.is_discarded()) return fail(Code::cases_invalid, "not JSON");
  std::optional<Error> error;
  SamplePractice made;
  const ClosedJson file(document, "", error);
  file.object({"schema", "now", "records"}, {"title", "notes"});
  if (!file.failed() && file.at("schema").text() != "relais.sample/1") file.at("schema").refuse("another shape");
  if (!file.failed()) {
    made.now = case_instant(file.at("now"));
    file.at("records").each([&](const ClosedJson& one) {
      one.object({"name", "record"}, {});
      if (!one.failed()) made.records.push_back({one.at("name").text(), read_case_record(one.at("record"))});
    });
  }
  if (error) return tl::unexpected(*error);
  return made;
}

Result<std::vector<SampleSubject>> sample_subjects(const SamplePractice& practice, const plugins::Manifest& manifest) {
  const auto store = CasePractice::open();
  if (!store) return tl::unexpected(store.error());
  std::vector<SampleSubject> subjects;
  std::size_t number = 0;
  for (const auto& [name, record] : practice.records) {
    for (const auto& item : items_of(record, manifest)) {
      for (const auto& task : manifest.tasks) {
        GoldenCase asked;
        asked.id = name;
        asked.now = practice.now;
        asked.item = item.id;
        asked.task = task;
        asked.record = record;
        auto slice = golden_slice(**store, asked, number++, manifest);
        if (!slice) return tl::unexpected(slice.error());
        subjects.push_back({fmt::format("{}, {} ({})", name, item.name, task), std::move(*slice)});
      }
    }
  }
  return subjects;
}

int run_in_sample_practice(const plugins::Package& package, const SamplePractice& practice,
                           const plugins::WorkerOptions& worker, std::ostream& out) {
  const auto subjects = sample_subjects(practice, package.manifest);
  if (!subjects) {
    out << fmt::format("{} [{}] {} {}\n", french(subjects.error().code), stable_code(subjects.error().code),
                       subjects.error().place, subjects.error().detail);
    return 1;
  }
  const auto launcher = plugins::make_launcher(worker, std::chrono::seconds(10));
  Probe probe(package, *launcher);
  if (const auto failure = probe.start()) {
    out << fmt::format("{} [{}] {}\n", french(failure->code), stable_code(failure->code), failure->detail);
    return 1;
  }
  out << fmt::format("{} {} dans un cabinet fictif de {} dossiers, supprimé ensuite\n", package.manifest.id,
                     package.manifest.version, practice.records.size());
  std::size_t findings = 0;
  std::size_t failed = 0;
  Steady::duration spent{};
  for (const auto& subject : *subjects) {
    const auto from = Steady::now();
    const auto asked = probe.ask(subject.slice, from + package.manifest.budget.batch_deadline);
    spent += Steady::now() - from;
    out << "  " << subject.name << '\n';
    print_answer(asked, out);
    findings += static_cast<std::size_t>(asked.answer.findings_size());
    if (!asked.answer.not_evaluated().empty()) ++failed;
  }
  out << fmt::format("{} sujets, {} constats, {} non évalués, {:.1f} ms\n", subjects->size(), findings, failed,
                     std::chrono::duration<double, std::milli>(spent).count());
  return !subjects->empty() && failed == 0 ? 0 : 1;
}

}  // namespace relais::app
