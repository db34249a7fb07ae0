// SPDX-License-Identifier: Apache-2.0
#include "api/plugin_journal.h"

#include <algorithm>
#include <string_view>

namespace relais::api {

void PluginJournal::tell(const plugins::PluginEvent& event) {
  auto kind = plugins::name_of(event.kind);
  constexpr std::string_view prefix = "plugin.";
  if (kind.starts_with(prefix)) kind.remove_prefix(prefix.size());
  Line line{event.plugin_id,
            event.plugin_version,
            std::string(kind),
            event.code,
            static_cast<std::int32_t>(event.subjects.size()),
            event.at,
            event.call,
            event.number};
  const std::lock_guard lock(mutex_);
  lines_.push_back(std::move(line));
  const auto of_plugin = [&](const Line& one) { return one.plugin_id == event.plugin_id; };
  if (static_cast<std::size_t>(std::ranges::count_if(lines_, of_plugin)) > most_) {
    lines_.erase(std::ranges::find_if(lines_, of_plugin));
  }
}

std::vector<PluginJournal::Line> PluginJournal::lines(const std::string& plugin_id) const {
  const std::lock_guard lock(mutex_);
  std::vector<Line> found;
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
    if (plugin_id.empty() || line->plugin_id == plugin_id) found.push_back(*line);
  return found;
}

}  // namespace relais::api
