// SPDX-License-Identifier: Apache-2.0
// A plugin is a pure function over a slice. A sample of what was just evaluated goes to a fresh worker, in reverse
// order: a different answer means that the plugin remembers something between patients, and nothing it said counts.
#include <algorithm>

#include "plugins/supervision/work.h"

namespace relais::plugins {

void PluginRunner::check_hidden_state(Work& work) {
  const auto& chosen = context_.options.sampler;
  if (!chosen) return;
  Positions sample;
  for (auto position = work.slices.size(); position-- > 0;) {
    const bool evaluated = work.answers[position].not_evaluated().empty();
    if (evaluated && chosen(package_.manifest.id, work.slices[position])) sample.push_back(position);
  }
  if (sample.empty() || stopping_ || status() == PluginStatus::disabled) return;
  auto fresh = context_.launcher.start(package_);
  if (!fresh) {
    // Not a verdict on its state: the plugin was refused or died while it loaded, which is a failure as any other.
    tell(PluginEventKind::failed, std::string(stable_code(fresh.error().code)), fresh.error().detail);
    return after_failure(true);
  }
  for (const auto& positions : cut_by_bytes(work.slices, sample, package_.manifest.budget.batch_bytes).batches) {
    auto batch = work.lend(positions, next_batch_++);
    auto result = fresh->worker->evaluate(batch, package_.manifest.budget.batch_deadline);
    bool differs = false;
    if (result) {
      const auto checked = check_answers(batch, std::move(*result), package_.manifest);
      for (std::size_t index = 0; index < positions.size(); ++index) {
        differs = differs || !same_answer(checked.evaluations[index], work.answers[positions[index]]);
      }
    }
    work.take_back(batch, positions);
    if (!result) {
      tell(PluginEventKind::failed, std::string(stable_code(code_of(result.error().kind))), result.error().detail,
           work.subjects(positions));
      return after_failure(true);
    }
    if (differs) {
      disable(Code::plugin_hidden_state, {});
      Positions all;
      for (std::size_t position = 0; position < work.slices.size(); ++position) {
        if (work.answers[position].not_evaluated().empty()) all.push_back(position);
      }
      return give_up(work, all, stable_code(Code::plugin_hidden_state));
    }
  }
  // How the fresh worker ends is the same code as how the other will: told then.
  static_cast<void>(fresh->worker->close());
}

}  // namespace relais::plugins
