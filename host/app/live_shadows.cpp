// SPDX-License-Identifier: Apache-2.0
#include "app/live_shadows.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <set>

#include "api/domain_words.h"
#include "api/plugin_rights.h"
#include "app/finding_difference.h"
#include "app/findings_from_wire.h"
#include "app/subject_slice.h"
#include "plugins/worker/supervisor.h"

namespace relais::app {
namespace {

// Behind everything else that runs on the machine; the workers that the thread starts inherit it.
constexpr int lower_priority = 10;

std::map<int, int> counted(const std::vector<worklist::Finding>& findings) {
  std::map<int, int> by_category;
  for (const auto& finding : findings) ++by_category[static_cast<int>(finding.category)];
  return by_category;
}

worklist::Category severest_of(const std::vector<worklist::Finding>& before,
                               const std::vector<worklist::Finding>& after) {
  auto category = worklist::Category::none;
  for (const auto* findings : {&before, &after})
    for (const auto& finding : *findings) category = std::max(category, finding.category);
  return category;
}

practice::LedgerEntry of_the_system(const std::string& action, const std::string& doctor) {
  practice::LedgerEntry entry;
  entry.actor = "system";
  entry.role = "system";
  entry.action = action;
  entry.on_behalf_of = entry.doctor_id = doctor;
  return entry;
}

}  // namespace

struct LiveShadows::Bench {
  Bench(std::shared_ptr<const plugins::Package> given, plugins::Manifest may_see, const plugins::WorkerOptions& worker,
        const Clock& clock)
      : package(std::move(given)),
        shown(std::move(may_see)),
        supervisor(worker, clock, [](const plugins::PluginEvent&) {}, options()) {}

  // Its failures are told in the report of the shadow only.
  static plugins::SupervisionOptions options() {
    plugins::SupervisionOptions made;
    made.sampler = plugins::sample_one_in(0);
    return made;
  }

  std::shared_ptr<const plugins::Package> package;
  plugins::Manifest shown;  // what its slices are built from
  std::set<std::string> rules;
  plugins::Supervisor supervisor;
};

LiveShadows::LiveShadows(practice::Database& database, practice::Ledger& ledger, const Trials& packages,
                         const records::ContextMap& context, const Clock& clock, std::string time_zone,
                         plugins::WorkerOptions worker, records::RecordSource& record)
    : database_(database),
      ledger_(ledger),
      packages_(packages),
      context_(context),
      clock_(clock),
      time_zone_(std::move(time_zone)),
      worker_(std::move(worker)),
      record_(record) {}

LiveShadows::~LiveShadows() { close(); }

Result<void> LiveShadows::open() {
  auto going_on = database_.read([](soci::session& sql) -> Result<std::vector<practice::LiveShadow>> {
    return practice::running_shadows(sql);
  });
  if (!going_on) return tl::unexpected(going_on.error());
  for (auto& shadow : *going_on) {
    Key key{shadow.doctor_id, shadow.plugin_id};
    running_.insert_or_assign(std::move(key), std::move(shadow));
  }
  thread_ = std::thread([this] { work(); });
  return {};
}

void LiveShadows::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LiveShadows::offer(const ShadowedRun& run) {
  const std::lock_guard lock(mutex_);
  const Key key{run.subject.doctor_id, run.plugin};
  const auto shadow = running_.find(key);
  if (shadow == running_.end()) return;
  if (waiting_.size() >= most_waiting) {
    ++skipped_[shadow->second.number];
    return;
  }
  waiting_.push_back(run);
  ++waits_[key];
  wake_.notify_one();
}

void LiveShadows::work() {
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, lower_priority));
  std::unique_lock lock(mutex_);
  while (!closing_) {
    if (waiting_.empty()) {
      wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      continue;
    }
    const auto run = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    try {
      compare(run);
      note_skipped();
    } catch (const std::exception&) {
      // Its words could hold what was read.
      spdlog::error("shadow.not-compared plugin={} trace={} code={}", run.plugin, run.trace_id, stable_code(Code::internal));
    }
    lock.lock();
    --waits_[{run.subject.doctor_id, run.plugin}];
  }
  lock.unlock();
  benches_.clear();
}

