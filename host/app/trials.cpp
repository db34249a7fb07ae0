// SPDX-License-Identifier: Apache-2.0
#include "app/trials.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "api/installed_plugins.h"
#include "api/plugin_rights.h"
#include "api/words.h"
#include "api/domain_words.h"
#include "app/finding_difference.h"
#include "app/findings_from_wire.h"
#include "app/plugin_grammars.h"
#include "app/subject_slice.h"
#include "app/trial_workers.h"
#include "domain/catalogue.h"
#include "domain/words.h"
#include "practice/evaluations.h"
#include "practice/plugin_state.h"
#include "practice/worklist_store.h"

namespace relais::app {

using practice::Event;
using worker::v1::Slice;

namespace {

// Slices held at once: bounds memory, not results.
constexpr std::size_t chunk = 256;

bool clinical(const std::string& task, worklist::Category category) {
  const auto* found = fiche::find_task(task);
  return found == nullptr || fiche::is_clinical(*found) || category >= worklist::Category::a_voir;
}

std::string code_of(fiche::Refusal refusal) { return std::string(fiche::reason(refusal).code); }

// Most severe first, then by rank.
bool before(const worklist::Finding& a, const worklist::Finding& b) {
  return a.category != b.category ? a.category > b.category : a.rank > b.rank;
}

struct Found {
  Event event;
  worklist::Finding finding;
  std::string act_refusal;
  bool immediate = false;
};

// An immediate rule holds, or is left to the doctor.
bool is_immediate(const worklist::Finding& finding) {
  return std::any_of(finding.reasons.begin(), finding.reasons.end(), [](const auto& reason) {
    return reason.rule == escalation::met_reason || reason.rule == escalation::to_judge_reason;
  });
}

}  // namespace

Trials::Trials(practice::Database& database, practice::FicheStore& fiches, practice::Accounts& accounts,
               practice::DecisionFacts& facts, const records::ContextMap& context, const Clock& clock,
               std::string time_zone, plugins::WorkerOptions worker, records::RecordSource& record)
    : database_(database),
      fiches_(fiches),
      accounts_(accounts),
      facts_(facts),
      context_(context),
      clock_(clock),
      time_zone_(std::move(time_zone)),
      worker_(std::move(worker)),
      record_(record) {}

Result<std::vector<Trials::PackagePtr>> Trials::serving(const std::string& task) const {
  const auto rows = database_.read([](soci::session& sql) -> Result<std::vector<practice::InstalledPlugin>> {
    return practice::installed_plugins(sql);
  });
  if (!rows) return tl::unexpected(rows.error());
  // The version in use is the one that is not merely installed; without one, the row changed last.
  std::map<std::string, practice::InstalledPlugin> chosen;
  for (const auto& row : *rows) {
    const auto [at, is_first] = chosen.try_emplace(row.id, row);
    const bool in_use = row.state != practice::PluginState::installed;
    const bool kept_in_use = at->second.state != practice::PluginState::installed;
    if (!is_first && (in_use || (!kept_in_use && row.changed > at->second.changed))) at->second = row;
  }
  std::vector<PackagePtr> packages;
  for (const auto& [id, row] : chosen) {
    auto package = database_.read([&row = row](soci::session& sql) { return api::open_installed(sql, row); });
    if (!package) {
      spdlog::error("preview.package plugin={} code={}", id, stable_code(package.error().code));
      continue;
    }
    const auto& tasks = package->manifest.tasks;
    if (std::find(tasks.begin(), tasks.end(), task) == tasks.end()) continue;
    packages.push_back(std::make_shared<const plugins::Package>(std::move(*package)));
  }
  return packages;
}

Result<Trials::PackagePtr> Trials::in_use(const std::string& plugin) const {
  const auto rows = database_.read([](soci::session& sql) -> Result<std::vector<practice::InstalledPlugin>> {
    return practice::installed_plugins(sql);
  });
  if (!rows) return tl::unexpected(rows.error());
  const practice::InstalledPlugin* used = nullptr;
  for (const auto& row : *rows) {
    if (row.id != plugin || row.state == practice::PluginState::installed) continue;
    if (used == nullptr || row.state == practice::PluginState::enabled) used = &row;
  }
  if (used == nullptr) return fail(Code::not_found, "no such plugin", "plugin_id");
  return version_of(used->id, used->version);
}

Result<Trials::PackagePtr> Trials::version_of(const std::string& plugin, const std::string& version) const {
  const auto rows = database_.read([](soci::session& sql) -> Result<std::vector<practice::InstalledPlugin>> {
    return practice::installed_plugins(sql);
  });
  if (!rows) return tl::unexpected(rows.error());
  for (const auto& row : *rows) {
    if (row.id != plugin || row.version != version) continue;
    auto package = database_.read([&](soci::session& sql) { return api::open_installed(sql, row); });
    if (!package) return tl::unexpected(package.error());
    return std::make_shared<const plugins::Package>(std::move(*package));
  }
  return fail(Code::plugin_version_not_installed, version, "plugin_version");
}

Result<std::vector<Event>> Trials::subjects(const plugins::Package& package, const std::string& doctor, Instant start,
                                            Instant end) const {
  return database_.read([&](soci::session& sql) -> Result<std::vector<Event>> {
    return practice::last_events(sql, doctor, package.manifest.triggers, start, end);
  });
}

Result<v1::PreviewFicheResponse> Trials::preview(const fiche::Fiche& draft, Instant start, Instant end, int examples) {
  const std::unique_lock only(one_at_a_time_, std::try_to_lock);
  if (!only) return fail(Code::preview_busy, "another preview or replay runs");
  const auto known = fiches_.known();
  if (!known) return tl::unexpected(known.error());
  const auto accounts = accounts_.list();
  if (!accounts) return tl::unexpected(accounts.error());
  std::set<std::string> doctors;
  for (const auto& account : *accounts)
    if (account.role == worklist::Role::doctor && !account.disabled) doctors.insert(account.id);
  const practice::DraftMandate mandate(draft, *known, std::move(doctors), facts_, start, end);

  v1::PreviewFicheResponse response;
  response.set_fiche_id(draft.id);
  response.set_version(draft.version);
  response.set_assistant_id(draft.assistant.id);
  response.set_start_ms(practice::to_ms(start));
  response.set_end_ms(practice::to_ms(end));
  for (const auto& grant : draft.grants) {
    auto packages = serving(grant.id);
    if (!packages) return tl::unexpected(packages.error());
    if (packages->empty()) packages->push_back(nullptr);
    for (const auto& package : *packages) {
      auto seen = preview_grant(mandate, grant, package, start, end, examples);
      if (!seen) return tl::unexpected(seen.error());
      *response.add_tasks() = std::move(*seen);
    }
  }
  return response;
}

Result<v1::TaskPreview> Trials::preview_grant(const practice::DraftMandate& mandate, const fiche::Grant& grant,
                                              const PackagePtr& package, Instant start, Instant end, int examples) {
  v1::TaskPreview seen;
  seen.set_task_id(grant.id);
  seen.set_mode(api::to_proto(grant.mode));
  const auto not_previewed = [&](Code code) {
    seen.set_not_previewed_code(std::string(stable_code(code)));
    seen.set_not_previewed(std::string(french(code)));
  };
  if (!package) {
    not_previewed(Code::preview_no_plugin);
    return seen;
  }
  seen.set_plugin_id(package->manifest.id);
  seen.set_plugin_version(package->manifest.version);
  const auto came_in = subjects(*package, mandate.draft().doctor_id, start, end);
  if (!came_in) return tl::unexpected(came_in.error());
  seen.set_subjects(static_cast<int>(came_in->size()));

  std::vector<Event> runs;
  for (const auto& event : *came_in) {
    const auto decided = mandate.run({grant.id, event.item_id, event.patient_id, event.doctor_id, false}, event.created);
    if (decided.authorised)
      runs.push_back(event);
    else if (decided.refusal)
      ++(*seen.mutable_run_refusals())[code_of(*decided.refusal)];
  }
  if (runs.empty()) return seen;
  Workers workers(worker_, clock_);
  if (const auto loaded = workers.load(*package); !loaded) {
    not_previewed(loaded.error().code);
    return seen;
  }

  const auto action = grant.mode == fiche::Mode::preparer ? fiche::Action::preparer : fiche::Action::realiser;
  std::vector<Found> best;
  for (std::size_t from = 0; from < runs.size(); from += chunk) {
    std::vector<Event> asked;
    std::vector<Slice> slices;
    const auto to = std::min(runs.size(), from + chunk);
    const auto built = database_.read([&](soci::session& sql) -> Result<void> {
      for (auto i = from; i < to; ++i) {
        auto slice = subject_slice(record_, sql, context_, package->manifest,
                                   {runs[i].item_id, runs[i].patient_id, runs[i].doctor_id}, grant.id, runs[i].created,
                                   time_zone_);
        if (!slice) {
          ++(*seen.mutable_not_evaluated())[std::string(stable_code(slice.error().code))];
          continue;
        }
        asked.push_back(runs[i]);
        slices.push_back(std::move(*slice));
      }
      return {};
    });
    if (!built) return tl::unexpected(built.error());
    const auto answers = workers.evaluate(*package, std::move(slices));
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto& event = asked[i];
      if (!answers[i].not_evaluated().empty() || answers[i].findings().empty()) {
        const auto code = answers[i].not_evaluated();
        ++(*seen.mutable_not_evaluated())[code.empty() ? std::string(stable_code(Code::plugin_no_answer)) : code];
        continue;
      }
      auto findings = findings_from_wire(answers[i]);
      add_immediate_rules(findings, grant, package->manifest, facts_,
                          {grant.id, event.item_id, event.patient_id, event.doctor_id, false}, event.created);
      for (auto& finding : findings) {
        ++(*seen.mutable_items_by_category())[static_cast<int>(finding.category)];
        if (clinical(grant.id, finding.category)) seen.set_doctor_only(seen.doctor_only() + 1);
        const bool to_see = finding.category >= worklist::Category::a_voir;
        const auto decided =
            mandate.act(action, {grant.id, event.item_id, event.patient_id, event.doctor_id, to_see}, event.created);
        const bool immediate = is_immediate(finding);
        if (immediate) seen.set_immediate(seen.immediate() + 1);
        Found found{event, std::move(finding), decided.refusal ? code_of(*decided.refusal) : std::string{}, immediate};
        if (!found.act_refusal.empty()) ++(*seen.mutable_act_refusals())[found.act_refusal];
        best.push_back(std::move(found));
      }
      std::stable_sort(best.begin(), best.end(),
                       [](const Found& a, const Found& b) { return before(a.finding, b.finding); });
      if (best.size() > static_cast<std::size_t>(examples))
        best.erase(best.begin() + examples, best.end());
    }
  }
  for (const auto& found : best) {
    auto& example = *seen.add_examples();
    example.set_report_id(found.event.item_id);
    example.set_patient_id(found.event.patient_id);
    example.set_at_ms(practice::to_ms(found.event.created));
    example.set_category(api::to_proto(found.finding.category));
    example.set_title(found.finding.title);
    for (const auto& reason : found.finding.reasons) example.add_reasons(reason.text);
    example.set_act_refusal(found.act_refusal);
    example.set_immediate(found.immediate);
  }
  return seen;
}

