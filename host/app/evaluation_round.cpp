// SPDX-License-Identifier: Apache-2.0
#include "app/evaluation_round.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>

#include "app/evaluation_case.h"
#include "app/findings_from_wire.h"
#include "app/practice_timers.h"
#include "app/subject_slice.h"
#include "practice/evaluations.h"
#include "practice/store_error.h"

namespace relais::app {

using practice::Event;
using practice::Transaction;

namespace {

// The doctor of reference was established when the report came in: it is that of the item, whatever the task.
fiche::PatientFacts reference(const Event& event) {
  fiche::PatientFacts facts;
  facts.id = event.patient_id;
  if (!event.doctor_id.empty()) facts.presc = event.doctor_id;
  // What is told of a patient and of no item carries the médecin traitant.
  if (!event.doctor_id.empty() && event.item_id.empty()) facts.mt = event.doctor_id;
  return facts;
}

}  // namespace

EvaluationRound::EvaluationRound(const DispatchParts& parts, Evaluators evaluators)
    : parts_(parts), evaluators_(std::move(evaluators)) {}
EvaluationRound::~EvaluationRound() = default;

Result<std::size_t> EvaluationRound::run(const std::vector<Event>& events) {
  std::vector<Case> cases;
  for (const auto& event : events) {
    auto& one = cases.emplace_back();
    one.event = event;
    if (const auto planned = plan(one); !planned) one.failed = planned.error();
    if (!one.failed) build(one);
  }
  // One durable work for each case, all in the same group commits.
  const auto each = [&](auto work) {
    std::vector<std::future<Result<void>>> done;
    for (auto& one : cases) {
      auto promise = std::make_shared<std::promise<Result<void>>>();
      done.push_back(promise->get_future());
      if (one.failed || one.superseded) {
        promise->set_value({});
        continue;
      }
      const auto traced = [&one, work](Transaction& tx) {
        tx.set_trace(one.event.trace_id);
        return work(tx, one);
      };
      parts_.database.write_async(traced,
                                  [promise](Result<void> result) { promise->set_value(std::move(result)); });
    }
    for (std::size_t i = 0; i < cases.size(); ++i)
      if (const auto result = done[i].get(); !result) cases[i].failed = result.error();
  };
  each([this](Transaction& tx, Case& one) { return begin(tx, one); });
  for (const auto& evaluator : evaluators_) evaluate(evaluator, cases);
  each([this](Transaction& tx, Case& one) { return keep(tx, one); });

  std::size_t finished = 0;
  for (const auto& one : cases) {
    if (one.failed || one.superseded)
      if (const auto put = put_off(one); !put) return tl::unexpected(put.error());
    if (!one.failed) ++finished;
    tell(one);
  }
  parts_.worklist.changed();
  return finished;
}

// To the log, and to whoever compares. Of a night only what went wrong: it is of every patient.
void EvaluationRound::tell(const Case& one) const {
  if (one.failed || one.superseded) return;
  for (const auto& run : one.runs) {
    const auto& code = run.evaluation.not_evaluated();
    const bool quiet = one.event.kind == nightly_trigger && code.empty();
    if (run.mandate.allowed) {
      spdlog::log(quiet ? spdlog::level::debug : spdlog::level::info,
                  "dispatch.evaluated event={} kind={} trace={} plugin={} version={} task={} code={}", one.event.seq,
                  one.event.kind, one.event.trace_id, run.package->manifest.id, run.package->manifest.version, run.task, code);
    }
    if (!run.to_send || !parts_.evaluated) continue;
    parts_.evaluated({run.package->manifest.id, run.package->manifest.version, run.task, run.scope.subject,
                      practice::from_ms(run.slice.as_of_ms()), one.event.trace_id, run.evaluation});
  }
}

Result<void> EvaluationRound::plan(Case& one) {
  const auto failures = parts_.record.failures();
  if (const auto decided = decide(one, one.event.item_id); !decided) return decided;
  if (parts_.record.failures() == failures) return {};
  // The record did not answer: a category or an age that is not known refuses more than it should, and would leave the
  // event quietly undelegated. Decided anew without the item: what is delegated whatever it holds is not evaluated, with
  // the reason; the rest waits until it can be decided.
  one.runs.clear();
  if (const auto decided = decide(one, {}); !decided) return decided;
  const auto why = parts_.record.last_failure().value_or(Error{Code::record_reader_failed, "no reason kept"});
  std::erase_if(one.runs, [](const Run& run) { return !run.mandate.allowed; });
  if (one.runs.empty()) return tl::unexpected(why);
  for (auto& run : one.runs) run.evaluation.set_not_evaluated(std::string(stable_code(why.code)));
  return {};
}

Result<void> EvaluationRound::decide(Case& one, const std::string& item_id) {
  for (const auto& [package, runner] : evaluators_) {
    const auto& triggers = package->manifest.triggers;
    if (std::find(triggers.begin(), triggers.end(), one.event.kind) == triggers.end()) continue;
    for (const auto& task : package->manifest.tasks) {
      Run run;
      run.package = package;
      run.runner = runner;
      run.task = task;
      run.scope = {package->manifest.id, task, {one.event.item_id, one.event.patient_id, one.event.doctor_id}};
      auto mandate = parts_.gate.decide_run(task, reference(one.event), item_id);
      if (!mandate) return tl::unexpected(mandate.error());
      run.mandate = std::move(*mandate);
      one.runs.push_back(std::move(run));
    }
  }
  return {};
}

// Builds what each authorised run would be shown; a plugin that is stopped is shown nothing.
void EvaluationRound::build(Case& one) {
  for (auto& run : one.runs) {
    if (!run.mandate.allowed || !run.evaluation.not_evaluated().empty()) continue;
    const auto state = run.runner ? run.runner->state() : parts_.supervisor.state(run.package->manifest.id);
    if (!run.runner || state.status == plugins::PluginStatus::stopped || state.status == plugins::PluginStatus::disabled) {
      // Of one that a person stopped, the supervisor knows nothing.
      const bool knows_why = run.runner && state.status == plugins::PluginStatus::disabled && !state.code.empty();
      run.evaluation.set_not_evaluated(knows_why ? state.code : std::string(stable_code(Code::plugin_stopped)));
      continue;
    }
    auto slice = parts_.database.read([&](soci::session& sql) {
      const auto as_of = knowing_all(sql, run.scope.subject.patient_id, parts_.clock.now(), parts_.record);
      return subject_slice(parts_.record, sql, parts_.context, run.package->manifest, run.scope.subject, run.task,
                           as_of, parts_.time_zone);
    });
    if (slice) {
      run.slice = std::move(*slice);
      if (one.event.kind != nightly_trigger) run.slice.set_trace_id(one.event.trace_id);
      run.to_send = true;
    } else if (practice::is_of_the_store(slice.error().code)) {
      one.failed = slice.error();
      return;
    } else {
      run.evaluation.set_not_evaluated(std::string(stable_code(slice.error().code)));
    }
  }
}

// Fences the runs of a case and writes, durably, which subject each plugin is about to be shown.
Result<void> EvaluationRound::begin(Transaction& tx, Case& one) {
  for (auto& run : one.runs) {
    if (!run.mandate.allowed) continue;
    const auto version = parts_.worklist.begin_evaluation(tx, run.scope);
    if (!version && version.error().code == Code::worklist_subject_moved) {
      one.superseded = true;
      return {};
    }
    if (!version) return tl::unexpected(version.error());
    run.slice.set_version(*version);
    if (!run.to_send) continue;
    practice::remember_evaluation(tx, run.scope, *version, practice::from_ms(run.slice.as_of_ms()));
    const auto read = parts_.ledger.append(tx, run.signed_entry(one.event, "record.slice"));
    if (!read) return tl::unexpected(read.error());
  }
  return {};
}

void EvaluationRound::evaluate(const Evaluator& evaluator, std::vector<Case>& cases) {
  const auto& package = *evaluator.package;
  std::vector<Run*> asked;
  std::vector<worker::v1::Slice> slices;
  for (auto& one : cases) {
    if (one.failed || one.superseded) continue;
    for (auto& run : one.runs) {
      if (!run.to_send || run.package->manifest.id != package.manifest.id) continue;
      parts_.poison.sending(package.manifest.id, run.slice);
      asked.push_back(&run);
      slices.push_back(run.slice);
    }
  }
  if (asked.empty()) return;
  auto answers = evaluator.runner->evaluate(std::move(slices));
  const auto rules = declared_rules(evaluator.runner->rules());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i]->evaluation = std::move(answers.at(i));
    keep_declared_rules(asked[i]->evaluation, rules);
    parts_.poison.answered(package.manifest.id, asked[i]->slice);
  }
}

}  // namespace relais::app
