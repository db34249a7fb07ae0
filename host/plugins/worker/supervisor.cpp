// SPDX-License-Identifier: Apache-2.0
#include "plugins/worker/supervisor.h"

#include <mutex>
#include <utility>

#include "plugins/supervision/answers.h"

namespace relais::plugins {

Supervisor::Supervisor(WorkerOptions worker, const Clock& clock, PluginObserver observer, SupervisionOptions options,
                       PoisonMemory* poison)
    : clock_(clock),
      observer_(std::move(observer)),
      options_(std::move(options)),
      poison_(poison != nullptr ? *poison : own_poison_),
      launcher_(make_launcher(std::move(worker), options_.load_deadline)) {}

Supervisor::~Supervisor() {
  for (const auto& [id, slot] : runners_) {
    slot.asked->stop();
    if (slot.before) slot.before->stop();
  }
}

std::shared_ptr<PluginRunner> Supervisor::find(const std::string& plugin_id) const {
  const std::shared_lock lock(mutex_);
  const auto found = runners_.find(plugin_id);
  return found == runners_.end() ? nullptr : found->second.asked;
}

std::shared_ptr<PluginRunner> Supervisor::make_runner(const Package& package) {
  return std::make_shared<PluginRunner>(package, RunnerContext{*launcher_, clock_, poison_, options_, observer_},
                                        std::make_unique<ClockPause>(clock_));
}

Result<void> Supervisor::load(const Package& package) {
  auto runner = make_runner(package);
  {
    const std::unique_lock lock(mutex_);
    if (!runners_.emplace(package.manifest.id, Slot{runner, nullptr}).second) {
      return fail(Code::invalid_argument, "loaded already", package.manifest.id);
    }
  }
  return runner->start();
}

std::vector<worker::v1::Evaluation> Supervisor::evaluate(const std::string& plugin_id,
                                                         std::vector<worker::v1::Slice> slices) {
  if (const auto runner = find(plugin_id)) return runner->evaluate(std::move(slices));
  std::vector<worker::v1::Evaluation> answers;
  for (const auto& slice : slices) {
    answers.push_back(not_evaluated(slice, answers.size(), stable_code(Code::plugin_stopped)));
  }
  return answers;
}

Result<std::vector<worker::v1::Rule>> Supervisor::rules(const std::string& plugin_id) {
  if (const auto runner = find(plugin_id)) return runner->rules();
  return fail(Code::not_found, "plugin", plugin_id);
}

Result<std::vector<std::int32_t>> Supervisor::feedback(const std::string& plugin_id,
                                                       const std::vector<worker::v1::Outcome>& outcomes) {
  if (const auto runner = find(plugin_id)) return runner->feedback(outcomes);
  return fail(Code::plugin_stopped, "not loaded", plugin_id);
}

std::string Supervisor::version(const std::string& plugin_id) const {
  const auto runner = find(plugin_id);
  return runner ? runner->version() : std::string{};
}

PluginState Supervisor::state(const std::string& plugin_id) const {
  if (const auto runner = find(plugin_id)) return runner->state();
  return {PluginStatus::stopped, std::string(stable_code(Code::not_found)), {}, clock_.now(), 0};
}

Result<void> Supervisor::enable(const std::string& plugin_id) {
  if (const auto runner = find(plugin_id)) return runner->enable();
  return fail(Code::not_found, "plugin", plugin_id);
}

Result<void> Supervisor::unload(const std::string& plugin_id) {
  Slot slot;
  {
    const std::unique_lock lock(mutex_);
    const auto found = runners_.find(plugin_id);
    if (found == runners_.end()) return fail(Code::not_found, "plugin", plugin_id);
    slot = std::move(found->second);
    runners_.erase(found);
  }
  slot.asked->stop();
  if (slot.before) slot.before->stop();
  return {};
}

Result<void> Supervisor::replace(const Package& package) {
  const auto& id = package.manifest.id;
  if (!find(id)) return fail(Code::not_found, "plugin", id);
  auto runner = make_runner(package);
  if (auto started = runner->start(); !started) return started;
  std::shared_ptr<PluginRunner> forgotten;  // its end is waited for without the lock
  const std::unique_lock lock(mutex_);
  const auto found = runners_.find(id);
  if (found == runners_.end()) return fail(Code::not_found, "unloaded meanwhile", id);
  forgotten = std::exchange(found->second.before, std::exchange(found->second.asked, std::move(runner)));
  return {};
}

void Supervisor::settle(const std::string& plugin_id) {
  std::shared_ptr<PluginRunner> before;
  const std::unique_lock lock(mutex_);
  if (const auto found = runners_.find(plugin_id); found != runners_.end()) before = std::exchange(found->second.before, nullptr);
}

void Supervisor::put_back(const std::string& plugin_id) {
  std::shared_ptr<PluginRunner> given_up;
  const std::unique_lock lock(mutex_);
  const auto found = runners_.find(plugin_id);
  if (found == runners_.end() || !found->second.before) return;
  given_up = std::exchange(found->second.asked, std::exchange(found->second.before, nullptr));
}

std::shared_ptr<PluginRunner> Supervisor::hold(const std::string& plugin_id, const std::string& version) const {
  const std::shared_lock lock(mutex_);
  const auto found = runners_.find(plugin_id);
  if (found == runners_.end()) return nullptr;
  for (const auto& runner : {found->second.asked, found->second.before})
    if (runner && runner->version() == version) return runner;
  return nullptr;
}

}  // namespace relais::plugins
