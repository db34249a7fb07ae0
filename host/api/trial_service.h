// SPDX-License-Identifier: Apache-2.0
// Preview and replay: evaluations that leave nothing behind but the ledger entry of who asked.
#pragma once

#include <string>

#include "api/practice_services.h"
#include "domain/fiche.h"
#include "relais/v1/delegation.pb.h"
#include "relais/v1/plugin.pb.h"

namespace relais::api {

// How they are carried out is the host's. Thread-safe; methods block for as long as plugins evaluate, and answer
// preview.busy while another one runs.
class Trials {
 public:
  virtual ~Trials() = default;

  // Reports of the draft's doctor that came in during [start, end]; `examples` at most for each task.
  virtual Result<v1::PreviewFicheResponse> preview(const fiche::Fiche& draft, Instant start, Instant end,
                                                   int examples) = 0;
  // Counts for one task of one doctor, whatever the fiches say.
  virtual Result<v1::PreviewTaskResponse> preview_task(const std::string& doctor, const std::string& task, Instant start,
                                                       Instant end) = 0;
  // `version` empty: the one that made the item.
  virtual Result<v1::ReplayItemResponse> replay(const worklist::Item& item, const std::string& version) = 0;
  // Both versions over what came in for the doctor during [start, end]; `examples` at most.
  virtual Result<v1::ShadowPluginResponse> shadow(const std::string& doctor, const std::string& plugin,
                                                  const std::string& version, Instant start, Instant end,
                                                  int examples) = 0;
};

// DelegationService.PreviewTask and PreviewFiche, PluginService.ReplayItem and ShadowPlugin. Both references outlive the server.
void register_trials(Registry& registry, const PracticeServices& context, Trials& trials);

}  // namespace relais::api