std::optional<practice::LiveShadow> LiveShadows::running(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(key);
  return found == running_.end() ? std::nullopt : std::optional(found->second);
}

void LiveShadows::compare(const ShadowedRun& run) {
  const auto shadow = running({run.subject.doctor_id, run.plugin});
  if (!shadow) return;
  if (clock_.now() >= shadow->until) return end(*shadow, std::string(stable_code(Code::shadow_expired)));
  if (run.version != shadow->version_in_use)
    return end(*shadow, std::string(stable_code(Code::shadow_version_changed)));
  if (const auto done = compare_with(*shadow, run); !done) {
    const std::string code(stable_code(done.error().code));
    spdlog::error("shadow.not-compared plugin={} version={} trace={} code={}", run.plugin, shadow->version, run.trace_id,
                  code);
    end(*shadow, code);
  }
}

// An Error ends the shadow.
Result<void> LiveShadows::compare_with(const practice::LiveShadow& shadow, const ShadowedRun& run) {
  const auto bench = bench_of(shadow);
  if (!bench) return tl::unexpected(bench.error());
  const auto& tasks = (*bench)->shown.tasks;
  if (std::ranges::find(tasks, run.task) == tasks.end()) return {};

  practice::ShadowComparison comparison;
  comparison.not_evaluated_in_use = run.answer.not_evaluated();
  auto slice = database_.read([&](soci::session& sql) {
    return subject_slice(record_, sql, context_, (*bench)->shown, run.subject, run.task, run.as_of, time_zone_);
  });
  worker::v1::Evaluation answer;
  if (slice) {
    auto entry = of_the_system("record.slice", run.subject.doctor_id);
    entry.item_id = run.subject.item_id;
    entry.patient_id = run.subject.patient_id;
    entry.task_id = run.task;
    entry.plugin_id = run.plugin;
    entry.plugin_version = shadow.version;
    entry.rule_codes = {"shadow"};
    entry.trace_id = run.trace_id;
    if (const auto read = ledger_.record(entry); !read) return tl::unexpected(read.error());
    std::vector<worker::v1::Slice> slices;
    slices.push_back(std::move(*slice));
    answer = (*bench)->supervisor.evaluate(run.plugin, std::move(slices)).front();
    keep_declared_rules(answer, (*bench)->rules);
  } else {
    answer.set_not_evaluated(std::string(stable_code(slice.error().code)));
  }
  comparison.not_evaluated_in_shadow = answer.not_evaluated();
  const auto before = findings_from_wire(run.answer);
  const auto after = findings_from_wire(answer);
  if (comparison.not_evaluated_in_use.empty()) comparison.items_in_use = counted(before);
  if (comparison.not_evaluated_in_shadow.empty()) comparison.items_in_shadow = counted(after);
  if (auto told = differences(before, after); !told.empty()) {
    auto& difference = comparison.difference.emplace();
    difference.item_id = run.subject.item_id;
    difference.patient_id = run.subject.patient_id;
    difference.at = run.as_of;
    difference.category = severest_of(before, after);
    for (auto& one : told) difference.differences.emplace_back(std::move(one.kind), std::move(one.french));
  }
  const auto kept = database_.write([&](practice::Transaction& tx) -> Result<void> {
    practice::add_comparison(tx, shadow.number, comparison);
    return {};
  });
  if (!kept) return kept;
  const auto state = (*bench)->supervisor.state(run.plugin);
  if (state.status == plugins::PluginStatus::disabled) return fail(Code::plugin_disabled, state.code, run.plugin);
  return {};
}

