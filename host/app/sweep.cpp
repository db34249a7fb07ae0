// SPDX-License-Identifier: Apache-2.0
#include "app/sweep.h"

#include <future>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "app/findings_from_wire.h"
#include "app/handover.h"
#include "domain/catalogue.h"
#include "domain/civil_time.h"
#include "practice/plugin_state.h"
#include "practice/worklist_sweep.h"
#include "records/block_reader.h"
#include "records/slice_builder.h"

namespace relais::app {

using practice::Transaction;

namespace {

// One patient of a block.
struct Visit {
  std::string patient_id;
  std::string doctor_id;
  std::string fiche_id;
  int fiche_version = 0;
  std::string not_built;  // stable code of why there is no slice
};

struct Block {
  std::vector<Visit> visits;
  std::vector<worker::v1::Slice> slices;  // of the visits that have one, in their order
  std::vector<practice::Begun> begun;
  std::int64_t seen = 0;
};

int completed_years(fiche::CivilDate born, fiche::CivilDate today) {
  const int years = static_cast<int>(today.year()) - static_cast<int>(born.year());
  return std::pair(today.month(), today.day()) >= std::pair(born.month(), born.day()) ? years : years - 1;
}

// A patient-task is its doctor's: the médecin traitant, or the practice.
fiche::PatientFacts facts_of(const v1::Patient& patient, fiche::CivilDate today, practice::DecisionFacts& known,
                             Instant at) {
  fiche::PatientFacts facts;
  facts.id = patient.id();
  if (!patient.treating_doctor_id().empty()) facts.mt = patient.treating_doctor_id();
  facts.opposition = known.opposition(patient.id(), at);
  if (const auto born = fiche::parse_date(patient.traits().birth_date())) facts.age = completed_years(*born, today);
  return facts;
}

class Run {
 public:
  Run(const DispatchParts& parts, const practice::MandateSources& mandates, const plugins::Package& package,
      std::string task, const std::atomic<bool>& stop, SweepOptions options)
      : parts_(parts),
        mandates_(mandates),
        manifest_(package.manifest),
        runner_(parts.supervisor.hold(manifest_.id, manifest_.version)),
        task_(std::move(task)),
        stop_(stop),
        options_(options),
        as_of_(parts.clock.now()),
        today_(fiche::day_of(fiche::to_local(as_of_, parts.time_zone))) {}

  Result<SweepOutcome> run() {
    if (const auto ready = check_plugin(); !ready) return tl::unexpected(ready.error());
    rules_ = declared_rules(runner_->rules());
    const auto* found = fiche::find_task(task_);
    clinical_ = found == nullptr || fiche::is_clinical(*found);
    auto superseded = parts_.database.read([&](soci::session& sql) -> Result<records::SupersededReports> {
      return records::SupersededReports(sql, as_of_);
    });
    if (!superseded) return tl::unexpected(superseded.error());
    superseded_.emplace(std::move(*superseded));

    std::thread reader([this] { read_all(); });
    auto done = evaluate_all();
    blocks_.close();
    reader.join();
    if (!done) return tl::unexpected(done.error());
    if (failed_) return tl::unexpected(*failed_);
    parts_.worklist.changed();
    return outcome_;
  }

 private:
  Result<void> check_plugin() const {
    if (!runner_) return fail(Code::plugin_stopped, "not loaded", manifest_.id);
    const auto state = runner_->state();
    if (state.status == plugins::PluginStatus::disabled) return fail(Code::plugin_disabled, state.code, manifest_.id);
    if (state.status == plugins::PluginStatus::stopped) return fail(Code::plugin_stopped, state.code, manifest_.id);
    return {};
  }

  worklist::Scope scope_of(const Visit& visit) const {
    return {manifest_.id, task_, {{}, visit.patient_id, visit.doctor_id}};
  }

  // --- Reading, on a thread of its own ---------------------------------------------------------------------------

  void read_all() {
    std::string after;
    while (!stop_) {
      auto block = read_block(after);
      Result<void> begun;
      if (block) begun = begin(*block);
      if (!block || !begun) {
        failed_ = block ? begun.error() : block.error();
        break;
      }
      if (block->seen == 0 || !blocks_.put(std::move(*block))) break;
    }
    blocks_.end();
  }