Result<v1::PreviewTaskResponse> Trials::preview_task(const std::string& doctor, const std::string& task, Instant start,
                                                     Instant end) {
  const std::unique_lock only(one_at_a_time_, std::try_to_lock);
  if (!only) return fail(Code::preview_busy, "another preview or replay runs");
  const auto packages = serving(task);
  if (!packages) return tl::unexpected(packages.error());
  if (packages->empty()) return fail(Code::preview_no_plugin, task, "task_id");
  v1::PreviewTaskResponse response;
  for (const auto& package : *packages) {
    const auto came_in = subjects(*package, doctor, start, end);
    if (!came_in) return tl::unexpected(came_in.error());
    Workers workers(worker_, clock_);
    if (const auto loaded = workers.load(*package); !loaded) return tl::unexpected(loaded.error());
    for (const auto& event : *came_in) {
      auto slice = database_.read([&](soci::session& sql) {
        return subject_slice(record_, sql, context_, package->manifest,
                             {event.item_id, event.patient_id, event.doctor_id}, task, event.created, time_zone_);
      });
      std::vector<Slice> slices;
      if (slice) slices.push_back(std::move(*slice));
      const auto answers = workers.evaluate(*package, std::move(slices));
      if (answers.empty() || !answers.front().not_evaluated().empty() || answers.front().findings().empty()) {
        response.set_subjects_not_evaluated(response.subjects_not_evaluated() + 1);
        continue;
      }
      response.set_subjects_evaluated(response.subjects_evaluated() + 1);
      for (const auto& finding : findings_from_wire(answers.front()))
        ++(*response.mutable_items_by_category())[static_cast<int>(finding.category)];
    }
  }
  return response;
}