Result<LiveShadows::Bench*> LiveShadows::bench_of(const practice::LiveShadow& shadow) {
  if (const auto found = benches_.find(shadow.number); found != benches_.end()) return found->second.get();
  const auto used = packages_.version_of(shadow.plugin_id, shadow.version_in_use);
  if (!used) return tl::unexpected(used.error());
  const auto other = packages_.version_of(shadow.plugin_id, shadow.version);
  if (!other) return tl::unexpected(other.error());
  auto bench = std::make_unique<Bench>(*other, api::within_rights((*used)->manifest, (*other)->manifest), worker_, clock_);
  if (const auto loaded = bench->supervisor.load(**other); !loaded) return tl::unexpected(loaded.error());
  bench->rules = declared_rules(bench->supervisor.rules(shadow.plugin_id));
  return benches_.emplace(shadow.number, std::move(bench)).first->second.get();
}

// On the working thread.
void LiveShadows::end(const practice::LiveShadow& shadow, const std::string& code) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find({shadow.doctor_id, shadow.plugin_id});
    if (found != running_.end() && found->second.number == shadow.number) running_.erase(found);
  }
  benches_.erase(shadow.number);
  const auto ended = database_.write([&](practice::Transaction& tx) -> Result<void> {
    if (!practice::end_shadow(tx, shadow.number, code)) return {};
    auto entry = of_the_system("shadow.ended", shadow.doctor_id);
    entry.plugin_id = shadow.plugin_id;
    entry.plugin_version = shadow.version;
    entry.rule_codes = {code};
    const auto written = ledger_.append(tx, entry);
    return written ? Result<void>{} : tl::unexpected(written.error());
  });
  if (!ended) spdlog::error("shadow.not-ended plugin={} code={}", shadow.plugin_id, stable_code(ended.error().code));
}

void LiveShadows::note_skipped() {
  std::map<std::int64_t, std::int64_t> skipped;
  {
    const std::lock_guard lock(mutex_);
    skipped.swap(skipped_);
  }
  if (skipped.empty()) return;
  const auto kept = database_.write([&](practice::Transaction& tx) -> Result<void> {
    for (const auto& [number, count] : skipped) practice::add_skipped(tx, number, count);
    return {};
  });
  if (!kept) spdlog::error("shadow.skipped-not-kept code={}", stable_code(kept.error().code));
}

Result<v1::LiveShadow> LiveShadows::start(practice::LedgerEntry by, const std::string& doctor,
                                          const std::string& plugin, const std::string& version, Instant until) {
  const auto used = packages_.in_use(plugin);
  if (!used) return tl::unexpected(used.error());
  if ((*used)->manifest.version == version) return fail(Code::invalid_argument, "it is the version in use", "version");
  const auto other = packages_.version_of(plugin, version);
  if (!other) return tl::unexpected(other.error());
  practice::LiveShadow shadow;
  shadow.doctor_id = doctor;
  shadow.plugin_id = plugin;
  shadow.version_in_use = (*used)->manifest.version;
  shadow.version = version;
  shadow.started = clock_.now();
  shadow.until = until;
  by.plugin_id = plugin;
  by.plugin_version = version;
  by.doctor_id = doctor;
  const auto begun = database_.write([&](practice::Transaction& tx) -> Result<std::int64_t> {
    const auto before = practice::live_shadow(tx.sql(), doctor, plugin);
    if (before && !before->ended && before->until > tx.now()) return fail(Code::shadow_running, before->version);
    if (const auto written = ledger_.append(tx, by); !written) return tl::unexpected(written.error());
    return practice::begin_shadow(tx, shadow);
  });
  if (!begun) return tl::unexpected(begun.error());
  shadow.number = *begun;
  {
    const std::lock_guard lock(mutex_);
    running_.insert_or_assign(Key{doctor, plugin}, shadow);
  }
  return report(doctor, plugin, 1);
}

