// SPDX-License-Identifier: Apache-2.0
// Events to the observer, log lines of plugins to the host's log.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "plugins/supervision/runner.h"

namespace relais::plugins {
namespace {

// What one batch may write: a plugin does not fill the host's disk.
constexpr int log_lines = 256;

spdlog::level::level_enum level_of(int level) {
  if (level >= 3) return spdlog::level::err;
  return level == 2 ? spdlog::level::warn : spdlog::level::info;
}

}  // namespace

Code code_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::crashed:
      return Code::plugin_crashed;
    case FailureKind::forbidden_call:
      return Code::plugin_forbidden_call;
    case FailureKind::timed_out:
      return Code::plugin_timeout;
    case FailureKind::garbage:
      return Code::plugin_garbage;
  }
  return Code::plugin_crashed;
}

std::string_view name_of(PluginEventKind kind) {
  switch (kind) {
    case PluginEventKind::started:
      return "plugin.started";
    case PluginEventKind::refused:
      return "plugin.refused";
    case PluginEventKind::failed:
      return "plugin.failed";
    case PluginEventKind::poisoned:
      return "plugin.poisoned";
    case PluginEventKind::answer_refused:
      return "plugin.answer-refused";
    case PluginEventKind::not_evaluated:
      return "plugin.not-evaluated";
    case PluginEventKind::disabled:
      return "plugin.disabled";
    case PluginEventKind::enabled:
      return "plugin.enabled";
    case PluginEventKind::stopped:
      return "plugin.stopped";
    case PluginEventKind::logged:
      return "plugin.logged";
    case PluginEventKind::feedback_given_up:
      return "plugin.feedback-given-up";
  }
  return "plugin.failed";
}

// Which call evaluated what: a line of the plugin names its call only.
void PluginRunner::write_evaluated(const worker::v1::Batch& batch,
                                   const std::vector<worker::v1::Evaluation>& answers) const {
  for (std::size_t index = 0; index < answers.size(); ++index) {
    const auto& trace = batch.slices(static_cast<int>(index)).trace_id();
    if (trace.empty()) continue;
    spdlog::info("plugin={} version={} event=plugin.evaluated call={} trace={} code={}", package_.manifest.id,
                 package_.manifest.version, batch.id(), trace, answers[index].not_evaluated());
  }
}

void PluginRunner::write_logs(const google::protobuf::RepeatedPtrField<worker::v1::LogLine>& lines, std::int64_t call,
                              const std::string& trace) const {
  const auto& declared = package_.manifest.log_codes;
  int written = 0;
  int dropped = 0;
  for (const auto& line : lines) {
    if (written >= log_lines || std::find(declared.begin(), declared.end(), line.code()) == declared.end()) {
      ++dropped;
      continue;
    }
    ++written;
    spdlog::log(level_of(line.level()), "plugin={} version={} call={} code={} number={} trace={}", package_.manifest.id,
                package_.manifest.version, call, line.code(), line.number(), trace);
    if (context_.observer) {
      context_.observer(PluginEvent{package_.manifest.id, package_.manifest.version, PluginEventKind::logged, line.code(),
                                    {}, {}, context_.clock.now(), call, line.number()});
    }
  }
  // Undeclared codes are not repeated: they could carry a patient's data.
  if (dropped > 0) {
    spdlog::warn("plugin={} version={} call={} code=plugin.log-dropped number={}", package_.manifest.id,
                 package_.manifest.version, call, dropped);
  }
}

void PluginRunner::tell(PluginEventKind kind, std::string code, std::string detail,
                        std::vector<worker::v1::Subject> subjects) const {
  spdlog::info("plugin={} version={} event={} code={} subjects={} detail={}", package_.manifest.id,
               package_.manifest.version, name_of(kind), code, subjects.size(), detail);
  if (!context_.observer) return;
  context_.observer(PluginEvent{package_.manifest.id, package_.manifest.version, kind, std::move(code),
                                std::move(detail), std::move(subjects), context_.clock.now()});
}

}  // namespace relais::plugins
