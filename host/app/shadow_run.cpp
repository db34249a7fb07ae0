// SPDX-License-Identifier: Apache-2.0
// Two versions of a plugin over the same past, side by side: the findings of the one in shadow go nowhere.
#include <algorithm>

#include "api/domain_words.h"
#include "api/plugin_rights.h"
#include "app/finding_difference.h"
#include "app/subject_slice.h"
#include "app/trial_workers.h"

namespace relais::app {
namespace {

// Slices held at once: bounds memory, not results.
constexpr std::size_t shadow_chunk = 256;

worklist::Category severest(const std::vector<worklist::Finding>& findings) {
  auto category = worklist::Category::none;
  for (const auto& finding : findings) category = std::max(category, finding.category);
  return category;
}

}  // namespace

// One of the two versions.
struct Trials::Shadowed {
  PackagePtr package;
  plugins::Manifest shown;  // what its slices are built from
  Workers& workers;
  google::protobuf::Map<std::string, std::int32_t>& not_evaluated;
  google::protobuf::Map<std::int32_t, std::int32_t>& items;
};

// One answer for each event, in their order.
Result<std::vector<worker::v1::Evaluation>> Trials::evaluate_as_of(const Shadowed& version,
                                                                   const std::vector<practice::Event>& events,
                                                                   const std::string& task) {
  std::vector<worker::v1::Evaluation> answers(events.size());
  std::vector<std::size_t> asked;
  std::vector<worker::v1::Slice> slices;
  const auto built = database_.read([&](soci::session& sql) -> Result<void> {
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto& event = events[i];
      auto slice = subject_slice(record_, sql, context_, version.shown,
                                 {event.item_id, event.patient_id, event.doctor_id}, task, event.created, time_zone_);
      if (slice) {
        asked.push_back(i);
        slices.push_back(std::move(*slice));
      } else {
        answers[i].set_not_evaluated(std::string(stable_code(slice.error().code)));
      }
    }
    return {};
  });
  if (!built) return tl::unexpected(built.error());
  auto evaluated = version.workers.evaluate(*version.package, std::move(slices));
  for (std::size_t i = 0; i < asked.size(); ++i) answers[asked[i]] = std::move(evaluated.at(i));
  for (const auto& answer : answers) {
    if (!answer.not_evaluated().empty()) {
      ++version.not_evaluated[answer.not_evaluated()];
      continue;
    }
    for (const auto& finding : findings_from_wire(answer)) ++version.items[static_cast<int>(finding.category)];
  }
  return answers;
}

Result<v1::ShadowPluginResponse> Trials::shadow(const std::string& doctor, const std::string& plugin,
                                                const std::string& version, Instant start, Instant end,
                                                int examples) {
  const std::unique_lock only(one_at_a_time_, std::try_to_lock);
  if (!only) return fail(Code::preview_busy, "another preview or replay runs");
  const auto used = in_use(plugin);
  if (!used) return tl::unexpected(used.error());
  const auto& held = (*used)->manifest;
  if (held.version == version) return fail(Code::invalid_argument, "it is the version in use", "version");
  const auto other = version_of(plugin, version);
  if (!other) return tl::unexpected(other.error());

  v1::ShadowPluginResponse response;
  response.set_plugin_id(plugin);
  response.set_version_in_use(held.version);
  response.set_version_in_shadow(version);
  for (const auto& line : api::rights_added(held, (*other)->manifest)) response.add_withheld(line);
  Workers workers_used(worker_, clock_);
  Workers workers_other(worker_, clock_);
  if (const auto loaded = workers_used.load(**used); !loaded) return tl::unexpected(loaded.error());
  if (const auto loaded = workers_other.load(**other); !loaded) return tl::unexpected(loaded.error());
  const Shadowed now{*used, held, workers_used, *response.mutable_not_evaluated_in_use(),
                     *response.mutable_items_in_use()};
  const Shadowed then{*other, api::within_rights(held, (*other)->manifest), workers_other,
                      *response.mutable_not_evaluated_in_shadow(), *response.mutable_items_in_shadow()};
  const auto came_in = subjects(**used, doctor, start, end);
  if (!came_in) return tl::unexpected(came_in.error());

  std::vector<v1::ShadowDifference> found;
  for (const auto& task : then.shown.tasks) {
    response.set_subjects(response.subjects() + static_cast<int>(came_in->size()));
    for (std::size_t from = 0; from < came_in->size(); from += shadow_chunk) {
      const auto first = came_in->begin() + static_cast<std::ptrdiff_t>(from);
      const std::vector<practice::Event> events(
          first, first + static_cast<std::ptrdiff_t>(std::min(shadow_chunk, came_in->size() - from)));
      const auto before = evaluate_as_of(now, events, task);
      if (!before) return tl::unexpected(before.error());
      const auto after = evaluate_as_of(then, events, task);
      if (!after) return tl::unexpected(after.error());
      for (std::size_t i = 0; i < events.size(); ++i) {
        if (!(*before)[i].not_evaluated().empty() || !(*after)[i].not_evaluated().empty()) continue;
        const auto findings = findings_from_wire((*before)[i]);
        const auto shadowed = findings_from_wire((*after)[i]);
        const auto told = differences(findings, shadowed);
        if (told.empty()) {
          response.set_same(response.same() + 1);
          continue;
        }
        response.set_different(response.different() + 1);
        auto& one = found.emplace_back();
        one.set_item_id(events[i].item_id);
        one.set_patient_id(events[i].patient_id);
        one.set_at_ms(practice::to_ms(events[i].created));
        one.set_category(api::to_proto(std::max(severest(findings), severest(shadowed))));
        for (const auto& difference : told) {
          auto& line = *one.add_differences();
          line.set_kind(difference.kind);
          line.set_sentence(difference.french);
        }
      }
      std::ranges::stable_sort(found, std::ranges::greater{}, [](const auto& one) { return one.category(); });
      if (found.size() > static_cast<std::size_t>(examples)) found.erase(found.begin() + examples, found.end());
    }
  }
  for (auto& one : found) *response.add_differences() = std::move(one);
  return response;
}

}  // namespace relais::app