Result<v1::LiveShadow> LiveShadows::stop(practice::LedgerEntry by, const std::string& doctor,
                                         const std::string& plugin) {
  const std::string code(stable_code(Code::shadow_stopped));
  const auto ended = database_.write([&](practice::Transaction& tx) -> Result<void> {
    const auto shadow = practice::live_shadow(tx.sql(), doctor, plugin);
    if (!shadow || !practice::end_shadow(tx, shadow->number, code)) return fail(Code::shadow_none, plugin, "plugin_id");
    by.plugin_id = plugin;
    by.plugin_version = shadow->version;
    by.doctor_id = doctor;
    by.rule_codes = {code};
    const auto written = ledger_.append(tx, by);
    return written ? Result<void>{} : tl::unexpected(written.error());
  });
  if (!ended) return tl::unexpected(ended.error());
  {
    const std::lock_guard lock(mutex_);
    running_.erase({doctor, plugin});
  }
  return report(doctor, plugin, 1);
}

Result<v1::LiveShadow> LiveShadows::report(const std::string& doctor, const std::string& plugin, int examples) {
  v1::LiveShadow made;
  const auto read = database_.read([&](soci::session& sql) -> Result<void> {
    const auto shadow = practice::live_shadow(sql, doctor, plugin);
    if (!shadow) return fail(Code::shadow_none, plugin, "plugin_id");
    made.set_plugin_id(shadow->plugin_id);
    made.set_version_in_use(shadow->version_in_use);
    made.set_version_in_shadow(shadow->version);
    made.set_doctor_id(shadow->doctor_id);
    made.set_started_ms(practice::to_ms(shadow->started));
    made.set_until_ms(practice::to_ms(shadow->until));
    if (shadow->ended) {
      made.set_ended_ms(practice::to_ms(*shadow->ended));
      made.set_ended_code(shadow->ended_code);
    } else if (clock_.now() >= shadow->until) {
      // Nothing came in since: nobody has noted it yet.
      made.set_ended_ms(practice::to_ms(shadow->until));
      made.set_ended_code(std::string(stable_code(Code::shadow_expired)));
    }
    made.set_subjects(static_cast<std::int32_t>(shadow->subjects));
    made.set_same(static_cast<std::int32_t>(shadow->same));
    made.set_different(static_cast<std::int32_t>(shadow->different));
    made.set_skipped(static_cast<std::int32_t>(shadow->skipped));
    const auto counts = [&](practice::ShadowCount kind) { return practice::shadow_counts(sql, shadow->number, kind); };
    for (const auto& [code, count] : counts(practice::ShadowCount::not_evaluated_in_use))
      (*made.mutable_not_evaluated_in_use())[code] = static_cast<std::int32_t>(count);
    for (const auto& [code, count] : counts(practice::ShadowCount::not_evaluated_in_shadow))
      (*made.mutable_not_evaluated_in_shadow())[code] = static_cast<std::int32_t>(count);
    for (const auto& [category, count] : counts(practice::ShadowCount::items_in_use))
      (*made.mutable_items_in_use())[std::stoi(category)] = static_cast<std::int32_t>(count);
    for (const auto& [category, count] : counts(practice::ShadowCount::items_in_shadow))
      (*made.mutable_items_in_shadow())[std::stoi(category)] = static_cast<std::int32_t>(count);
    for (const auto& one : practice::shadow_differences(sql, shadow->number, examples)) {
      auto& difference = *made.add_differences();
      difference.set_item_id(one.item_id);
      difference.set_patient_id(one.patient_id);
      difference.set_at_ms(practice::to_ms(one.at));
      difference.set_category(api::to_proto(one.category));
      for (const auto& [kind, sentence] : one.differences) {
        auto& line = *difference.add_differences();
        line.set_kind(kind);
        line.set_sentence(sentence);
      }
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  {
    const std::lock_guard lock(mutex_);
    const auto waits = waits_.find({doctor, plugin});
    made.set_waiting(waits == waits_.end() ? 0 : waits->second);
  }
  // Versions that are gone withhold nothing any more.
  const auto used = packages_.version_of(plugin, made.version_in_use());
  const auto other = packages_.version_of(plugin, made.version_in_shadow());
  if (used && other)
    for (const auto& line : api::rights_added((*used)->manifest, (*other)->manifest)) made.add_withheld(line);
  return made;
}

}  // namespace relais::app
