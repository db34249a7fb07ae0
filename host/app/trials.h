// SPDX-License-Identifier: Apache-2.0
// Preview and replay over the practice's own record: slices as of a past instant, evaluated by workers that live for one
// call. No item, no plugin state, no poison is written; a plugin that dies here counts for nothing in the practice.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/trial_service.h"
#include "plugins/manifest.h"
#include "plugins/worker/options.h"
#include "practice/database.h"
#include "practice/draft_mandate.h"
#include "practice/events.h"
#include "practice/mandate_gate.h"
#include "records/context_map.h"
#include "records/record_source.h"

namespace relais::app {

class Trials final : public api::Trials {
 public:
  // Everything must outlive it. `time_zone`: IANA name of the practice's.
  Trials(practice::Database& database, practice::FicheStore& fiches, practice::Accounts& accounts,
         practice::DecisionFacts& facts, const records::ContextMap& context, const Clock& clock, std::string time_zone,
         plugins::WorkerOptions worker, records::RecordSource& record = records::own_record());

  Result<v1::PreviewFicheResponse> preview(const fiche::Fiche& draft, Instant start, Instant end,
                                           int examples) override;
  Result<v1::PreviewTaskResponse> preview_task(const std::string& doctor, const std::string& task, Instant start,
                                               Instant end) override;
  Result<v1::ReplayItemResponse> replay(const worklist::Item& item, const std::string& version) override;
  Result<v1::ShadowPluginResponse> shadow(const std::string& doctor, const std::string& plugin,
                                          const std::string& version, Instant start, Instant end,
                                          int examples) override;

  using PackagePtr = std::shared_ptr<const plugins::Package>;
  // The version in use, stopped or not. relais.not-found (place "plugin_id").
  Result<PackagePtr> in_use(const std::string& plugin) const;
  // An installed version. plugin.version-not-installed; package.revoked-key.
  Result<PackagePtr> version_of(const std::string& plugin, const std::string& version) const;

 private:
  class Workers;
  struct Shadowed;

  // The packages that serve the task: of each plugin the version in use, else the last one installed.
  Result<std::vector<PackagePtr>> serving(const std::string& task) const;
  Result<v1::TaskPreview> preview_grant(const practice::DraftMandate& mandate, const fiche::Grant& grant,
                                        const PackagePtr& package, Instant start, Instant end, int examples);
  Result<std::vector<worker::v1::Evaluation>> evaluate_as_of(const Shadowed& version,
                                                             const std::vector<practice::Event>& events,
                                                             const std::string& task);
  Result<std::vector<practice::Event>> subjects(const plugins::Package& package, const std::string& doctor,
                                                Instant start, Instant end) const;

  practice::Database& database_;
  practice::FicheStore& fiches_;
  practice::Accounts& accounts_;
  practice::DecisionFacts& facts_;
  const records::ContextMap& context_;
  const Clock& clock_;
  const std::string time_zone_;
  const plugins::WorkerOptions worker_;
  records::RecordSource& record_;
  std::mutex one_at_a_time_;
};

}  // namespace relais::app