Result<v1::ReplayItemResponse> Trials::replay(const worklist::Item& item, const std::string& version) {
  const auto& scope = item.key.scope;
  if (item.basis.plugin_version.empty())
    return fail(Code::replay_not_from_a_plugin, "made by the host", "item_id");
  const std::unique_lock only(one_at_a_time_, std::try_to_lock);
  if (!only) return fail(Code::preview_busy, "another preview or replay runs");

  const auto package = version_of(scope.plugin, version.empty() ? item.basis.plugin_version : version);
  if (!package) return tl::unexpected(package.error());
  struct Then {
    std::optional<Instant> as_of;
    std::vector<worklist::Finding> findings;
  };
  // What the same evaluation affirmed.
  const auto then = database_.read([&](soci::session& sql) -> Result<Then> {
    Then held{practice::evaluated_as_of(sql, scope, item.slice_version), {}};
    practice::WorklistFilter filter;
    filter.subject_item_id = scope.subject.item_id;
    filter.closed_too = true;
    for (const auto& one : practice::WorklistStore::items(sql, filter))
      if (one.key.scope == scope && one.slice_version == item.slice_version) held.findings.push_back(one.finding);
    return held;
  });
  if (!then) return tl::unexpected(then.error());
  if (!then->as_of) return fail(Code::replay_instant_unknown, "no instant kept", "item_id");

  v1::ReplayItemResponse response;
  response.set_plugin_id(scope.plugin);
  response.set_made_with_version(item.basis.plugin_version);
  response.set_replayed_with_version((*package)->manifest.version);
  response.set_as_of_ms(practice::to_ms(*then->as_of));
  // Another version than the one that made the item may have rights that nobody accepted yet.
  auto shown = (*package)->manifest;
  if (shown.version != item.basis.plugin_version) {
    const auto used = in_use(scope.plugin);
    if (!used) return tl::unexpected(used.error());
    shown = api::within_rights((*used)->manifest, std::move(shown));
  }
  auto slice = database_.read([&](soci::session& sql) {
    return subject_slice(record_, sql, context_, shown, scope.subject, scope.task, *then->as_of, time_zone_);
  });
  if (!slice) {
    response.set_not_evaluated(std::string(stable_code(slice.error().code)));
    return response;
  }
  slice->set_version(item.slice_version);
  response.set_same_declaration(declaration_digest(shown, *slice) == item.basis.slice_declaration);
  Workers workers(worker_, clock_);
  if (const auto loaded = workers.load(**package); !loaded) return tl::unexpected(loaded.error());
  const auto answer = workers.evaluate(**package, {std::move(*slice)}).front();
  response.set_not_evaluated(answer.not_evaluated());
  if (!answer.not_evaluated().empty()) return response;
  // The doctor's rules are judged by the host, not by the plugin.
  auto again = findings_from_wire(answer);
  carry_immediate_rules(then->findings, again);
  for (auto& difference : differences(then->findings, again)) {
    auto& told = *response.add_differences();
    told.set_kind(difference.kind);
    told.set_sentence(difference.french);
  }
  response.set_same(response.differences().empty());
  return response;
}

}  // namespace relais::app