  Result<Block> read_block(std::string& after) {
    auto runs = practice::MandateRuns::load(mandates_, task_, parts_.clock.now());
    if (!runs) return tl::unexpected(runs.error());
    return parts_.database.read([&](soci::session& sql) -> Result<Block> {
      records::BlockReader reader(sql, as_of_, *superseded_);
      reader.load(after, options_.block);
      Block block;
      block.seen = static_cast<std::int64_t>(reader.patients().size());
      for (const auto& patient : reader.patients()) {
        const auto mandate = runs->decide(facts_of(patient, today_, mandates_.facts, as_of_));
        if (!mandate.allowed) continue;
        const auto& holder = mandate.holders.front();
        auto& visit = block.visits.emplace_back(
            Visit{patient.id(), mandate.doctor_id, holder.fiche_id, holder.fiche_version, {}});
        auto slice = records::build_slice(reader, parts_.context, manifest_, request_for(sql, visit));
        if (slice) {
          block.slices.push_back(std::move(*slice));
        } else {
          visit.not_built = stable_code(slice.error().code);
        }
      }
      if (block.seen > 0) after = reader.patients().back().id();
      return block;
    });
  }

  records::SliceRequest request_for(soci::session& sql, const Visit& visit) {
    records::SliceRequest request;
    request.subject.set_patient_id(visit.patient_id);
    request.subject.set_doctor_id(visit.doctor_id);
    request.subject.set_task_id(task_);
    request.as_of = as_of_;
    request.time_zone = parts_.time_zone;
    auto known = settings_.find(visit.doctor_id);
    if (known == settings_.end()) {
      known = settings_.emplace(visit.doctor_id, std::vector<worker::v1::Setting>()).first;
      for (const auto& set : practice::plugin_settings(sql, manifest_.id, visit.doctor_id)) {
        auto& setting = known->second.emplace_back();
        setting.set_key(set.key);
        setting.set_number(set.number);
        setting.set_text(set.text);
      }
    }
    request.settings = known->second;
    return request;
  }

  // Fences the block and writes, durably, whom the plugin is about to be shown.
  Result<void> begin(Block& block) {
    if (block.visits.empty()) return {};
    return parts_.database.write([&](Transaction& tx) -> Result<void> {
      std::vector<worklist::Scope> scopes;
      scopes.reserve(block.visits.size());
      for (const auto& visit : block.visits) scopes.push_back(scope_of(visit));
      block.begun = practice::begin_evaluations(parts_.worklist, tx, scopes);
      std::size_t slice = 0;
      for (std::size_t i = 0; i < block.visits.size(); ++i) {
        if (block.visits[i].not_built.empty()) block.slices[slice++].set_version(block.begun[i].version);
      }
      return note(tx, block, "record.slice", [&](std::size_t i) { return block.visits[i].not_built; });
    });
  }

  // One entry for each doctor and fiche of the block and for each code, with the patients hashed in.
  template <class CodeOf>
  Result<void> note(Transaction& tx, const Block& block, const std::string& action, CodeOf code_of) {
    std::map<std::tuple<std::string, std::string, int, std::string>, std::vector<std::string>> groups;
    for (std::size_t i = 0; i < block.visits.size(); ++i) {
      const auto& visit = block.visits[i];
      groups[{visit.doctor_id, visit.fiche_id, visit.fiche_version, code_of(i)}].push_back(visit.patient_id);
    }
    for (auto& [key, patients] : groups) {
      practice::LedgerEntry entry;
      entry.actor = "system";
      entry.role = "system";
      entry.action = action;
      entry.task_id = task_;
      entry.plugin_id = manifest_.id;
      entry.plugin_version = manifest_.version;
      std::tie(entry.doctor_id, entry.fiche_id, entry.fiche_version, entry.error_code) = key;
      entry.on_behalf_of = entry.doctor_id;
      if (!entry.error_code.empty()) entry.outcome = practice::LedgerOutcome::failed;
      entry.subjects = practice::digest_subjects(std::move(patients));
      if (const auto written = parts_.ledger.append(tx, entry); !written) return tl::unexpected(written.error());
    }
    return {};
  }

