// SPDX-License-Identifier: Apache-2.0
#include "app/kit/probe.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "plugins/supervision/answers.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{10};  // to load, and to describe the rules

// Children of this process, by any of its threads; empty where the kernel does not list them.
std::set<int> child_processes() {
  std::set<int> found;
  std::error_code ignored;
  for (const auto& thread : fs::directory_iterator("/proc/self/task", ignored)) {
    std::ifstream file(thread.path() / "children");
    for (int child = 0; file >> child;) found.insert(child);
  }
  return found;
}

std::chrono::milliseconds until_then(Steady::time_point until, std::chrono::milliseconds most) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now());
  return std::clamp(left, std::chrono::milliseconds(1), most);
}

}  // namespace

Probe::Probe(const plugins::Package& package, plugins::WorkerLauncher& launcher) : package_(package), launcher_(launcher) {}

Probe::~Probe() = default;

std::optional<plugins::StartFailure> Probe::start() {
  const auto before = child_processes();
  auto started = launcher_.start(package_);
  if (!started) return started.error();
  worker_ = std::move(started->worker);
  process_.reset();
  for (const int child : child_processes()) {
    if (!before.contains(child)) process_ = child;
  }
  return std::nullopt;
}

std::vector<Asked> Probe::ask_batch(const std::vector<const worker::v1::Slice*>& slices, Steady::time_point until) {
  std::vector<Asked> asked(slices.size());
  const auto all = [&](std::string_view code, const std::string& detail) {
    for (std::size_t index = 0; index < slices.size(); ++index) {
      asked[index].answer = plugins::not_evaluated(*slices[index], index, code);
      asked[index].code = code;
      asked[index].detail = detail;
    }
    return asked;
  };
  if (worker_ == nullptr) {
    if (const auto failure = start()) return all(stable_code(failure->code), failure->detail);
  }
  worker::v1::Batch batch;
  batch.set_id(next_batch_++);
  for (const auto* slice : slices) *batch.add_slices() = *slice;
  auto result = worker_->evaluate(batch, until_then(until, package_.manifest.budget.batch_deadline));
  if (!result) {
    worker_.reset();
    return all(stable_code(plugins::code_of(result.error().kind)), result.error().detail);
  }
  const bool undeclared = std::ranges::any_of(
      result->logs(), [](const auto& line) { return line.code() == stable_code(Code::plugin_undeclared_log); });
  auto checked = plugins::check_answers(batch, std::move(*result), package_.manifest);
  for (std::size_t index = 0; index < asked.size(); ++index) {
    asked[index].answer = std::move(checked.evaluations[index]);
    asked[index].undeclared_log = undeclared;
    const auto& why = asked[index].answer.not_evaluated();
    if (why.starts_with("plugin.")) asked[index].code = why;
  }
  for (const auto& refused : checked.refused) {
    if (!refused.slice) asked.front().code = stable_code(refused.code);
  }
  return asked;
}

Asked Probe::ask(const worker::v1::Slice& slice, Steady::time_point until) { return ask_batch({&slice}, until).front(); }

std::vector<Asked> Probe::ask_together(const std::vector<worker::v1::Slice>& slices, Steady::time_point until) {
  std::vector<Asked> all;
  std::vector<const worker::v1::Slice*> batch;
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (batch.empty()) return;
    std::ranges::move(ask_batch(batch, until), std::back_inserter(all));
    batch.clear();
    bytes = 0;
  };
  for (const auto& slice : slices) {
    const std::size_t size = slice.ByteSizeLong();
    if (bytes + size > package_.manifest.budget.batch_bytes) flush();
    batch.push_back(&slice);
    bytes += size;
  }
  flush();
  return all;
}

Result<worker::v1::Rules> Probe::rules() {
  if (worker_ == nullptr) return fail(Code::plugin_stopped, "not loaded");
  auto rules = worker_->rules(patience);
  if (!rules) {
    worker_.reset();
    return fail(plugins::code_of(rules.error().kind), rules.error().detail);
  }
  if (!rules->refused().empty()) return fail(Code::plugin_garbage, rules->refused());
  return std::move(*rules);
}

std::optional<plugins::WorkerFailure> Probe::close() {
  if (worker_ == nullptr) return std::nullopt;
  auto failure = worker_->close();
  worker_.reset();
  return failure;
}

std::optional<std::uint64_t> Probe::peak_kib() const {
  if (!process_) return std::nullopt;
  std::ifstream file("/proc/" + std::to_string(*process_) + "/status");
  for (std::string word; file >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && file >> kib) return kib;
  }
  return std::nullopt;
}

}  // namespace relais::app