  // --- Evaluating and keeping ------------------------------------------------------------------------------------

  Result<void> evaluate_all() {
    std::optional<std::future<Result<std::int64_t>>> keeping;
    const auto kept = [&]() -> Result<void> {
      if (!keeping) return {};
      const auto changes = keeping->get();
      keeping.reset();
      if (!changes) return tl::unexpected(changes.error());
      outcome_.changes += *changes;
      return {};
    };
    Result<void> result;
    while (auto block = blocks_.take()) {
      outcome_.patients += block->seen;
      outcome_.not_delegated += block->seen - static_cast<std::int64_t>(block->visits.size());
      auto answers = answers_of(*block);
      if (result = kept(); !result) break;
      keeping = keep(std::move(*block), std::move(answers));
      if (result = check_plugin(); !result) break;
    }
    const auto last = kept();
    return result ? last : result;
  }

  std::vector<practice::Swept> answers_of(Block& block) {
    std::size_t slice = 0;
    for (const auto& visit : block.visits) {
      if (!visit.not_built.empty()) continue;
      if (!digests_.contains(visit.doctor_id)) {
        digests_[visit.doctor_id] = declaration_digest(manifest_, block.slices[slice]);
      }
      ++slice;
    }
    auto evaluations = runner_->evaluate(std::move(block.slices));
    std::vector<practice::Swept> answers(block.visits.size());
    slice = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const auto& visit = block.visits[i];
      auto& [reply, begun] = answers[i];
      begun = block.begun[i];
      reply.scope = scope_of(visit);
      reply.slice_version = begun.version;
      reply.clinical_task = clinical_;
      reply.basis = {manifest_.version, {}, visit.fiche_id, visit.fiche_version};
      if (visit.not_built.empty()) {
        auto& evaluation = evaluations.at(slice++);
        reply.basis.slice_declaration = digests_[visit.doctor_id];
        reply.not_evaluated = evaluation.not_evaluated();
        keep_declared_rules(evaluation, rules_);
        reply.findings = findings_from_wire(evaluation);
      } else {
        reply.not_evaluated = visit.not_built;
      }
      reply.not_evaluated.empty() ? ++outcome_.evaluated : ++outcome_.not_evaluated;
    }
    return answers;
  }

  std::future<Result<std::int64_t>> keep(Block block, std::vector<practice::Swept> answers) {
    auto promise = std::make_shared<std::promise<Result<std::int64_t>>>();
    auto future = promise->get_future();
    parts_.database.write_async(
        [this, block = std::move(block), answers = std::move(answers)](Transaction& tx) -> Result<std::int64_t> {
          const auto changes = practice::apply_all(parts_.worklist, tx, answers);
          if (!changes) return changes;
          const auto noted =
              note(tx, block, "plugin.run", [&](std::size_t i) { return answers[i].reply.not_evaluated; });
          if (!noted) return tl::unexpected(noted.error());
          return changes;
        },
        [promise](Result<std::int64_t> result) { promise->set_value(std::move(result)); });
    return future;
  }

  const DispatchParts& parts_;
  const practice::MandateSources mandates_;
  const plugins::Manifest& manifest_;
  // This version for the whole sweep, whatever replaces it meanwhile.
  const std::shared_ptr<plugins::PluginRunner> runner_;
  const std::string task_;
  const std::atomic<bool>& stop_;
  const SweepOptions options_;
  const Instant as_of_;
  const fiche::CivilDate today_;
  bool clinical_ = true;
  std::set<std::string> rules_;
  std::optional<records::SupersededReports> superseded_;

  // The reader's own, until it has been joined.
  std::map<std::string, std::vector<worker::v1::Setting>> settings_;  // by doctor
  std::optional<Error> failed_;

  Handover<Block> blocks_;
  std::map<std::string, std::string> digests_;  // of the declaration and the settings, by doctor
  SweepOutcome outcome_;
};

}  // namespace

Result<SweepOutcome> sweep(const DispatchParts& parts, const practice::MandateSources& mandates,
                           const plugins::Package& package, const std::string& task, const std::atomic<bool>& stop,
                           SweepOptions options) {
  return Run(parts, mandates, package, task, stop, options).run();
}

}  // namespace relais::app
